from metrics.sheet import Sheet

SHEET = Sheet(("team", "from", "to", "share"), ("team", "from", "%"), frozenset(("share",)), frozenset(("to",)), str)
RECORD = {"team": "L01", "from": "2026-11-22T08:00:00+01:00", "to": "2026-11-22T09:00:00+01:00", "share": -0.00004}


def test_no_figure_is_minus_zero() -> None:
    assert "0.0" == str(SHEET.rounded(RECORD)["share"])
    assert "".join(SHEET.csv_text([RECORD])).endswith(",0.0000\n")
    assert "0.0%" == "".join(SHEET.table_text([RECORD])).splitlines()[2].split()[-1]


def test_a_table_without_records_is_empty() -> None:
    assert [] == list(SHEET.table_text([]))
