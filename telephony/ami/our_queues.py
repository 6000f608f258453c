"""Which queues of an Asterisk are ours: others' events are none of our business."""

from collections.abc import Callable

from routing.centre import Centre


class OurQueues:
    """The queues of every centre in force since the start: callers may still stand in one that is gone now."""

    def __init__(self, centre: Callable[[], Centre]) -> None:
        self._centre = centre
        self._last: Centre | None = None
        self._known: set[str] = set()

    def __contains__(self, queue: str) -> bool:
        centre = self._centre()
        if centre is not self._last:
            self._last = centre
            self._known.update(centre.queues)
        return queue in self._known
