import json
import string
from dataclasses import fields, replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy, MemberAnswered, MemberRang, Source, TalkEnded
from facts.callback import CallbackMoved
from facts.contact import LeftKind, LeftState
from facts.kinds import CallKind, ContactKind, Journalled, WaitKind
from facts.member import MemberResumed
from facts.pause_reasons import told
from facts.place import Place
from facts.record import KINDS, MOST_BYTES, NotAFact, fact_from, record
from facts.watch import GapSeen, StaffCounted

TOKENS = st.text(alphabet=string.ascii_letters + string.digits + "_-.", max_size=32)
NAMES = TOKENS.filter(bool)
PLACES = st.builds(
    Place,
    *(NAMES, NAMES, NAMES, st.integers(1, 1000), NAMES),
    arrival=st.integers(0, 2**32),
    credit=st.integers(0, 3600),
    **dict.fromkeys(("rule", "concern", "language", "site", "kiosk"), TOKENS),
)
INSTANTS = st.floats(0, 4e9)
SPANS = st.none() | st.floats(0, 1e5)
GIVEN = {
    **dict.fromkeys(("node", "team", "ring"), NAMES),
    **dict.fromkeys(("hold_seconds", "ring_seconds", "talk_seconds"), SPANS),
    **dict.fromkeys(("signed_in", "paused", "unknown", "position"), st.integers(0, 10_000)),
    **dict.fromkeys(("told_at", "second", "factor", "ratio"), INSTANTS),
    **dict.fromkeys(("mean_seconds", "p50_seconds", "p80_seconds", "p90_seconds"), INSTANTS),
    **dict.fromkeys(("low_seconds", "high_seconds", "waited_seconds", "end_seconds"), INSTANTS),
    **dict.fromkeys(("call", "home", "goal", "way", "entry", "team", "rule", "concern", "language"), TOKENS),
    **dict.fromkeys(("steps", "customer"), TOKENS),
    "visit": st.integers(0, 1000),
    "what": st.sampled_from(LeftKind),
    "state": st.sampled_from(LeftState),
    "at": INSTANTS,
    "since": INSTANTS,
    "place": PLACES,
    "reasons": st.lists(st.text(max_size=20) | TOKENS).map(told),
}
MOVED = {
    **dict.fromkeys(("callback", "before", "kind", "state", "outcome"), TOKENS),
    "attempts": st.integers(0, 1000),
    "waited_seconds": SPANS,
}


def given_to(kind: type[Journalled]) -> dict[str, st.SearchStrategy[object]]:
    known = {**GIVEN, **MOVED} if kind is CallbackMoved else GIVEN
    return {field.name: known[field.name] for field in fields(kind) if field.name in known}


FACTS = st.one_of(*(st.builds(kind, **given_to(kind)) for kind in KINDS))
PLACE = Place("pbx1", "pbx1-1795334649.12", "L01", 2, "L01", 1795334649, 300, "household-team", "money", "de", "nord")
JOINED = CallerJoined(at=1795334650.25, place=PLACE)


def changed(fact: Journalled, **other: object) -> bytes:
    return json.dumps({**json.loads(record(fact)), **other}).encode()


@given(FACTS)
def test_every_fact_comes_back_from_its_record(fact: Journalled) -> None:
    assert fact == fact_from(record(fact))


@given(FACTS)
def test_a_record_read_and_written_again_is_the_same_bytes(fact: Journalled) -> None:
    assert record(fact) == record(fact_from(record(fact)))


@given(FACTS)
def test_a_record_is_one_line_of_ascii_within_its_bound(fact: Journalled) -> None:
    told = record(fact)
    assert told.isascii()
    assert b"\n" not in told
    assert len(told) <= MOST_BYTES


@given(st.binary(max_size=300))
def test_any_bytes_are_a_fact_or_refused(told: bytes) -> None:
    with pytest.raises(NotAFact):
        fact_from(told)


