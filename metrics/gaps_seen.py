"""Gaps within a span: when nobody watched."""

from facts.kinds import Fact
from facts.watch import GapSeen


class GapsSeen:
    """A fold of facts. The span is [begin, end) in Unix seconds."""

    def __init__(self, begin: float, end: float) -> None:
        self._begin, self._end = begin, end
        self._gaps: dict[str, GapSeen] = {}

    @property
    def seen(self) -> tuple[GapSeen, ...]:
        """Each once, by their beginning."""
        return tuple(sorted(self._gaps.values(), key=lambda gap: (gap.since, gap.node)))

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        if isinstance(fact, GapSeen) and fact.since < self._end and fact.at > self._begin:
            self._gaps[fact.id] = fact
