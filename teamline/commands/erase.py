"""`teamline erase`: what is kept of one customer goes, from every store."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from operations.audit import Deed
from operations.callbacks.lost_places import LostPlacesAway
from operations.customer_records.erasing import Erased, Eraser
from operations.customer_records.kept import Kept, kept_of
from operations.gave_up.row import GaveUpAway
from operations.journal import JournalAway
from operations.mail.ports import OutboxAway
from operations.mailbox.ports import MailboxAway
from teamline.commands.customer import AWAY, NumberArgument, customer_of, note, number_told, stores_of
from teamline.commands.in_force import centre_for
from teamline.commands.messages import journalling
from teamline.noted import noted
from teamline.output import WRONG_USE, JsonOption, fail, print_json, run, settings_or_fail
from teamline.secret_file import read_or_create
from teamline.stored import open_store

STAYS = (
    "The customer directory is replaced as a whole: leave the line out of the next file of `teamline import`; the "
    "version before is gone with the import after that."
)


def erase(
    number: NumberArgument,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask")] = False,
    perhaps: Annotated[
        bool, typer.Option("--perhaps", help="Also entries whose number was keyed without its letter")
    ] = False,
    count: Annotated[bool, typer.Option("--count", help="Only tell how much there is; erase nothing")] = False,
    as_json: JsonOption = False,
) -> None:
    """Erase what is kept of one customer: entries, recordings, documents, waiting mails, the journal's pseudonym."""
    settings = settings_or_fail()
    asked = number_told(number)

    async def work() -> None:
        async with open_store(settings) as stored:
            centre = await centre_for(stored, settings, is_named=False)
            customer = customer_of(asked, centre, stored, read_or_create(settings.key_file), "erase")
            try:
                async with journalling(stored, settings, centre.timezone) as mailbox:
                    stores = await stores_of(stored, settings, mailbox)
                    kept = await kept_of(customer, stores)
                    if count:
                        _tell_counts(kept, as_json=as_json)
                        return
                    _confirm(kept, is_asked=not yes, perhaps=perhaps)
                    note(settings, "erase begun", {"things": kept.count})  # nothing goes that no line tells of
                    eraser = Eraser(
                        mailbox,
                        stores.files,
                        stores.voices,
                        stored.outbox,
                        stored.journal,
                        stored.lost_places,
                        stored.gave_up,
                    )
                    erased = await eraser.erase(kept, customer, perhaps=perhaps)
                    await noted(stored, Deed.CUSTOMER_ERASED, things=str(kept.count))
            except (MailboxAway, OutboxAway, JournalAway, LostPlacesAway, GaveUpAway) as error:
                note(settings, "erase broken off", {})
                fail(f"erase: {AWAY.format(type(error).__name__)}")
        note(settings, "erase", asdict(erased))
        _tell(erased, kept, perhaps=perhaps, as_json=as_json)

    run(work)


def _confirm(kept: Kept, *, is_asked: bool, perhaps: bool) -> None:
    if not is_asked:
        return
    typer.echo(_counted(kept, perhaps=perhaps), err=True)
    try:
        is_wanted = typer.confirm("Erase all of it for ever?", err=True)
    except typer.Abort:
        fail("erase: nothing was erased: nobody answered: say --yes", code=WRONG_USE)
    if not is_wanted:
        fail("erase: nothing was erased")


def _counted(kept: Kept, *, perhaps: bool) -> str:
    entries = len(kept.entries) + (len(kept.perhaps) if perhaps else 0)
    return (
        f"{entries} entries, {len(kept.files) + len(kept.recordings)} files without an entry, "
        f"{len(kept.mails)} waiting mails, {len(kept.facts)} facts of the journal."
    )


def _tell_counts(kept: Kept, *, as_json: bool) -> None:
    if not as_json:
        typer.echo(_counted(kept, perhaps=False))
        return
    print_json(
        {
            "entries": len(kept.entries),
            "perhaps": len(kept.perhaps),
            "files": len(kept.files),
            "recordings": len(kept.recordings),
            "mails": len(kept.mails),
            "facts": len(kept.facts),
            "places": int(kept.place is not None),
            "gave_up": len(kept.gave_up),
            "assigned": len(kept.assigned),
        }
    )


def _tell(erased: Erased, kept: Kept, *, perhaps: bool, as_json: bool) -> None:
    left = list(_left(erased, kept, perhaps=perhaps))
    if as_json:
        print_json({**asdict(erased), "left": left})
        return
    typer.echo(
        f"Erased: {erased.entries} entries, {erased.files} contents without an entry, {erased.recordings} recordings, "
        f"{erased.mails} waiting mails; {erased.facts} facts of the journal name nobody any more."
    )
    for sentence in left:
        typer.echo(sentence)


def _left(erased: Erased, kept: Kept, *, perhaps: bool) -> Iterator[str]:
    """What stays, and what to do about it."""
    if erased.in_calls:
        yield f"{erased.in_calls} recordings belong to calls of this moment: do it again in a few minutes."
    if kept.perhaps and not perhaps:
        yield f"{len(kept.perhaps)} entries were keyed without a letter, perhaps by another: look, then add --perhaps."
    if kept.assigned:
        yield STAYS
