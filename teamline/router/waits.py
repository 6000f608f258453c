"""Waits, put together: what callers are told, what boards and rules expect, what becomes of it."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol

import structlog

from facts.kinds import Fact
from facts.place import Place
from facts.wait import WaitTold
from metrics.live import LiveModel
from metrics.said_happened import SaidAndHappened
from operations.fact_stream import Fold
from operations.staff_counts import could_answer_in
from routing.centre import Centre, Team
from routing.decision import Decision
from routing.spoken_wait import WaitRange
from routing.team_state import TeamState, TeamStates
from routing.wait_estimate import Expected, WaitEstimates
from teamline.router.contained import Contained, ContainedFold, contained

REFRESH_SECONDS = 5.0
"""So often boards, gauges and rules get new estimates: all teams cost some milliseconds, one team at a time."""

log = structlog.get_logger()


class Call(Protocol):
    """What is needed of a line."""

    @property
    def call_id(self) -> str:
        """Asterisk's Uniqueid of the caller's channel."""
        ...

    @property
    def language(self) -> str:
        """In which the caller is spoken to."""
        ...


class LiveWaits:
    """The estimates of one node. `is_current`: whether the live truth is that of now."""

    def __init__(
        self,
        node: str,
        centre: Callable[[], Centre],
        model: LiveModel,
        is_current: Callable[[], bool],
        take: Callable[[Iterable[Fact]], object],
    ) -> None:
        """`take` brings facts into the stream."""
        self._node, self._centre, self._model, self._take = node, centre, model, take
        self._is_current = is_current
        self.estimates = WaitEstimates(centre)
        self.said = SaidAndHappened()
        self._folds = Contained(self.estimates), Contained(self.said)
        self._expected: dict[str, float] = {}

    @property
    def folds(self) -> tuple[Contained, Contained]:
        """Of every fact; each is a sequel, too."""
        return self._folds

    @property
    def present(self) -> tuple[Fold, ...]:
        """Of the newest days of the journal, before the first look at Asterisk."""
        return ContainedFold(self.estimates.present), self.folds[1]

    @property
    def expected(self) -> Mapping[str, float]:
        """Team -> p50 in seconds for somebody who joins now; teams of which too little is known are missing."""
        return self._expected if self._is_current() else {}

    @property
    def states(self) -> TeamStates:
        """What decisions may know of the teams: lines and members as they are now, waits of a few seconds ago."""
        return _StatesNow(self._state, self._centre().teams) if self._is_current() else {}

    def _state(self, team: Team) -> TeamState:
        """Whoever is on the way into the line counts as there."""
        waiting = sum(visit.place.team == team.id for visit in self._model.in_line)
        coming = self.estimates.coming(team.queue, time.time())
        there = could_answer_in(self._model, team.queue)
        return TeamState(there, waiting + coming, self._expected.get(team.id))

    def of(self, call: Call) -> "CallWaits":
        """For the conversation with one caller."""
        return CallWaits(self, call)

    def expect(self, queue: str, virtual_arrival: int, call: str) -> Expected | None:
        """See `ivr.ports.Waits`; None, too, where the estimator fails: the conversation goes on."""
        if not self._is_current():
            return None
        return contained(lambda: self._expect(queue, time.time(), virtual_arrival, call), None)

    def comes(self, queue: str, virtual_arrival: int, call: str) -> None:
        """See `ivr.ports.Waits`."""
        if self._is_current():
            contained(lambda: self.estimates.comes(queue, time.time(), virtual_arrival, call), None)

    def _expect(self, queue: str, now: float, virtual_arrival: int, call: str) -> Expected:
        expected = self.estimates.expect(queue, now, virtual_arrival, call)
        self.estimates.comes(queue, now, virtual_arrival, call)
        return expected

    def told(
        self, call: Call, queue: str, expected: Expected, said: WaitRange, decision: Decision | None, at: float
    ) -> None:
        """Note what a caller has heard; `at`: when it was expected."""
        place, estimate = self._place(call, queue, decision), expected.estimate
        if place is None or estimate is None:
            return
        told = WaitTold(
            at=at,
            place=place,
            position=expected.position,
            mean_seconds=estimate.mean,
            p50_seconds=estimate.p50,
            p80_seconds=estimate.p80,
            p90_seconds=estimate.p90,
            low_seconds=said.low_minutes * 60.0,
            high_seconds=said.high_minutes * 60.0,
        )
        self._take([told])

    def _place(self, call: Call, queue: str, decision: Decision | None) -> Place | None:
        """The place that the caller goes to: the coming visit."""
        last = self._model.places.get(call.call_id)
        visit = last.visit + 1 if last else 1
        if decision is None:
            return replace(last, queue=queue, visit=visit) if last else None
        if decision.team is None:
            return None
        centre = self._centre()
        area = centre.area_of_team.get(decision.team)
        return Place(
            self._node,
            call.call_id,
            queue,
            visit,
            decision.team,
            decision.arrival,
            decision.credit,
            decision.rule.value,
            decision.concern.value,
            call.language,
            area.site if area else "",
        )

    async def refresh(self) -> None:
        """Keep the expected waits new, until cancelled."""
        while True:
            try:
                await self._refresh()
            except Exception:
                log.exception("estimates_stumbled", node=self._node)  # boards show none, calls go on
                self._expected.clear()
            await asyncio.sleep(REFRESH_SECONDS)

    async def _refresh(self) -> None:
        teams = self._centre().teams
        for team in teams.values():
            found = self.estimates.for_newcomer(team.queue, time.time())
            if found:
                self._expected[team.id] = found.p50
            else:
                self._expected.pop(team.id, None)
            await asyncio.sleep(0)
        for gone in self._expected.keys() - teams.keys():
            self._expected.pop(gone)


class _StatesNow(Mapping[str, TeamState]):
    """Each team when it is asked for: many may come within seconds, and a line's limit is to hold for them, too."""

    def __init__(self, look: Callable[[Team], TeamState], teams: Mapping[str, Team]) -> None:
        self._look, self._teams = look, teams

    def __getitem__(self, team: str) -> TeamState:
        return self._look(self._teams[team])

    def __iter__(self) -> Iterator[str]:
        return iter(self._teams)

    def __len__(self) -> int:
        return len(self._teams)


class CallWaits:
    """`ivr.ports.Waits` of one call."""

    def __init__(self, waits: LiveWaits, call: Call) -> None:
        self._waits, self._call = waits, call
        self._expected_at = time.time()

    def comes(self, queue: str, virtual_arrival: int) -> None:
        """This caller is on the way into this line."""
        self._waits.comes(queue, virtual_arrival, self._call.call_id)

    def expect(self, queue: str, virtual_arrival: int) -> Expected | None:
        """Now, for this caller."""
        self._expected_at = time.time()
        return self._waits.expect(queue, virtual_arrival, self._call.call_id)

    def told(self, queue: str, expected: Expected, said: WaitRange, decision: Decision | None) -> None:
        """Note that the caller has heard it: the wait counts from when it was expected, not from the sentence's end."""
        self._waits.told(self._call, queue, expected, said, decision, self._expected_at)
