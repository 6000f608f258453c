"""A part of a day in which a line is open."""

from dataclasses import dataclass
from datetime import time

END_OF_DAY = time(0)


@dataclass(frozen=True, slots=True)
class Span:
    """From `opens` (inclusive) to `closes` (exclusive: 12:00 closes at 12:00:00), local time of one day.

    `closes` 00:00 is the end of the day, written 24:00.
    """

    opens: time
    closes: time

    def holds(self, clock: time) -> bool:
        """Whether the wall clock's time lies in the span."""
        return self.opens <= clock and (clock < self.closes or self.closes == END_OF_DAY)

    def __str__(self) -> str:
        closes = "24:00" if self.closes == END_OF_DAY else f"{self.closes:%H:%M}"
        return f"{self.opens:%H:%M}-{closes}"
