"""What the plots of a report's course need, as short as it goes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

FIGURES = ("offered", "answered", "abandoned", "service_level", "p50_seconds", "p90_seconds")


def plotted(course: Sequence[Mapping[str, Any]], now: float) -> list[list[Any]]:
    """Each interval that has begun at `now` (Unix seconds) and its FIGURES: that nobody called is not known before."""
    rows = [[datetime.fromisoformat(each["from"]).timestamp(), *(each[name] for name in FIGURES)] for each in course]
    return [row for row in rows if row[0] <= now]
