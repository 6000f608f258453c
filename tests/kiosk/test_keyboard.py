import struct

import pytest

from kiosk.codes import Code
from kiosk.evdev import strokes
from kiosk.keyboard import BETWEEN_SECONDS, LAYOUTS, Handset, Stroke, Wedge, line_code, line_meaning
from kiosk.words import Lifted, Pressed, PutDown, Seen
from routing.number import NumberFormat

CARD = "TLK1" + "A2" * 48
ENTER, SHIFT = 28, 42
NUMBERS = NumberFormat()
UNREADABLE = [Seen(None, is_typed=True)]


def keys_of(text: str, layout: str = "us") -> list[int]:
    by_sign = {sign: key for (key, has_shift), sign in LAYOUTS[layout].items() if not has_shift}
    return [by_sign[sign] for sign in text]


def typed(wedge: Wedge, keys: list[int], now: float = 0.0) -> list[Seen]:
    found = [wedge.typed(Stroke(key, is_down), now) for key in keys for is_down in (True, False)]
    return [each for each in found if each]


@pytest.mark.parametrize("layout", ["us", "de"])
def test_a_card_that_a_scanner_types_is_a_code(layout: str) -> None:
    assert [Seen(Code(CARD), is_typed=True)] == typed(Wedge(layout, None), [*keys_of(CARD, layout), ENTER])


def test_letters_typed_with_shift_are_the_same() -> None:
    wedge = Wedge("us", NUMBERS)
    wedge.typed(Stroke(SHIFT, True), 0)
    letters = typed(wedge, keys_of("123A456789")[3:4])
    assert [] == letters
    wedge.typed(Stroke(SHIFT, False), 0)
    wedge = Wedge("us", NUMBERS)
    typed(wedge, keys_of("123"))
    wedge.typed(Stroke(SHIFT, True), 0)
    typed(wedge, keys_of("A"))
    wedge.typed(Stroke(SHIFT, False), 0)
    assert [Seen(Code("123A456789"), is_typed=True)] == typed(wedge, [*keys_of("456789"), ENTER])


def test_a_household_number_with_slashes_is_read_from_a_german_keyboard() -> None:
    wedge = Wedge("de", NUMBERS)
    typed(wedge, keys_of("12345", "de"))
    wedge.typed(Stroke(SHIFT, True), 0)
    typed(wedge, [8, 8])
    wedge.typed(Stroke(SHIFT, False), 0)
    assert [Seen(Code("12345//0001234"), is_typed=True)] == typed(wedge, [*keys_of("0001234", "de"), ENTER])


def test_a_key_that_no_code_has_makes_it_unreadable() -> None:
    assert UNREADABLE == typed(Wedge("us", NUMBERS), [*keys_of("123A4567"), 59, *keys_of("89"), ENTER])


def test_a_sign_with_shift_is_another_sign() -> None:
    wedge = Wedge("us", NUMBERS)
    wedge.typed(Stroke(SHIFT, True), 0)
    assert UNREADABLE == typed(wedge, [*keys_of("1234567890"), ENTER])


def test_what_never_ends_is_dropped_and_unreadable() -> None:
    assert UNREADABLE == typed(Wedge("us", None), [*keys_of("A") * 100_000, ENTER])


def test_what_comes_after_a_silence_is_another_code() -> None:
    wedge = Wedge("us", NUMBERS)
    typed(wedge, keys_of("999"))
    assert [Seen(Code("123A456789"), is_typed=True)] == typed(
        wedge, [*keys_of("123A456789"), ENTER], BETWEEN_SECONDS + 0.1
    )


def test_the_enter_key_alone_says_nothing() -> None:
    assert [] == typed(Wedge("us", NUMBERS), [ENTER, ENTER])


def test_a_hook_is_a_key_that_is_down_while_the_handset_is_up() -> None:
    handset = Handset(169, 446, has_hook=True)
    assert [Lifted()] == list(handset.meaning(Stroke(169, True)))
    assert [PutDown()] == list(handset.meaning(Stroke(169, False)))


def test_the_keys_of_a_handset_are_those_of_a_phone() -> None:
    handset = Handset(169, 446, has_hook=True)
    keys = [2, 11, 82, 0x200, 0x20A, 0x20B, 30]
    pressed = [list(handset.meaning(Stroke(key, True))) for key in keys]
    assert [[Pressed(key)] for key in "100" + "0*#"] + [[]] == pressed
    assert [] == list(handset.meaning(Stroke(2, False)))


def test_the_hang_up_key_ends_a_call() -> None:
    assert [PutDown()] == list(Handset(169, 446, has_hook=False).meaning(Stroke(446, True)))


def test_without_a_hook_its_key_means_nothing() -> None:
    assert [] == list(Handset(169, 446, has_hook=False).meaning(Stroke(169, True)))


def test_only_keys_that_go_down_or_up_are_strokes() -> None:
    def event(kind: int, key: int, value: int) -> bytes:
        return struct.pack("llHHi", 0, 0, kind, key, value)

    raw = event(4, 4, 7) + event(1, 30, 1) + event(1, 30, 2) + event(1, 30, 0) + event(0, 0, 0)
    assert [Stroke(30, True), Stroke(30, False)] == strokes(raw + b"half an event")


@pytest.mark.parametrize(
    ("line", "meaning"),
    [("up\n", Lifted()), ("down", PutDown()), ("key #", Pressed("#")), ("key x", None), ("key 12", None), ("", None)],
)
def test_a_handset_of_lines_knows_few_words(line: str, meaning: object) -> None:
    assert meaning == line_meaning(line)


def test_a_scanner_of_lines_reads_the_line() -> None:
    assert Code(CARD) == line_code(CARD + "\r\n", None)
