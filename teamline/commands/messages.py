"""`teamline messages`: what lies in teams' mailboxes, and who takes care of it."""

import getpass
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, tzinfo
from typing import Annotated

import structlog
import typer

from facts.callback import CallbackMoved
from facts.contact import LeftState, LeftWithUs
from facts.record import record
from operations.callbacks.moved import moved
from operations.journal import JournalAway
from operations.mailbox.content_files import ContentFiles
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry, MailboxAway, NoSuchEntry, TakenAlready
from operations.mailbox.record import MailboxRecords
from teamline.commands.in_force import centre_for
from teamline.output import WRONG_USE, JsonOption, fail, print_json, run, settings_or_fail
from teamline.secret_file import read_or_create
from teamline.settings import Settings
from teamline.stored import Stored, open_store

AWAY = "the mailbox cannot be asked just now: nothing was changed: see the store's log, then do it again"

app = typer.Typer(no_args_is_help=True, help="Voice messages, documents and callbacks in the teams' mailboxes.")

MessageArgument = Annotated[str, typer.Argument(metavar="ID", help="As `teamline messages list` shows it")]
ByOption = Annotated[str | None, typer.Option(help="Who takes care of it; your login name if not given")]

log = structlog.get_logger()


@app.command("list")
def listed(
    *,
    team: Annotated[str | None, typer.Option(help="Of this team only")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Done ones, too")] = False,
    numbers: Annotated[bool, typer.Option(help="With phone and customer numbers")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what is there, oldest first."""

    async def work(mailbox: Mailbox, zone: tzinfo) -> None:
        entries = await mailbox.listed(team)
        shown = [_told(entry, zone, numbers) for entry in entries if everything or entry.state is not LeftState.DONE]
        if as_json:
            print_json({"messages": shown})
        else:
            _print(shown)

    _with_mailbox(work, team)


@app.command()
def claim(message: MessageArgument, *, by: ByOption = None, as_json: JsonOption = False) -> None:
    """Take care of one: nobody else will."""
    _change(lambda mailbox, who: mailbox.claim(message, who), by, as_json=as_json)


@app.command()
def release(message: MessageArgument, *, by: ByOption = None, as_json: JsonOption = False) -> None:
    """Give back what you have claimed."""
    _change(lambda mailbox, who: mailbox.release(message, who), by, as_json=as_json)


@app.command()
def done(message: MessageArgument, *, by: ByOption = None, as_json: JsonOption = False) -> None:
    """It is settled: erased a day later."""
    _change(lambda mailbox, who: mailbox.done(message, who), by, as_json=as_json)


def _change(change: Callable[[Mailbox, str], Awaitable[Entry]], by: str | None, *, as_json: bool) -> None:
    who = by or getpass.getuser()

    async def work(mailbox: Mailbox, zone: tzinfo) -> None:
        entry = await change(mailbox, who)
        if as_json:
            print_json(_told(entry, zone, numbers=False))
        else:
            typer.echo(f"{entry.id}: {entry.state.value}.")

    _with_mailbox(work)


def _with_mailbox(work: Callable[[Mailbox, tzinfo], Awaitable[None]], team: str | None = None) -> None:
    settings = settings_or_fail()

    async def opened() -> None:
        async with open_store(settings) as stored:
            centre = await centre_for(stored, settings, is_named=False)
            if team is not None and team not in centre.teams:
                fail(f"--team {team}: there is no such team: {', '.join(centre.teams)}", code=WRONG_USE)
            try:
                async with journalling(stored, settings, centre.timezone) as mailbox:
                    await work(mailbox, centre.timezone)
            except NoSuchEntry:
                fail("there is no such message (any more): `teamline messages list` shows those there are")
            except TakenAlready:
                fail("somebody else takes care of it, or it is done")
            except MailboxAway:
                fail(AWAY)

    run(opened)


@asynccontextmanager
async def journalling(stored: Stored, settings: Settings, zone: tzinfo) -> AsyncIterator[Mailbox]:
    """The mailbox; what changes there goes into the journal in the end."""
    facts: list[LeftWithUs | CallbackMoved] = []
    files = ContentFiles(settings.mailbox_folder, MailboxRecords(read_or_create(settings.key_file)))
    mailbox = Mailbox(stored.mailbox, files, time.time, facts.append)
    mailbox.moved.append(lambda before, entry: facts.extend(moved(before, entry, time.time())))
    yield mailbox
    try:
        for fact in facts:
            await stored.journal.append(datetime.fromtimestamp(fact.at, zone).date(), [(fact.id, record(fact))])
    except JournalAway as error:
        log.warning("journal_away", error=str(error))


def _told(entry: Entry, zone: tzinfo, numbers: bool) -> Mapping[str, object]:
    told: dict[str, object] = {
        "id": entry.id,
        "kind": entry.what.value,
        "team": entry.team,
        "state": entry.state.value,
        "came_at": datetime.fromtimestamp(entry.came_at, zone).isoformat(timespec="seconds"),
        "concern": entry.concern,
        "language": entry.language,
        "seconds": entry.seconds,
        "pages": entry.pages,
        "source": entry.source,
        "claimed_by": entry.claimed_by,
    }
    return told | {"phone": entry.phone, "number": entry.number} if numbers else told


def _print(shown: Sequence[Mapping[str, object]]) -> None:
    if not shown:
        typer.echo("Nothing there.")
    for each in shown:
        length = f"{each['seconds']} s" if each["seconds"] else f"{each['pages']} p." if each["pages"] else "-"
        words = (each["id"], each["came_at"], each["team"], each["kind"], length, each["state"], each["claimed_by"])
        private = (each.get("phone", ""), each.get("number", ""))
        typer.echo("  ".join(str(word) for word in (*words, *private) if word))
