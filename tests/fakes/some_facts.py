"""Facts of invented calls, each with an id of its own, in the order in which they happened."""

from collections.abc import Iterator

from facts.call import CallerJoined
from facts.place import Place

SUNDAY_AT_NINE = 1795338000.0  # 2026-11-22 09:00 UTC


def joined(number: int, at: float = SUNDAY_AT_NINE) -> CallerJoined:
    """The caller with this number joins a line."""
    return CallerJoined(at=at, place=Place("pbx1", f"pbx1-1795338000.{number}", "L01", 1, "L01", 1795338000))


def some_facts(count: int, first: int = 0) -> Iterator[CallerJoined]:
    """So many callers join, a millisecond apart."""
    return (joined(number, SUNDAY_AT_NINE + number / 1000) for number in range(first, first + count))
