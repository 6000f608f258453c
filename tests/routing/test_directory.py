import hmac
import math
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.directory import Assignment, DirectoryTable, KeyedHash, Match
from routing.directory_rows import NO_HOUSEHOLD, PackedRows
from routing.number import NumberFormat, NumberKind, TypedNumber
from routing.snapshot import SnapshotDamaged, SnapshotForeign, SnapshotUnusable
from tests.fakes.directory_centre import KEYED_HASH, SECRET

FORMAT = NumberFormat()
NORTH = Assignment("A1", "L01", "V01")
SOUTH = Assignment("A2", "L03", "V02")
NOW = datetime(2026, 11, 22, 11, 15, tzinfo=timezone(timedelta(hours=1)))


def of(kind: NumberKind, digits: str) -> int:
    return KEYED_HASH.of(kind, digits)


def table(*customers: tuple[str, str, Assignment]) -> DirectoryTable:
    rows = PackedRows()
    assignments = (NORTH, SOUTH)
    for line, (digits, letter, assignment) in enumerate(customers, start=2):
        code = assignments.index(assignment)
        rows.add(line, code, of(NumberKind.CUSTOMER, digits), letter, NO_HOUSEHOLD, "")
    made, _ = rows.sorted_out(assignments).table(KEYED_HASH)
    return made.dated(NOW)


TWINS = table(
    ("123456789", "D", NORTH),
    ("123456789", "B", SOUTH),
    ("123456789", "A", NORTH),
    ("987654321", "A", SOUTH),
)


def found(text: str, directory: DirectoryTable = TWINS) -> tuple[Match, ...]:
    number = FORMAT.written(text)
    assert number is not None
    return directory.find(number)


def test_a_written_letter_finds_its_customer_alone() -> None:
    assert (Match(SOUTH, "B"),) == found("123B456789")


def test_a_letter_key_finds_every_letter_on_it_in_order() -> None:
    assert (Match(NORTH, "A"), Match(SOUTH, "B")) == found("1232456789")


def test_a_letter_left_out_finds_every_letter_in_order() -> None:
    assert (Match(NORTH, "A"), Match(SOUTH, "B"), Match(NORTH, "D")) == found("123456789")


def test_another_letter_finds_nobody() -> None:
    assert found("123X456789") == ()


def test_a_household_with_a_customers_digits_finds_nobody() -> None:
    assert TWINS.find(TypedNumber(NumberKind.HOUSEHOLD, "123456789", "123456789")) == ()


def test_an_empty_table_knows_nobody() -> None:
    empty = DirectoryTable.empty()
    assert found("123A456789", empty) == ()
    assert (len(empty), empty.version, empty.made_at) == (0, "d-empty", None)


@settings(deadline=None)
@given(st.text(), st.none() | st.text(), st.none() | st.text())
def test_find_never_raises(digits: str, letter: str | None, key: str | None) -> None:
    for kind in NumberKind:
        assert isinstance(TWINS.find(TypedNumber(kind, digits, digits, letter, key)), tuple)


def test_a_hash_is_the_first_eight_bytes_of_the_keyed_digest() -> None:
    for secret in (SECRET, b"x" * 16, b"y" * 64, b"z" * 200):
        digest = hmac.digest(secret, b"customer:123456789", "sha256")
        assert int.from_bytes(digest[:8], "big") == KeyedHash(secret).of(NumberKind.CUSTOMER, "123456789")
    digest = hmac.digest(SECRET, b"household:123450001234", "sha256")
    assert int.from_bytes(digest[:8], "big") == of(NumberKind.HOUSEHOLD, "123450001234")


def test_a_secret_is_named_but_never_shown() -> None:
    assert f"KeyedHash({KEYED_HASH.fingerprint})" == repr(KEYED_HASH)
    assert KEYED_HASH.fingerprint != KeyedHash(bytes(32)).fingerprint


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer than 16 bytes"):
        KeyedHash(b"short")


def test_a_version_tells_utc_time_and_content() -> None:
    assert TWINS.version.startswith("d-20261122T101500-")
    assert datetime(2026, 11, 22, 10, 15, tzinfo=UTC) == TWINS.made_at
    other = table(("123456789", "A", SOUTH))
    assert other.version != TWINS.version
    assert TWINS.version == TWINS.dated(NOW).version


def test_an_indexed_number_takes_twelve_bytes() -> None:
    rows = PackedRows()
    for line in range(1000):
        rows.add(line, 0, of(NumberKind.CUSTOMER, f"{line:09}"), "A", NO_HOUSEHOLD, "")
    made, _ = rows.sorted_out((NORTH,)).table(KEYED_HASH)
    assert math.floor(made.nbytes / len(made)) == 12


def test_a_table_never_shows_numbers() -> None:
    assert f"DirectoryTable({TWINS.version}, 4 numbers)" == repr(TWINS)


def test_a_snapshot_is_the_same_table() -> None:
    again = DirectoryTable.from_bytes(TWINS.to_bytes(), KEYED_HASH)
    assert TWINS.version == again.version
    assert np.array_equal(TWINS.hashes, again.hashes)
    assert found("123456789") == found("123456789", again)


def test_an_empty_snapshot_is_an_empty_table() -> None:
    empty = DirectoryTable.empty()
    assert len(DirectoryTable.from_bytes(empty.to_bytes(), empty.keyed_hash)) == 0


def test_a_snapshot_of_another_secret_is_foreign() -> None:
    with pytest.raises(SnapshotForeign, match="another secret"):
        DirectoryTable.from_bytes(TWINS.to_bytes(), KeyedHash(bytes(32)))


BLOB = TWINS.to_bytes()


@pytest.mark.parametrize("data", [b"", b"x", BLOB[:50], BLOB[:-1], BLOB + b"\0", b"PK" + BLOB])
def test_a_shortened_or_lengthened_snapshot_is_damaged(data: bytes) -> None:
    with pytest.raises(SnapshotDamaged, match="import the customer file again"):
        DirectoryTable.from_bytes(data, KEYED_HASH)


@settings(deadline=None)
@given(st.integers(0, len(BLOB) - 1), st.integers(1, 255))
def test_any_changed_byte_makes_a_snapshot_unusable(place: int, change: int) -> None:
    data = bytearray(BLOB)
    data[place] ^= change
    with pytest.raises(SnapshotUnusable):
        DirectoryTable.from_bytes(bytes(data), KEYED_HASH)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_junk_is_no_snapshot(junk: bytes) -> None:
    with pytest.raises(SnapshotUnusable):
        DirectoryTable.from_bytes(junk, KEYED_HASH)
