import csv
import io
import json
from dataclasses import replace

import pytest

from metrics.counts import Counts
from metrics.intervals import Row
from metrics.report import COLUMNS, FORMATS, HEADINGS, csv_text, json_text, record, table_text

SPAN = ("2026-11-22T00:00:00+01:00", "2026-11-23T00:00:00+01:00")
BUSY = Row("L01", *SPAN, Counts(21, 14, 9, 3, 1, 2, 2, 1, 1), 9 / 17, "default", 12.345, 5.0, 30.04, 31.05)
EMPTY = Row("L02", *SPAN, Counts(), None, "default", None, None, None, None)


def text(form: str, *rows: Row) -> str:
    return "".join(FORMATS[form](rows))


def test_the_columns_are_those_that_readers_rely_on() -> None:
    assert (
        "team,from,to,offered,answered,answered_in_target,abandoned,abandoned_short,flowed_out,lost,waiting,"
        "service_level,formula,asa_seconds,p50_seconds,p90_seconds,p95_seconds"
    ) == ",".join(COLUMNS)


def test_csv_is_this_to_the_last_byte() -> None:
    assert (
        f"{','.join(COLUMNS)}\n"
        f"L01,{SPAN[0]},{SPAN[1]},21,14,9,3,1,2,1,1,0.5294,default,12.3,5.0,30.0,31.1\n"
        f"L02,{SPAN[0]},{SPAN[1]},0,0,0,0,0,0,0,0,-,default,-,-,-,-\n"
    ) == text("csv", BUSY, EMPTY)


def test_a_strange_team_breaks_no_line_of_csv() -> None:
    strange = Row('a,"b', *SPAN, *(getattr(EMPTY, name) for name in Row.__slots__[3:]))
    assert 'a,"b' == list(csv.reader(io.StringIO("".join(csv_text([strange])))))[1][0]


def test_json_is_one_array_of_objects_and_null_where_it_is_empty() -> None:
    busy, empty = json.loads(text("json", BUSY, EMPTY))
    assert list(COLUMNS) == list(busy) == list(empty)
    assert (0.5294, 12.3, 5.0) == (busy["service_level"], busy["asa_seconds"], busy["p50_seconds"])
    assert (None, None, 0) == (empty["service_level"], empty["asa_seconds"], empty["offered"])


def test_json_without_rows_is_an_empty_array() -> None:
    assert [] == json.loads("".join(json_text([])))


def test_json_and_csv_have_the_same_numbers() -> None:
    (from_csv,) = csv.DictReader(io.StringIO(text("csv", BUSY)))
    (from_json,) = json.loads(text("json", BUSY))
    assert {key: float(value) for key, value in from_csv.items() if key.endswith("seconds")} == {
        key: value for key, value in from_json.items() if key.endswith("seconds")
    }


def test_the_table_shows_percent_and_names_the_formula_in_its_last_line() -> None:
    lines = text("table", BUSY, EMPTY).splitlines()
    assert "52.9%" in lines[2]
    assert "Service level by the formula default." == lines[-1]


def test_the_table_is_aligned() -> None:
    assert 1 == len({len(line) for line in list(table_text([BUSY, EMPTY]))[1:-1]})


def test_the_table_has_every_column_but_the_formula_and_the_end() -> None:
    assert len(COLUMNS) - 2 == len(HEADINGS)


def test_the_table_tells_one_span_above_it_and_not_in_each_row() -> None:
    lines = text("table", BUSY, EMPTY).splitlines()
    assert "2026-11-22 00:00+01:00 to 2026-11-23 00:00+01:00" == lines[0]
    assert ["L01", "21", "14"] == lines[2].split()[:3]


def test_the_table_tells_when_each_interval_begins_and_which_row_is_all_of_them() -> None:
    noon = "2026-11-22T12:00:00+01:00"
    rows = [replace(BUSY, ends=noon), replace(BUSY, begins=noon), replace(BUSY, team="centre")]
    lines = text("table", *rows).splitlines()
    assert ["L01     2026-11-22 00:00", "L01     2026-11-22 12:00", "centre  whole span"] == [
        line[:24].rstrip() for line in lines[2:5]
    ]


def test_the_table_tells_the_hour_that_comes_twice_apart() -> None:
    first, second = "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"
    end = "2026-10-25T03:00:00+01:00"
    rows = [replace(EMPTY, begins=first, ends=second), replace(EMPTY, begins=second, ends=end)]
    lines = text("table", *rows).splitlines()
    assert ("02:00+02:00" in lines[2], "02:00+01:00" in lines[3]) == (True, True)


def test_the_table_fits_a_terminal() -> None:
    largest = replace(BUSY, counts=Counts(*[9999] * 9), asa_seconds=1799.9, p50_seconds=1799.9)
    rows = [replace(largest, begins="2026-11-22T12:00:00+01:00"), largest]
    assert max(map(len, text("table", *rows).splitlines())) <= 120


def test_a_table_without_rows_is_empty() -> None:
    assert "" == text("table")


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_rows_are_the_same_text(form: str) -> None:
    assert text(form, BUSY, EMPTY) == text(form, BUSY, EMPTY)


def test_a_record_is_rounded() -> None:
    assert (0.5294, 12.3) == (record(BUSY)["service_level"], record(BUSY)["asa_seconds"])
