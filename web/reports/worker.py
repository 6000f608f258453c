"""What the reports' rooms need of whoever works reports out, elsewhere than on our loop."""

from collections.abc import Callable, Mapping
from typing import Protocol


class ReportsAway(Exception):
    """The journal cannot be read just now, or reports cannot be worked out: try again in a moment."""


class ReportWorker(Protocol):
    """Works out one question at a time."""

    async def answer(self, question: Mapping[str, object], told: Callable[[int, int], None]) -> bytes:
        """The answer's text; `told` hears how many days of how many are read. Raises ReportsAway.

        Cancelled, it leaves nothing running.
        """
        ...
