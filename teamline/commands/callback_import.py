"""`teamline callbacks import`: appointments from a CSV file, all of them or none."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from operations.active import ActiveRouter, InForce
from operations.callbacks.appointment_file import FileRefused, Mistake, Row, read_appointments
from operations.callbacks.appointments import Appointments
from operations.callbacks.wanted import NotMade
from operations.mailbox.callback_wishes import CallbackWishes, HashedPhones
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.open_entries import OpenEntries
from operations.mailbox.ports import Entry, MailboxAway
from routing.centre import Centre
from routing.closures import apply
from routing.directory import DirectoryTable
from teamline.clock import wall_clock
from teamline.commands.in_force import centre_for
from teamline.commands.messages import AWAY, journalling
from teamline.output import WRONG_USE, JsonOption, fail, print_json, run, settings_or_fail
from teamline.secret_file import read_or_create
from teamline.settings import Settings
from teamline.stored import Stored, open_store


def import_appointments(
    file: Annotated[Path, typer.Argument(help="CSV: team,phone,at[,until,number,language,concern]")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, change nothing")] = False,
    as_json: JsonOption = False,
) -> None:
    """Take in appointments: each bad line is named; none is made if any is bad."""
    settings = settings_or_fail()
    if not file.is_file():
        fail(f"{file}: no such file: name an existing CSV file", code=WRONG_USE)

    async def work() -> None:
        async with open_store(settings) as stored:
            centre = apply(
                await centre_for(stored, settings, is_named=False),
                [order.closure for order in await stored.closings.all()],
            )
            try:
                rows = read_appointments(file, centre.timezone)
                async with journalling(stored, settings, centre.timezone) as mailbox:
                    made = await _made(mailbox, stored, settings, centre, rows, is_dry=dry_run)
            except FileRefused as refused:
                _refuse(file, refused.mistakes, as_json=as_json)
            except MailboxAway:
                fail(AWAY)
        _print(file, made, is_dry=dry_run, as_json=as_json)

    run(work)


async def _made(
    mailbox: Mailbox, stored: Stored, settings: Settings, centre: Centre, rows: Sequence[Row], *, is_dry: bool
) -> Sequence[Entry]:
    """What is kept, or would be. Raises FileRefused, MailboxAway: then nothing is."""
    entries = list(await mailbox.listed())
    appointments = await _appointments(mailbox, stored, settings, centre, entries)
    checked = await _checked(appointments, rows, entries)
    kept: list[Entry] = []
    if is_dry:
        return checked
    try:
        for row, entry in zip(rows, checked, strict=True):
            kept.append(await _kept(appointments, row, entry))
    except BaseException:
        for entry in kept:
            await mailbox.erase(entry.id)
        raise
    return kept


async def _checked(appointments: Appointments, rows: Sequence[Row], entries: list[Entry]) -> list[Entry]:
    """Each beside those that are kept and those before it in the file. Raises FileRefused."""
    mistakes, checked = list[Mistake](), list[Entry]()
    for row in rows:
        try:
            checked.append(await appointments.checked(row.wanted, [*entries, *checked]))
        except NotMade as refused:
            mistakes.append(_mistake(row, refused))
    if mistakes:
        raise FileRefused(mistakes)
    return checked


async def _kept(appointments: Appointments, row: Row, entry: Entry) -> Entry:
    try:
        return await appointments.keep(entry)
    except NotMade as refused:
        raise FileRefused([_mistake(row, refused)]) from refused


def _mistake(row: Row, refused: NotMade) -> Mistake:
    free = ", ".join(moment.strftime("%Y-%m-%dT%H:%M") for moment in refused.free)
    cure = f"free: {free}" if free else "correct it, or leave the line out"
    return row.mistake(refused.place, str(refused).rstrip("."), cure)


async def _appointments(
    mailbox: Mailbox, stored: Stored, settings: Settings, centre: Centre, entries: Sequence[Entry]
) -> Appointments:
    known = OpenEntries(HashedPhones(read_or_create(settings.key_file)))
    known.listed(entries)
    mailbox.changed.append(known.hear)
    clock = wall_clock(settings.clock_at)
    version = await stored.directory()
    directory = await stored.load_directory(version) if version else DirectoryTable.empty()
    router = ActiveRouter(InForce(centre, "", directory), clock, lambda _: None)
    wishes = CallbackWishes(mailbox, known, lambda: centre, time.time, clock, lambda: settings.trunk is not None)
    return Appointments(mailbox, wishes, router, time.time, clock)


def _refuse(file: Path, mistakes: Sequence[Mistake], *, as_json: bool) -> None:
    if as_json:
        told = [{"line": each.line, "column": each.column, "what": each.what, "cure": each.cure} for each in mistakes]
        print_json({"imported": False, "mistakes": told})
    fail(
        *(f"{file}:{each.line}:{each.column}: {each.what}: {each.cure}" for each in mistakes),
        f"{file}: {len(mistakes)} mistake{'s' if len(mistakes) != 1 else ''}, no appointment was made.",
    )


def _print(file: Path, made: Sequence[Entry], *, is_dry: bool, as_json: bool) -> None:
    if as_json:
        told = [{"id": each.id, "team": each.team} for each in made]
        print_json({"imported": not is_dry, "appointments": told, "mistakes": []})
        return
    word = "would be made" if is_dry else "made"
    typer.echo(f"{file}: {len(made)} appointment{'s' if len(made) != 1 else ''} {word}.")
