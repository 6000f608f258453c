import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operations import directory_import
from operations.directory_import import Imported, ImportRefused, LineMistake, import_csv
from routing.directory import Assignment
from routing.number import NumberFormat
from tests.fakes.directory_centre import KEYED_HASH, centre

NOW = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)
HEADER = "customer_number,household,area\n"
GOOD = HEADER + "123A456789,12345BG0001234,A1\n"
NORTH = Assignment("A1", "L01", "V01")

Import = Callable[..., Imported]


@pytest.fixture
def imports(tmp_path: Path) -> Import:
    def run(content: str | bytes, *, skip_bad: bool = False) -> Imported:
        file = tmp_path / "customers.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return run_file(file, skip_bad=skip_bad)

    return run


def run_file(file: Path, *, skip_bad: bool = False) -> Imported:
    def progress(_done: int, _total: int) -> None:
        pass

    return import_csv(file, centre(), NumberFormat(), KEYED_HASH, progress, skip_bad, now=NOW)


def teams(imported: Imported, text: str) -> list[Assignment]:
    number = NumberFormat().written(text)
    assert number is not None
    return [match.assignment for match in imported.table.find(number)]


def told(imports: Import, content: str | bytes) -> list[str]:
    with pytest.raises(ImportRefused) as caught:
        imports(content)
    sentences = [str(mistake) for mistake in caught.value.mistakes]
    assert not any(digits in f"{sentences}{caught.value}" for digits in ("456789", "0001234", "45678"))
    return sentences


def test_customer_and_household_find_their_teams(imports: Import) -> None:
    imported = imports(GOOD)
    assert [teams(imported, text) for text in ("1232456789", "12345240001234")] == [[NORTH], [NORTH]]
    assert (
        imported.lines,
        imported.customers,
        imported.households,
        imported.duplicates,
        imported.bad_lines,
        imported.mistakes,
    ) == (1, 1, 1, 0, 0, ())


def test_the_version_tells_when(imports: Import) -> None:
    assert imports(GOOD).table.version.startswith("d-20261122T101500-")


VARIANTS = {
    "bom": b"\xef\xbb\xbf" + GOOD.encode(),
    "semicolon": GOOD.replace(",", ";").encode(),
    "crlf": GOOD.replace("\n", "\r\n").encode(),
    "cr": GOOD.replace("\n", "\r").encode(),
    "no line end": GOOD.strip().encode(),
    "quoted": b'"customer_number","household","area"\n"123A456789","12345BG0001234","A1"\n',
    "blank lines": GOOD.replace("\n", "\n\n").encode() + b"\n ,,\n;;\n,,\n",
    "other order": b"area,customer_number,household\nA1,123A456789,12345BG0001234\n",
    "spaced": b"customer_number, household ,area\n 123 a 456 789 ,12345//0001234,A1\n",
    "apostrophe": HEADER.encode() + b"'123A456789,'12345BG0001234,A1\n",
    "empty columns": b"customer_number;household;area;;\n123A456789;12345BG0001234;A1;;\n",
    "quoted line end": HEADER.encode() + b'"123A456789\n",12345BG0001234,A1\n',
    "twice": GOOD.encode() + b"123A456789,12345BG0001234,A1\n",
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_file_may_come_in_any_usual_form(imports: Import, variant: str) -> None:
    assert imports(VARIANTS[variant]).table.hashes.tolist() == imports(GOOD).table.hashes.tolist()


def test_windows_1252_is_read(imports: Import) -> None:
    with pytest.raises(ImportRefused, match="area is not one of"):
        imports((HEADER + "123A456789,12345BG0001234,Süd\n").encode("windows-1252"))
    again = (HEADER + "123A456789,12345BG0001234,A1\n223A456789,12345BG0001234,Süd\n").encode("windows-1252")
    assert imports(again, skip_bad=True).customers == 1


def test_utf_16_is_refused(imports: Import) -> None:
    assert told(imports, GOOD.encode("utf-16")) == ["line 1: the file is UTF-16: save it as CSV UTF-8"]


def test_every_bad_line_is_named_in_order(imports: Import) -> None:
    content = (
        HEADER
        + "123A456789,12345BG0001234,A1\n"
        + "bad,12345BG0001234,A1\n"
        + '\n"223A456789",12345BG0001234,A99\n'
        + "323A456789,12345BG0001235\n"
        + '"423A456789,12345BG0001235,A1\n'
        + "123A456789,12345BG0001234,A2\n"
        + "x" * 5000
        + "\n"
        + "523A456789,12345BG0001234,A2\n"
        + "623A4567\x0089,12345BG0001234,A1\n"
    )
    mistakes = told(imports, content)
    assert [each.split(":")[0] for each in mistakes] == [f"line {line}" for line in (3, 5, 6, 7, 8, 9, 10, 11)]
    assert "customer_number is not a customer number" in mistakes[0]
    assert "area is not one of teams.yaml: write one of A1, A2" in mistakes[1]
    assert "it has 2 fields, the header has 3" in mistakes[2]
    assert "a quote is not closed" in mistakes[3]
    assert "the same customer number stands in line 2 with other household, teams" in mistakes[4]
    assert "it is longer than 4096 characters" in mistakes[5]
    assert "the same household stands in line 2 with other teams" in mistakes[6]
    assert "control character" in mistakes[7]


def test_skipped_lines_are_left_out_and_still_named(imports: Import) -> None:
    imported = imports(GOOD + "bad,12345BG0001234,A1\n", skip_bad=True)
    assert (imported.lines, imported.customers, imported.bad_lines, len(imported.mistakes)) == (2, 1, 1, 1)


def test_of_contradicting_lines_none_is_imported(imports: Import) -> None:
    content = GOOD + "123A456789,12345BG0001234,A2\n223A456789,12345BG0001236,A1\n"
    imported = imports(content, skip_bad=True)
    assert [teams(imported, text) for text in ("123A456789", "12345BG0001234", "223A456789")] == [[], [], [NORTH]]
    assert (imported.customers, imported.bad_lines, len(imported.mistakes)) == (1, 2, 1)


def test_numbers_that_differ_in_the_letter_are_two_customers(imports: Import) -> None:
    imported = imports(GOOD + "123B456789,22345BG0001235,A2\n")
    assert [NORTH, Assignment("A2", "L04", "V02")] == teams(imported, "1232456789")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "line 1: column 'customer_number' is missing"),
        ("\n\ncustomer,household,area\n", "line 3: column 'customer' is not known"),
        ('"customer_number,household,area\n', "line 1: a quote is not closed"),
        (HEADER, "line 1: no line of the file has a customer"),
        (HEADER + ",,\n", "line 1: no line of the file has a customer"),
    ],
)
def test_a_file_without_customers_is_refused(imports: Import, content: str, expected: str) -> None:
    assert told(imports, content)[0].startswith(expected)


