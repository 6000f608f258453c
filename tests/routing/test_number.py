import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.number import NumberFormat, NumberKind, TypedNumber, letter_fits, shape

FORMAT = NumberFormat()
CUSTOMER, HOUSEHOLD = NumberKind.CUSTOMER, NumberKind.HOUSEHOLD

TYPED = [
    ("1232456789", TypedNumber(CUSTOMER, "123456789", "1232456789", None, "2")),
    ("123456789", TypedNumber(CUSTOMER, "123456789", "123456789")),
    ("12345240001234", TypedNumber(HOUSEHOLD, "123450001234", "12345240001234")),
    ("123450001234", TypedNumber(HOUSEHOLD, "123450001234", "123450001234")),
]

WRITTEN = [
    ("123A456789", TypedNumber(CUSTOMER, "123456789", "1232456789", "A")),
    ("123a456789", TypedNumber(CUSTOMER, "123456789", "1232456789", "A")),
    (" 123 Z-456.789 ", TypedNumber(CUSTOMER, "123456789", "1239456789", "Z")),
    ("12345BG0001234", TypedNumber(HOUSEHOLD, "123450001234", "12345240001234")),
    ("12345bg 000 1234", TypedNumber(HOUSEHOLD, "123450001234", "12345240001234")),
    ("12345//0001234", TypedNumber(HOUSEHOLD, "123450001234", "12345240001234")),
    ("12345 // 0001234", TypedNumber(HOUSEHOLD, "123450001234", "12345240001234")),
    ("12345/0001234", TypedNumber(HOUSEHOLD, "123450001234", "123450001234")),
    *TYPED,
]

MALFORMED = [
    "",
    "0",
    "12345678",
    "12345678901",
    "1230456789",
    "1231456789",
    "12345250001234",
    "123*456789",
    "123A456789",
    "١٢٣٤٥٦٧٨٩",
    "123456789\n",
    "-23456789",
]

UNWRITABLE = [
    "",
    "123Ä456789",
    "123А456789",  # a Cyrillic letter that looks like an A
    "１２３A456789",
    "123A456789\n",
    "123A456789\0",
    "12A3456789",
    "12345XY0001234",
    "1,23E+09",
    "1" * 1_000_000,
    "-" * 60 + "123A456789",
]


@pytest.mark.parametrize(("keys", "number"), TYPED)
def test_typed_keys_are_this_number(keys: str, number: TypedNumber) -> None:
    assert number == FORMAT.typed(keys)


@pytest.mark.parametrize("keys", MALFORMED)
def test_other_keys_are_malformed(keys: str) -> None:
    assert FORMAT.typed(keys) is None


@pytest.mark.parametrize(("text", "number"), WRITTEN)
def test_a_written_text_is_this_number(text: str, number: TypedNumber) -> None:
    assert number == FORMAT.written(text)


@pytest.mark.parametrize("text", UNWRITABLE)
def test_any_other_text_is_malformed(text: str) -> None:
    assert FORMAT.written(text) is None


def test_a_written_number_may_be_asked_for_by_kind() -> None:
    alike = NumberFormat("99999999", "99999999")
    assert getattr(alike.written("12345678", HOUSEHOLD), "kind", None) == HOUSEHOLD
    assert FORMAT.written("123A456789", HOUSEHOLD) is None


def test_a_number_never_shows_itself() -> None:
    number = FORMAT.typed("1232456789")
    assert repr(number) == "TypedNumber(customer)"
    assert "1" not in f"{number} {number!r} {[number]}"


def test_where_both_patterns_fit_the_customer_number_wins() -> None:
    alike = NumberFormat("9999999999", "AA99999999")
    assert getattr(alike.typed("2212345678"), "kind", None) == CUSTOMER


def test_a_form_with_its_letters_comes_before_one_without() -> None:
    alike = NumberFormat("999999999A9", "99999999BG")
    # Ten keys: a customer number without its letter, or a household number with BG as 24.
    assert getattr(alike.typed("1234567824"), "kind", None) == HOUSEHOLD
    assert getattr(alike.typed("1234567825"), "kind", None) == CUSTOMER


def test_several_letters_are_kept_together() -> None:
    several = NumberFormat(customer="A99A99", household="K999")
    assert TypedNumber(CUSTOMER, "1234", "212912", "AZ") != several.written("A12Z34")
    assert TypedNumber(CUSTOMER, "1234", "212934", "AZ") == several.written("A12Z34")
    assert TypedNumber(CUSTOMER, "1234", "212934", None, "29") == several.typed("212934")


def test_a_pattern_without_letters_has_one_form() -> None:
    digits = NumberFormat("99999999", "K99999999")
    assert TypedNumber(CUSTOMER, "12345678", "12345678") == digits.written("1234-5678")
    assert TypedNumber(HOUSEHOLD, "12345678", "512345678") == digits.written("/12345678")


@pytest.mark.parametrize("pattern", ["", "AAA", "99-99", "99a99", "9" * 33, "AAAA9", "9Ä9", "9\n"])
def test_an_impossible_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="the pattern"):
        NumberFormat(customer=pattern)
    with pytest.raises(ValueError, match="the pattern"):
        NumberFormat(household=pattern)


FITS = [
    ("123A456789", "A", True),
    ("123A456789", "B", False),
    ("1232456789", "A", True),
    ("1232456789", "C", True),
    ("1232456789", "D", False),
    ("123456789", "D", True),
    ("123A456789", None, True),
    ("1232456789", None, True),
]


@pytest.mark.parametrize(("text", "letter", "fits"), FITS)
def test_a_letter_fits(text: str, letter: str | None, fits: bool) -> None:
    number = FORMAT.written(text)
    assert number is not None
    assert fits is letter_fits(number, letter)


@settings(deadline=None)
@given(st.from_regex(r"[0-9]{3}[A-Z][0-9]{6}|[0-9]{5}BG[0-9]{7}", fullmatch=True))
def test_a_written_number_and_its_keys_mean_the_same(text: str) -> None:
    written = FORMAT.written(text)
    assert written is not None
    typed = FORMAT.typed(written.keyed)
    assert typed is not None
    assert (written.kind, written.canonical) == (typed.kind, typed.canonical)
    assert letter_fits(typed, written.letter)
    left_out = FORMAT.typed(written.canonical)
    assert left_out is not None
    assert (written.kind, written.canonical) == (left_out.kind, left_out.canonical)


@settings(deadline=None)
@given(st.text(max_size=100))
def test_any_junk_is_a_well_formed_number_or_none(junk: str) -> None:
    for number in (FORMAT.typed(junk), FORMAT.written(junk)):
        if number is not None:
            assert number.canonical.isascii()
            assert len(number.canonical) in {9, 12}


@settings(deadline=None)
@given(st.from_regex(r"[9A-Z]{0,6}9[9A-Z]{0,6}", fullmatch=True).filter(lambda pattern: pattern.count("A") <= 3))
def test_a_pattern_read_back_through_its_own_shape_is_complete(pattern: str) -> None:
    text = pattern.replace("9", "5")
    number = NumberFormat(customer=pattern).written(text, CUSTOMER)
    assert number is not None
    assert number.canonical == "5" * pattern.count("9")
    assert shape(pattern).groups == len(shape(pattern).digits) + len(shape(pattern).letters)
