"""Close now, and open again: kept in the store, followed by every router within two seconds.

What closes is a `routing.hours.closure.Closure`; here is who may say so for how long, and what is in force while the
store is away: whatever was known last.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from operations.active import ActiveRouter
from routing.centre import Centre
from routing.closures import apply, closed_teams
from routing.hours.closure import CENTRE_SCOPE, TEAM_SCOPE, Closure

POLL_SECONDS = 0.5
"""One small question to the store."""
LONGEST = timedelta(days=7)
MOST_CHARACTERS = 200

log = structlog.get_logger()


class ClosingsAway(Exception):
    """The store does not answer: nothing was closed or opened. Try again in a moment."""


class CloseRefused(Exception):
    """This cannot be closed like that; the sentence says why."""


@dataclass(frozen=True, slots=True)
class ClosedNow:
    """A closure, and the account or command that ordered it."""

    closure: Closure
    by: str


class KeptClosings(Protocol):
    """The store's side: one closure a scope. All raise ClosingsAway."""

    async def all(self) -> Sequence[ClosedNow]:
        """Every one, expired ones included, by scope."""
        ...

    async def put(self, order: ClosedNow) -> None:
        """Keep it in place of an earlier one of its scope."""
        ...

    async def remove(self, scope: str) -> bool:
        """Whether there was one."""
        ...


class Remembers(Protocol):
    """Where what is in force is noted for a start without the store. May raise OSError."""

    def keep_closings(self, orders: Sequence[ClosedNow]) -> None:
        """Note them."""
        ...

    def closings(self) -> Sequence[ClosedNow]:
        """What was noted last; nothing if that cannot be read."""
        ...


def ordered(centre: Centre, scope: str, until: datetime, reason: str, now: datetime) -> Closure:
    """A closure from now on, if it can be one; a time without offset is the centre's. Raises CloseRefused."""
    try:
        closed_teams(centre, scope)
    except LookupError as error:
        raise CloseRefused(f"{scope!r} is nothing that this centre has: a team's id, site:ID or centre") from error
    said = " ".join(reason.split())
    if not said or len(said) > MOST_CHARACTERS or not said.isprintable():
        raise CloseRefused(f"the reason has 1 to {MOST_CHARACTERS} printable characters")
    end = until if until.tzinfo else until.replace(tzinfo=centre.timezone)
    if end <= now:
        raise CloseRefused("this moment has passed: name one to come")
    if end > now + LONGEST:
        raise CloseRefused("longer than 7 days is no closing for now: write the days into teams.yaml")
    return Closure(scope, now, end, said)


class Closings:
    """The closures in force in one router."""

    def __init__(
        self, kept: KeptClosings, remembers: Remembers, router: ActiveRouter, clock: Callable[[], datetime]
    ) -> None:
        """`clock` rules the opening hours."""
        self._kept, self._remembers, self._router, self._clock = kept, remembers, router, clock
        self._orders: tuple[ClosedNow, ...] = tuple(remembers.closings())
        self._made: tuple[Centre, tuple[ClosedNow, ...]] | None = None
        self._is_away = False

    def closed(self, centre: Centre) -> Centre:
        """The centre with the closures in force; the very same object if it has them already."""
        if self._made is None or self._made[0] is not centre or self._made[1] != self._orders:
            closures = [order.closure for order in self._orders]
            known = [closure for team in centre.teams.values() for closure in team.hours.closures]
            self._made = (apply(centre, closures) if closures or known else centre, self._orders)
        return self._made[0]

    def of_team(self, team: str) -> tuple[ClosedNow, ...]:
        """What closes this team now, whatever its own hours say."""
        centre, now = self._router.centre, self._clock()
        return tuple(
            order for order in self._orders if order.closure.holds(now) and team in _teams(centre, order.closure.scope)
        )

    def of_scope(self, scope: str) -> ClosedNow | None:
        """What was ordered for this scope and holds now."""
        now = self._clock()
        return next((each for each in self._orders if each.closure.scope == scope and each.closure.holds(now)), None)

    async def close(self, scope: str, until: datetime, reason: str, by: str) -> ClosedNow:
        """Close at once, here and in every router. Raises CloseRefused or ClosingsAway."""
        order = ClosedNow(ordered(self._router.centre, scope, until, reason, self._clock()), by)
        await self._kept.put(order)
        log.info("closed_now", by=by, scope=scope, until=order.closure.until.isoformat())
        await self.look()
        return order

    async def reopen(self, scope: str, by: str) -> bool:
        """Take an own order of this scope back; whether there was one. Raises ClosingsAway."""
        was_closed = await self._kept.remove(scope)
        if was_closed:
            log.info("opened_again", by=by, scope=scope)
        await self.look()
        return was_closed

    async def look(self) -> None:
        """One look at the store; while it is away, what was known last stays in force."""
        try:
            orders = tuple(await self._kept.all())
        except ClosingsAway:
            if not self._is_away:
                log.warning("closings_not_followed")
            self._is_away = True
            return
        self._is_away = False
        if orders != self._orders:
            self._orders = orders
            self.apply()
            await self._note(orders)

    def apply(self) -> None:
        """Have the router decide by the closures in force."""
        force = self._router.in_force
        centre = self.closed(force.centre)
        if centre is not force.centre:
            self._router.in_force = replace(force, centre=centre)

    async def follow(self) -> None:
        """Look again and again until cancelled."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                await self.look()
            except Exception:
                log.exception("closings_look_failed")

    async def _note(self, orders: Sequence[ClosedNow]) -> None:
        try:
            await asyncio.to_thread(self._remembers.keep_closings, orders)
        except OSError as error:
            log.warning("closings_not_noted", error=error.strerror)


def scope_of(word: str) -> str:
    """The scope that an administrator means by a team's id, `site:ID` or `centre`."""
    return word if word == CENTRE_SCOPE or ":" in word else f"{TEAM_SCOPE}{word}"


def team_in(scope: str) -> str:
    """The team's id in a scope; empty for a site or the centre."""
    return scope.removeprefix(TEAM_SCOPE) if scope.startswith(TEAM_SCOPE) else ""


def _teams(centre: Centre, scope: str) -> tuple[str, ...]:
    try:
        return closed_teams(centre, scope)
    except LookupError:
        return ()
