from dataclasses import replace

from facts.contact import LeftState
from metrics.left_open import LeftOpen
from operations.mailbox.open_entries import OpenEntries
from tests.fakes.entries import MONDAY, callback, document, voice


def open_entries() -> OpenEntries:
    return OpenEntries(str.encode)


def test_open_things_are_counted_by_team_and_kind() -> None:
    known = open_entries()
    known.listed([voice(), voice(), document(), callback(team="L02")])
    assert {"L01": LeftOpen(voice=2, document=1), "L02": LeftOpen(callback=1)} == known.counts
    assert 3 == known.counts["L01"].messages


def test_what_is_claimed_done_or_erased_is_not_open() -> None:
    known = open_entries()
    entries = [voice(), voice(), voice()]
    known.listed(entries)
    for entry, state in zip(entries, (LeftState.CLAIMED, LeftState.DONE, LeftState.ERASED), strict=True):
        known.hear(replace(entry, state=state))
    assert {} == known.counts


def test_a_newer_list_is_all_there_is() -> None:
    known = open_entries()
    known.hear(voice())
    assert 1 == len(known.counts)
    known.listed([])
    assert ({}, 0) == (known.counts, known.asked_since("+49211555100", 0))


def test_callbacks_are_counted_by_number_and_time() -> None:
    known = open_entries()
    known.listed([callback(), callback(MONDAY + 60), callback(phone="+49211555200"), callback(phone=""), voice()])
    assert 2 == known.asked_since("+49211555100", MONDAY)
    assert 1 == known.asked_since("+49211555100", MONDAY + 1)
