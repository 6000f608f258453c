"""Keyed hash of a number -> the household's teams: one immutable table."""

from dataclasses import dataclass
from typing import Protocol

from routing.number import TypedNumber


@dataclass(frozen=True, slots=True)
class Assignment:
    """The teams of one household, and the language it prefers if known."""

    area: str
    benefit: str
    placement: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """One customer whose number fits what was typed."""

    assignment: Assignment
    letter: str | None = None


class Directory(Protocol):
    """What the decision needs of the table."""

    version: str

    def find(self, number: TypedNumber) -> tuple[Match, ...]:
        """Every customer that fits (an unwritten letter may fit several), in the letters' order."""
        ...
