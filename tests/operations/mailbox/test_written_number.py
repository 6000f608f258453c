import pytest

from operations.mailbox.written_number import written_number
from routing.decision import Contact
from routing.directory import Assignment, Match
from routing.number import NumberFormat, NumberKind

NUMBERS = NumberFormat()


def contact(written: str, letter: str | None = None, kind: NumberKind | None = None) -> Contact:
    return Contact(1, number=NUMBERS.written(written, kind), letter=letter)


def match(letter: str | None) -> Match:
    return Match(Assignment("A1", "L01", "V01"), letter)


@pytest.mark.parametrize(
    ("asked", "matches", "shown"),
    [
        (Contact(1), (), ""),
        (contact("123A456789"), (), "123A456789"),
        (contact("1232456789"), (), "1232456789"),
        (contact("1232456789"), (match("B"),), "123B456789"),
        (contact("1232456789"), (match("A"), match("B")), "1232456789"),
        (contact("1232456789", "C"), (match("A"), match("C")), "123C456789"),
        (contact("123456789"), (match("A"),), "123A456789"),
        (contact("12345BG0001234"), (), "12345BG0001234"),
        (contact("12345240001234"), (), "12345BG0001234"),
        (contact("123456789"), (match(None),), "123456789"),
    ],
)
def test_a_number_is_shown_with_its_letter_where_it_is_known(
    asked: Contact, matches: tuple[Match, ...], shown: str
) -> None:
    assert shown == written_number(asked, NUMBERS, matches)


def test_a_pattern_with_more_letters_than_are_known_shows_the_keys() -> None:
    numbers = NumberFormat(customer="9A9A", household="99999")
    number = numbers.written("1B2C")
    assert number is not None
    assert number.keyed == written_number(Contact(1, number=number, letter="B"), numbers, ())
