import pytest

from routing.call_back_number import allowed_number, callable_number

MAY = [
    ("0211555", "+49211555"),
    ("+49211555", "+49211555"),
    ("0049211555", "+49211555"),
    ("02115551234", "+492115551234"),
    ("03012345678", "+493012345678"),
    ("015112345678", "+4915112345678"),
    ("01711234567", "+491711234567"),
    ("+491631234567", "+491631234567"),
]
MAY_NOT = [
    ("", "withheld"),
    ("110", "emergency"),
    ("112", "emergency"),
    ("0112", "emergency behind a zero"),
    ("115", "authorities"),
    ("116117", "service"),
    ("021119222", "ambulances, behind an area code"),
    ("021119240", "poison emergencies"),
    ("+49116117", "service"),
    ("0211110", "emergency behind an area code"),
    ("0211112", "emergency behind an area code"),
    ("0211115", "authorities behind an area code"),
    ("021111833", "directory enquiries behind an area code"),
    ("02110555123", "no subscriber begins with 0"),
    ("2101", "internal"),
    ("911010", "without an area code"),
    ("09001234567", "premium"),
    ("01901234567", "premium of old"),
    ("01371234567", "mass calls"),
    ("01805123456", "shared cost"),
    ("+491805123456", "shared cost"),
    ("08001234567", "toll-free"),
    ("07001234567", "personal"),
    ("032123456789", "nationwide"),
    ("01801234", "shared cost"),
    ("0115", "no area"),
    ("00431234567", "abroad"),
    ("+431234567", "abroad"),
    ("+4312345678901", "abroad"),
    ("0010211555", "abroad"),
    ("+49", "nothing"),
    ("0", "nothing"),
    ("+490211555", "a zero too many"),
    ("00490211555", "a zero too many"),
    ("0211 555123", "a space"),
    ("0211-555123", "a dash"),
    ("0211555123,,1", "keys behind it"),
    ("0211555123&PJSIP/2101", "another channel"),
    ("0211555123/n", "an option"),
    ("0211555123;ext=1", "an extension"),
    ("0211555123x1", "an extension"),
    ("0211555123\n", "a second line"),
    ("0211555123\x00", "a null"),
    ("tel:+49211555123", "a scheme"),
    ("+49211555123@example.org", "an address"),
    ("٠٢١١٥٥٥١٢٣", "other digits"),
    ("０２１１５５５１２３", "wide digits"),
    ("*31#0211555123", "a service code"),
    ("+" + "49211" + "5" * 40, "too long"),
    ("0" * 100_000, "far too long"),
    ("0211" + "9" * 100_000, "far too long"),
]


@pytest.mark.parametrize(("dialled", "number"), MAY)
def test_fixed_lines_and_mobiles_may_be_called(dialled: str, number: str) -> None:
    assert number == callable_number(dialled)


@pytest.mark.parametrize("dialled", [dialled for dialled, _ in MAY_NOT])
def test_everything_else_may_not(dialled: str) -> None:
    assert callable_number(dialled) is None


@pytest.mark.parametrize("text", ["0043123456", "+43123456"])
def test_a_number_that_the_centre_allows_by_name_may_be_called_wherever_it_is(text: str) -> None:
    assert "+43123456" == allowed_number(text, ["0043123456"]) == allowed_number(text, ["+43123456"])


def test_another_one_abroad_may_not() -> None:
    assert allowed_number("0043123457", ["0043123456"]) is None


@pytest.mark.parametrize("text", ["110", "115", "911010", "", "x", "00", "0043x"])
def test_what_has_no_area_code_is_never_allowed(text: str) -> None:
    assert allowed_number(text, [text]) is None


def test_a_german_number_needs_no_name() -> None:
    assert "+49211555" == allowed_number("0211555", [])


def test_one_in_the_country_that_the_plan_leaves_out_is_allowed_by_name() -> None:
    assert "+498001234567" == allowed_number("08001234567", ["08001234567"])
