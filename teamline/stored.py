"""What is kept in the store: versions of teams.yaml and directory, the journal, accounts, what is closed now."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from operations.cards import Cards
from operations.configuration import StoreUnreachable
from operations.gave_up.record import GaveUpRecords
from operations.mailbox.record import MailboxRecords
from routing.centre import Centre, with_hours_always_open
from routing.directory import DirectoryTable, KeyedHash
from routing.teams.file import parse
from store.accounts import AccountStore
from store.audit import AuditStore
from store.callback_stop import CallbackStopStore
from store.cards import RevokedCards
from store.closings import ClosingStore
from store.config_versions import ConfigVersions
from store.connection import Client, StoreAddress, StoreRefused, connect, is_up
from store.directory import DirectoryStore
from store.embedded import EmbeddedStore
from store.gave_up import GaveUpStore
from store.journal import JournalStore
from store.lost_places import LostPlaceStore
from store.mailbox import MailboxStore
from store.outbox import OutboxStore
from teamline.secret_file import read_or_create
from teamline.settings import Settings

ADDRESS_FILE = "store.url"


@dataclass(frozen=True, slots=True)
class Stored:
    """The store's rooms, and what the settings say about reading them."""

    configs: ConfigVersions
    directories: DirectoryStore
    keyed_hash: KeyedHash
    is_always_open: bool
    journal: JournalStore
    accounts: AccountStore
    closings: ClosingStore
    mailbox: MailboxStore
    outbox: OutboxStore
    cards: Cards
    callback_stop: CallbackStopStore
    lost_places: LostPlaceStore
    audit: AuditStore
    gave_up: GaveUpStore

    async def config(self) -> str | None:
        """Id of the active configuration."""
        return await self.configs.active_id()

    async def directory(self) -> str | None:
        """Id of the active directory."""
        return await self.directories.active_version()

    async def load_centre(self, version: str) -> Centre:
        """The active configuration, parsed off the loop. Raises TeamsFileError."""
        found = await self.configs.active()
        if found is None or found.id != version:
            raise StoreUnreachable("the active version changed meanwhile")
        return await asyncio.to_thread(self.centre_from, found.text, f"{version}.yaml")

    async def load_directory(self, version: str) -> DirectoryTable:
        """The directory with this id. Raises ValueError if it is damaged or made with another secret."""
        return await self.directories.load(version, self.keyed_hash)

    def centre_from(self, text: str, name: str) -> Centre:
        """A centre from a text, its hours set aside where the settings say so. Raises TeamsFileError."""
        centre = parse(text, name)
        return with_hours_always_open(centre) if self.is_always_open else centre


def stored_over(client: Client, settings: Settings, secret: bytes) -> Stored:
    """The store's rooms over one client, which need not be connected yet."""
    return Stored(
        ConfigVersions(client),
        DirectoryStore(client),
        KeyedHash(secret),
        settings.always_open,
        JournalStore(client, settings.journal_days),
        AccountStore(client),
        ClosingStore(client),
        MailboxStore(client, MailboxRecords(secret)),
        OutboxStore(client),
        Cards(secret, RevokedCards(client)),
        CallbackStopStore(client),
        LostPlaceStore(client),
        AuditStore(client, settings.audit_days),
        GaveUpStore(client, GaveUpRecords(secret)),
    )


@contextlib.contextmanager
def embedded_store(settings: Settings) -> Iterator[StoreAddress]:
    """The embedded store for this while; its address is noted for other commands. Raises EmbeddedStoreFailed."""
    folder = settings.data / "store"
    noted = folder / ADDRESS_FILE
    with EmbeddedStore(folder) as store:
        try:
            noted.write_text(store.url)
            yield StoreAddress(store.url)
        finally:
            noted.unlink(missing_ok=True)


@contextlib.asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Stored]:
    """The store by URL; else the embedded one, shared with a running router, or started for this while.

    Raises StoreRefused, StoreUnreachable, EmbeddedStoreFailed or SecretRefused.
    """
    secret = read_or_create(settings.key_file)
    with contextlib.ExitStack() as embedded:
        address = settings.store_address or await _running_embedded(settings)
        if address is None:
            address = embedded.enter_context(embedded_store(settings))
        client = connect(address)
        try:
            if not await is_up(client):
                raise StoreUnreachable(
                    f"store {address.shown}: no answer: start it, or correct TEAMLINE_STORE_URL and its password"
                )
            yield stored_over(client, settings, secret)
        finally:
            await client.aclose()


async def _running_embedded(settings: Settings) -> StoreAddress | None:
    noted = settings.data / "store" / ADDRESS_FILE
    if not noted.exists():
        return None
    address = StoreAddress(noted.read_text().strip())
    try:
        client = connect(address)
    except StoreRefused:  # half a note, left by a full disk
        return None
    try:
        return address if await is_up(client) else None
    finally:
        await client.aclose()
