import pytest

from kiosk.codes import Code, Sightings, read_code
from routing.number import NumberFormat

CARD = "TLK1" + "A2" * 48
NUMBERS = NumberFormat()


def test_a_card_is_a_code() -> None:
    assert Code(CARD) == read_code(CARD, None)


def test_a_card_typed_in_small_letters_is_the_same_card() -> None:
    assert Code(CARD) == read_code(CARD.lower(), None)


def test_a_printed_number_is_a_code_where_they_are_taken() -> None:
    assert Code("123A456789") == read_code("123A456789", NUMBERS)
    assert read_code("123A456789", None) is None


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "TLK1",
        CARD + "A",
        CARD[:-1],
        CARD + "\n",
        f" {CARD}",
        CARD[:-1] + "1",
        CARD[:-1] + "ä",
        CARD.replace("2", "\x00"),
        "http://example.org/" + "A" * 81,
        "sip:0900123456@example.org",
        "tel:110",
        "*45",
        "123A456789\r\nX: y",
        "123Ａ456789",
        "1" * 5000,
    ],
)
def test_whatever_else_is_scanned_is_no_code(hostile: str) -> None:
    assert read_code(hostile, NUMBERS) is None


def test_another_code_is_new_at_once() -> None:
    sightings = Sightings()
    assert [True, True, True] == [sightings.is_new(code, 0) for code in (Code("A"), Code("B"), Code("A"))]


def test_after_forgetting_the_same_code_is_new() -> None:
    sightings = Sightings()
    sightings.is_new(Code("A"), 0)
    sightings.forget()
    assert sightings.is_new(Code("A"), 1)


def test_what_is_remembered_is_not_the_code() -> None:
    sightings = Sightings()
    sightings.is_new(Code(CARD), 0)
    assert CARD not in str(vars(sightings))
