"""Everything before the lab runs: an Asterisk, spoken prompts, the store with teams.yaml and customers in it."""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.progress import Progress

from operations.directory_import import import_csv
from routing.centre import Centre
from routing.number import NumberFormat
from routing.teams.file import parse
from teamline.commands.prompts import build_with_progress
from teamline.lab.accounts import keep_accounts
from teamline.lab.described import Lab
from teamline.lab.parts import Parts
from teamline.lab.phones import phones, with_enough_members
from teamline.lab.places import LabPlaces, LabPorts, environment
from teamline.output import errors, read_text
from teamline.rendering import rendered
from teamline.secret_file import read_or_create
from teamline.settings import Settings
from teamline.stored import open_store
from telephony.dialplan.files import write
from telephony.lab.asterisk import PrivateAsterisk
from telephony.lab.fetch import asterisk, cache_folder
from telephony.lab.installation import Installation
from telephony.lab.ports import free_ports


@dataclass(frozen=True, slots=True)
class LabWish:
    """What was asked for on the command line."""

    teams: Path
    customers: Path | None
    home: Path
    members: int
    port_base: int | None
    is_always_open: bool
    at: datetime | None
    """When the wall clock begins; without an offset it is local time of the centre."""


def prepare(wish: LabWish) -> Lab:
    """A lab whose store runs and whose Asterisk is configured; Asterisk and router are not started yet.

    Raises TeamsFileError, ImportRefused, NoAsterisk, EmbeddedStoreFailed or OSError.
    """
    text = with_enough_members(read_text(wish.teams), wish.members)
    centre = parse(text, str(wish.teams))
    installation = _asterisk()
    places = LabPlaces.below(wish.home)
    places.teams.write_text(text, encoding="utf-8")
    pbx = PrivateAsterisk.in_folder(places.home / "asterisk", installation, wish.port_base)
    ports = LabPorts(*free_ports(3, None if wish.port_base is None else wish.port_base + 10))
    parts = Parts(places, pbx)
    parts.environment = environment(
        places,
        ports,
        pbx,
        _prompts_folder(centre),
        is_always_open=wish.is_always_open,
        clock_at=_clock_at(wish.at, centre),
    )
    settings = _settings(parts)
    with _alone(settings.prompts_folder):
        build_with_progress(settings, settings.prompts_folder, tuple(centre.languages.values()), centre.name)
    secret = read_or_create(settings.key_file)
    parts.start_store()
    version = asyncio.run(_fill(settings, text, wish, secret))
    write(pbx.places.rendered, rendered(centre, version, settings, secret))
    return Lab(places, ports, parts, centre, phones(centre, wish.members), settings, secret)


def _clock_at(at: datetime | None, centre: Centre) -> str | None:
    local = at.replace(tzinfo=centre.timezone) if at and not at.tzinfo else at
    return local.isoformat() if local else None


def _asterisk() -> Installation:
    with Progress(console=errors, transient=True) as progress:
        task = progress.add_task("Asterisk", total=100, visible=False)
        return asterisk(
            lambda percent, doing: progress.update(task, completed=percent, description=doing, visible=True)
        )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two labs that start at once share this folder: the second finds what the first has built."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _prompts_folder(centre: Centre) -> Path:
    """One folder of sounds for each name and set of languages, shared by all labs of this user."""
    spoken = "\n".join((centre.name, *centre.languages.values()))
    return cache_folder() / f"prompts-{hashlib.sha256(spoken.encode()).hexdigest()[:12]}"


def _settings(parts: Parts) -> Settings:
    with _in_environment(dict(parts.environment)):
        return Settings()


@contextmanager
def _in_environment(variables: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("TEAMLINE_")]:
        del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


async def _fill(settings: Settings, text: str, wish: LabWish, secret: bytes) -> str:
    async with open_store(settings) as stored:
        version = await stored.configs.activate(text, datetime.now(UTC))
        await keep_accounts(stored.accounts, stored.centre_from(text, str(wish.teams)), secret)
        if wish.customers:
            centre = stored.centre_from(text, str(wish.teams))
            numbers = NumberFormat(centre.customer_pattern, centre.household_pattern)
            imported = import_csv(
                wish.customers, centre, numbers, stored.keyed_hash, lambda _done, _total: None, now=datetime.now(UTC)
            )
            await stored.directories.save(imported.table)
            await stored.directories.activate(imported.table.version)
        return version
