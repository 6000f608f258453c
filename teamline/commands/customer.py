"""What `export` and `erase` share: whose number it is, where to look, and the line that tells that it was done."""

import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from operations.callbacks.lost_places import HashedCustomers
from operations.customer_records.fits import lacks_letter
from operations.customer_records.kept import Customer, Stores
from operations.mailbox.content_files import ContentFiles, sync
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.record import MailboxRecords
from operations.mailbox.voice_folder import Sound, VoiceFolder
from routing.centre import Centre
from routing.directory import DirectoryTable
from routing.number import NumberFormat
from teamline.noted import login
from teamline.output import WRONG_USE, fail
from teamline.secret_file import read_or_create
from teamline.settings import Settings
from teamline.stored import Stored

AUDIT_FILE = "audit.jsonl"
AWAY = "not everything could be asked just now ({}): see the store's log and the folders' permissions, then do it again"

NumberArgument = Annotated[
    str, typer.Argument(metavar="NUMBER", help="Customer or household number, as on letters; - reads it from stdin")
]


def number_told(word: str) -> str:
    """The number, from standard input if so wanted: there no list of processes shows it."""
    return sys.stdin.readline().strip() if word == "-" else word.strip()


def customer_of(told: str, centre: Centre, stored: Stored, secret: bytes, command: str) -> Customer:
    """Whose number it is; exit code 2 for what is none, or what may be several customers'."""
    numbers = NumberFormat(centre.customer_pattern, centre.household_pattern)
    number = numbers.written(told)
    if number is None:
        patterns = f"{numbers.customer} or {numbers.household}"
        fail(f"{command}: this is no number of the form {patterns}: write it as on letters", code=WRONG_USE)
    if lacks_letter(number, numbers):
        fail(f"{command}: without its letter this may be several customers' number: write it whole", code=WRONG_USE)
    return Customer(number, numbers, stored.keyed_hash, HashedCustomers(secret)(number))


async def stores_of(stored: Stored, settings: Settings, mailbox: Mailbox) -> Stores:
    """Where to look."""
    records = MailboxRecords(read_or_create(settings.key_file))
    version = await stored.directory()
    directory = await stored.load_directory(version) if version else DirectoryTable.empty()
    return Stores(
        mailbox=mailbox,
        files=ContentFiles(settings.mailbox_folder.absolute(), records),
        voices=VoiceFolder(settings.voice_folder.absolute(), records, Sound(_unheard, _closed)),
        mails=stored.outbox,
        directory=directory,
        journal=stored.journal,
        places=stored.lost_places,
        gave_up=stored.gave_up,
    )


def note(settings: Settings, what: str, counts: Mapping[str, int]) -> None:
    """One line in the audit file, on the disk: when, who, what, how much; no number. Raises OSError."""
    line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "by": login(), "what": what, **counts}
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = settings.data / AUDIT_FILE
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())
    sync(settings.data)


def _unheard(_file: Path) -> float:
    return 0.0


def _closed(_file: Path) -> bool:
    return True
