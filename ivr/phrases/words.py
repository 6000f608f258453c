"""Numbers, spelled numbers and times as sounds and words, in any language. Pure; never raises for a value.

A value becomes the names of sounds, to be played in turn; a language's vocabulary has the words of each.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, time
from types import MappingProxyType
from typing import Protocol

from ivr.phrases.english import English
from ivr.phrases.german import German
from routing.spoken import Slot, Upcoming

LARGEST = 999
"""The largest number that is spoken; above it the caller hears "more than"."""

TODAY, TOMORROW, WEEK = 0, 1, 7
"""So many days ahead."""

_PIECES = re.compile("[0-9]{1,2}|[a-z]")


class Tongue(Protocol):
    """What one language knows about numbers and times."""

    @property
    def vocabulary(self) -> Mapping[str, str]:
        """Every sound that numbers and times need -> the words it speaks."""
        ...

    def number(self, count: int) -> tuple[str, ...]:
        """The sounds of a number from 0 to 999."""
        ...

    def clock(self, at: time) -> tuple[str, ...]:
        """The sounds of a time of day, with its preposition ("um acht Uhr dreißig")."""
        ...

    def from_clock(self, at: time) -> tuple[str, ...]:
        """The sounds of a time of day after its day ("Montag, acht Uhr dreißig")."""
        ...

    def join(self, words: Iterable[tuple[str, str]]) -> str:
        """Sounds and their words as one written text."""
        ...


TONGUES: Mapping[str, Tongue] = MappingProxyType({"de": German(), "en": English()})
"""By the language's first subtag: `de-leicht` counts like `de`."""


def counts(language: str) -> bool:
    """Whether somebody knows the numbers of this language."""
    return language.partition("-")[0] in TONGUES


def tongue(language: str) -> Tongue:
    """Who knows the numbers of this language. Raises KeyError where `counts` says no."""
    return TONGUES[language.partition("-")[0]]


def sounds(speaker: Tongue, value: Slot) -> tuple[str, ...]:
    """The names of the sounds that speak a value (`routing.spoken.Slot`), in order.

    A number below 0 is spoken as 0, one above 999 as "more than 999". Of a text, digits (in pairs, which are
    easier to follow) and the letters A to Z are spelled, the rest is skipped. A moment is spoken as weekday,
    day, month and time of day, in the zone that it carries; one that is told as upcoming as one says it: today,
    tomorrow, a weekday within a week.
    """
    match value:
        case Upcoming():
            return (*_day(value), *speaker.from_clock(value.at.time()))
        case datetime():
            return (*_date(value), *speaker.from_clock(value.time()))
        case time():
            return speaker.clock(value)
        case int():
            return speaker.number(max(value, 0)) if value <= LARGEST else ("more-than-999",)
        case _:
            return tuple(_spelled(piece) for piece in _PIECES.findall(value.lower()))


def words(speaker: Tongue, value: Slot) -> str:
    """The value as it is spoken, in writing."""
    return speaker.join((name, speaker.vocabulary[name]) for name in sounds(speaker, value)).rstrip(",")


def _day(moment: Upcoming) -> tuple[str, ...]:
    ahead = moment.days_ahead
    if ahead in (TODAY, TOMORROW):
        return ("today",) if ahead == TODAY else ("tomorrow",)
    return (f"weekday-{moment.at.weekday()}",) if TODAY < ahead < WEEK else _date(moment.at)


def _date(moment: datetime) -> tuple[str, ...]:
    return (f"weekday-{moment.weekday()}", f"day-{moment.day}", f"month-{moment.month}")


def _spelled(piece: str) -> str:
    if piece.isalpha():
        return f"letter-{piece}"
    return f"digit-{piece}" if len(piece) == 1 else f"digits-{piece}"
