"""What a router finds when it starts: the store, or what was in force last when the store is away."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from operations.active import InForce
from routing.directory import DirectoryTable
from routing.teams.file import TeamsFileError, parse
from store.connection import AWAY, connect
from teamline.router.last_known import LastKnown
from teamline.secret_file import read_or_create
from teamline.settings import Settings
from teamline.stored import Stored, embedded_store, stored_over

STORE_SECONDS = 5.0

log = structlog.get_logger()


class NothingToServe(Exception):
    """There is no teams.yaml: neither active in the store, nor as a file, nor from an earlier start."""


@dataclass(slots=True)
class Found:
    """The store, the secret, and what is in force at the start."""

    in_force: InForce
    stored: Stored
    secret: bytes
    last: LastKnown
    seen_text: str

    async def keep(self, force: InForce) -> None:
        """Note on disk what is in force, for a start without the store."""
        try:
            active = await self.stored.configs.active()
            if active and active.id == force.config_version:
                self.last.keep_config(active.id, active.text)
            if len(force.directory):
                await asyncio.to_thread(self.last.keep_directory, force.directory)
        except AWAY as error:
            log.warning("last_known_not_kept", error=type(error).__name__)

    async def activate_changed_file(self, settings: Settings) -> None:
        """Activate teams.yaml if it changed since we last read it; a wrong one is logged and changes nothing."""
        try:
            text = _file_text(settings)
        except (NothingToServe, OSError) as error:
            log.warning("configuration_refused", mistakes=[str(error)])
            return
        if text is None or text == self.seen_text:
            return
        try:
            await asyncio.to_thread(parse, text, str(settings.config))
            await self.stored.configs.activate(text, datetime.now(UTC))
            self.seen_text = text
        except TeamsFileError as error:
            log.warning("configuration_refused", mistakes=[str(mistake) for mistake in error.mistakes])
        except AWAY as error:
            log.warning("store_away", error=type(error).__name__)


@contextlib.asynccontextmanager
async def find(settings: Settings) -> AsyncIterator[Found]:
    """Open the store (embedded if no URL is set) and what is in force.

    Raises NothingToServe, TeamsFileError, SecretRefused, StoreRefused or EmbeddedStoreFailed.
    """
    secret = read_or_create(settings.key_file)
    with contextlib.ExitStack() as embedded:
        address = settings.store_address or embedded.enter_context(embedded_store(settings))
        client = connect(address)
        stored = stored_over(client, settings, secret)
        last = LastKnown(settings.data / "last-known")
        try:
            try:
                async with asyncio.timeout(STORE_SECONDS):
                    in_force = await _from_store(stored, settings)
            except (*AWAY, TimeoutError):
                log.warning("store_away_at_start", store=address.shown)
                in_force = _from_disk(stored, settings, last)
            yield Found(in_force, stored, secret, last, _file_text(settings) or "")
        finally:
            await client.aclose()


async def _from_store(stored: Stored, settings: Settings) -> InForce:
    active = await stored.configs.active()
    if active is None:
        text = _file_text(settings)
        if text is None:
            raise NothingToServe(
                "no teams.yaml is in force and there is no file to begin with: name one with --config FILE"
            )
        parse(text, str(settings.config))
        await stored.configs.activate(text, datetime.now(UTC))
        active = await stored.configs.active()
        if active is None:
            raise NothingToServe("the store forgot what it was just told: look at its log")
    version = await stored.directory()
    directory = await stored.load_directory(version) if version else DirectoryTable.empty()
    return InForce(stored.centre_from(active.text, f"{active.id}.yaml"), active.id, directory)


def _from_disk(stored: Stored, settings: Settings, last: LastKnown) -> InForce:
    version, text = last.config() or ("file", _file_text(settings) or "")
    if not text:
        raise NothingToServe("the store is away, and nothing was in force here before: start the store")
    return InForce(stored.centre_from(text, f"{version}.yaml"), version, last.directory(stored.keyed_hash))


def _file_text(settings: Settings) -> str | None:
    file = settings.config or Path("teams.yaml")
    try:
        return file.read_text(encoding="utf-8") if file.is_file() else None
    except UnicodeDecodeError as error:
        raise NothingToServe(f"{file}: not UTF-8 at byte {error.start}: save it as UTF-8") from error
