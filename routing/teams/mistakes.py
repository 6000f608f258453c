"""Mistakes of teams.yaml, told so that somebody who is no telephony expert can put them right."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

_SHOWN_CHARACTERS = 40
_LISTED_NAMES = 12


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: where (line and column from 1), what is wrong, and what to do about it."""

    file: str
    line: int
    column: int
    what: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.what}: {self.cure}"


class TeamsFileError(ValueError):
    """teams.yaml cannot be used as it is. Its text is one line a mistake, in the order of the file."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: (mistake.line, mistake.column)))
        super().__init__(self.mistakes)

    def __str__(self) -> str:
        return "\n".join(map(str, self.mistakes))


def shown(value: object) -> str:
    """A value out of the file as it may stand in a message: in quotes, printable, not endless."""
    text = "".join(letter if letter.isprintable() else "?" for letter in str(value))
    return f'"{text}"' if len(text) <= _SHOWN_CHARACTERS else f'"{text[:_SHOWN_CHARACTERS]}…"'


def meant(word: object, names: Iterable[str], otherwise: str) -> str:
    """The cure for a word that is none of these names: the nearest one, and what to do if it is not meant."""
    by_caseless = {name.casefold(): name for name in names}
    near = get_close_matches(str(word).casefold(), by_caseless, n=1, cutoff=0.6)
    return f"did you mean {shown(by_caseless[near[0]])}? If not, {otherwise}" if near else otherwise


def listed(names: Iterable[str]) -> str:
    """Some names as a reader likes them: the first dozen, in their order."""
    every = list(names)
    more = ", …" if len(every) > _LISTED_NAMES else ""
    return ", ".join(every[:_LISTED_NAMES]) + more
