"""Everybody who gave up today, in memory: one row a caller, by phone or by customer. Pure but for who listens."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from operations.gave_up.row import GaveUp

MOST = 5000
"""Of all teams; the oldest are forgotten."""

Whose = Callable[[str], object | None]
"""A customer number as written -> the customer, comparable; None where it is nobody's, or several may be meant."""
Changed: TypeAlias = Callable[[str, GaveUp | None], object]
"""Told an id and its row of now, None once it is gone."""


class People:
    """`changed` hears of every change but `take`'s."""

    def __init__(self, whose: Whose, changed: Changed, most: int = MOST) -> None:
        self._whose, self._changed, self._most = whose, changed, most
        self._rows: dict[str, GaveUp] = {}
        self._customers: dict[str, object | None] = {}
        """Whose a row is, once it was asked: on a busy day asking thousands anew for each call would hold others up."""

    def __len__(self) -> int:
        return len(self._rows)

    def of_team(self, team: str) -> list[GaveUp]:
        """By id: whoever came first is first."""
        return sorted((row for row in self._rows.values() if row.team == team), key=lambda row: row.id)

    def get(self, row: str) -> GaveUp | None:
        """One of them."""
        return self._rows.get(row)

    def add(self, row: GaveUp) -> None:
        """Somebody has given up; whoever had before is the same, with one call more."""
        same = list(self._same(row.phone, row.number))
        if row.id in {each.id for each in same}:  # told twice
            return
        for each in same:
            self._forget(each.id)
        first = min((each.id for each in same), default=row.id)
        known = next((each.number for each in same if each.number), "")
        phone = next((each.phone for each in same if each.phone), "")
        self._put(
            replace(
                row,
                id=min(first, row.id),
                calls=row.calls + sum(each.calls for each in same),
                number=row.number or known,
                phone=row.phone or phone,
            )
        )
        while len(self._rows) > self._most:
            self._forget(min(self._rows))

    def served(self, phone: str, number: str) -> None:
        """This caller was answered, or will be called."""
        for row in list(self._same(phone, number)):
            self._forget(row.id)

    def forget(self, row: str) -> None:
        """Not there is no error."""
        if row in self._rows:
            self._forget(row)

    def take(self, rows: Iterable[GaveUp], besides: Collection[str] = ()) -> None:
        """These are all, but for those whose id is among `besides`: they are as they are."""
        mine = {each: self._rows[each] for each in besides if each in self._rows}
        before, self._rows = self._rows, {row.id: row for row in rows if row.id not in besides} | mine
        for row_id in [each for each in self._customers if not _has_same_number(each, before, self._rows)]:
            del self._customers[row_id]

    def keep_since(self, moment: float) -> None:
        """Whoever hung up before this (Unix seconds) is of another day; the store forgets them by itself."""
        for row in [row.id for row in self._rows.values() if row.at < moment]:
            del self._rows[row]
            self._customers.pop(row, None)

    def _same(self, phone: str, number: str) -> Iterator[GaveUp]:
        customer = self._whose(number) if number else None
        for row in self._rows.values():
            if (phone and row.phone == phone) or (customer and row.number and self._customer_of(row) == customer):
                yield row

    def _customer_of(self, row: GaveUp) -> object | None:
        if row.id not in self._customers:
            self._customers[row.id] = self._whose(row.number)
        return self._customers[row.id]

    def _put(self, row: GaveUp) -> None:
        self._rows[row.id] = row
        self._customers.pop(row.id, None)
        self._changed(row.id, row)

    def _forget(self, row: str) -> None:
        del self._rows[row]
        self._customers.pop(row, None)
        self._changed(row, None)


def _has_same_number(row_id: str, before: Mapping[str, GaveUp], now: Mapping[str, GaveUp]) -> bool:
    return row_id in now and row_id in before and now[row_id].number == before[row_id].number
