from dataclasses import replace

import pytest

from routing.centre import BenefitRule
from routing.directory import Assignment
from routing.directory_file import Columns, LineMistake, RowReader, RowRefused
from routing.number import NumberFormat
from tests.fakes.directory_centre import centre

CENTRE = centre()
ONE_BENEFIT = centre(areas={"A1": replace(CENTRE.areas["A1"], benefit=("L01",))})
CUSTOMER, HOUSEHOLD = "123A456789", "12345BG0001234"
ODD = "12345BG0001235"


def assigned(*fields: str, where: object = CENTRE) -> Assignment:
    reader = RowReader(where, NumberFormat())  # type: ignore[arg-type]
    *_, code = reader.read([*fields, *[""] * (6 - len(fields))])
    return reader.assignments[code]


def refusal(*fields: str) -> str:
    with pytest.raises(RowRefused) as caught:
        assigned(*fields)
    told = str(caught.value)
    assert not any(digits in told for digits in ("123A456789", "1234", "456789"))
    return told


def test_an_even_household_goes_to_the_first_benefit_team() -> None:
    assert Assignment("A1", "L01", "V01") == assigned(CUSTOMER, HOUSEHOLD, "A1")


def test_an_odd_household_goes_to_the_second_benefit_team() -> None:
    assert Assignment("A9", "L18", "V09") == assigned(CUSTOMER, ODD, "A9")


def test_a_team_that_is_written_down_comes_before_the_rule() -> None:
    assert Assignment("A1", "L02", "V01") == assigned(CUSTOMER, HOUSEHOLD, "A1", "L02", "V01")


def test_a_customer_without_household_needs_the_benefit_team() -> None:
    assert Assignment("A1", "L02", "V01") == assigned(CUSTOMER, "", "A1", "L02")
    assert "household is empty" in refusal(CUSTOMER, "", "A1")


def test_an_area_with_one_benefit_team_needs_no_household() -> None:
    assert Assignment("A1", "L01", "V01") == assigned(CUSTOMER, "", "A1", where=ONE_BENEFIT)


def test_an_area_without_a_rule_needs_the_benefit_team_in_every_row() -> None:
    area = replace(CENTRE.areas["A1"], benefit_rule=BenefitRule.CUSTOMER_FILE)
    ruleless = centre(areas={"A1": area})
    with pytest.raises(RowRefused, match="benefit_team is empty"):
        assigned(CUSTOMER, HOUSEHOLD, "A1", where=ruleless)
    assert Assignment("A1", "L02", "V01") == assigned(CUSTOMER, HOUSEHOLD, "A1", "L02", where=ruleless)


def test_a_language_is_kept() -> None:
    assert assigned(CUSTOMER, HOUSEHOLD, "A1", "", "", "en").language == "en"


def test_an_apostrophe_of_a_spreadsheet_is_taken_off() -> None:
    assert Assignment("A1", "L01", "V01") == assigned("'" + CUSTOMER, "'" + HOUSEHOLD, "A1")


def test_the_slashed_household_is_the_same_household() -> None:
    reader = RowReader(CENTRE, NumberFormat())
    slashed = reader.read([CUSTOMER, "12345//0001234", "A1", "", "", ""])
    assert slashed == reader.read([CUSTOMER, HOUSEHOLD, "A1", "", "", ""])


