"""What single members do, told to an estimator with the counts that a journal keeps of it."""

from facts.pause_reasons import counted, told
from routing.waits.estimator import Estimator


class Counted:
    """In front of an estimator: after each event of a member it is told how many serve that member's first queue."""

    def __init__(self, estimator: Estimator) -> None:
        self._estimator = estimator

    def signed_in(self, member: str, queue: str, at: float, penalty: int = 0, wrap_up_seconds: float = 0.0) -> None:
        """Serves this queue."""
        self._estimator.signed_in(member, queue, at, penalty, wrap_up_seconds)
        self._count(queue, at)

    def signed_out(self, member: str, queue: str, at: float) -> None:
        """Serves it no longer."""
        self._estimator.signed_out(member, queue, at)
        self._count(queue, at)

    def paused(self, member: str, at: float, reason: str = "") -> None:
        """Rings no more."""
        self._estimator.paused(member, at, reason)
        self._count_of(member, at)

    def resumed(self, member: str, at: float) -> None:
        """Rings again."""
        self._estimator.resumed(member, at)
        self._count_of(member, at)

    def _count_of(self, member: str, at: float) -> None:
        known = self._estimator.present.floor.members.get(member)
        if known:
            self._count(known.own, at)

    def _count(self, queue: str, at: float) -> None:
        signed_in, paused, reasons = self._estimator.present.staff(queue)
        self._estimator.staff_counted(queue, at, signed_in, paused, counted(told(reasons.elements())))
