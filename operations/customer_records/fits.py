"""Whether a number as it stands in an entry is this customer's."""

from enum import Enum

from routing.number import NumberFormat, TypedNumber, letter_fits


class Fit(Enum):
    """How far a number is this customer's."""

    NO = "no"
    PERHAPS = "perhaps"
    """Keyed on a phone, where the letter stayed open: another customer may have the same digits."""
    SURE = "sure"


def fit(written: str, number: TypedNumber, numbers: NumberFormat) -> Fit:
    """`written`: as in an entry; `number`: the customer's, with its letter where its pattern has one."""
    found = numbers.written(written.strip()) if written.strip() else None
    if found is None or (found.kind, found.canonical) != (number.kind, number.canonical):
        return Fit.NO
    if not letter_fits(found, number.letter):
        return Fit.NO
    return Fit.SURE if found.letter == number.letter else Fit.PERHAPS


def lacks_letter(number: TypedNumber, numbers: NumberFormat) -> bool:
    """Whether several customers may be meant: the pattern has a letter, and none was written."""
    return number.letter is None and "A" in numbers.pattern(number.kind)
