"""A reader of the live stream, as small as can be: when it was told what."""

import asyncio
import json
import time
from bisect import bisect_left
from collections import defaultdict
from typing import Any

MOST_LINE = 2**20


class Arrivals:
    """What one reader was told. `begun`: its snapshot is there."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self._told: defaultdict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))

    def since(self, team: str, offered: int) -> float | None:
        """When it knew (monotonic) that a team had been offered so many calls; None if never."""
        counts, times = self._told[team]
        place = bisect_left(counts, offered)
        return times[place] if place < len(counts) else None

    def hear(self, name: str, data: dict[str, Any]) -> None:
        """Take an event in."""
        now = time.monotonic()
        for team in data.get("teams", ()):
            counts, times = self._told[team["id"]]
            counts.append(team["today"]["offered"])
            times.append(now)
        if name == "snapshot":
            self.begun.set()


async def read_board(port: int, arrivals: Arrivals) -> None:
    """Until the stream ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=MOST_LINE)
    writer.write(b"GET /api/v1/live/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    name = ""
    while line := await reader.readline():
        if line.startswith(b"event: "):
            name = line[7:].decode().strip()
        elif line.startswith(b"data: "):
            arrivals.hear(name, json.loads(line[6:]))
    writer.close()
