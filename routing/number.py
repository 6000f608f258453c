"""Customer numbers as keyed on a phone, written in a file, spoken back: one canonical form each."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from string import ascii_uppercase

LONGEST_PATTERN = 32
LONGEST_TEXT = 64
LETTERS_LIMIT = 3

# ITU-T E.161, the letters on a phone's keys: ABC 2, DEF 3, GHI 4, JKL 5, MNO 6, PQRS 7, TUV 8, WXYZ 9.
_KEYPAD = str.maketrans(ascii_uppercase, "22233344455566677778889999")
_WITHOUT_SPACING = str.maketrans("", "", " -.")
_WITHOUT_SEPARATORS = str.maketrans("", "", " -./")


class NumberKind(StrEnum):
    """Which of the two patterns a number follows."""

    CUSTOMER = "customer"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A well-formed number. `repr` hides it: a customer number is social data."""

    kind: NumberKind
    canonical: str
    """Its digits alone, in order: 9 for a customer number, 12 for a household number."""
    keyed: str
    """What the caller typed, for the read-back; of a written number the keys that type it."""
    letter: str | None = None
    """The letter, when it was written ("A")."""
    letter_key: str | None = None
    """The letter's key, when it was typed ("2" for A, B or C); None if it was left out."""

    def __repr__(self) -> str:
        """Say what it is, never which."""
        return f"TypedNumber({self.kind.value})"


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """The centre's two patterns: `9` a digit, `A` any letter, every other capital letter itself.

    On a phone a letter is its E.161 key, or all letters are left out. Where the same keys could mean several
    things, the form with its letters comes before the one without, then the customer before the household number.
    Raises ValueError for a pattern that nobody could key.
    """

    customer: str = "999A999999"
    household: str = "99999BG9999999"

    def __post_init__(self) -> None:
        for pattern in (self.customer, self.household):
            _refuse_impossible(pattern)

    def pattern(self, kind: NumberKind) -> str:
        """The pattern of one kind."""
        return self.customer if kind is NumberKind.CUSTOMER else self.household

    def typed(self, keys: str) -> TypedNumber | None:
        """The number that these phone keys mean (letters as E.161 keys or left out); None if malformed."""
        return _first(_readings(self.customer, self.household).keyed, keys)

    def written(self, text: str, kind: NumberKind | None = None) -> TypedNumber | None:
        """The number as written ("123A456789", "12345//0001234") or keyed; None if malformed, or not of this kind.

        Small letters, and spaces, `-`, `.` and `/` between, are accepted; anything outside of ASCII is not.
        """
        if len(text) > LONGEST_TEXT or not text.isascii():
            return None
        readings = _readings(self.customer, self.household)
        plain = text.upper()
        if not plain.isalnum():
            plain = _unslashed(plain, readings.slashed).translate(_WITHOUT_SEPARATORS)
        return _first(readings.written, plain, kind) or _first(readings.keyed, plain, kind)


def letter_fits(number: TypedNumber, letter: str | None) -> bool:
    """Whether a customer with this letter may be meant: written exactly, typed by its key, left out any."""
    if letter is None:
        return True
    if number.letter is not None:
        return number.letter == letter
    return number.letter_key is None or number.letter_key == letter.translate(_KEYPAD)


@dataclass(frozen=True, slots=True)
class Shape:
    """A pattern as a regular expression; `digits` and `letters` are the places of its groups, from 0."""

    expression: str
    digits: tuple[int, ...]
    letters: tuple[int, ...]

    @property
    def groups(self) -> int:
        """How many groups the expression has."""
        return len(self.digits) + len(self.letters)


def shape(pattern: str, *, is_keyed: bool = False) -> Shape:
    """The shape of a number exactly as its pattern, or as the keys that type it."""
    runs = [(mark, len(list(run))) for mark, run in groupby(pattern)]
    marks = [mark for mark, _ in runs if mark in "9A"]
    parts = {"9": "[0-9]", "A": "[2-9]" if is_keyed else "[A-Z]"}
    expression = "".join(
        f"({parts[mark]}{{{length}}})" if mark in parts else (mark.translate(_KEYPAD) if is_keyed else mark) * length
        for mark, length in runs
    )
    digits = tuple(place for place, mark in enumerate(marks) if mark == "9")
    letters = tuple(place for place, mark in enumerate(marks) if mark == "A")
    return Shape(expression, digits, letters)


