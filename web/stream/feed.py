"""What is to be told: each team's figures encoded once a change, and put together once for all who see the same.

Theory of operation. `take` compares the newest board with the one before, without `longest_wait_seconds`, which only
ticks: pages count it on from `waiting_since`. What differs gets the next number. A ring remembers which teams changed
with which number, not how: who comes back is sent these teams as they are now, once each. Where the ring does not
reach, or other teams are configured, it is everything.
"""

import json
import secrets
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import datetime
from operator import attrgetter

from metrics.board import TeamNow
from web.live import LiveNow, LiveTeam, troubles_of
from web.stream.wire import Lens, event, event_id, moment, number_in

REMEMBERED = 2048
"""Changes: some minutes of a busy morning."""
MOST_KEPT = 256
"""Different frames of one moment that are kept; more are made anew."""

_compared = attrgetter(*(each.name for each in fields(TeamNow) if each.name != "longest_wait_seconds"))


class Feed:
    """The frames of this moment. `clock` is the wall clock (aware), `boot` names this process in ids."""

    def __init__(self, clock: Callable[[], datetime], boot: str = "") -> None:
        self._clock = clock
        self._boot = boot or secrets.token_hex(4)
        self._now: LiveNow | None = None
        self._teams: dict[str, TeamNow] = {}
        self._encoded: dict[str, bytes] = {}
        self._number = 0
        self._from = 0
        self._changes: deque[tuple[int, frozenset[str]]] = deque(maxlen=REMEMBERED)
        self._frames: dict[tuple[str, Lens], bytes] = {}

    def take(self, now: LiveNow) -> frozenset[str] | None:
        """The teams that changed since the last time; None: nothing is as it was, everybody needs a snapshot."""
        before = self._now
        if before is not None and before.board is now.board:
            self._now = now
            return frozenset()
        self._frames.clear()
        teams = {team.id: team for team in now.board.teams}
        changed = frozenset(team.id for team in now.board.teams if not _is_same(self._teams.get(team.id), team))
        is_new = before is None or _frame(before) != _frame(now) or list(teams) != list(self._teams)
        self._encoded = {id_: self._encoded[id_] if id_ not in changed else _encoded(teams[id_]) for id_ in teams}
        self._now, self._teams = now, teams
        if is_new:
            self._begin()
            return None
        if changed:
            self._number += 1
            self._changes.append((self._number, changed))
        return changed

    def change(self, changed: frozenset[str], lens: Lens) -> bytes:
        """What has just changed, for who sees these teams; empty if none of theirs did."""
        seen = changed if lens is None else changed & lens
        return self._kept("change", lens, lambda: self._change_of(self._in_order(seen), lens)) if seen else b""

    def snapshot(self, lens: Lens) -> bytes:
        """Everything."""
        return self._kept("snapshot", lens, lambda: self._snapshot(lens))

    def heartbeat(self, lens: Lens) -> bytes:
        """How old the figures are now."""
        return self._named("heartbeat", lens, self._head() + b"}")

    def since(self, told: str, lens: Lens) -> bytes:
        """For who had got as far as this id (hostile): what they have missed."""
        number = number_in(told, self._boot, lens)
        if number is None or not self._reaches_back_to(number):
            return self.snapshot(lens)
        missed = frozenset[str]().union(*(teams for at, teams in self._changes if at > number))
        seen = missed if lens is None else missed & lens
        for id_ in seen:
            self._encoded[id_] = _encoded(self._teams[id_])
        return self._change_of(self._in_order(seen), lens) if seen else self.heartbeat(lens)

    def _reaches_back_to(self, number: int) -> bool:
        oldest = self._changes[0][0] - 1 if self._changes else self._number
        return max(oldest, self._from) <= number <= self._number

    def _begin(self) -> None:
        self._number += 1
        self._from = self._number
        self._changes.clear()

    def _kept(self, name: str, lens: Lens, made: Callable[[], bytes]) -> bytes:
        frame = self._frames.get((name, lens))
        if frame is None:
            frame = made()
            if len(self._frames) < MOST_KEPT:
                self._frames[name, lens] = frame
        return frame

    def _in_order(self, teams: frozenset[str] | None) -> Iterable[str]:
        return (id_ for id_ in self._teams if teams is None or id_ in teams)

    def _change_of(self, teams: Iterable[str], lens: Lens) -> bytes:
        listed = b",".join(self._encoded[id_] for id_ in teams)
        return self._named("change", lens, b'%b,"teams":[%b]}' % (self._head(), listed))

    def _snapshot(self, lens: Lens) -> bytes:
        assert self._now is not None  # noqa: S101 - frames are asked for after the first `take`
        for id_ in self._in_order(lens):
            if self._teams[id_].waiting:
                self._encoded[id_] = _encoded(self._teams[id_])
        listed = b",".join(self._encoded[id_] for id_ in self._in_order(lens))
        formula = json.dumps(self._now.board.formula).encode()
        troubles = b",".join(each.model_dump_json().encode() for each in troubles_of(lens, self._now))
        whole = b'%b,"formula":%b,"teams":[%b],"troubles":[%b]}' % (self._head(), formula, listed, troubles)
        return self._named("snapshot", lens, whole)

    def _head(self) -> bytes:
        assert self._now is not None  # noqa: S101 - as above
        stale = b"true" if self._now.is_stale else b"false"
        return b'{"as_of":"%b","now":"%b","stale":%b' % (moment(self._now.as_of), moment(self._clock()), stale)

    def _named(self, name: str, lens: Lens, data: bytes) -> bytes:
        return event(name, data, event_id(self._boot, self._number, lens))


def _is_same(before: TeamNow | None, now: TeamNow) -> bool:
    return before is not None and _compared(before) == _compared(now)


def _frame(now: LiveNow) -> tuple[object, ...]:
    return now.board.formula, now.board.troubles


def _encoded(team: TeamNow) -> bytes:
    return LiveTeam.model_validate(team).model_dump_json().encode()
