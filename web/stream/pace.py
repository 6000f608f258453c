"""When to look and when to tell that we live: pure, times are one clock's seconds."""

from dataclasses import dataclass

LOOK_SECONDS = 0.15
"""At most so often while something happens."""
IDLE_SECONDS = 0.5
"""So often otherwise: states also change because time goes by."""
BEAT_SECONDS = 2.0
CHECK_SECONDS = 3.0
"""So often each session is asked for."""


@dataclass(slots=True)
class Pace:
    """What is due. After news it looks twice: a board that is shared may have been made just before them."""

    _look_at: float = 0.0
    _looked_at: float = float("-inf")
    _stirred_at: float = float("-inf")
    _beat_at: float = 0.0
    _check_at: float = 0.0

    def begin(self, now: float) -> None:
        """The first one looks: they are sent what there is anyway."""
        self._looked_at, self._look_at = now, now + IDLE_SECONDS
        self._beat_at, self._check_at = now + BEAT_SECONDS, now + CHECK_SECONDS

    def stir(self, now: float) -> None:
        """Something has happened."""
        self._stirred_at = now
        self._look_at = min(self._look_at, self._looked_at + LOOK_SECONDS)

    def is_to_look(self, now: float) -> bool:
        """Whether a look is due; it is taken now."""
        if now < self._look_at:
            return False
        is_busy = now - self._stirred_at <= LOOK_SECONDS
        self._looked_at, self._look_at = now, now + (LOOK_SECONDS if is_busy else IDLE_SECONDS)
        return True

    def is_to_beat(self, now: float) -> bool:
        """Whether a heartbeat is due; it is sent now."""
        if now < self._beat_at:
            return False
        self._beat_at = now + BEAT_SECONDS
        return True

    def is_to_check(self, now: float) -> bool:
        """Whether sessions are to be asked for; they are now."""
        if now < self._check_at:
            return False
        self._check_at = now + CHECK_SECONDS
        return True

    def wait_seconds(self, now: float) -> float:
        """Until something is due."""
        return max(0.0, min(self._look_at, self._beat_at, self._check_at) - now)
