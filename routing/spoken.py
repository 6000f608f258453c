"""What is to be said, as a value: a phrase id and what fills its slots."""

from dataclasses import dataclass, field
from datetime import datetime, time


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A moment to come as it is told `now` (both aware): today, tomorrow, a weekday, or with its date."""

    at: datetime
    now: datetime

    @property
    def days_ahead(self) -> int:
        """Days from today until then, by the calendar of the zone that `at` is in."""
        return (self.at.date() - self.now.astimezone(self.at.tzinfo).date()).days


Slot = int | str | time | datetime | Upcoming
"""A count or place, digits or letters to spell, a time of day, or a moment (with its date, or as one says it now)."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One phrase of `ivr/phrases/*.yaml` with the values of its slots, in no language yet."""

    phrase: str
    slots: dict[str, Slot] = field(default_factory=dict)
