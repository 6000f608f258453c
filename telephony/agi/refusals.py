"""Peers that were turned away, logged once per kind and interval: a port scan must not fill a disk."""

import structlog

LOG_EVERY_SECONDS = 10.0

_log = structlog.get_logger(__name__)


class Refusals:
    """Counts what was turned away, and says so now and then."""

    def __init__(self) -> None:
        self._since: dict[str, int] = {}
        self._said_at: dict[str, float] = {}

    def note(self, why: str, now: float) -> None:
        """Note one refusal of a kind of ours (`peer`, `cap`, `drain`); `now` is the loop's clock."""
        self._since[why] = self._since.get(why, 0) + 1
        if now - self._said_at.get(why, -LOG_EVERY_SECONDS) >= LOG_EVERY_SECONDS:
            _log.warning("agi_refused", why=why, count=self._since.pop(why))
            self._said_at[why] = now
