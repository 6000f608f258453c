import pytest

from operations.cards import Cards
from operations.kiosks.codes import read_code
from operations.kiosks.faults import KioskRefused, Why
from routing.number import NumberFormat
from tests.fakes.document_desk import RevokedInMemory

NUMBERS = NumberFormat()
NUMBER = "123A456789"
REVOKED = RevokedInMemory()
CARDS = Cards(b"s" * 32, REVOKED)
STRANGER = Cards(b"t" * 32, REVOKED)

HOSTILE = [
    "",
    " ",
    "\n",
    "\x00",
    "1",
    "123A45678",
    "123A4567890",
    "123A456789\x00",
    "123A456789\r\n\r\n123A456789",
    "123A456789;reboot",
    "１２３A456789",
    "123A456789" * 20,
    "https://example.org/123A456789",
    "javascript:alert(1)",
    "' OR 1=1 --",
    "../../etc/passwd",
    "${AGI}",
    "<script>",
    "TLK1",
    "TLK1" + "A" * 95,
    "TLK1" + "A" * 97,
    "TLK2" + "A" * 96,
    "\ud800" * 10,
    "%s%n" * 10,
    "*8" + "3901",
    "110",
]


@pytest.mark.parametrize("code", HOSTILE)
async def test_a_hostile_code_is_none(code: str) -> None:
    with pytest.raises(KioskRefused) as refused:
        await read_code(code, NUMBERS, CARDS, takes_printed=True)
    assert refused.value.why is Why.NOT_A_CODE


@pytest.mark.parametrize("typed", [NUMBER, NUMBER.lower(), f"{NUMBER}\r\n", "123 A 456-789"])
async def test_a_printed_number_is_read_as_scanners_type_it(typed: str) -> None:
    found = await read_code(typed, NUMBERS, CARDS, takes_printed=True)
    assert "A" == found.letter


async def test_a_printed_number_is_none_where_only_cards_are_taken() -> None:
    with pytest.raises(KioskRefused) as refused:
        await read_code(NUMBER, NUMBERS, CARDS, takes_printed=False)
    assert refused.value.why is Why.NOT_A_CODE


async def test_a_card_is_read_in_small_letters_too() -> None:
    found = await read_code(CARDS.make(NUMBER).lower(), NUMBERS, CARDS, takes_printed=False)
    assert NUMBERS.written(NUMBER) == found


async def test_another_centres_card_is_unknown() -> None:
    with pytest.raises(KioskRefused) as refused:
        await read_code(STRANGER.make(NUMBER), NUMBERS, CARDS, takes_printed=True)
    assert refused.value.why is Why.CARD_UNKNOWN


async def test_a_card_whose_number_has_no_pattern_any_more_is_unknown() -> None:
    with pytest.raises(KioskRefused) as refused:
        await read_code(CARDS.make("77"), NUMBERS, CARDS, takes_printed=True)
    assert refused.value.why is Why.CARD_UNKNOWN


async def test_a_refusal_repeats_nothing_of_the_code() -> None:
    with pytest.raises(KioskRefused) as refused:
        await read_code("123A45678X", NUMBERS, CARDS, takes_printed=True)
    assert "123" not in f"{refused.value!r} {refused.value} {refused.value.says}"
