import csv
import io
import json

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
    assert "52.94 %" in lines[1]
    assert "Service level by the formula default." == lines[-1]


def test_the_table_is_aligned() -> None:
    assert 1 == len({len(line) for line in list(table_text([BUSY, EMPTY]))[:-1]})


def test_the_table_has_every_column_but_the_formula() -> None:
    assert len(COLUMNS) - 1 == len(HEADINGS)


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_rows_are_the_same_text(form: str) -> None:
    assert text(form, BUSY, EMPTY) == text(form, BUSY, EMPTY)


def test_a_record_is_rounded() -> None:
    assert (0.5294, 12.3) == (record(BUSY)["service_level"], record(BUSY)["asa_seconds"])
