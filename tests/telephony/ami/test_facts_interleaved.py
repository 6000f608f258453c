"""Whatever the order in which calls' events come between each other, twice, and beside snapshots that are ahead."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from facts.call import CallerJoined, CallFact, MemberAnswered, Source
from facts.kinds import Fact
from metrics.live import Visit
from metrics.stays import Outcome
from telephony.ami.reader import Frame
from tests.fakes import ami_sequences as seen
from tests.fakes.watched_line import WatchedLine

SLICE = (seen.TIMED_OUT, "L01")
TALK = seen.RINGS + seen.CONNECTS
CALLS: Sequence[Sequence[tuple[str, str]]] = (
    [(seen.ANSWERED_CALLER_HANGS_UP, "L01")],
    [(seen.ANSWERED_MEMBER_HANGS_UP, "L01")],
    [(seen.COMPLETED_LAST, "L01")],
    [(seen.ABANDONED, "L01")],
    [(seen.ABANDONED_RINGING, "L01")],
    [(seen.REJECTED + TALK, "L01")],
    [(seen.JOINS, "L01")],
    [(seen.JOINS + TALK, "L01")],
    [(seen.TORN, "L01")],
    [SLICE, SLICE, (seen.ANSWERED_CALLER_HANGS_UP, "L01")],
    [SLICE, (seen.ABANDONED, "L01")],
    [SLICE, (seen.JOINS, "L01")],
    [SLICE],
    [(seen.EMPTIED, "L01"), (seen.JOINS, "L02")],
    [(seen.WITHDRAWN, "L01"), (seen.CALLER_GONE, "L01")],
    [(seen.LATE_LIMIT, "L01"), (seen.JOINS + TALK, "L01")],
    [SLICE, (seen.REFUSED, "L01"), (seen.JOINS, "L02")],
    [(seen.KEY_EXIT, "L01"), (seen.JOINS, "L01")],
    [(seen.KEY_EXIT, "L01"), (seen.CALLER_GONE, "L01")],
    [(seen.REDIRECTED, "L01"), (seen.JOINS + seen.RINGS, "L02")],
    [(seen.REDIRECTED, "L01"), (seen.ABANDONED, "L01")],
    [(seen.BLIND_TRANSFER, "L01"), (seen.ABANDONED, "L02")],
    [(seen.JOINS + TALK, "L01"), (seen.JOINS, "L02"), (seen.MEMBER_GONE + seen.LATE_COMPLETE, "L01")],
    [(seen.FOREIGN_TIMED_OUT + seen.FOREIGN_GONE, "L01")],
    [(seen.FOREIGN_TIMED_OUT, "L01"), (seen.FOREIGN_TIMED_OUT + seen.FOREIGN_GONE, "L01")],
    [(seen.FOREIGN_TIMED_OUT, "L01"), (seen.JOINS_FOREIGN, "L01")],
)
"""Calls as their visits: a sequence of events and the queue."""


def call_events(number: int, visits: Sequence[tuple[str, str]]) -> list[Frame]:
    """All events of one call: its own channels, its own member, who signs in first."""
    own = {"c": f"1795300001.{number}", "m": f"1795300002.{number}", "u": f"m{number}"}
    told = list(seen.frames(seen.SIGNED_IN, q="L01", **own))
    for visit, (sequence, queue) in enumerate(visits, start=1):
        told += seen.frames(sequence, q=queue, v=visit, **own)
    return told


@st.composite
def interleaved(draw: st.DrawFn) -> list[Frame]:
    """The events of up to five calls, each call's in their order."""
    chosen = draw(st.lists(st.sampled_from(CALLS), min_size=1, max_size=5))
    rests = [call_events(number, visits) for number, visits in enumerate(chosen)]
    merged: list[Frame] = []
    while rests := [rest for rest in rests if rest]:
        merged.append(rests[draw(st.integers(0, len(rests) - 1))].pop(0))
    return merged


def number(event: Frame) -> str:
    """Which call an event belongs to: its channels and its member bear the number."""
    told = event.get("Uniqueid") or event.get("TransfererUniqueid")
    return told.rpartition(".")[2] or event.get("Interface").removeprefix("PJSIP/m")


def end(line: WatchedLine) -> tuple[object, ...]:
    """What must not depend on how it was told."""
    model = line.model
    outcomes: dict[str, list[tuple[str, Outcome]]] = {}
    for stay in line.closed:
        outcomes.setdefault(stay.stay.place.call, []).append((stay.stay.team, stay.outcome))
    offered = sorted((opened.stay.place.call, opened.stay.team) for opened in line.offered)
    members = {member: (now.queues, now.paused, now.phone) for member, now in model.members.items()}
    places = {call: replace(place, visit=1) for call, place in model.places.items()}
    visits = {call: visit.place.queue for call, visit in model.visits.items()}
    talks = {ring: (talk.place.call, talk.place.queue, talk.member) for ring, talk in model.talks.items()}
    return visits, set(model.between), set(model.rings), talks, places, members, outcomes, offered


@dataclass(frozen=True, slots=True)
class Truth:
    """The run without any disorder: after each event who stood in line, and the facts that the event was."""

    line: WatchedLine
    in_line: Sequence[Mapping[str, Visit]]
    facts: Sequence[Sequence[Fact]]

    @classmethod
    def of(cls, events: Sequence[Frame]) -> "Truth":
        line = WatchedLine()
        in_line: list[Mapping[str, Visit]] = []
        facts: list[Sequence[Fact]] = []
        for event in events:
            facts.append(line.read([event]))
            in_line.append(dict(line.model.visits))
        return cls(line, in_line, facts)

    def snapshot(self, now: int, ahead: int) -> Iterator[CallerJoined]:
        """Joins as a snapshot tells them that is so many events ahead; another dialplan's channel knows no visit.

        It is milliseconds ahead: in that time nobody is answered and joins again, or joins twice.
        """
        then = min(now + ahead, len(self.in_line) - 1)
        for call, visit in self.in_line[then].items():
            steps = [fact for told in self.facts[now : then + 1] for fact in told if call_of(fact) == call]
            is_answered = any(isinstance(fact, MemberAnswered) for fact in steps)
            if not is_answered and sum(isinstance(fact, CallerJoined) for fact in steps) < 2:
                place = visit.place if visit.place.arrival else replace(visit.place, visit=1)
                yield CallerJoined(at=self.line.at, place=place, source=Source.SNAPSHOT)


def call_of(fact: Fact) -> str:
    return fact.place.call if isinstance(fact, CallFact) else ""


@given(interleaved())
def test_events_of_several_calls_may_come_in_between_each_other(events: list[Frame]) -> None:
    alone = WatchedLine()
    by_call: dict[str, list[Frame]] = {}
    for event in events:
        by_call.setdefault(number(event), []).append(event)
    for own in by_call.values():
        alone.read(own)
    together = WatchedLine()
    together.read(events)
    assert end(alone) == end(together)


@given(interleaved(), st.data())
def test_events_may_come_twice(events: list[Frame], data: st.DataObject) -> None:
    line = WatchedLine()
    for event in events:
        line.read([event] * data.draw(st.integers(1, 3)))
    assert end(Truth.of(events).line) == end(line)


@given(interleaved(), st.data())
def test_snapshots_may_be_ahead_of_the_events(events: list[Frame], data: st.DataObject) -> None:
    truth, line = Truth.of(events), WatchedLine()
    for now, event in enumerate(events):
        ahead = data.draw(st.integers(-1, 8))
        if ahead >= 0:
            line.take(truth.snapshot(now, ahead))
        line.read([event])
    assert end(truth.line) == end(line)
