"""Lines of the customer file -> entries: a plain line by one expression, any other the long way.

Nearly every line is plain: both numbers exactly as their patterns, nothing to trim. To read those in one go halves
the time of an import; both ways give the same entry for the same line (the tests hold them together).
"""

import re
from collections.abc import Callable
from operator import itemgetter

from routing.directory_file import COLUMNS, Columns, Entry, RowReader
from routing.number import NumberFormat, shape

_WORD = "([A-Za-z0-9_-]{0,64})"
_Pick = Callable[[tuple[str, ...]], tuple[str, ...]]


class LineReader:
    """Reads the lines of a file with these columns and this delimiter."""

    def __init__(self, columns: Columns, delimiter: str, numbers: NumberFormat, rows: RowReader) -> None:
        self._columns = columns
        self._delimiter = delimiter
        self._rows = rows
        shapes = {"customer_number": shape(numbers.customer), "household": shape(numbers.household)}
        expressions, starts, groups = [], {}, 0
        for name in columns.names:
            found = shapes.get(name)
            expressions.append(found.expression if found else _WORD)
            starts[name] = groups
            groups += found.groups if found else 1
        self._fullmatch = re.compile(re.escape(delimiter).join(expressions)).fullmatch
        customer, household = shapes["customer_number"], shapes["household"]
        self._customer = _picker(customer.digits, starts["customer_number"])
        self._letter = _picker(customer.letters, starts["customer_number"])
        self._household = _picker(household.digits, starts["household"])
        self._household_letter = _picker(household.letters, starts["household"])
        # The group after the last is the "" of an optional column that is not there.
        self._others = _picker(tuple(starts.get(name, groups) for name in COLUMNS[2:]), 0)

    def line(self, text: str) -> Entry:
        """The entry of a line that holds no quote. Raises RowRefused."""
        match = self._fullmatch(text)
        if match is None:
            return self.fields(text.split(self._delimiter))  # without a quote, that is all there is to RFC 4180
        groups = (*match.groups(), "")
        household = "".join(self._household(groups))
        return (
            "".join(self._customer(groups)),
            "".join(self._letter(groups)),
            household,
            "".join(self._household_letter(groups)),
            self._rows.code(*self._others(groups), household[-1]),
        )

    def fields(self, fields: list[str]) -> Entry:
        """The entry of a line's fields. Raises RowRefused."""
        return self._rows.read(self._columns.pick(fields))


def _picker(places: tuple[int, ...], start: int) -> _Pick:
    """What takes these groups out of a match, always as a tuple."""
    moved = [place + start for place in places]
    if len(moved) > 1:
        return itemgetter(*moved)
    return itemgetter(slice(moved[0], moved[0] + 1) if moved else slice(0, 0))
