"""When an event was read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moment:
    """`at` in Unix seconds, `monotonic` in seconds of this process's own clock, for spans."""

    at: float
    monotonic: float
