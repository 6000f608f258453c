"""Everything that is learned of a centre, but not how well estimates were kept."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from routing.waits.arrivals import Arrivals
from routing.waits.grid import SECONDS_A_DAY
from routing.waits.opening import Doors, always_open
from routing.waits.patience import Patience
from routing.waits.pauses import SLOT, Pauses
from routing.waits.sisters import EmptyLines, Reach
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
_LOOK_EVERY = 16  # a sixteenth more talks anywhere
_OTHER_TALKS = 0.01
_OTHER_RINGS = 0.03
_OTHER_RESTS = 0.005  # of a turn
_ENOUGH_ABOUT = 3
_SOON = 300.0


class _Means(NamedTuple):
    """What turns were made of, in seconds."""

    talk: float
    ring: float
    wrap_up: float

    def are_others(self, now: "_Means") -> bool:
        return (
            abs(now.talk - self.talk) > _OTHER_TALKS * self.talk
            or abs(now.ring - self.ring) > _OTHER_RINGS * self.ring
            or now.wrap_up != self.wrap_up
        )


@dataclass(slots=True)
class _Known:
    """Turns, and what was known when they were made, or looked at last."""

    turns: Turns
    means: _Means
    talks: int
    slot: int
    rests: float
    rests_at: int


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
        """As they are in the next minutes; made anew when anything that they are made of has become another."""
        slot, known, talks = int(second + _SOON) // SLOT, self._turns.get(queue), self.talks_of(queue)
        means = _Means(talks.mean(), self.rings.mean(), wrap_up_seconds)
        if known is None or self._is_old(known, means, talks.seen, slot):
            at = (slot * SLOT) % SECONDS_A_DAY
            rests, pauses = self.pauses.seconds_after_talk(at), self.pauses.after_talk(at)
            habits = Habits(self.rings.curve(), talks.curve(), means.talk, wrap_up_seconds, pauses, self._about(queue))
            known = _Known(Turns(habits), means, talks.seen, slot, rests, self.all_talks.seen)
            self._turns[queue] = known
        return known.turns

    def _about(self, queue: str) -> dict[str, Curve]:
        concerns = self._concerns.get(queue, {}).items()
        return {concern: talks.curve() for concern, talks in concerns if talks.seen >= _ENOUGH_ABOUT}

    def _is_old(self, known: _Known, means: _Means, talks: int, slot: int) -> bool:
        if known.means.are_others(means) or talks - known.talks >= max(_RENEW_EVERY, known.talks // _NEWS):
            return True
        news = self.all_talks.seen - known.rests_at
        if known.slot == slot and news <= known.rests_at // _LOOK_EVERY:
            return False
        known.slot, known.rests_at = slot, self.all_talks.seen
        other = abs(self.pauses.seconds_after_talk((slot * SLOT) % SECONDS_A_DAY) - known.rests)
        return other > _OTHER_RESTS * known.turns.turn_seconds

    def close_day(self) -> None:
        """Midnight."""
        for arrivals in self.arrivals.values():
            arrivals.close_day()
