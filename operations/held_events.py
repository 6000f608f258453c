"""Events that come before the past is known: held back, else they would tell of an end whose cause stands in the past.

An event that finds a caller in another line can only say "moved"; queue_log, read a moment later, would have said
"answered". The other way round does no harm: who tells events again to a model that is ahead is told nothing.
"""

from collections.abc import Callable, Iterable

import structlog

from facts.kinds import Fact
from operations.fact_stream import FactStream

MOST_HELD = 2_000
"""Some seconds of a nation's events; more of them are not held."""

Meaning = Callable[[], Iterable[Fact]]
"""What an event means to the model as it is when this is called."""

log = structlog.get_logger()


class HeldEvents:
    """In front of the stream: lets events through until told to `hold`."""

    def __init__(self, stream: FactStream) -> None:
        self._stream = stream
        self._held: list[Meaning] = []
        self._is_holding = False

    def tell(self, means: Meaning) -> None:
        """Fold what an event means, at once or at `release`."""
        if not self._is_holding:
            self._stream.take(means())
            return
        self._held.append(means)
        if len(self._held) >= MOST_HELD:
            self.release()

    def hold(self) -> None:
        """Hold events from now on."""
        self._is_holding = True

    def release(self) -> None:
        """Fold what was held, in order, and hold no more. One event's fault costs none of the others."""
        held, self._held, self._is_holding = self._held, [], False
        for means in held:
            try:
                self._stream.take(means())
            except Exception:
                log.exception("live_event_not_folded")
