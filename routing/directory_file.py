"""The customer file, pure: a header -> columns; a line's fields -> numbers and teams, or what is wrong.

No message holds a value of the file: fields slip into wrong columns, and a customer number is social data.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from routing.centre import Area, BenefitRule, Centre
from routing.directory import Assignment
from routing.directory_rows import Codes
from routing.number import NumberFormat, NumberKind

REQUIRED = ("customer_number", "household", "area")
OPTIONAL = ("benefit_team", "placement_team", "language")
COLUMNS = (*REQUIRED, *OPTIONAL)

_MARGIN = " \t\r\n\xa0"
_POWER_OF_TEN = re.compile(r"[0-9]+(?:[.,][0-9]+)?E[+-]?[0-9]+", re.IGNORECASE)
_COLUMN_NAME = re.compile(r"[A-Za-z_ -]{1,40}")


@dataclass(frozen=True, slots=True)
class LineMistake:
    """What is wrong in one line of the file (1 is the header), and the cure. Holds no value of the file."""

    line: int
    what: str
    cure: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}: {self.cure}"


class RowRefused(Exception):
    """A line cannot be used: what is wrong, and the cure."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(f"{what}: {cure}")
        self.what = what
        self.cure = cure


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of the file, in its order."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, header: Sequence[str]) -> "Columns":
        """The columns by the header's names. Raises RowRefused with the first mistake in it."""
        names = [name.strip(_MARGIN).lower() for name in header]
        while names and not names[-1]:
            names.pop()
        _refuse_header(names)
        return cls(tuple(names))

    @property
    def width(self) -> int:
        """How many columns the file has."""
        return len(self.names)

    def pick(self, fields: list[str]) -> list[str]:
        """The line's fields in the order of COLUMNS, "" for a missing one. Raises RowRefused for a wrong width."""
        if len(fields) != self.width:
            fields = self._trimmed(fields)
        found = dict(zip(self.names, fields, strict=True))
        return [found.get(name, "").strip(_MARGIN) for name in COLUMNS]

    def _trimmed(self, fields: list[str]) -> list[str]:
        if len(fields) < self.width or any(field.strip(_MARGIN) for field in fields[self.width :]):
            raise RowRefused(
                f"it has {len(fields)} fields, the header has {self.width}",
                "put every field in its column, and in quotes if it holds the delimiter",
            )
        return fields[: self.width]


def _refuse_header(names: Sequence[str]) -> None:
    wanted = f"the first line must be {','.join(REQUIRED)} and may have {', '.join(OPTIONAL)}"
    for place, name in enumerate(names, start=1):
        if name not in COLUMNS:
            # A file without a header has a customer number here, so only what looks like a name is shown.
            shown = f"column {name!r}" if _COLUMN_NAME.fullmatch(name) else f"column {place} of the header"
            raise RowRefused(f"{shown} is not known", f"{wanted}: rename or remove it")
        if name in names[: place - 1]:
            raise RowRefused(f"column {name!r} stands there twice", "remove one of them")
    if missing := [name for name in REQUIRED if name not in names]:
        raise RowRefused(f"column {missing[0]!r} is missing", wanted)


Entry = tuple[str, str, str, str, int]
"""A line that can be used: digits and letter of the customer number, the same of the household number ("" for none),
and the code of the assignment (`RowReader.assignments`). A bare tuple, as there are millions."""


