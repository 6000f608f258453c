"""Waits of which nothing is known."""

from routing.decision import Decision
from routing.spoken_wait import WaitRange
from routing.wait_estimate import Expected


class UnknownWaits:
    """`ivr.ports.Waits` that expects nothing: callers hear the place that Asterisk counts."""

    def expect(self, queue: str, virtual_arrival: int) -> Expected | None:  # noqa: ARG002 - nothing is looked up
        """Not known."""
        return None

    def told(self, queue: str, expected: Expected, said: WaitRange, decision: Decision | None) -> None:
        """Never told, as nothing was expected."""
