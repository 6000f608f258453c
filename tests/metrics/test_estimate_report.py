import json
from collections.abc import Sequence

from metrics.estimate_intervals import EstimateRow
from metrics.estimate_report import COLUMNS, FORMATS
from metrics.kept_words import Kept, kept

SPAN = ("2026-11-22T09:00:00+01:00", "2026-11-22T09:30:00+01:00")
BUSY = EstimateRow("L01", *SPAN, 24, 1, Kept(20, 2, 1, -0.04, -0.00012, (0.5, 0.81234, 1.0), 302.25))
EMPTY = EstimateRow("L02", *SPAN, 0, 0, kept([]))


def text(form: str, *rows: EstimateRow) -> str:
    return "".join(FORMATS[form](rows))


def lines(form: str, *rows: EstimateRow) -> Sequence[str]:
    return text(form, *rows).splitlines()


def test_csv_is_this_to_the_last_byte() -> None:
    assert (
        "team,from,to,told,answered,gave_up,other,waiting,bias_seconds,bias_share,p50_coverage,p80_coverage,"
        "p90_coverage,mean_wait_seconds\n"
        f"L01,{SPAN[0]},{SPAN[1]},24,20,2,1,1,0.0,-0.0001,0.5000,0.8123,1.0000,302.2\n"
        f"L02,{SPAN[0]},{SPAN[1]},0,0,0,0,0,-,-,-,-,-,-\n"
    ) == text("csv", BUSY, EMPTY)


def test_json_has_the_same_columns_and_null_where_it_is_empty() -> None:
    busy, empty = json.loads(text("json", BUSY, EMPTY))
    assert list(COLUMNS) == list(busy) == list(empty)
    assert (0.8123, 302.2) == (busy["p80_coverage"], busy["mean_wait_seconds"])
    assert [None] * 6 == list(empty.values())[8:]


def test_the_table_shows_percent_and_says_what_it_means() -> None:
    span, _, busy, empty, *legend = lines("table", BUSY, EMPTY)
    assert "2026-11-22 09:00+01:00 to 2026-11-22 09:30+01:00" == span
    assert ["L01", "24", "20", "2", "1", "1", "0.0", "0.0%", "50.0%", "81.2%", "100.0%", "302.2"] == busy.split()
    assert ["L02", "0", "0", "0", "0", "0", *"------"] == empty.split()
    assert "Kaplan-Meier" in legend[-1]


def test_the_table_is_no_wider_than_a_report() -> None:
    later = EstimateRow(
        "L01", SPAN[1], "2026-11-22T10:00:00+01:00", *(getattr(BUSY, name) for name in ("told", "waiting", "kept"))
    )
    assert max(map(len, lines("table", BUSY, later))) <= 115