def test_a_file_of_nothing_but_bad_lines_is_refused_even_when_they_may_be_skipped(imports: Import) -> None:
    with pytest.raises(ImportRefused) as caught:
        imports(HEADER + "bad,bad,bad\n", skip_bad=True)
    assert [mistake.line for mistake in caught.value.mistakes] == [2, 1]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="cannot be read"):
        run_file(tmp_path / "missing.csv")


def test_what_is_no_ordinary_file_is_refused() -> None:
    with pytest.raises(ImportRefused, match="not an ordinary file"):
        run_file(Path(os.devnull))


def test_a_file_beyond_the_limit_is_refused(imports: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory_import, "FILE_LIMIT_BYTES", 10)
    assert told(imports, GOOD)[0].startswith("line 1: the file is larger")


def test_mistakes_beyond_a_limit_are_counted_only(imports: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory_import, "MISTAKES_LIMIT", 3)
    with pytest.raises(ImportRefused) as caught:
        imports(HEADER + "bad,bad,bad\n" * 5)
    assert (len(caught.value.mistakes), caught.value.bad_lines) == (3, 5)
    assert isinstance(caught.value.mistakes[0], LineMistake)


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(GOOD)
    told_bytes: list[tuple[int, int]] = []
    import_csv(
        file,
        centre(),
        NumberFormat(),
        KEYED_HASH,
        lambda done, total: told_bytes.append((done, total)),
        now=NOW,
    )
    assert (len(GOOD), len(GOOD)) == told_bytes[-1]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)  # a busy disk is no fault
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_imported_or_refused(tmp_path: Path, junk: bytes, skip_bad: bool) -> None:
    file = tmp_path / "junk.csv"
    file.write_bytes(GOOD.encode() + junk)
    assert all(isinstance(each, LineMistake) for each in mistakes_of(file, skip_bad=skip_bad))


def mistakes_of(file: Path, *, skip_bad: bool) -> Iterator[LineMistake]:
    try:
        yield from run_file(file, skip_bad=skip_bad).mistakes
    except ImportRefused as refused:
        yield from refused.mistakes
