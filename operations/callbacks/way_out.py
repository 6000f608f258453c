"""Whether calls get out at all: while the trunk takes none, no member is rung in vain, and the order stays.

Three different callbacks in a row that nobody's phone has rung for, and whose members have not hung up, are the
trunk's fault: nobody else is dialled then but one, the next in order, after a pause that grows.
"""

from collections.abc import Callable

import structlog

FAULTS = 3
"""A single number that the network always refuses cuts off nobody else."""
PAUSE_SECONDS = (30.0, 60.0, 120.0, 300.0)

log = structlog.get_logger()


class WayOut:
    """`monotonic`: seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._failed: set[str] = set()
        self._tries = 0
        self._opens_at = 0.0

    @property
    def is_tried(self) -> bool:
        """Whether the next dial is to show that there is a way again: one is enough."""
        return len(self._failed) >= FAULTS

    @property
    def is_shut(self) -> bool:
        """Whether no number is to be dialled now."""
        return self.is_tried and self._monotonic() < self._opens_at

    def failed(self, callback: str) -> None:
        """A dial of this callback came to nothing before anybody's phone could ring."""
        was_shut = self.is_shut
        self._failed.add(callback)
        if not self.is_tried or was_shut:  # begun before: it tells nothing new
            return
        pause = PAUSE_SECONDS[min(self._tries, len(PAUSE_SECONDS) - 1)]
        self._opens_at = self._monotonic() + pause
        self._tries += 1
        log.warning("callbacks_cut_off", seconds=pause, cure="look at the trunk: `pjsip show endpoint NAME`")

    def worked(self) -> None:
        """A dial got out, whatever came of it."""
        if self.is_tried:
            log.info("callbacks_get_out_again")
        self._failed.clear()
        self._tries = 0
