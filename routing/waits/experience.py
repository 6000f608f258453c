"""Everything that is learned of a centre, but not how well estimates were kept."""

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from routing.waits.arrivals import Arrivals
from routing.waits.grid import SECONDS_A_DAY
from routing.waits.opening import Doors, always_open
from routing.waits.patience import Patience
from routing.waits.pauses import SLOT, Pauses
from routing.waits.sisters import EmptyLines, Reach
from routing.waits.slowed import Slowed
from routing.waits.spans import Curve, Spans, lognormal
from routing.waits.staffing import Staffing
from routing.waits.turns import Habits, Turns

_PRIOR_WEIGHT = 20.0
_AREA_WEIGHT = 30.0
_QUEUE_WEIGHT = 30.0
_CONCERN_WEIGHT = 30.0
_MOST_CONCERNS = 8  # of a queue; whatever else callers want is one
_RENEW_EVERY = 20
_NEWS = 4  # a quarter more talks
_LOOK_EVERY = 64  # a sixty-fourth more talks, or pauses, anywhere
_OTHER = 0.03  # of a turn
_SLOWER_BY = 0.005
_ENOUGH_ABOUT = 3
_SOON = 300.0


@dataclass(slots=True)
class _Known:
    """Turns as they were made, `seconds` long in the mean, and as they are; when they were looked at last."""

    made: Turns
    seconds: float
    talks: int
    now: Turns
    slot: int
    looked_at: tuple[int, int]
    """Talks and pauses seen by then."""
    slower: int = 0
    """In parts of `_SLOWER_BY`."""

    def is_new(self, slot: int, seen: tuple[int, int]) -> bool:
        """Whether little has been seen since."""
        (talks, pauses), (talks_then, pauses_then) = seen, self.looked_at
        return (
            self.slot == slot
            and talks - talks_then <= talks_then // _LOOK_EVERY
            and pauses - pauses_then <= pauses_then // _LOOK_EVERY
        )


@dataclass(slots=True)
class Experience:
    """Spans lean on the centre, the centre on weak priors: talks of four minutes, rings of six seconds.

    Talks lean on wider experience in steps: about one concern on the queue's, these on its area's (`area_of`).
    """

    area_of: Callable[[str], str] = lambda _: ""
    """Queue -> its area, "" for none."""
    doors: Callable[[str, float], Doors] = always_open
    """Queue and moment -> whether it is open, in slots from then on: see `opening`."""
    rings: Spans = field(default_factory=lambda: Spans(lognormal(6.0, 0.6), _PRIOR_WEIGHT))
    all_talks: Spans = field(default_factory=lambda: Spans(lognormal(240.0, 0.9), _PRIOR_WEIGHT))
    talks: dict[str, Spans] = field(default_factory=dict)
    pauses: Pauses = field(default_factory=Pauses)
    patience: Patience = field(default_factory=Patience)
    staffing: Staffing = field(default_factory=Staffing)
    arrivals: defaultdict[str, Arrivals] = field(default_factory=lambda: defaultdict(Arrivals))
    reach: defaultdict[tuple[str, bool], Reach] = field(default_factory=lambda: defaultdict(Reach))
    """By queue and whether the caller is urgent."""
    empty_lines: EmptyLines = field(default_factory=EmptyLines)
    _areas: dict[str, Spans] = field(default_factory=dict)
    _concerns: dict[str, dict[str, Spans]] = field(default_factory=dict)
    _turns: dict[str, _Known] = field(default_factory=dict)
    _now: dict[str, Turns] = field(default_factory=dict)
    """What was asked for since `_seen`."""
    _seen: tuple[float, int, int] = (math.nan, 0, 0)

    def talks_of(self, queue: str) -> Spans:
        """Talks of this queue's callers."""
        known = self.talks.get(queue)
        if known is None:
            known = self.talks[queue] = Spans(self.talks_around(queue), _QUEUE_WEIGHT)
        return known

    def talks_around(self, queue: str) -> Spans:
        """Talks of the queue's area; of a queue in none, the centre's."""
        area = self.area_of(queue)
        if not area:
            return self.all_talks
        known = self._areas.get(area)
        if known is None:
            known = self._areas[area] = Spans(self.all_talks, _AREA_WEIGHT)
        return known

    def talks_about(self, queue: str, concern: str) -> Spans:
        """Talks of this queue's callers about one concern; "" for any."""
        concerns = self._concerns.setdefault(queue, {})
        known = concerns.get(concern)
        if known is None:
            if not concern or len(concerns) >= _MOST_CONCERNS:
                return self.talks_of(queue)
            known = concerns[concern] = Spans(self.talks_of(queue), _CONCERN_WEIGHT)
        return known

    def turns_of(self, queue: str, wrap_up_seconds: float, second: float) -> Turns:
        """As they are in the next minutes: made anew when they have become quite others, else stretched in time."""
        seen = (second, self.all_talks.seen, self.pauses.seen)
        if seen != self._seen:
            self._seen = seen
            self._now.clear()
        turns = self._now.get(queue)
        if turns is None:
            turns = self._now[queue] = self._turns_now(queue, wrap_up_seconds, second)
        return turns

    def _turns_now(self, queue: str, wrap_up_seconds: float, second: float) -> Turns:
        slot, known = int(second + _SOON) // SLOT, self._turns.get(queue)
        seen = (self.all_talks.seen, self.pauses.seen)
        if known and known.is_new(slot, seen):
            return known.now
        at, talks = (slot * SLOT) % SECONDS_A_DAY, self.talks_of(queue)
        seconds = self.rings.mean() + talks.mean() + wrap_up_seconds + self.pauses.seconds_after_talk(at)
        if known is None or _are_others(known, talks.seen, seconds):
            curves = self.rings.curve(), talks.curve()
            pauses = self.pauses.after_talk(at)
            made = Turns(Habits(*curves, talks.mean(), wrap_up_seconds, pauses, self._about(queue)))
            known = self._turns[queue] = _Known(made, seconds, talks.seen, made, slot, seen)
            return made
        known.slot, known.looked_at = slot, seen
        slower = round((seconds / known.seconds - 1) / _SLOWER_BY)
        if slower != known.slower:
            known.slower, known.now = slower, Slowed(known.made, 1 + slower * _SLOWER_BY) if slower else known.made
        return known.now

    def _about(self, queue: str) -> dict[str, Curve]:
        concerns = self._concerns.get(queue, {}).items()
        return {concern: talks.curve() for concern, talks in concerns if talks.seen >= _ENOUGH_ABOUT}

    def close_day(self) -> None:
        """Midnight."""
        for arrivals in self.arrivals.values():
            arrivals.close_day()


def _are_others(known: _Known, talks: int, seconds: float) -> bool:
    if talks - known.talks >= max(_RENEW_EVERY, known.talks // _NEWS):
        return True
    return abs(seconds / known.seconds - 1) > _OTHER
