"""The queue of what goes out for mailboxes: mails and copies. It survives restarts, and never keeps anybody waiting.

Theory of operation. Each entry that comes gets one record a way in the store, whose id stays until the entry is
erased: so a router that starts finds entries without one (it was killed in between) and sends for them, and never
sends twice for one. A record is claimed before it is carried; one that was claimed by a router that died is due again
when the claim ends, and goes out under the same Message-ID. What a carrier postpones waits longer each time and is
given up after three days; what it refuses is given up at once. A way on which nothing goes at all is tried with one
thing a minute, and the rest follows as soon as that one goes. Nothing here ever reaches back into a call or a mailbox.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import structlog

from facts.contact import LeftState
from operations.mail.ports import (
    Carrier,
    KeptOutbox,
    OutboxAway,
    Outgoing,
    Postponed,
    Refused,
    Sending,
    Unreachable,
    Way,
)
from operations.mailbox.ports import Entry, MailboxAway, NoSuchEntry

SECOND_TRY_SECONDS = 10.0
"""A server that is started again is back in seconds."""
FIRST_SECONDS = 60.0
LONGEST_SECONDS = 3600.0
UNREACHABLE_SECONDS = 60.0
"""About so long at most until a way on which nothing goes is tried again."""
GIVE_UP_SECONDS = 3 * 86_400.0
CLAIM_SECONDS = 330.0
"""Longer than a carrier may take."""
CARRY_SECONDS = 300.0
LOOK_SECONDS = 1.0
AT_ONCE = 20
JITTER = 0.25

log = structlog.get_logger()


def wait_seconds(tries: int, random: float) -> float:
    """How long after so many failed tries; `random` from 0 to 1 spreads them by a quarter to each side."""
    steady = SECOND_TRY_SECONDS if tries == 1 else min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** min(tries - 2, 10))
    return steady * _spread(random)


def probe_seconds(failures: int, random: float) -> float:
    """How long a way is left alone after so many failures in a row: 10, 20, 40 seconds, then a minute."""
    steady: float = min(SECOND_TRY_SECONDS * 2 ** min(failures - 1, 10), UNREACHABLE_SECONDS)
    return steady * _spread(random)


def _spread(random: float) -> float:
    return 1 - JITTER + 2 * JITTER * random


@dataclass(frozen=True, slots=True)
class Standing:
    """How the outbox fares."""

    waiting: int = 0
    given_up: int = 0
    why: str = ""
    """Why the last try failed; empty after one that did not."""


@dataclass(slots=True)
class _Road:
    """One way: how often nothing went on it, and until when it is left alone."""

    carrier: Carrier
    failures: int = 0
    closed_until: float = 0.0


class Outbox:
    """Sends what `carriers` carry. `now`: Unix seconds; `random`: from 0 to 1."""

    def __init__(
        self,
        kept: KeptOutbox,
        entry_of: Callable[[str], Awaitable[Entry]],
        carriers: Mapping[Way, Carrier],
        now: Callable[[], float],
        random: Callable[[], float],
    ) -> None:
        """`entry_of` raises NoSuchEntry for what is erased, MailboxAway."""
        self._kept, self._entry_of = kept, entry_of
        self._roads = {way: _Road(carrier) for way, carrier in carriers.items()}
        self._now, self._random = now, random
        self._unadded: dict[str, Outgoing] = {}
        self._unremoved: set[str] = set()
        self._news, self._due = asyncio.Event(), asyncio.Event()
        self._why = ""
        self.standing = Standing()

    def add(self, way: Way, entry: str) -> None:
        """Send for this entry by this way, soon; at once and never an error, also while the store is away."""
        if way in self._roads:
            outgoing = _new(way, entry, self._now())
            self._unadded[outgoing.id] = outgoing
            self._news.set()

    def forget(self, entry: str) -> None:
        """The entry is erased: nothing is sent for it any more."""
        ids = {_new(way, entry, 0).id for way in Way}
        self._unadded = {key: outgoing for key, outgoing in self._unadded.items() if key not in ids}
        self._unremoved |= ids
        self._news.set()

    async def find_missed(self, entries: Iterable[Entry], ways: Callable[[Entry], Iterable[Way]], since: float) -> None:
        """At the start: add for entries that came since then and nobody saw, forget what belongs to none.

        Raises OutboxAway.
        """
        listed = {entry.id: entry for entry in entries}
        known = await self._kept.known()
        await self._kept.remove([each for each in known if each.partition("/")[2] not in listed])
        for entry in listed.values():
            if entry.came_at >= since and entry.state in (LeftState.OPEN, LeftState.CLAIMED):
                for way in ways(entry):
                    if _new(way, entry.id, 0).id not in known:
                        self.add(way, entry.id)

    async def try_all(self) -> None:
        """Everything that waits or was given up is due now: something has been corrected. Raises OutboxAway."""
        now = self._now()
        for outgoing in await self._kept.unsettled():
            if outgoing.state is Sending.GIVEN_UP:
                await self._kept.change(replace(outgoing, state=Sending.WAITING, since=now, due_at=now, tries=0))
        for way in self._roads:
            await self._open(way)
        self._due.set()

    async def run(self) -> None:
        """Until cancelled: each way by itself, so that none waits for another."""
        walks = (self._keep_on(partial(self._work, way), self._due) for way in self._roads)
        await asyncio.gather(self._keep_on(self._note, self._news), *walks)

    async def work(self) -> bool:
        """Write down what came, carry what is due; whether anything was carried. Raises OutboxAway."""
        await self._note()
        done = [await self._work(way) for way in self._roads]
        await self._note()
        return any(done)

    async def _keep_on(self, step: Callable[[], Awaitable[bool]], news: asyncio.Event) -> None:
        while True:
            is_busy = False
            try:
                is_busy = await step()
            except OutboxAway:
                pass  # what came waits in memory
            except Exception:
                log.exception("outbox_stumbled")  # the next look goes on
            if not is_busy:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await news.wait()
                news.clear()

    async def _note(self) -> bool:
        """Write down what came and went, and look how everything stands."""
        await self._write_down()
        waiting, given_up = await self._kept.counts()
        self.standing = Standing(waiting + len(self._unadded), given_up, self._why if waiting or given_up else "")
        return False

    async def _work(self, way: Way) -> bool:
        road, carried = self._roads[way], False
        if self._now() < road.closed_until:
            return False
        for outgoing in await self._kept.due(way, self._now(), AT_ONCE):
            now = self._now()
            if await self._kept.claim(outgoing, now, now + CLAIM_SECONDS):
                carried = True
                await self._settled_or_released(outgoing, road)
            if road.failures:
                return False
        return carried

    async def _settled_or_released(self, outgoing: Outgoing, road: _Road) -> None:
        """Whoever stops the router does not keep this one waiting until its claim ends."""
        try:
            await self._settle(outgoing, road)
        except asyncio.CancelledError:
            with contextlib.suppress(OutboxAway):
                await asyncio.shield(self._kept.change(outgoing))
            raise

    async def _write_down(self) -> None:
        for key, outgoing in list(self._unadded.items()):
            await self._kept.add(outgoing)
            self._unadded.pop(key, None)
            self._due.set()
        gone = sorted(self._unremoved)
        await self._kept.remove(gone)
        self._unremoved.difference_update(gone)

    async def _settle(self, outgoing: Outgoing, road: _Road) -> None:
        tried = replace(outgoing, tries=outgoing.tries + 1)
        try:
            await self._carry(outgoing, road.carrier)
        except NoSuchEntry:
            await self._kept.remove([outgoing.id])
        except Refused as refused:
            await self._given_up(tried, str(refused))
        except Unreachable as unreachable:
            self._close(road)
            await self._later(tried, str(unreachable), road.closed_until)
        except Postponed as postponed:
            await self._later(tried, str(postponed), self._now() + wait_seconds(tried.tries, self._random()))
        except MailboxAway:
            await self._later(outgoing, "the mailbox does not answer", self._now() + SECOND_TRY_SECONDS)
        else:
            self._why = ""
            await self._kept.change(replace(tried, state=Sending.SETTLED, why=""))
            log.info("outbox_sent", way=outgoing.way.value, entry=outgoing.entry, tries=tried.tries)
            if road.failures:
                await self._open(outgoing.way)

    async def _carry(self, outgoing: Outgoing, carrier: Carrier) -> None:
        entry = await self._entry_of(outgoing.entry)
        try:
            async with asyncio.timeout(CARRY_SECONDS):
                await carrier.carry(entry)
        except TimeoutError as error:
            raise Unreachable("it took too long") from error
        except (Postponed, Refused, NoSuchEntry, MailboxAway):
            raise
        except Exception as error:
            log.exception("outbox_carrier_stumbled", way=outgoing.way.value)
            raise Postponed("a fault of ours: the log has it") from error

    def _close(self, road: _Road) -> None:
        road.failures += 1
        road.closed_until = self._now() + probe_seconds(road.failures, self._random())

    async def _open(self, way: Way) -> None:
        self._roads[way].failures, self._roads[way].closed_until = 0, 0.0
        await self._kept.hurry(way, self._now())

    async def _later(self, tried: Outgoing, why: str, due_at: float) -> None:
        if self._now() - tried.since >= GIVE_UP_SECONDS:
            await self._given_up(tried, why)
            return
        self._why = why
        await self._kept.change(replace(tried, due_at=due_at, why=why))
        log.warning("outbox_postponed", way=tried.way.value, entry=tried.entry, tries=tried.tries, why=why)

    async def _given_up(self, tried: Outgoing, why: str) -> None:
        self._why = why
        await self._kept.change(replace(tried, state=Sending.GIVEN_UP, why=why))
        log.error("outbox_given_up", way=tried.way.value, entry=tried.entry, tries=tried.tries, why=why)


def _new(way: Way, entry: str, now: float) -> Outgoing:
    return Outgoing(entry=entry, way=way, since=now, due_at=now)
