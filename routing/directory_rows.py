"""The rows of an import, packed so that a nation fits (32 bytes each); duplicates found by sorting."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from routing.directory import CODES, LETTER_BITS, Assignment, DirectoryTable, KeyedHash

NO_HOUSEHOLD = 0
"""Stands for the hash of no household; a real hash is 0 once in 2**64."""

_UNDATED = "d-undated"

T = TypeVar("T")
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


class Codes(Generic[T]):
    """A small number for each distinct value, from 0. Raises ValueError beyond 65,536 of them."""

    def __init__(self) -> None:
        self._codes: dict[T, int] = {}

    def of(self, value: T) -> int:
        """The value's code, a new one if it is new."""
        code = self._codes.setdefault(value, len(self._codes))
        if code >= CODES:
            raise ValueError(f"more than {CODES} distinct assignments or letters")
        return code

    @property
    def values(self) -> tuple[T, ...]:
        """The values in the order of their codes."""
        return tuple(self._codes)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two lines of the file that cannot both be true; `line` comes after `first`."""

    line: int
    first: int
    is_of_household: bool


class PackedRows:
    """Rows as they are read: hash and letter of customer and household, the assignment's code, the line."""

    def __init__(self) -> None:
        self._letters: Codes[str] = Codes()
        self._letters.of("")
        self._customers, self._households = array("Q"), array("Q")
        self._customer_letters, self._household_letters = array("I"), array("I")
        self._assignments, self._lines = array("I"), array("I")

    def __len__(self) -> int:
        """How many rows were added."""
        return len(self._lines)

    def add(
        self,
        line: int,
        assignment: int,
        customer: int,
        letter: str,
        household: int,
        household_letter: str,
    ) -> None:
        """Add a row: its line, its assignment's code, hash and letter ("" for none) of its two numbers."""
        self._lines.append(line)
        self._assignments.append(assignment)
        self._customers.append(customer)
        self._customer_letters.append(self._letters.of(letter))
        self._households.append(household)
        self._household_letters.append(self._letters.of(household_letter))

    def sorted_out(self, assignments: Sequence[Assignment]) -> "Rows":
        """The rows as arrays; `assignments` by code, each with a language also standing there without it."""
        codes = {assignment: code for code, assignment in enumerate(assignments)}
        without_language = [codes[_without_language(assignment)] for assignment in assignments]
        return Rows(
            np.frombuffer(self._lines, np.uint32),
            np.frombuffer(self._assignments, np.uint32),
            _Numbers(np.frombuffer(self._customers, np.uint64), np.frombuffer(self._customer_letters, np.uint32)),
            _Numbers(np.frombuffer(self._households, np.uint64), np.frombuffer(self._household_letters, np.uint32)),
            tuple(assignments),
            np.array(without_language, np.uint32),
            self._letters.values,
        )


def _without_language(assignment: Assignment) -> Assignment:
    return Assignment(assignment.area, assignment.benefit, assignment.placement)


@dataclass(frozen=True, slots=True, eq=False)
class _Numbers:
    """One column of numbers."""

    hashes: NDArray[np.uint64]
    letters: NDArray[np.uint32]

    def only(self, rows: Index) -> "_Numbers":
        return _Numbers(self.hashes[rows], self.letters[rows])


