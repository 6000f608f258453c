"""Waits of one caller by script."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from routing.decision import Decision
from routing.spoken_wait import WaitRange
from routing.wait_estimate import Expected
from routing.waits.estimate import Estimate


def minutes(p50: float, p80: float | None = None, p90: float | None = None) -> Estimate:
    """An estimate in minutes; what is not given is as long as what is."""
    p80 = p50 if p80 is None else p80
    return Estimate(mean=p50 * 60, p50=p50 * 60, p80=p80 * 60, p90=(p90 or p80) * 60)


@dataclass
class ScriptedWaits:
    """Expects this in turn, the last again and again; nothing: not known. Keeps who asked and what was told."""

    script: Iterable[Expected | None] = ()
    asked: list[tuple[str, int]] = field(default_factory=list)
    coming: list[tuple[str, int]] = field(default_factory=list)
    has_told: list[tuple[str, WaitRange, Decision | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._left = list(self.script)

    def comes(self, queue: str, virtual_arrival: int) -> None:
        self.coming.append((queue, virtual_arrival))

    def expect(self, queue: str, virtual_arrival: int) -> Expected | None:
        self.asked.append((queue, virtual_arrival))
        return self._left.pop(0) if len(self._left) > 1 else next(iter(self._left), None)

    def told(self, queue: str, expected: Expected, said: WaitRange, decision: Decision | None) -> None:
        assert expected.estimate
        self.has_told.append((queue, said, decision))
