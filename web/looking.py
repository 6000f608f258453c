"""Who may look at live figures: people by their rights, and screens on a wall by their address.

A credential that is sent is judged, and nothing else then counts. Whoever sends none may read totals of teams from an
address of `TEAMLINE_WALLBOARD_FROM`. This machine is such a one only under a name of its own: a page from elsewhere,
whose name is turned to 127.0.0.1 (DNS rebinding), asks under that name. No such name is without a dot.
"""

import socket
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

from fastapi import HTTPException, Request

from operations.sign_in.accounts import OWN_TEAMS_ONLY, Right
from operations.sign_in.passwords import digest_of
from web.own_pages import host_in
from web.proxies import UNSURE, Networks, address_of, is_in, networks
from web.who import Guest, cookie_name

THIS_MACHINE = ("127.0.0.0/8", "::1/128")
_LOOPBACK = networks(THIS_MACHINE)


@dataclass(frozen=True, slots=True)
class Audience:
    """Somebody who may look: at which teams, None for all."""

    teams: frozenset[str] | None
    account: str = ""
    """Empty for a screen that is let in by its address."""
    credential: str = field(default="", repr=False)
    """A digest of what they came with: the same for all that one session asks."""

    def sees(self, team: str) -> bool:
        """Whether this team's figures are theirs to see."""
        return self.teams is None or team in self.teams


class Knows(Protocol):
    """`web.who.Door`, as far as it is needed here."""

    async def guest(self, request: Request) -> Guest:
        """HTTPException 401 or 503."""
        ...


class Looking:
    """`await looking.audience(request)` in a route; `door` None: nobody can prove who they are."""

    def __init__(
        self, door: Knows | None = None, listed: Sequence[str] = THIS_MACHINE, names: Collection[str] = ()
    ) -> None:
        """`listed`: networks whose screens need no sign-in; `names`: of this machine, beside what it calls itself.

        Raises ValueError for what is no network.
        """
        self._door, self._listed = door, networks(listed)
        self._names = frozenset(each.casefold() for each in (*names, socket.gethostname()))

    async def audience(self, request: Request) -> Audience:
        """Who looks. HTTPException 401 for nobody that we know, 403 without the right, 503 while the store is away."""
        if has_credential(request) and self._door:
            return audience_of(await self._door.guest(request), request)
        if self.is_listed(request) and not has_credential(request):
            return Audience(None)
        raise HTTPException(
            HTTPStatus.UNAUTHORIZED,
            "Sign in, send a bearer token, or look from an address of TEAMLINE_WALLBOARD_FROM; on the router's own "
            "machine at its address, as localhost, or as TEAMLINE_PUBLIC_URL.",
            {"WWW-Authenticate": 'Bearer realm="teamline"'},
        )

    async def guest(self, request: Request) -> Guest | None:
        """Who has signed in with this browser; None for everybody else, and while the store is away."""
        if not (self._door and request.cookies.get(cookie_name(request))):
            return None
        try:
            return await self._door.guest(request)
        except HTTPException:
            return None

    def is_listed(self, request: Request) -> bool:
        """Whether screens at this address need no sign-in."""
        return is_from(request, self._listed) and (not is_from(request, _LOOPBACK) or self._is_own_name(request))

    def _is_own_name(self, request: Request) -> bool:
        """Whether no page of another host can have asked under this name. Programs of old send none at all."""
        name = host_in(f"//{request.headers.get('host', '')}")
        if name is None:
            return False
        bare = name.rstrip(".")
        is_nobody_elses = "." not in bare or bare.endswith(".localhost") or address_of(bare) is not None
        return is_nobody_elses or bare in self._names


def is_from(request: Request, among: Networks) -> bool:
    """Whether the visitor's own address is surely one of these."""
    if request.client is None or request.scope.get(UNSURE):
        return False
    return is_in(address_of(request.client.host), among)


def has_credential(request: Request) -> bool:
    """Whether somebody says who they are, rightly or not."""
    return bool(request.headers.get("authorization") or request.cookies.get(cookie_name(request)))


def audience_of(guest: Guest, request: Request) -> Audience:
    """What an account may look at. HTTPException 403 without the right."""
    account = guest.account
    if not account.has(Right.SEE_TEAMS):
        raise HTTPException(HTTPStatus.FORBIDDEN, f"The role {account.role} may not see live figures.")
    teams = frozenset(account.teams) if account.role in OWN_TEAMS_ONLY else None
    token = request.headers.get("authorization", "")
    return Audience(teams, account.name, guest.session.id if guest.session else digest_of(token))
