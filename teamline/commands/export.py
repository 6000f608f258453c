"""`teamline export`: everything that is kept of one customer."""

import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from operations.audit import Deed
from operations.callbacks.lost_places import LostPlacesAway
from operations.customer_records.kept import Kept, Stores, kept_of
from operations.customer_records.told import content_name, told
from operations.gave_up.row import GaveUpAway
from operations.journal import JournalAway
from operations.mail.ports import OutboxAway
from operations.mailbox.ports import MailboxAway, NoSuchEntry
from teamline.commands.customer import AWAY, NumberArgument, customer_of, note, number_told, stores_of
from teamline.commands.in_force import centre_for
from teamline.commands.messages import journalling
from teamline.noted import noted
from teamline.output import WRONG_USE, JsonOption, fail, print_json, run, settings_or_fail
from teamline.secret_file import read_or_create
from teamline.stored import open_store

DOCUMENT = "customer.json"


def export(
    number: NumberArgument,
    *,
    into: Annotated[
        Path | None,
        typer.Option(
            "--into", metavar="FILE.zip", help="With recordings and documents; must not exist", dir_okay=False
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print what is kept of one customer over every store, as JSON; or write it into a ZIP file with its contents."""
    settings = settings_or_fail()
    if into is not None and (into.suffix != ".zip" or into.exists()):
        fail(f"export: {into.name}: name a file that ends in .zip and does not exist yet", code=WRONG_USE)
    asked = number_told(number)

    async def work() -> None:
        async with open_store(settings) as stored:
            centre = await centre_for(stored, settings, is_named=False)
            customer = customer_of(asked, centre, stored, read_or_create(settings.key_file), "export")
            try:
                async with journalling(stored, settings, centre.timezone) as mailbox:
                    stores = await stores_of(stored, settings, mailbox)
                    kept = await kept_of(customer, stores)
                    await noted(stored, Deed.CUSTOMER_EXPORTED, things=str(kept.count))
            except (MailboxAway, OutboxAway, JournalAway, LostPlacesAway, GaveUpAway) as error:
                fail(f"export: {AWAY.format(type(error).__name__)}")
        document = told(customer, kept, asked, centre.timezone, datetime.now(UTC))
        note(settings, "export", {"things": kept.count})  # nothing is handed out that no line tells of
        missing = 0
        if into is None:
            print_json(document)
        else:
            missing = _write(into, document, kept, stores)
        if into is not None and as_json:
            print_json({"file": str(into), "things": kept.count, "missing": missing})
        elif into is not None:
            typer.echo(f"{into}: {len(kept.entries)} entries, {kept.count} things in all.")
        if missing:
            fail(
                f"export: {missing} contents could not be read: customer.json names them, the mailbox folder lacks them"
            )

    run(work)


def _write(into: Path, document: Mapping[str, object], kept: Kept, stores: Stores) -> int:
    """For its owner only, whole or not at all; how many contents are missing."""
    descriptor, name = tempfile.mkstemp(".part", f".{into.name}.", into.parent)  # nobody else's file, nor a link
    part, missing = Path(name), 0
    try:
        with os.fdopen(descriptor, "w+b") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(DOCUMENT, json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n")
            for entry in (*kept.entries, *kept.files):
                try:
                    archive.write(stores.files.path(entry), content_name(entry))
                except (NoSuchEntry, FileNotFoundError):
                    missing += bool(entry.file)
            for entry in kept.recordings:
                recording = stores.voices.file(entry.id)
                if recording.is_file():
                    archive.write(recording, f"recordings/{recording.name}")
        part.replace(into)
    finally:
        part.unlink(missing_ok=True)
    return missing
