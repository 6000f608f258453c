"""Who may come in: accounts, sessions, and an identity provider if one is set; the feature around the sign-in."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import structlog

from operations.active import InForce
from operations.audit import Notes
from operations.sign_in.account_changes import AccountChanges
from operations.sign_in.account_list import AccountList
from operations.sign_in.accounts import KeptAccounts
from operations.sign_in.granting import Granting
from operations.sign_in.own_sign_in import OwnSignIn
from operations.sign_in.sign_in import SignIn
from operations.sign_in.terms import Terms
from routing.centre import Centre
from teamline.oidc_settings import granting
from teamline.settings import Settings
from web.accounts.api import accounts_api
from web.accounts.list_page import list_page
from web.accounts.one_page import one_page
from web.accounts.own_page import own_page
from web.accounts.rooms import AccountRooms
from web.health import Dependencies, Dependency
from web.room import Room
from web.session import session_routes
from web.sign_in.page import sign_in_page
from web.who import Door

if TYPE_CHECKING:
    from web.sign_in.provider import Provider

LOOK_SECONDS = 60.0

log = structlog.get_logger()


class FrontDoor:
    """`Feature`, built first: the others ask `door`."""

    def __init__(self, accounts: KeptAccounts, settings: Settings, centre: Callable[[], Centre], notes: Notes) -> None:
        self._settings, self._centre = settings, centre
        self._granting = _granting(settings)
        terms = Terms(
            settings.session_idle_minutes * 60.0,
            settings.session_hours * 3600.0,
            self._granting.id if self._granting else "",
        )
        self.sign_in = SignIn(accounts, time.time, terms, notes)
        self.door = Door(self.sign_in)
        listed = AccountList(accounts, terms, time.time)
        self._account_rooms = AccountRooms(
            self.door,
            listed,
            AccountChanges(accounts, notes, centre),
            OwnSignIn(accounts, self.sign_in, listed, terms, notes),
            centre,
        )
        self._provider: Provider | None = None
        self._seen: Dependency | None = None
        self._watch: asyncio.Task[None] | None = None
        self._rooms = self._built()

    @property
    def rooms(self) -> Sequence[Room]:
        """Sessions, the pages of the sign-in, and accounts."""
        return self._rooms

    @property
    def depends(self) -> Dependencies:
        """How the provider was when it was last looked at; nothing without one."""
        return {"sign-in-provider": self._seen} if self._seen else {}

    async def start(self) -> None:
        """Look at the provider now and then, so that its failure is known before somebody stands before the door."""
        if self._provider:
            self._watch = asyncio.get_running_loop().create_task(self._keep_looking(self._provider))

    async def stop(self) -> None:
        """Let go of the provider."""
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        if self._provider:
            await self._provider.close()

    def configured(self, now: InForce) -> None:
        """Pages look at the centre anew each time."""

    async def _keep_looking(self, provider: "Provider") -> None:
        from web.sign_in.provider_health import provider_health  # noqa: PLC0415 - with the provider's libraries

        while True:
            try:
                self._seen = await provider_health(provider)
            except Exception:
                log.exception("provider_not_looked_at")
            await asyncio.sleep(LOOK_SECONDS)

    def _built(self) -> list[Room]:
        settings = self._settings
        label = settings.oidc_name if self._granting else ""
        rooms = [
            session_routes(self.sign_in, self.door),
            sign_in_page(self.sign_in, self.door, self._centre, label),
            accounts_api(self._account_rooms),
            list_page(self._account_rooms),
            one_page(self._account_rooms),
            own_page(self._account_rooms),
        ]
        return [self._by_provider(self._granting, label), *rooms] if self._granting else rooms

    def _by_provider(self, granted: Granting, label: str) -> Room:
        # Half a second of libraries that a centre without a provider does not need.
        from teamline.provider_client import provider_of  # noqa: PLC0415 - as said above
        from web.sign_in.provider_page import ProviderDoor  # noqa: PLC0415 - as said above

        settings = self._settings
        self._provider = provider_of(settings)
        public = settings.public_url or ""
        way = ProviderDoor(self._provider, granted, self.sign_in, self._centre, label=label, public=public)
        return way.routes(self.door)


def _granting(settings: Settings) -> Granting | None:
    if not settings.oidc_issuer:
        return None
    claims = settings.oidc_roles_claim, settings.oidc_name_claim, settings.oidc_member_claim
    return granting(settings.oidc_issuer, settings.oidc_client_id or "", settings.oidc_roles, claims)
