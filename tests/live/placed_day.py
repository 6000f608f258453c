"""Some three hundred calls, each out of line in its own way, and what SIPp says became of each."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import many_ways
from ami_record import AmiRecord
from landed import channels_by_caller
from many_ways import (
    AFTER_TIMEOUT_SECONDS,
    ASKS,
    AT_ONCE,
    DIRECT,
    IN_BOOKS,
    IN_LINE,
    KEYED,
    LOST,
    MOVED,
    NOT_IN_LINE,
    PHONES,
    STAYS_ON,
    TARGET_OF_MOVES,
    TARGET_SECONDS,
    TIMES_OUT,
    WAY_OF_CODE,
    Way,
)
from running_lab import RunningLab, until
from sipp_clocks import Seen, add_phones, rang, seen_calls
from told_figures import Figures, journal

from facts.call import CallEnded
from metrics.stays import FlowReason, Outcome
from telephony.lab.calls import CitizenCall
from telephony.lab.citizens import Citizens, TrunkAccount, place_calls
from telephony.lab.phones import Habits, Phones

CALLS = sum(way.count for way in IN_BOOKS)
DIALOGUES_A_SECOND = 2
AT_ONCE_A_SECOND = 8
KEYED_A_SECOND = 2
IN_LINE_A_SECOND = 10
LATE_SECONDS = 2 * TARGET_SECONDS


@dataclass(frozen=True, slots=True)
class SippStay:
    """One caller's stay in the line of one team, by SIPp; `hold_seconds` is None after a dialogue."""

    call: Seen
    team: str
    outcome: Outcome
    hold_seconds: float | None
    reason: FlowReason | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """Everything that SIPp saw. `moved_at` in Unix seconds, by caller; `rings` by caller."""

    calls: Mapping[str, Seen]
    rings: Mapping[str, int]
    moved_at: Mapping[str, float]
    ended_at: float

    def of(self, way: Way) -> Sequence[Seen]:
        return [call for call in self.calls.values() if way_of(call) is way]

    @property
    def stays(self) -> Sequence[SippStay]:
        return [stay for call in self.calls.values() for stay in _stays(call, self.moved_at.get(call.caller))]

    def figures(self) -> Mapping[str, Figures]:
        """Team -> what its books must say."""
        teams: dict[str, Counter[str]] = {team: Counter() for team in many_ways.TEAMS}
        for stay in self.stays:
            teams[stay.team].update(_counted(stay))
        return teams


def way_of(call: Seen) -> Way:
    """The way out that this caller was to take."""
    return WAY_OF_CODE[call.caller[4:6]]


def _counted(stay: SippStay) -> Iterator[str]:
    hold = stay.hold_seconds or 0.0
    yield from ("offered", stay.outcome)
    if stay.outcome is Outcome.ANSWERED and hold <= many_ways.target_of(stay.team):
        yield "answered_in_target"
    if stay.outcome is Outcome.ABANDONED and hold <= TARGET_SECONDS:
        yield "abandoned_short"


def _stays(call: Seen, moved_at: float | None) -> Iterator[SippStay]:
    way, joined_at = way_of(call), call.answered_at
    team = many_ways.team_of(call.legs[0].user) if way is ASKS else way.team
    if way is NOT_IN_LINE:
        return
    if moved_at is not None:
        yield SippStay(call, team, Outcome.FLOWED_OUT, moved_at - joined_at, FlowReason.MOVED)
        team, joined_at = TARGET_OF_MOVES, moved_at
    if call.legs:
        hold = None if way is ASKS else min(leg.answered_at for leg in call.legs) - joined_at
        yield SippStay(call, team, Outcome.ANSWERED, hold)
    elif call.hung_up:
        yield SippStay(call, team, Outcome.ABANDONED, call.over_at - joined_at)
    elif way is LOST:
        yield SippStay(call, team, Outcome.LOST, call.seconds)
    else:
        after = AFTER_TIMEOUT_SECONDS if way is STAYS_ON else 0
        reason = FlowReason.TIMEOUT if way in (TIMES_OUT, STAYS_ON) else FlowReason.WITHDRAWN
        yield SippStay(call, team, Outcome.FLOWED_OUT, call.seconds - after, reason)


class _Day:
    """The day while it runs."""

    def __init__(self, lab: RunningLab, stack: ExitStack) -> None:
        self._lab, self._stack = lab, stack
        self._phones: list[Phones] = []
        self._citizens: list[tuple[Sequence[CitizenCall], Citizens]] = []
        self._moved_at: dict[str, float] = {}

    def run(self) -> Day:
        for habits, users in PHONES:
            self._answer(habits, users)
        self._lab.until_signed_in(*(user for _, users in PHONES for user in users))
        self._place(many_ways.mixed(ASKS, NOT_IN_LINE), self._lab.told["entry"], DIALOGUES_A_SECOND)
        self._place(many_ways.mixed(*AT_ONCE), DIRECT, AT_ONCE_A_SECOND)
        self._place(KEYED.calls, DIRECT, KEYED_A_SECOND)
        self._place(many_ways.mixed(*IN_LINE), DIRECT, IN_LINE_A_SECOND)
        self._empty_the_lines()
        for calls, placed in self._citizens:
            placed.run.wait(many_ways.PATIENCE)
            assert len(calls) == placed.so_far().answered, placed.run.complaints()
        self._lab.until_quiet()
        return self._seen()

    def _answer(self, habits: Habits, users: Sequence[str]) -> None:
        self._phones.append(self._stack.enter_context(self._lab.phones(*users, habits=habits)))

    def _place(self, calls: Sequence[CitizenCall], number: str, rate: float) -> None:
        trunk = TrunkAccount(**self._lab.told["accounts"]["trunk"])
        placed = place_calls(self._lab.told["sip"], number, trunk, calls, rate=rate)
        self._citizens.append((calls, placed))
        self._stack.callback(placed.close)

    def _empty_the_lines(self) -> None:
        """Move, hang up, answer late: whoever waits for that."""
        for way in IN_LINE:
            self._lab.until_waiting(way.team, way.count)
        waited_since = time.monotonic()
        channels = channels_by_caller(self._lab)
        with AmiRecord(self._lab.told["ami"]) as ami:
            for call in MOVED.calls:
                self._moved_at[call.from_number] = time.time()
                place = {"Context": "teamline-queue", "Exten": TARGET_OF_MOVES, "Priority": "1"}
                ami.say("Redirect", Channel=channels[call.from_number], **place)
            until(lambda: not self._lab.line(MOVED.team), 10, "everybody moved")
        for call in LOST.calls:
            self._lab.console(f"channel request hangup {channels[call.from_number]}")
        until(lambda: time.monotonic() > waited_since + LATE_SECONDS, 2 * LATE_SECONDS, "a wait over every target")
        self._answer(many_ways.ANSWERS, many_ways.LATE_MEMBERS)

    def _seen(self) -> Day:
        heard = [phones.run.events() for phones in self._phones]
        calls = seen_calls((calls, placed.run.events()) for calls, placed in self._citizens)
        add_phones(calls, heard)
        return Day(calls, rang(heard), self._moved_at, time.time())


def run_day(lab: RunningLab) -> Day:
    """All the calls, from the first to the last; everything is counted and in the journal when this returns."""
    with ExitStack() as stack:
        day = _Day(lab, stack).run()
    until(lambda: _ended(lab) == CALLS, 10, "every call's end in the journal")
    return day


def _ended(lab: RunningLab) -> int:
    return sum(isinstance(fact, CallEnded) for fact in journal(lab).facts)