REFUSED = [
    (("", HOUSEHOLD, "A1"), "customer_number is empty: write it as 999A999999"),
    (("123AB56789", HOUSEHOLD, "A1"), "customer_number is not a customer number"),
    (("123456789", HOUSEHOLD, "A1"), "customer_number lacks its letter"),
    (("1232456789", HOUSEHOLD, "A1"), "customer_number lacks its letter"),
    ((HOUSEHOLD, CUSTOMER, "A1"), "customer_number is a household number: put each number in its own column"),
    ((CUSTOMER, CUSTOMER, "A1"), "household is a customer number"),
    ((CUSTOMER, "1234BG0001234", "A1"), "household is not a household number: write it as 99999BG9999999 (9 for"),
    (("1,23E+09", HOUSEHOLD, "A1"), "customer_number was turned into a power of ten by a spreadsheet"),
    (("1.23456e11", HOUSEHOLD, "A1"), "customer_number was turned into a power of ten"),
    (("123A\0" + "456789", HOUSEHOLD, "A1"), "customer_number holds a control character"),
    ((CUSTOMER, HOUSEHOLD, ""), "area is empty: write one of A1, A2"),
    ((CUSTOMER, HOUSEHOLD, "A10"), "area is not one of teams.yaml: write one of A1, A2"),
    ((CUSTOMER, HOUSEHOLD, "123A456789"), "area is not one of teams.yaml"),
    ((CUSTOMER, HOUSEHOLD, "A1", "L99"), "benefit_team is not a team of teams.yaml: write one of L01, L02"),
    ((CUSTOMER, HOUSEHOLD, "A1", "L03"), "benefit_team is not a team of the line's area"),
    ((CUSTOMER, HOUSEHOLD, "A1", "V01"), "benefit_team names a placement team: write one of L01, L02"),
    ((CUSTOMER, HOUSEHOLD, "A1", "", "L01"), "placement_team names a benefit team: write one of V01"),
    ((CUSTOMER, HOUSEHOLD, "A1", "", "general"), "placement_team names a general team"),
    ((CUSTOMER, HOUSEHOLD, "A1", "", "V02"), "placement_team is not a team of the line's area"),
    ((CUSTOMER, HOUSEHOLD, "A1", "", "", "fr"), "language is not one of this centre's: write one of de, de-"),
]


@pytest.mark.parametrize(("fields", "told"), REFUSED)
def test_a_bad_line_is_refused_with_its_cure(fields: tuple[str, ...], told: str) -> None:
    assert told in refusal(*fields)


def test_a_long_list_of_choices_is_cut() -> None:
    many = centre(areas={f"B{n}": replace(CENTRE.areas["A1"], id=f"B{n}") for n in range(50)})
    with pytest.raises(RowRefused, match=r"B39, …$"):
        assigned(CUSTOMER, HOUSEHOLD, "A1", where=many)


def test_columns_may_stand_in_any_order() -> None:
    columns = Columns.of(["area", " Household", "CUSTOMER_NUMBER", "language"])
    assert columns.pick(["a", "h ", "\xa0c", "en"]) == ["c", "h", "a", "", "", "en"]


def test_empty_columns_at_the_end_are_no_columns() -> None:
    columns = Columns.of(["customer_number", "household", "area", "", " "])
    assert columns.pick(["c", "h", "a", "", " "]) == ["c", "h", "a", "", "", ""]


@pytest.mark.parametrize("fields", [["c", "h"], ["c", "h", "a", "more"]])
def test_a_line_with_another_number_of_fields_is_refused(fields: list[str]) -> None:
    with pytest.raises(RowRefused, match=f"it has {len(fields)} fields, the header has 3"):
        Columns.of(["customer_number", "household", "area"]).pick(fields)


HEADERS = [
    ("", "column 'customer_number' is missing"),
    ("customer_number,area", "column 'household' is missing"),
    ("customer_number,household,area,shoe_size", "column 'shoe_size' is not known"),
    ("customer_number,household,area,area", "column 'area' stands there twice"),
    ("123A456789,12345BG0001234,A1", "column 1 of the header is not known: the first line must be"),
    ("customer_number,,household,area", "column 2 of the header is not known"),
]


@pytest.mark.parametrize(("header", "told"), HEADERS)
def test_a_wrong_header_is_refused(header: str, told: str) -> None:
    with pytest.raises(RowRefused, match=told):
        Columns.of(header.split(","))


def test_a_mistake_reads_as_a_sentence() -> None:
    assert str(LineMistake(7, "area is empty", "fill it in")) == "line 7: area is empty: fill it in"
