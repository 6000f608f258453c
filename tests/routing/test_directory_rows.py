import pytest

from routing.directory import Assignment
from routing.directory_rows import NO_HOUSEHOLD, Codes, Conflict, PackedRows, Rows
from tests.fakes.directory_centre import KEYED_HASH

PLAIN = Assignment("A1", "L01", "V01")
ENGLISH = Assignment("A1", "L01", "V01", "en")
OTHER = Assignment("A2", "L03", "V02")
ASSIGNMENTS = (PLAIN, ENGLISH, OTHER)


def rows(*added: tuple[int, int, Assignment]) -> Rows:
    packed = PackedRows()
    for line, (customer, household, assignment) in enumerate(added, start=2):
        packed.add(line, ASSIGNMENTS.index(assignment), customer, "A", household, "")
    assert len(packed) == len(added)
    return packed.sorted_out(ASSIGNMENTS)


def test_a_repeated_line_is_no_conflict_and_stands_once() -> None:
    twice = rows((7, 70, PLAIN), (7, 70, PLAIN))
    conflicts, bad = twice.conflicts()
    table, customers = twice.table(KEYED_HASH)
    assert (conflicts, len(bad), customers, len(table)) == ([], 0, 1, 2)


def test_a_customer_with_other_teams_is_a_conflict() -> None:
    conflicts, bad = rows((7, 70, PLAIN), (8, 80, PLAIN), (7, 70, OTHER)).conflicts()
    assert [Conflict(4, 2, is_of_household=False)] == conflicts
    assert bad.tolist() == [0, 2]


def test_a_customer_with_another_household_is_a_conflict() -> None:
    conflicts, _ = rows((7, 70, PLAIN), (7, 71, PLAIN)).conflicts()
    assert [Conflict(3, 2, is_of_household=False)] == conflicts


def test_a_customer_with_another_language_is_a_conflict() -> None:
    conflicts, _ = rows((7, 70, PLAIN), (7, 70, ENGLISH)).conflicts()
    assert [Conflict(3, 2, is_of_household=False)] == conflicts


def test_a_household_with_other_teams_is_a_conflict() -> None:
    conflicts, bad = rows((7, 70, PLAIN), (8, 70, PLAIN), (9, 70, OTHER)).conflicts()
    assert [Conflict(4, 2, is_of_household=True)] == conflicts
    assert bad.tolist() == [0, 1, 2]


def test_no_household_is_no_common_household() -> None:
    conflicts, _ = rows((7, NO_HOUSEHOLD, PLAIN), (8, NO_HOUSEHOLD, OTHER)).conflicts()
    assert conflicts == []


def test_all_rows_of_a_conflict_can_be_left_out() -> None:
    mixed = rows((7, 70, PLAIN), (8, 80, OTHER), (7, 70, OTHER))
    _, bad = mixed.conflicts()
    table, customers = mixed.without(bad).table(KEYED_HASH)
    assert (table.hashes.tolist(), customers) == ([8, 80], 1)


def household_language(*languages: Assignment) -> str | None:
    made, _ = rows(*((number, 70, each) for number, each in enumerate(languages, start=1))).table(KEYED_HASH)
    place = made.hashes.tolist().index(70)
    return made.assignments[int(made.values[place]) >> 16].language


def test_a_household_speaks_the_language_of_all_its_customers() -> None:
    assert household_language(ENGLISH, ENGLISH) == "en"


def test_a_household_of_two_minds_has_no_language() -> None:
    assert household_language(ENGLISH, PLAIN) is None


def test_more_codes_than_fit_are_refused() -> None:
    codes: Codes[int] = Codes()
    assert list(range(65536)) == [codes.of(number) for number in range(65536)]
    with pytest.raises(ValueError, match="more than 65536"):
        codes.of(65536)