@given(FACTS, st.data())
def test_a_record_with_any_byte_changed_is_a_fact_or_refused(fact: Journalled, data: st.DataObject) -> None:
    told = bytearray(record(fact))
    told[data.draw(st.integers(0, len(told) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = fact_from(bytes(told))
    except NotAFact:
        return
    assert read == fact_from(record(read))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(FACTS, st.data())
def test_a_record_with_any_value_changed_is_a_fact_or_refused(fact: Journalled, data: st.DataObject) -> None:
    told = json.loads(record(fact))
    part = data.draw(st.sampled_from([told, told.get("place", told)]))
    part[data.draw(st.sampled_from(sorted(part)))] = data.draw(JSON)
    try:
        read = fact_from(json.dumps(told).encode())
    except NotAFact:
        return
    assert read == fact_from(record(read))


def test_staff_counted_without_reasons_is_read() -> None:
    older = b'{"v":1,"kind":"StaffCounted","at":7.0,"node":"n","team":"L01","signed_in":3,"paused":1}'
    assert StaffCounted(at=7.0, node="n", team="L01", signed_in=3, paused=1) == fact_from(older)


def test_every_journalled_kind_has_a_record() -> None:
    assert {*get_args(CallKind), *get_args(WaitKind), *get_args(ContactKind), StaffCounted, GapSeen} == set(KINDS)


def test_a_record_is_compact_and_names_version_and_kind_first() -> None:
    assert record(JOINED).startswith(b'{"v":1,"kind":"CallerJoined","at":1795334650.25,"place":{"node":"pbx1","call":')


@pytest.mark.parametrize("kind", [MemberRang, MemberAnswered])
def test_the_member_is_in_no_record(kind: type[MemberRang]) -> None:
    rang = kind(at=1.0, place=PLACE, ring="pbx1-1795334660.15", member="m0101")
    assert b"m0101" not in record(rang)
    assert replace(rang, member="") == fact_from(record(rang))


def test_the_account_that_moved_a_callback_is_in_no_record() -> None:
    moved = CallbackMoved(at=1.0, callback="m-1", team="L01", before="in-line", state="by-hand", by="lead-anna")
    assert b"lead-anna" not in record(moved)
    assert replace(moved, by="") == fact_from(record(moved))


def test_a_callback_that_waits_for_nobody_knows_how_long_comes_back() -> None:
    moved = CallbackMoved(at=1.0, callback="m-1", team="L01", before="dialling", state="retry", outcome="no-answer")
    assert moved == fact_from(record(moved))


def test_a_place_of_before_kiosks_is_read() -> None:
    told = json.loads(record(JOINED))
    del told["place"]["kiosk"]
    assert JOINED == fact_from(json.dumps(told).encode())


def test_a_whole_number_of_seconds_has_one_record() -> None:
    assert record(replace(JOINED, at=7.0)) == record(replace(JOINED, at=7))


def test_no_seconds_have_no_sign() -> None:
    assert record(CallEnded(at=1, place=PLACE, hold_seconds=0.0)) == record(
        CallEnded(at=1, place=PLACE, hold_seconds=-0.0)
    )


def test_nothing_known_stays_nothing_known() -> None:
    ended = TalkEnded(at=1.0, place=PLACE, ring="r", talk_seconds=None)
    assert ended == fact_from(record(ended))


def test_who_told_and_why_come_back() -> None:
    left = CallerLeft(at=1.0, place=PLACE, cause=LeftBy.MOVED, hold_seconds=2.5, returns=True, source=Source.QUEUE_LOG)
    assert left == fact_from(record(left))


def test_a_key_of_a_newer_version_is_passed_over() -> None:
    assert JOINED == fact_from(changed(JOINED, v=2, mood="ünknown"))


def test_what_an_older_version_left_out_is_filled_in() -> None:
    told = json.loads(record(JOINED))
    del told["source"], told["place"]["site"]
    assert replace(JOINED, place=replace(PLACE, site="")) == fact_from(json.dumps(told).encode())


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (b"", "JSON"),
        (b"\xff\xfe", "JSON"),
        (b"[" * 4000, "JSON"),
        (b"[]", "object"),
        (b"{}", "version"),
        (b'{"v":true,"kind":"CallerJoined"}', "version"),
        (b'{"v":0,"kind":"CallerJoined"}', "version"),
        (b'{"v":1,"kind":["CallerJoined"]}', "kind"),
        (b'{"v":1,"kind":"MemberPaused","at":1,"node":"n","member":"m"}', "does not know"),
        (b" " * (MOST_BYTES + 1), "4096 bytes"),
        (b'{"v":1,"kind":"CallerJoined","at":1}', "has place"),
        (changed(JOINED, place=[]), "object"),
        (changed(JOINED, place={"node": "n", "call": "c", "queue": "q", "visit": 0, "team": "t"}), "from 1"),
        (changed(JOINED, place={"node": "", "call": "c", "queue": "q", "visit": 1, "team": "t"}), "needs"),
        (changed(JOINED, place={"node": "n"}), "has call"),
        (changed(JOINED, at="now"), "at"),
        (changed(JOINED, at=True), "at"),
        (changed(JOINED, at=float("nan")), "at"),
        (changed(JOINED, at=float("inf")), "at"),
        (changed(JOINED, at=10**400), "at"),
        (changed(JOINED, at=10**17), "at"),
        (changed(JOINED, source="rumour"), "source"),
        (changed(JOINED, source=[]), "source"),
        (changed(CallerLeft(at=1, place=PLACE, cause=LeftBy.KEY, hold_seconds=1), returns=1), "returns"),
        (changed(GapSeen(at=2, node="n", since=1, filled=True), unknown=2**60), "unknown"),
        (changed(GapSeen(at=2, node="n", since=1, filled=True), unknown=False), "unknown"),
        (changed(GapSeen(at=2, node="n", since=1, filled=True), node="a b"), "node"),
        (changed(GapSeen(at=2, node="n", since=1, filled=True), node="ä"), "node"),
        (changed(GapSeen(at=2, node="n", since=1, filled=True), node="x" * 129), "node"),
    ],
)
def test_what_is_no_fact_is_refused_with_the_reason(told: bytes, why: str) -> None:
    with pytest.raises(NotAFact, match=why):
        fact_from(told)


def test_a_refusal_repeats_no_value() -> None:
    with pytest.raises(NotAFact) as refused:
        fact_from(changed(JOINED, at="0151 2345678"))
    assert "0151" not in str(refused.value)


@pytest.mark.parametrize("text", ['a"b', "a\\b", "a\nb", "ä", "a b", "x" * 129])
def test_a_text_that_no_reader_would_take_is_not_written(text: str) -> None:
    with pytest.raises(NotAFact, match="rule"):
        record(replace(JOINED, place=replace(PLACE, rule=text)))


def test_an_instant_that_no_reader_would_take_is_not_written() -> None:
    with pytest.raises(NotAFact, match="at"):
        record(replace(JOINED, at=float("nan")))


def test_what_a_member_did_is_not_written() -> None:
    with pytest.raises(NotAFact, match="MemberResumed is not journalled"):
        record(MemberResumed(at=1.0, node="pbx1", member="m0101"))  # type: ignore[arg-type]  # what is refused
