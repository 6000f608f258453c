import json

import pytest

from operations.gave_up.record import GaveUpRecords
from tests.fakes.gave_up import row

RECORDS = GaveUpRecords(bytes(32))
FULL = row("g-1", phone="+49211555100", number="123A456789", concern="money", language="de", calls=2, credit=30)


def test_a_record_is_read_as_it_was_written() -> None:
    assert FULL == RECORDS.row(RECORDS.record(FULL))
    assert row(waited_seconds=None) == RECORDS.row(RECORDS.record(row(waited_seconds=None)))


def test_nobody_finds_a_number_in_it() -> None:
    assert b"555100" not in RECORDS.record(FULL)
    assert b"456789" not in RECORDS.record(FULL)
    assert "555100" not in repr(FULL)


def test_another_secret_opens_none() -> None:
    assert GaveUpRecords(bytes(31) + b"x").row(RECORDS.record(FULL)) is None


def test_a_number_put_into_another_row_does_not_open() -> None:
    told = json.loads(RECORDS.record(FULL))
    assert RECORDS.row(json.dumps(told | {"id": "g-2"}).encode()) is None


@pytest.mark.parametrize("record", [b"", b"{", b"[]", b"{}", b'{"id":1}', b"[" * 5000, b"x" * 5000])
def test_what_is_no_record_is_none(record: bytes) -> None:
    assert RECORDS.row(record) is None