class RowReader:
    """Reads lines with one centre's areas, teams, languages and number patterns."""

    def __init__(self, centre: Centre, numbers: NumberFormat) -> None:
        self._centre = centre
        self._numbers = numbers
        self._languages = tuple(dict.fromkeys(centre.languages.values()))
        self._codes: Codes[Assignment] = Codes()
        # Few distinct combinations of these columns occur; only good ones are kept, so junk cannot fill it.
        self._known: dict[tuple[str, ...], int] = {}

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        """Every assignment met so far, by code; each with a language also without it."""
        return self._codes.values

    def read(self, fields: Sequence[str]) -> Entry:
        """The entry of a line, its fields as `Columns.pick` gives them. Raises RowRefused."""
        customer_text, household_text, *others = fields
        customer = self._number(customer_text, NumberKind.CUSTOMER, "customer_number")
        household = ("", "")
        if household_text:
            household = self._number(household_text, NumberKind.HOUSEHOLD, "household")
        return (*customer, *household, self.code(*others, household[0][-1:]))

    def code(self, *columns: str) -> int:
        """The code of what area, both teams, language and the household's last digit say. Raises RowRefused."""
        code = self._known.get(columns)
        if code is None:
            code = self._known[columns] = self._code(*columns)
        return code

    def _number(self, text: str, kind: NumberKind, column: str) -> tuple[str, str]:
        number = self._numbers.written(text.removeprefix("'"), kind)
        pattern = self._numbers.pattern(kind)
        if number is None:
            raise self._impossible(text, kind, column)
        if number.letter is None and "A" in pattern:
            raise RowRefused(f"{column} lacks its letter", _write_it_as(pattern))
        return number.canonical, number.letter or ""

    def _impossible(self, text: str, kind: NumberKind, column: str) -> RowRefused:
        pattern = self._numbers.pattern(kind)
        if other := self._numbers.written(text):
            return RowRefused(f"{column} is a {other.kind} number", "put each number in its own column")
        if not text:
            return RowRefused(f"{column} is empty", _write_it_as(pattern))
        if not text.isprintable():
            return RowRefused(f"{column} holds a control character", "remove it; export the file as plain CSV")
        if _POWER_OF_TEN.fullmatch(text):
            return RowRefused(
                f"{column} was turned into a power of ten by a spreadsheet, its digits are lost",
                "format the column as text before the export",
            )
        return RowRefused(f"{column} is not a {kind} number", _write_it_as(pattern))

    def _code(self, area: str, benefit: str, placement: str, language: str, last_digit: str) -> int:
        if language and language not in self._languages:
            raise RowRefused("language is not one of this centre's", _one_of(self._languages))
        where = self._centre.areas.get(area)
        if where is None:
            what = "area is not one of teams.yaml" if area else "area is empty"
            raise RowRefused(what, _one_of(tuple(self._centre.areas)))
        teams = (self._benefit(where, benefit, last_digit), self._placement(where, placement))
        self._codes.of(Assignment(area, *teams))
        return self._codes.of(Assignment(area, *teams, language or None))

    def _benefit(self, area: Area, team: str, last_digit: str) -> str:
        if team:
            self._refuse_foreign(team, "benefit_team", area.benefit)
            return team
        if len(area.benefit) == 1:
            return area.benefit[0]
        if not last_digit:
            raise RowRefused(
                "household is empty, and an area alone does not tell the benefit team",
                f"fill in household, or benefit_team with {' or '.join(area.benefit)}",
            )
        if area.benefit_rule is BenefitRule.CUSTOMER_FILE:
            raise RowRefused(
                "benefit_team is empty, and the area has no rule that tells it",
                f"fill in benefit_team with {' or '.join(area.benefit)}",
            )
        # BenefitRule.HOUSEHOLD_LAST_DIGIT: even first, odd second.
        return area.benefit[int(last_digit) % 2]

    def _placement(self, area: Area, team: str) -> str:
        if team:
            self._refuse_foreign(team, "placement_team", (area.placement,))
        return area.placement

    def _refuse_foreign(self, team: str, column: str, allowed: tuple[str, ...]) -> None:
        if team in allowed:
            return
        found = self._centre.teams.get(team)
        if found is None:
            raise RowRefused(f"{column} is not a team of teams.yaml", _one_of(allowed))
        if column != f"{found.kind}_team":
            raise RowRefused(f"{column} names a {found.kind} team", _one_of(allowed))
        raise RowRefused(f"{column} is not a team of the line's area", f"{_one_of(allowed)}, or correct area")


def _one_of(values: Sequence[str]) -> str:
    shown = ", ".join(values[:40])
    return f"write one of {shown}{', …' if len(values) > len(values[:40]) else ''}"


def _write_it_as(pattern: str) -> str:
    letter = ", A for its letter" if "A" in pattern else ""
    return f"write it as {pattern} (9 for a digit{letter}), and format the column as text in a spreadsheet"
