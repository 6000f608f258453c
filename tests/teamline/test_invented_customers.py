from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from operations.directory_import import Imported, import_csv
from routing.centre import Centre
from routing.number import NumberFormat
from routing.teams.file import read
from teamline.bench.invented_customers import write
from teamline.example_files import example_customers, example_teams
from tests.fakes.directory_centre import KEYED_HASH, centre


def imported(file: Path, where: Centre) -> Imported:
    numbers = NumberFormat(where.customer_pattern, where.household_pattern)

    def progress(_done: int, _total: int) -> None:
        pass

    return import_csv(file, where, numbers, KEYED_HASH, progress, now=datetime(2026, 11, 22, tzinfo=UTC))


def test_the_shipped_customers_fit_the_shipped_centre() -> None:
    shipped = imported(example_customers(), read(example_teams()))
    assert (shipped.customers, shipped.mistakes) == (4000, ())


def test_the_shipped_customers_belong_to_all_teams() -> None:
    where = read(example_teams())
    table = imported(example_customers(), where).table
    used = {table.assignments[value >> 16] for value in table.values.tolist()}
    teams = {team for each in used for team in (each.benefit, each.placement)}
    assert teams == set(where.teams) - {where.general_line}
    assert {each.language for each in used} == {None, *where.languages.values()}


def test_some_shipped_numbers_differ_only_in_the_letter_and_belong_to_different_teams() -> None:
    where = read(example_teams())
    table = imported(example_customers(), where).table
    numbers = NumberFormat(where.customer_pattern, where.household_pattern)
    lines = example_customers().read_text().splitlines()[1:]
    digits = Counter(line[:3] + line[4:10] for line in lines)
    twins = [each for each, count in digits.items() if count > 1]
    found = [table.find(number) for each in twins if (number := numbers.typed(each))]
    assert 5 <= len(found) == len(twins)
    assert all(len({match.assignment.benefit for match in each}) == 2 for each in found)


def test_a_seed_gives_the_same_file(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write(tmp_path / name, 500, centre(), seed)
    contents = [(tmp_path / name).read_bytes() for name in ("a", "b", "c")]
    assert contents[0] == contents[1] != contents[2]


@pytest.mark.parametrize(("customer", "household"), [("99999", "K99999"), ("A999A99", "A99999"), ("9999", "9999")])
def test_any_pattern_can_be_invented(tmp_path: Path, customer: str, household: str) -> None:
    where = centre(customer=customer, household=household)
    write(tmp_path / "customers.csv", 1000, where, 3)
    assert imported(tmp_path / "customers.csv", where).customers == 1000


def test_more_customers_than_a_pattern_has_numbers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="only 100 numbers"):
        write(tmp_path / "customers.csv", 101, centre(customer="A99"), 3)
