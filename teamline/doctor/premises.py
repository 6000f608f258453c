"""What several checks share, each got once and only when asked for: secret, store, centre, manager session.

A premise that cannot be had raises Missing, which names the check whose business it is. That check fails; the
others say that they could not look. Nothing is made here that was not there: no secret, no data folder.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from routing.centre import Centre, with_hours_always_open
from routing.teams.file import TeamsFileError, parse, read
from store.config_versions import ConfigVersion, ConfigVersions
from store.connection import AWAY, Client, StoreAddress, StoreRefused, connect, is_up
from store.embedded import EmbeddedStoreFailed
from teamline.doctor.missing import Missing
from teamline.doctor.session import Session, open_session
from teamline.rendering import ami_secret
from teamline.settings import Settings
from teamline.stored import ADDRESS_FILE, Stored, embedded_store, stored_over

STORE_SECONDS = 4.0

_Had = TypeVar("_Had")


class Once(Generic[_Had]):
    """A premise: the first who asks starts getting it, everybody gets the same, or the same error."""

    def __init__(self, get: Callable[[], Coroutine[Any, Any, _Had]]) -> None:
        self._get = get
        self._task: asyncio.Task[_Had] | None = None

    async def __call__(self) -> _Had:
        """The premise. Raises Missing."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._get())
        return await asyncio.shield(self._task)

    async def if_asked_for(self) -> _Had | None:
        """What was got, None if nobody asked or it could not be had; waits for one under way."""
        if self._task is None:
            return None
        (had,) = await asyncio.gather(self._task, return_exceptions=True)
        return None if isinstance(had, BaseException) else had


class Premises:
    """Premises over one set of settings; use as an async context, which ends what was begun."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.secret = Once(self._secret)
        self.client = Once(self._client)
        self.active = Once(self._active)
        self.centre = Once(self._centre)
        self.session = Once(self._session)
        self._embedded = contextlib.ExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if session := await self.session.if_asked_for():
            await session.end()
        if client := await self.client.if_asked_for():
            await client.aclose()
        self._embedded.close()

    async def stored(self) -> Stored:
        """The store's rooms. Raises Missing."""
        return stored_over(await self.client(), self.settings, await self.secret())

    @property
    def teams_file(self) -> Path:
        """The teams.yaml of this machine, which need not exist."""
        return self.settings.config or Path("teams.yaml")

    async def _secret(self) -> bytes:
        """The secret as it is: whether it may be trusted is the `secret` check's business."""
        path = self.settings.key_file
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise Missing(
                "secret",
                f"{path}: there is no secret file",
                "put it back from your backup; on a first start `teamline serve` makes one",
            ) from None
        except OSError as error:
            raise Missing("secret", f"{path}: {error.strerror}", "run the doctor as the user of the router") from error

    async def _client(self) -> Client:
        address = self.settings.store_address or await self._embedded_address()
        try:
            client = connect(address)
        except StoreRefused as refused:
            what, _, cure = str(refused).rpartition(": ")
            raise Missing("store", what, cure) from refused
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STORE_SECONDS):
                if await is_up(client):
                    return client
        await client.aclose()
        raise Missing(
            "store",
            f"store {address.shown}: no answer",
            "start it, or correct TEAMLINE_STORE_URL, its password and its certificate; calls go on meanwhile",
        )

    async def _embedded_address(self) -> StoreAddress:
        """The embedded store that a router runs, or one started over its data for this while."""
        folder = self.settings.data / "store"
        noted = folder / ADDRESS_FILE
        if noted.exists():
            address = StoreAddress(noted.read_text().strip())
            client = connect(address)
            try:
                if await is_up(client):
                    return address
            finally:
                await client.aclose()
        if not folder.is_dir():
            raise Missing(
                "store",
                f"{folder}: no store has been here yet",
                "begin with `teamline activate teams.yaml`, or name one with TEAMLINE_STORE_URL",
            )
        try:
            return await asyncio.to_thread(self._embedded.enter_context, embedded_store(self.settings))
        except (EmbeddedStoreFailed, OSError) as error:
            raise Missing(
                "store", f"embedded store: {error}", "look at store.log there; free the folder or restore it"
            ) from error

    async def version(self) -> str:
        """The id of the version in force. Raises Missing."""
        active = await self.active()
        if active is None:
            raise Missing("active", "no teams.yaml is in force", "teamline activate teams.yaml")
        return active.id

    async def _active(self) -> ConfigVersion | None:
        try:
            return await ConfigVersions(await self.client()).active()
        except AWAY as error:
            raise Missing(
                "store", f"the store does not tell: {type(error).__name__}", "check its log and the rights of its user"
            ) from error

    async def _centre(self) -> Centre:
        """What the store has in force, else what the file says."""
        with contextlib.suppress(Missing, TeamsFileError):
            if active := await self.active():
                return self._as_set(parse(active.text, f"{active.id}.yaml"))
        try:
            return self._as_set(read(self.teams_file))
        except (OSError, TeamsFileError) as error:
            raise Missing("teams", "no usable teams.yaml", "`teamline check` names each mistake") from error

    def _as_set(self, centre: Centre) -> Centre:
        return with_hours_always_open(centre) if self.settings.always_open else centre

    async def _session(self) -> Session:
        secret = self.settings.ami_secret
        password = secret.get_secret_value() if secret else ami_secret(self.settings, await self.secret())
        return await open_session(self.settings.ami_host, self.settings.ami_port, self.settings.ami_user, password)