class _Groups:
    """Rows that share a number, found by sorting; each group in the order of the file."""

    def __init__(self, numbers: _Numbers) -> None:
        self._order: Index = np.lexsort((numbers.letters, numbers.hashes))
        self._begins = np.ones(len(self._order), np.bool_)
        self._begins[1:] = self._changes(numbers.hashes) | self._changes(numbers.letters)

    @property
    def firsts(self) -> Index:
        """The first row of each group."""
        return self._order[self._begins]

    def torn(self, *columns: NDArray[np.unsignedinteger]) -> Flags:
        """Whether each group has rows that differ in these columns."""
        differs = np.zeros(len(self._order), np.bool_)
        for column in columns:
            differs[1:] |= self._changes(column)
        differs &= ~self._begins
        torn: Flags = np.logical_or.reduceat(differs, np.flatnonzero(self._begins))
        return torn

    def members(self, groups: Flags) -> tuple[Index, Index]:
        """Every row of these groups, and beside each the first of its group."""
        starts = np.flatnonzero(self._begins)
        sizes = np.diff(starts, append=len(self._order))
        return self._order[np.repeat(groups, sizes)], np.repeat(self.firsts[groups], sizes[groups])

    def _changes(self, column: NDArray[np.unsignedinteger]) -> Flags:
        ordered = column[self._order]
        changes: Flags = ordered[1:] != ordered[:-1]
        return changes


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """All rows of a file as arrays."""

    lines: NDArray[np.uint32]
    codes: NDArray[np.uint32]
    customers: _Numbers
    households: _Numbers
    assignments: tuple[Assignment, ...]
    without_language: NDArray[np.uint32]
    letters: tuple[str, ...]

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.lines)

    def conflicts(self) -> tuple[list[Conflict], Index]:
        """Each line that contradicts an earlier one, and every row with a part in that: none can be trusted."""
        own = (self.codes, self.households.hashes, self.households.letters)
        groups = _Groups(self.customers)
        rows, firsts = groups.members(groups.torn(*own))
        found = {line: Conflict(line, first, False) for line, first in self._pairs(rows, firsts, *own)}
        inside = self._inside
        teams = self.without_language[self.codes]
        groups = _Groups(self.households.only(inside))
        others, other_firsts = groups.members(groups.torn(teams[inside]))
        others, other_firsts = inside[others], inside[other_firsts]
        for line, first in self._pairs(others, other_firsts, teams):
            found.setdefault(line, Conflict(line, first, True))
        return list(found.values()), np.unique(np.concatenate((rows, others)))

    def without(self, bad: Index) -> "Rows":
        """The other rows."""
        if not len(bad):
            return self
        rows = np.delete(np.arange(len(self)), bad)
        customers, households = self.customers.only(rows), self.households.only(rows)
        return replace(self, lines=self.lines[rows], codes=self.codes[rows], customers=customers, households=households)

    def table(self, keyed_hash: KeyedHash) -> tuple[DirectoryTable, int]:
        """The table of rows without conflicts, and how many of its numbers are customers.

        A household prefers a language only if all its customers do.
        """
        customers, inside = _Groups(self.customers).firsts, self._inside
        groups = _Groups(self.households.only(inside))
        households = inside[groups.firsts]
        codes = self.codes[households]
        codes = np.where(groups.torn(self.codes[inside]), self.without_language[codes], codes)
        numbers = (self.customers.only(customers), self.households.only(households))
        return self._indexed(keyed_hash, numbers, np.concatenate((self.codes[customers], codes))), len(customers)

    @property
    def _inside(self) -> Index:
        """The rows that have a household."""
        return np.flatnonzero(self.households.hashes != NO_HOUSEHOLD)

    def _indexed(
        self, keyed_hash: KeyedHash, numbers: tuple[_Numbers, _Numbers], codes: NDArray[np.uint32]
    ) -> DirectoryTable:
        ordered = sorted(self.letters)
        ranks = np.array([ordered.index(letter) for letter in self.letters], np.uint32)
        hashes = np.concatenate([each.hashes for each in numbers])
        letters = ranks[np.concatenate([each.letters for each in numbers])]
        order = np.lexsort((letters, hashes))
        values = (codes[order] << np.uint32(LETTER_BITS)) | letters[order]
        return DirectoryTable(_UNDATED, keyed_hash, hashes[order], values, self.assignments, tuple(ordered))

    def _pairs(self, rows: Index, firsts: Index, *columns: NDArray[np.unsignedinteger]) -> list[tuple[int, int]]:
        """The lines of rows that differ from their firsts, and of those firsts."""
        differs = np.zeros(len(rows), np.bool_)
        for column in columns:
            differs |= column[rows] != column[firsts]
        lines = (self.lines[rows[differs]].tolist(), self.lines[firsts[differs]].tolist())
        return list(zip(*lines, strict=True))
