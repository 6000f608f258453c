"""Said versus happened: for each wait that a caller was told, what became of it.

Theory of operation. A caller hears a range when they enter a line, and again between two slices of the queue; each
`WaitTold` is a promise of its own, for the wait in that team's line from then on. It ends with the stay there, by the
rule of the books (metrics/stays.py): slices, `#` and back do not end it, another team's line does. Then one
`WaitProved` follows for each. Who was told a wait and never joined a line gave up before it began: nobody tells that,
so it is concluded, as a wait of nothing, once facts are NEVER_JOINED_SECONDS further.

What is concluded waits in `due` until `follows` hands it on. So facts read back from the journal need no other way:
what they prove themselves is taken out again, and only what was lost between a fact and its sequel is told, late.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy
from facts.kinds import Fact
from facts.wait import WaitProved, WaitTold
from metrics.stays import FlowReason, Outcome, StayClosed, Stays

NEVER_JOINED_SECONDS = 300.0
"""The line is joined right after the sentence; a callback's dialogue may lie between."""
MOST_CALLS = 10_000
"""Calls with an open promise; beyond them the one told first is forgotten. A nation's worst hour has fewer."""
MOST_SENTENCES = 200
"""Open promises of one call; beyond them its oldest is forgotten. At one a minute that is over three hours."""

_CAUSES: Mapping[tuple[Outcome, FlowReason | None], LeftBy] = MappingProxyType(
    {
        (Outcome.ANSWERED, None): LeftBy.ANSWERED,
        (Outcome.ABANDONED, None): LeftBy.ABANDONED,
        (Outcome.LOST, None): LeftBy.LOST,
        **{(Outcome.FLOWED_OUT, reason): LeftBy.MOVED for reason in (None, *FlowReason)},
        (Outcome.FLOWED_OUT, FlowReason.TIMEOUT): LeftBy.TIMEOUT,
        (Outcome.FLOWED_OUT, FlowReason.EMPTY): LeftBy.EMPTY,
        (Outcome.FLOWED_OUT, FlowReason.WITHDRAWN): LeftBy.WITHDRAWN,
        (Outcome.FLOWED_OUT, FlowReason.CALLBACK): LeftBy.KEY,
        (Outcome.FLOWED_OUT, FlowReason.MESSAGE): LeftBy.KEY,
    }
)


class SaidAndHappened:
    """A fold of facts, and a sequel: `WaitProved` follows from the end of a wait that was told."""

    def __init__(self) -> None:
        self._stays = Stays()
        self._told: dict[str, dict[str, WaitTold]] = {}
        self._coming: dict[str, float] = {}
        self._due: dict[str, WaitProved] = {}

    @property
    def due(self) -> tuple[WaitProved, ...]:
        """What is concluded and was not handed on yet, in order."""
        return tuple(self._due.values())

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        if isinstance(fact, WaitProved):
            self._due.pop(fact.id, None)
            self._settle(fact)
        elif isinstance(fact, WaitTold):
            self._give_up_before(fact.at - NEVER_JOINED_SECONDS)
            self._hear(fact)
        elif isinstance(fact, CallerJoined | CallerLeft | CallEnded):
            self._give_up_before(fact.at - NEVER_JOINED_SECONDS)
            self._end(fact)

    def follows(self, fact: Fact) -> tuple[WaitProved, ...]:  # noqa: ARG002 - a sequel's signature; fold has seen it
        """Everything that is due, once."""
        due = self.due
        self._due.clear()
        return due

    def _hear(self, told: WaitTold) -> None:
        call = told.place.call
        sentences = self._told.setdefault(call, {})
        sentences[_moment(told.at)] = told
        if call not in self._stays.open:
            self._coming.pop(call, None)
            self._coming[call] = told.at
        if len(sentences) > MOST_SENTENCES:
            del sentences[next(iter(sentences))]
        if len(self._told) > MOST_CALLS:
            self._forget(next(iter(self._told)))

    def _end(self, fact: CallerJoined | CallerLeft | CallEnded) -> None:
        turns = self._stays.turns(fact)
        closed = {turn.stay.team: _CAUSES[turn.outcome, turn.reason] for turn in turns if isinstance(turn, StayClosed)}
        sentences = tuple(self._told.get(fact.place.call, {}).values())
        if isinstance(fact, CallEnded):
            self._prove(sentences, fact.at, closed, LeftBy.ABANDONED)
        elif isinstance(fact, CallerLeft):
            self._prove([told for told in sentences if told.place.team in closed], fact.at, closed)
        elif (stay := self._stays.open.get(fact.place.call)) and stay.team == fact.place.team:  # else it is told late
            self._coming.pop(fact.place.call, None)
            self._prove([told for told in sentences if told.place.team != stay.team], fact.at, closed)

    def _give_up_before(self, moment: float) -> None:
        while self._coming:
            call, told_at = next(iter(self._coming.items()))
            if told_at >= moment:
                return
            for told in tuple(self._told[call].values()):
                self._prove([told], told.at, {}, LeftBy.ABANDONED)

    def _prove(
        self, over: Iterable[WaitTold], at: float, closed: Mapping[str, LeftBy], otherwise: LeftBy = LeftBy.MOVED
    ) -> None:
        """By how the stay was closed in the line that was meant; `otherwise` where there was none."""
        for told in over:
            proved = _proved(told, at, closed.get(told.place.team, otherwise))
            self._due[proved.id] = proved
            self._settle(proved)

    def _settle(self, proved: WaitProved) -> None:
        sentences = self._told.get(proved.place.call, {})
        sentences.pop(_moment(proved.told_at), None)
        if not sentences:
            self._forget(proved.place.call)

    def _forget(self, call: str) -> None:
        self._told.pop(call, None)
        self._coming.pop(call, None)


def _moment(at: float) -> str:
    """As the ids of these facts name it."""
    return f"{at:.3f}"


def _proved(told: WaitTold, at: float, outcome: LeftBy) -> WaitProved:
    return WaitProved(
        at=at,
        place=told.place,
        position=told.position,
        mean_seconds=told.mean_seconds,
        p50_seconds=told.p50_seconds,
        p80_seconds=told.p80_seconds,
        p90_seconds=told.p90_seconds,
        told_at=told.at,
        low_seconds=told.low_seconds,
        high_seconds=told.high_seconds,
        waited_seconds=max(0.0, at - told.at),
        outcome=outcome,
    )
