"""Customer numbers as keyed on a phone, written in a file, spoken back: one canonical form each."""

from dataclasses import dataclass
from enum import StrEnum


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
    """What the caller typed, for the read-back."""
    letter: str | None = None
    """The letter, when it was written ("A")."""
    letter_key: str | None = None
    """The letter's key, when it was typed ("2" for A, B or C); None if it was left out."""

    def __repr__(self) -> str:
        """Say what it is, never which."""
        return f"TypedNumber({self.kind.value}, …{self.canonical[-2:]})"


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """The centre's two patterns: `9` a digit, `A` any letter, every other character itself."""

    customer: str = "999A999999"
    household: str = "99999BG9999999"

    def typed(self, keys: str) -> TypedNumber | None:
        """The number that these phone keys mean (letters as E.161 keys or left out); None if malformed."""
        raise NotImplementedError

    def written(self, text: str) -> TypedNumber | None:
        """The number as written ("123A456789", "12345//0001234") or keyed; None if malformed."""
        raise NotImplementedError
