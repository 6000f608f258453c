"""What one wait teaches: an estimate that nobody heard, and how it was kept."""

from dataclasses import dataclass

from routing.waits.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Said:
    """What was expected `at` a moment for one caller, to be compared with what happens."""

    schedule: Schedule
    at: float
    second: float
    """Of the local day."""
    place: float
    """From 1, in the line of the queue itself."""
    factor: float
    mean: float
    """Before it was corrected."""
    quantiles: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """The figures of `facts.wait.WaitLearned`: all that is learned from a wait, live or read back. Spans in seconds."""

    place: int
    second: float
    factor: float
    ratio: float
    mean: float
    """Before it was corrected."""
    quantiles: tuple[float, ...]
    waited: float
    end: float
    """The wait; of one who was not answered, what it would have come to."""
    answered: bool
