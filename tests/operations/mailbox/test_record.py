import json
from dataclasses import replace

import pytest

from facts.contact import LeftKind, LeftState
from operations.mailbox.record import MailboxRecords, NoRecord
from tests.fakes.entries import MONDAY, callback, document, voice

RECORDS = MailboxRecords(b"s" * 32)
WHOLE = json.loads(RECORDS.record(voice()))


@pytest.mark.parametrize(
    "entry",
    [
        voice(seconds=4.25, file="m-1.wav", bytes=68_044),
        callback(due_at=MONDAY + 3600, state=LeftState.DONE, claimed_by="anna", claimed_at=MONDAY, done_at=MONDAY + 1),
        document(pages=3, source="scanner-1", reminded_at=MONDAY + 7200),
        voice(phone="", number="", concern="money", language="de-leicht"),
    ],
)
def test_an_entry_comes_back_as_it_was(entry: object) -> None:
    assert entry == RECORDS.entry(RECORDS.record(entry))  # type: ignore[arg-type]  # each is an Entry


def test_the_same_number_is_sealed_differently_each_time() -> None:
    entry = voice()
    assert json.loads(RECORDS.record(entry))["phone"] != json.loads(RECORDS.record(entry))["phone"]


def test_a_field_that_a_newer_version_adds_is_passed_over() -> None:
    assert RECORDS.entry(json.dumps(WHOLE | {"newer": 5}).encode()).id == WHOLE["id"]


def test_a_field_that_an_older_version_lacks_has_its_default() -> None:
    older = {name: value for name, value in WHOLE.items() if name not in ("reminded_at", "phone")}
    found = RECORDS.entry(json.dumps(older).encode())
    assert (None, "") == (found.reminded_at, found.phone)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "m-1"},
        {"id": None},
        {"what": "letter"},
        {"what": 5},
        {"state": "lost"},
        {"came_at": "soon"},
        {"came_at": None},
        {"came_at": True},
        {"came_at": float("inf")},
        {"arrival": 1.5},
        {"came_at": 1e300},
        {"came_at": -1.0},
        {"arrival": 10**400},
        {"due_at": 1e300},
        {"seconds": 1e308},
        {"bytes": -1},
        {"source": "\ud800"},
        {"bytes": "1"},
        {"team": None},
        {"team": 5},
        {"claimed_by": []},
    ],
)
def test_a_field_of_another_kind_makes_no_entry(wrong: dict[str, object]) -> None:
    with pytest.raises(NoRecord):
        RECORDS.entry(json.dumps(WHOLE | wrong).encode())


@pytest.mark.parametrize("sealed", ["%%%", "AAAA", "", None, 5, "A" * 100])
def test_a_number_that_does_not_open_is_empty(sealed: object) -> None:
    assert "" == RECORDS.entry(json.dumps(WHOLE | {"phone": sealed}).encode()).phone


def test_a_sealed_value_does_not_open_in_another_field() -> None:
    assert "" == RECORDS.entry(json.dumps(WHOLE | {"phone": WHOLE["number"]}).encode()).phone


def test_what_is_unreadable_is_still_an_entry_of_its_team_and_time() -> None:
    entry = voice()
    shell = RECORDS.entry_or_shell(entry.id, "L01", b"?")
    assert (entry.id, "L01", LeftKind.DOCUMENT, int(MONDAY)) == (shell.id, shell.team, shell.what, shell.arrival)


def test_a_number_that_did_not_open_stays_sealed_when_something_else_changes() -> None:
    entry = voice()
    before = RECORDS.record(entry)
    others = MailboxRecords(b"o" * 32)
    seen = others.entry(before)
    after = others.record(replace(seen, state=LeftState.CLAIMED), before)
    assert replace(entry, state=LeftState.CLAIMED) == RECORDS.entry(after)


def test_a_number_that_changes_is_sealed_anew() -> None:
    entry = voice()
    other = replace(entry, phone="+49211555200")
    assert other == RECORDS.entry(RECORDS.record(other, RECORDS.record(entry)))


def test_a_record_that_replaces_an_unreadable_one_is_whole() -> None:
    entry = voice()
    assert entry == RECORDS.entry(RECORDS.record(entry, b"{}"))


def test_no_key_is_shown() -> None:
    assert "ssss" not in repr(RECORDS)