class _Form:
    """One way of giving a number of one kind."""

    def __init__(self, kind: NumberKind, form: Shape, *, is_keyed: bool) -> None:
        self.kind = kind
        self._shape = form
        self._fullmatch = re.compile(form.expression).fullmatch
        self._is_keyed = is_keyed

    def read(self, text: str) -> TypedNumber | None:
        """The number, if the text has this form."""
        match = self._fullmatch(text)
        if match is None:
            return None
        groups = match.groups()
        digits = "".join(groups[place] for place in self._shape.digits)
        letters = "".join(groups[place] for place in self._shape.letters) or None
        if self._is_keyed:
            return TypedNumber(self.kind, digits, text, None, letters)
        return TypedNumber(self.kind, digits, text.translate(_KEYPAD), letters)


_ByLength = Mapping[int, tuple[_Form, ...]]


@dataclass(frozen=True, slots=True)
class _Readings:
    """Every form of both patterns by its length, which bounds the text before any expression sees it."""

    keyed: _ByLength
    written: _ByLength
    slashed: tuple[tuple[re.Pattern[str], str], ...]
    """Expression of a pattern whose fixed letters are slashes, and those letters."""


@lru_cache(maxsize=16)
def _readings(customer: str, household: str) -> _Readings:
    kinds = ((NumberKind.CUSTOMER, customer), (NumberKind.HOUSEHOLD, household))
    lettered = [(kind, pattern) for kind, pattern in kinds if set(pattern) != {"9"}]
    bare = [(kind, "9" * pattern.count("9")) for kind, pattern in lettered]
    fixed = [(pattern, "".join(mark for mark in pattern if mark not in "9A")) for _, pattern in kinds]
    return _Readings(
        keyed=_by_length([*kinds, *bare], is_keyed=True),
        written=_by_length(lettered, is_keyed=False),
        slashed=tuple((_slashed(pattern), letters) for pattern, letters in fixed if letters),
    )


def _by_length(patterns: Iterable[tuple[NumberKind, str]], *, is_keyed: bool) -> _ByLength:
    result: dict[int, tuple[_Form, ...]] = {}
    for kind, pattern in patterns:
        form = _Form(kind, shape(pattern, is_keyed=is_keyed), is_keyed=is_keyed)
        result[len(pattern)] = (*result.get(len(pattern), ()), form)
    return result


def _slashed(pattern: str) -> re.Pattern[str]:
    parts = {"9": "[0-9]", "A": "[A-Z]"}
    return re.compile("".join(parts.get(mark, "/") for mark in pattern))


def _unslashed(text: str, slashed: Iterable[tuple[re.Pattern[str], str]]) -> str:
    """Put the fixed letters where slashes stand for them ("12345//0001234" is "12345BG0001234")."""
    spaced = text.translate(_WITHOUT_SPACING)
    for expression, letters in slashed:
        if expression.fullmatch(spaced):
            return spaced.replace("/", "{}").format(*letters)
    return text


def _first(forms: _ByLength, text: str, kind: NumberKind | None = None) -> TypedNumber | None:
    fitting = (form for form in forms.get(len(text), ()) if kind in (None, form.kind))
    return next((number for form in fitting if (number := form.read(text))), None)


def _refuse_impossible(pattern: str) -> None:
    if not re.fullmatch(r"[9A-Z]+", pattern) or "9" not in pattern:
        raise ValueError(f"the pattern {pattern!r} must hold 9 for digits, A for a letter, other capitals as they are")
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"the pattern {pattern!r} is longer than {LONGEST_PATTERN} characters")
    if pattern.count("A") > LETTERS_LIMIT:
        raise ValueError(f"the pattern {pattern!r} has more than {LETTERS_LIMIT} letters")
