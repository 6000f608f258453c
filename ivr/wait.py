"""What a caller hears of place and wait, before the line and between two stays in it."""

from dataclasses import dataclass

from ivr.line import Line
from ivr.ports import Waits
from routing.centre import WaitRules
from routing.decision import Decision
from routing.spoken import Spoken
from routing.spoken_wait import LESS_THAN_A_MINUTE, OPEN, WaitRange, improved, range_of, read, written
from routing.wait_estimate import Expected

IN_A_MOMENT = 2
"""So many places behind those for whom somebody is free, a caller is not taken out of line to be spoken to."""

_HIGHEST_PLACE_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Told:
    """Place and wait as they were told, or may be; None for what was not."""

    place: int | None = None
    wait: WaitRange | None = None

    @property
    def sentences(self) -> tuple[Spoken, ...]:
        """In words."""
        place = (Spoken("place", {"place": self.place}),) if self.place else ()
        return (*place, sentence(self.wait)) if self.wait else place

    def variables(self, was_heard: bool) -> dict[str, str]:
        """As the channel keeps it for `told_before`; what was cut short is worth saying again at the next moment."""
        return {
            "TEAMLINE_TOLD": written(self.wait),
            "TEAMLINE_TOLD_PLACE": str(self.place or ""),
            "TEAMLINE_QUIET": "" if was_heard else "1",
        }

    def then(self, news: "Told") -> "Told":
        """What was told last, of each, once the news are told as well."""
        return Told(news.place or self.place, news.wait or self.wait)


async def told_before(line: Line) -> Told:
    """What the channel keeps; whatever else stands there counts as nothing."""
    place = await line.get("TEAMLINE_TOLD_PLACE") or ""
    is_place = place.isascii() and place.isdecimal() and len(place) <= _HIGHEST_PLACE_DIGITS
    return Told(int(place) or None if is_place else None, read(await line.get("TEAMLINE_TOLD")))


def tellable(expected: Expected, before: Told, rules: WaitRules) -> Told:
    """What may be told after `before`: numbers heard in a call never grow. The first in line hears no place."""
    is_new = expected.position > 1 and (before.place is None or expected.position <= before.place)
    wait = range_of(expected.estimate) if rules.spoken and expected.estimate else None
    return Told(expected.position if is_new else None, improved(wait, before.wait) if wait else None)


async def tell(line: Line, waits: Waits, queue: str, expected: Expected, news: Told, decision: Decision | None) -> bool:
    """Say it; whether it was heard to its end. Who hung up or cut it short has not been told a wait."""
    was_heard = not news.sentences or await line.say(*news.sentences)
    if was_heard and news.wait:
        waits.told(queue, expected, news.wait, decision)
    return was_heard


def is_nearly_served(expected: Expected) -> bool:
    """Whether somebody may answer in a moment: such a caller is left in line."""
    return expected.position <= expected.free + IN_A_MOMENT


def sentence(wait: WaitRange) -> Spoken:
    """The phrase that says this range: grammar knows one minute, and none."""
    if wait.high_minutes == OPEN:
        return Spoken("wait-over-an-hour")
    if wait == LESS_THAN_A_MINUTE:
        return Spoken("wait-under-a-minute")
    if wait.low_minutes <= 1:
        return Spoken("wait-from-one" if wait.low_minutes else "wait-up-to", {"high": wait.high_minutes})
    if wait.low_minutes == wait.high_minutes:
        return Spoken("wait-about", {"minutes": wait.low_minutes})
    return Spoken("wait-range", {"low": wait.low_minutes, "high": wait.high_minutes})
