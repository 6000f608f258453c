"""Asterisk's queue_log as `operations.ports.Past`: reading and telling happen off the loop."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from facts.kinds import CallKind
from operations.ports import KnownCalls
from routing.centre import Centre
from telephony.queue_log.lines import parse
from telephony.queue_log.reading import Lines, read_since
from telephony.queue_log.telling import tell


@dataclass(frozen=True, slots=True)
class QueueLogRead:
    """Lines of a gap, and for which centre they are told."""

    lines: Lines
    node: str
    centre: Centre

    @property
    def is_whole(self) -> bool:
        """False when an older log that is compressed by now has some of the lines."""
        return self.lines.is_whole

    async def facts(self, known: KnownCalls, living: Collection[str]) -> list[CallKind]:
        """What the lines tell, in order; see `operations.ports.PastRead`."""
        return await asyncio.to_thread(self._tell, known, living)

    def _tell(self, known: KnownCalls, living: Collection[str]) -> list[CallKind]:
        lines = [line for raw in self.lines.lines if (line := parse(raw))]
        return tell(lines, self.node, self.centre, known, living)


class QueueLog:
    """The queue_log of the Asterisk `node` at `path`; None where no path is set: nobody can know."""

    def __init__(self, path: Path | None, node: str, centre: Callable[[], Centre]) -> None:
        self._path = path
        self._node = node
        self._centre = centre

    async def read(self, since: float) -> QueueLogRead | None:
        """What was written from `since` (Unix seconds) on; None when the file cannot be read or holds too much."""
        if self._path is None:
            return None
        lines = await asyncio.to_thread(read_since, self._path, since)
        return QueueLogRead(lines, self._node, self._centre()) if lines else None
