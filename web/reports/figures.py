"""Figures as people of a country write them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

NONE = "–"


class Figures:
    """For one language: `de` writes 1.234,5, `en` 1,234.5. `texts`: the page's words, with names of weekdays."""

    def __init__(self, spoken: str, texts: Mapping[str, str]) -> None:
        self._is_german, self._texts = spoken.startswith("de"), texts

    def count(self, value: int) -> str:
        """A whole number."""
        return self._written(f"{value:,}")

    def seconds(self, value: float | None) -> str:
        """Seconds with one decimal."""
        return NONE if value is None else self._written(f"{value:,.1f}")

    def share(self, value: float | None) -> str:
        """A share as percent."""
        if value is None:
            return NONE
        return self._written(f"{value * 100:z.1f}") + ("\N{NO-BREAK SPACE}%" if self._is_german else "%")

    def day(self, day: date) -> str:
        """With its weekday."""
        name = self._texts[f"day_{day.weekday()}"]
        return f"{name} {day:%d.%m.%Y}" if self._is_german else f"{name} {day.day} {day:%b %Y}"

    def days(self, first: date, last: date) -> str:
        """One day, or from the first to the last."""
        return self.day(first) if first == last else f"{self.day(first)} {NONE} {self.day(last)}"

    def interval(self, record: Mapping[str, Any], *, is_one_day: bool, is_whole_days: bool) -> str:
        """When an interval of this record begins: the clock, with its offset where an hour comes twice."""
        begins = datetime.fromisoformat(record["from"])
        if is_whole_days:
            return self.day(begins.date())
        clock = f"{begins:%H:%M}"
        return clock if is_one_day else f"{self.day(begins.date())}, {clock}"

    def _written(self, english: str) -> str:
        return english.translate(_GERMAN) if self._is_german else english


_GERMAN = str.maketrans({",": ".", ".": ","})
