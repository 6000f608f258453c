from collections.abc import Sequence
from pathlib import Path

import pytest

from operations.callbacks.appointment_file import FileRefused, Mistake, Row, read_appointments
from routing.rules import Concern
from tests.fakes.router import ZONE

HEADER = "team,phone,at,until,number,language,concern\n"
LINE = "L01,0211 8224100,2026-11-23T10:00,2026-11-23 10:30,123A456789,en,job\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "appointments.csv"


def read(file: Path, content: str | bytes) -> Sequence[Row]:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_appointments(file, ZONE)


def mistakes(file: Path, content: str | bytes) -> Sequence[Mistake]:
    with pytest.raises(FileRefused) as refused:
        read(file, content)
    return refused.value.mistakes


def places(file: Path, content: str | bytes) -> list[tuple[int, int]]:
    return [(each.line, each.column) for each in mistakes(file, content)]


def test_a_line_is_what_is_wanted(file: Path) -> None:
    [row] = read(file, HEADER + LINE)
    wanted = row.wanted
    assert ("L01", "0211 8224100", "123A456789", "en", Concern.JOB, "file") == (
        wanted.team,
        wanted.phone,
        wanted.number,
        wanted.language,
        wanted.concern,
        wanted.source,
    )
    assert ("2026-11-23T10:00:00+01:00", "2026-11-23T10:30:00+01:00") == (
        wanted.at and wanted.at.isoformat(),
        wanted.until and wanted.until.isoformat(),
    )
    assert 2 == row.line


def test_empty_columns_at_the_end_are_a_spreadsheets_own(file: Path) -> None:
    content = b"\xef\xbb\xbfteam;phone;at;;\r\nL01;0211 8224100;23.11.2026 10:00;;\r\n;;;;\r\n"
    assert ["0211 8224100"] == [row.wanted.phone for row in read(file, content)]
    assert [(2, 35)] == places(file, content.replace(b"10:00;;", b"10:00;x;"))


@pytest.mark.parametrize(
    "at",
    [
        "23.11.2026 10:00",
        "23.11.2026 10:00:00",
        "23.11.2026, 10:00",
        "2026-11-23 10:00:00",
        "2026-11-23T09:00Z",
        "2026-11-23T10:00+01:00",
    ],
)
def test_a_moment_may_be_written_in_the_usual_ways(file: Path, at: str) -> None:
    [row] = read(file, f"Team;Phone;At\nL01;0211 8224100;{at}\n")
    assert row.wanted.at
    assert 1795424400 == row.wanted.at.timestamp()


@pytest.mark.parametrize(
    "at", ["", "2026-11-23", "20261123", "tomorrow", "10:00", "31.02.2026 10:00", "23.11.26 10:00"]
)
def test_what_is_no_moment_is_named_with_line_and_column(file: Path, at: str) -> None:
    assert [(2, 18)] == places(file, f"team,phone,at\nL01,0211 8224100,{at}\n")


def test_every_mistake_is_named_at_once(file: Path) -> None:
    bad = HEADER + "L01,0211,soon,later,,,love\n" + LINE + "L01,0211\n" + '"L01,0211,x\n'
    assert [(2, 10), (2, 15), (2, 23), (4, 5), (5, 1)] == places(file, bad)


def test_a_mistake_repeats_no_number(file: Path) -> None:
    told = repr(mistakes(file, HEADER + LINE.replace("2026-11-23T10:00", "8224100")))
    assert "8224100" not in told


@pytest.mark.parametrize(
    "content",
    [
        "",
        HEADER,
        "team,phone\nL01,0211\n",
        "team,phone,at,at\nL01,0211,x,x\n",
        "team,phone,at,secret\nL01,0211,x,x\n",
        '"team,phone,at\n',
        HEADER + "\n,,,,,,\n",
        "team,phone,at\n".encode("utf-16"),
        b"\x00\xff\xfe\xfd",
    ],
)
def test_what_is_no_file_of_appointments_is_refused(file: Path, content: str | bytes) -> None:
    assert mistakes(file, content)


def test_a_quoted_field_may_hold_the_delimiter(file: Path) -> None:
    [row] = read(file, 'team,phone,at\n"L01","0211 8224100","23.11.2026, 10:00"\n')
    assert "L01" == row.wanted.team


def test_no_file_and_no_ordinary_one_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(FileRefused):
            read_appointments(path, ZONE)


def test_a_file_with_far_too_many_lines_is_refused(file: Path) -> None:
    assert [(1, 1)] == places(file, HEADER + LINE * 20_001)
    assert 1000 == len(mistakes(file, HEADER + "x\n" * 2000))
