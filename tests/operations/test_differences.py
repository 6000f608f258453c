from collections.abc import Sequence
from dataclasses import replace

import pytest

from facts.call import (
    CallEnded,
    CallerJoined,
    CallerLeft,
    LeftBy,
    MemberAnswered,
    MemberRang,
    RingEnded,
    Source,
    TalkEnded,
)
from facts.kinds import Fact
from facts.member import MemberPaused, MemberResumed, MemberSignedIn, MemberSignedOut, PhoneChanged, PhoneState
from facts.place import Place
from metrics.live import LiveModel
from operations.difference import Difference, Drift
from operations.differences import differences
from operations.member_differences import without_channel
from operations.seen import Snapshot
from tests.fakes.believed import NODE, NOW, believing, caller, line, phone, place, serving, snapshot

SEEN = Source.SNAPSHOT
HERE = place()
JOINED = CallerJoined(at=NOW - 60, place=HERE)
ANSWERED = CallerLeft(at=NOW - 30, place=HERE, cause=LeftBy.ANSWERED, hold_seconds=30.0)
TALKS = MemberAnswered(at=NOW - 30, place=HERE, ring="100.2", member="one")
RANG = MemberRang(at=NOW - 40, place=HERE, ring="100.2", member="one")
BACK = CallerLeft(at=NOW - 30, place=HERE, cause=LeftBy.TIMEOUT, hold_seconds=30.0, returns=True)


def _left(of: Place, cause: LeftBy, returns: bool = False) -> CallerLeft:
    return CallerLeft(at=NOW, place=of, cause=cause, hold_seconds=None, returns=returns, source=SEEN)


def _joined(of: Place, at: float = NOW - 20) -> CallerJoined:
    return CallerJoined(at=at, place=of, source=SEEN)


def _answered(of: Place) -> MemberAnswered:
    return MemberAnswered(at=NOW, place=of, ring="100.2", member="one", source=SEEN)


TALK_ENDED = TalkEnded(at=NOW, place=HERE, ring="100.2", member="one", talk_seconds=None, source=SEEN)
ENDED = CallEnded(at=NOW, place=HERE, source=SEEN)

SAME = [
    (believing(), snapshot()),
    (believing(JOINED), snapshot([line("100.1")], [caller(HERE)])),
    (believing(JOINED), snapshot([line("100.1")], [caller(place(arrival=0))])),
    (believing(JOINED, ANSWERED, TALKS), snapshot([line("100.1", bridge="b"), phone("100.2", bridge="b")])),
    (believing(JOINED, RANG), snapshot([line("100.1"), phone("100.2", state="Ringing")], [caller(HERE)])),
    (believing(JOINED, BACK), snapshot([line("100.1", "AGI", told=HERE)])),
]


@pytest.mark.parametrize(("model", "seen"), SAME)
def test_what_both_sides_say_is_no_difference(model: LiveModel, seen: Snapshot) -> None:
    assert () == differences(model, seen, NODE)


AGAIN = place(visit=2)
OTHER = place(queue="L02", visit=2)
UNTOLD = place(arrival=0)

CASES: list[tuple[Drift, LiveModel, Snapshot, Sequence[Fact]]] = [
    (Drift.CALLER_MISSING, believing(), snapshot([line("100.1")], [caller(HERE)]), [_joined(HERE)]),
    (Drift.CALLER_MISSING, believing(), snapshot([line("100.1")], [caller(HERE, -1.0)]), [_joined(HERE, NOW)]),
    (Drift.CALLER_MISSING, believing(JOINED, BACK), snapshot([line("100.1")], [caller(AGAIN)]), [_joined(AGAIN)]),
    (
        Drift.CALLER_MISSING,
        believing(JOINED, BACK),
        snapshot([line("100.1")], [caller(UNTOLD)]),
        [_joined(place(visit=2, arrival=0))],
    ),
    (Drift.CALLER_MISSING, believing(JOINED, BACK), snapshot([line("100.1")], [caller(HERE)]), []),
    (Drift.CALLER_GONE, believing(JOINED), snapshot(), [_left(HERE, LeftBy.LOST), ENDED]),
    (
        Drift.CALLER_ELSEWHERE,
        believing(JOINED),
        snapshot([line("100.1")], [caller(OTHER)]),
        [_left(HERE, LeftBy.MOVED, returns=True), _joined(OTHER)],
    ),
    (Drift.CALLER_ELSEWHERE, believing(JOINED), snapshot([line("100.1", "Wait")]), [_left(HERE, LeftBy.MOVED)]),
    (
        Drift.CALLER_ELSEWHERE,
        believing(JOINED),
        snapshot([line("100.1", "AGI", told=HERE)]),
        [_left(HERE, LeftBy.TIMEOUT, returns=True)],
    ),
    (
        Drift.CALLER_ELSEWHERE,
        believing(JOINED),
        snapshot([line("100.1", "Dial", bridge="b", told=HERE)]),
        [_left(HERE, LeftBy.MOVED)],
    ),
    (Drift.CALLER_STRANDED, believing(JOINED), snapshot([line("100.1")]), []),
    (Drift.QUEUE_MISSING, believing(JOINED), snapshot([line("100.1")], queues=frozenset(("L02",))), []),
    (
        Drift.ANSWER_MISSING,
        believing(JOINED),
        snapshot([line("100.1", bridge="b"), phone("100.2", bridge="b")]),
        [_left(HERE, LeftBy.ANSWERED), _answered(HERE)],
    ),
    (
        Drift.ANSWER_MISSING,
        believing(JOINED),
        snapshot([line("100.1", bridge="b"), line("100.2", "AppDial", bridge="b")]),
        [_left(HERE, LeftBy.ANSWERED)],
    ),
    (
        Drift.ANSWER_MISSING,
        believing(),
        snapshot([line("100.1", bridge="b", told=HERE), phone("100.2", bridge="b")]),
        [_joined(HERE, NOW), _left(HERE, LeftBy.ANSWERED), _answered(HERE)],
    ),
    (
        Drift.ANSWER_MISSING,
        believing(JOINED, BACK),
        snapshot([line("100.1", bridge="b", told=AGAIN), phone("100.2", bridge="b")]),
        [_joined(AGAIN, NOW), _left(AGAIN, LeftBy.ANSWERED), _answered(AGAIN)],
    ),
    (
        Drift.TALK_MISSING,
        believing(JOINED, ANSWERED),
        snapshot([line("100.1", bridge="b"), phone("100.2", bridge="b")]),
        [_answered(HERE)],
    ),
    (
        Drift.TALK_MISSING,
        believing(JOINED, ANSWERED, MemberAnswered(at=NOW - 30, place=HERE, ring="100.2")),
        snapshot([line("100.1", bridge="b"), phone("100.2", bridge="b")]),
        [_answered(HERE)],
    ),
    (
        Drift.CALLER_ELSEWHERE,
        believing(JOINED),
        snapshot([line("100.1")], [caller(place(queue="L02", arrival=0))]),
        [_left(HERE, LeftBy.MOVED, returns=True), _joined(place(queue="L02", visit=2, arrival=0))],
    ),
    (Drift.TALK_GONE, believing(JOINED, ANSWERED, TALKS), snapshot([line("100.1")]), [TALK_ENDED]),
    (Drift.CALL_GONE, believing(JOINED, BACK), snapshot(), [ENDED]),
    (Drift.CALL_GONE, believing(JOINED, ANSWERED), snapshot(), [ENDED]),
    (
        Drift.RING_GONE,
        believing(JOINED, RANG),
        snapshot([line("100.1")], [caller(HERE)]),
        [RingEnded(at=NOW, place=HERE, ring="100.2", member="one", source=SEEN)],
    ),
    (
        Drift.RING_GONE,
        believing(JOINED, RANG),
        snapshot([line("100.1"), phone("100.2")], [caller(HERE)]),
        [RingEnded(at=NOW, place=HERE, ring="100.2", member="one", source=SEEN)],
    ),
]


@pytest.mark.parametrize(("kind", "model", "seen", "healing"), CASES)
def test_a_difference_has_its_kind_and_the_facts_that_heal_it(
    kind: Drift, model: LiveModel, seen: Snapshot, healing: Sequence[Fact]
) -> None:
    (found,) = differences(model, seen, NODE)

    assert (kind, list(healing)) == (found.kind, list(found.healing))


def test_a_caller_and_a_talk_that_are_gone_end_in_this_order() -> None:
    found = differences(believing(JOINED, ANSWERED, TALKS), snapshot(), NODE)

    assert [TALK_ENDED, ENDED] == [fact for each in found for fact in each.healing]


def test_a_ring_that_was_picked_up_unseen_is_an_answer_and_no_end_of_ringing() -> None:
    seen = snapshot([line("100.1", bridge="b"), phone("100.2", bridge="b")])
    found = differences(believing(JOINED, RANG), seen, NODE)

    assert [Drift.ANSWER_MISSING] == [each.kind for each in found]


def test_a_snapshot_older_than_the_events_is_no_difference() -> None:
    again = CallerJoined(at=NOW - 1, place=AGAIN)
    seen = snapshot([line("100.1")], [caller(HERE)])

    assert () == differences(believing(JOINED, BACK, again), seen, NODE)
    assert () == differences(
        believing(JOINED, BACK, again, CallerLeft(at=NOW, place=AGAIN, cause=LeftBy.MOVED, hold_seconds=1.0)),
        seen,
        NODE,
    )


def test_what_events_will_still_explain_is_left_to_them() -> None:
    assert () == differences(believing(JOINED), snapshot([line("100.1", "Wait")]), NODE, unsettled={"100.1"})


def test_a_stranger_in_a_bridge_is_nobodys_talk() -> None:
    seen = snapshot([line("100.1", bridge="b"), phone("100.2", bridge="b")])

    assert () == differences(believing(), seen, NODE)


def test_only_a_caller_whose_end_nobody_saw_counts_as_unknown() -> None:
    (gone,) = differences(believing(JOINED), snapshot(), NODE)
    (moved,) = differences(believing(JOINED), snapshot([line("100.1", "Wait")]), NODE)

    assert (True, False) == (gone.is_end_unknown, moved.is_end_unknown)


def _signed_in(queue: str = "L01", member: str = "one") -> MemberSignedIn:
    return MemberSignedIn(at=NOW, node=NODE, member=member, queue=queue)


PAUSED = MemberPaused(at=NOW, node=NODE, member="one", reason="break")
RESUMED = MemberResumed(at=NOW, node=NODE, member="one")
IN_USE = PhoneChanged(at=NOW, node=NODE, member="one", phone=PhoneState.IN_USE)

MEMBERS: list[tuple[Drift, LiveModel, Snapshot, Sequence[Fact]]] = [
    (Drift.MEMBER_MISSING, believing(), snapshot(members=[serving("one", "L01")]), [_signed_in()]),
    (
        Drift.MEMBER_MISSING,
        believing(_signed_in()),
        snapshot(members=[serving("one", "L01"), serving("one", "L02")]),
        [_signed_in("L02")],
    ),
    (
        Drift.MEMBER_GONE,
        believing(_signed_in()),
        snapshot(),
        [MemberSignedOut(at=NOW, node=NODE, member="one", queue="L01")],
    ),
    (Drift.PAUSE, believing(_signed_in()), snapshot(members=[serving("one", "L01", "break")]), [PAUSED]),
    (Drift.PAUSE, believing(_signed_in(), PAUSED), snapshot(members=[serving("one", "L01")]), [RESUMED]),
    (
        Drift.ONE_QUEUE_PAUSE,
        believing(_signed_in(), _signed_in("L02")),
        snapshot(members=[serving("one", "L01", ""), serving("one", "L02")]),
        [],
    ),
    (
        Drift.PHONE_STATE,
        believing(_signed_in()),
        snapshot([phone("100.2")], members=[serving("one", "L01", state=PhoneState.IN_USE)]),
        [IN_USE],
    ),
]


@pytest.mark.parametrize(("kind", "model", "seen", "healing"), MEMBERS)
def test_a_member_differs_and_is_healed(kind: Drift, model: LiveModel, seen: Snapshot, healing: Sequence[Fact]) -> None:
    (found,) = differences(model, seen, NODE)

    assert (kind, list(healing)) == (found.kind, list(found.healing))


@pytest.mark.parametrize(("told", "since"), [(NOW - 600, NOW - 600), (None, NOW), (NOW + 5, NOW)])
def test_a_pause_that_is_found_began_when_asterisk_says_if_that_can_be(told: float | None, since: float) -> None:
    places = [replace(serving("one", "L01", "break"), last_pause_at=told)]
    (found,) = differences(believing(_signed_in()), snapshot(members=places), NODE)

    assert (replace(PAUSED, at=since),) == found.healing


def test_a_member_who_changes_queues_is_never_nowhere() -> None:
    found = differences(believing(_signed_in(), PAUSED), snapshot(members=[serving("one", "L02", "break")]), NODE)

    assert [Drift.MEMBER_MISSING, Drift.MEMBER_GONE] == [each.kind for each in found]


def test_one_copy_of_the_phones_state_that_we_share_is_enough() -> None:
    places = [serving("one", "L01", state=PhoneState.IN_USE), serving("one", "L02")]

    assert () == differences(believing(_signed_in(), _signed_in("L02")), snapshot(members=places), NODE)


STUCK = serving("one", "L01", state=PhoneState.IN_USE)


def test_a_busy_member_without_a_channel_is_suspect() -> None:
    in_call = serving("two", "L02", is_in_call=True)
    seen = snapshot(
        [phone("100.3", "work")], members=[STUCK, in_call, serving("work", "L01", state=PhoneState.RINGING)]
    )

    assert {"one", "two"} == without_channel(seen)


def test_a_member_without_a_channel_for_long_is_stuck_and_has_a_cure() -> None:
    seen = snapshot(members=[STUCK])
    (found,) = differences(believing(_signed_in(), IN_USE), seen, NODE, stuck={"one"})

    assert (Drift.MEMBER_STUCK, ()) == (found.kind, found.healing)
    assert "*45" in found.cure


def test_no_sentence_holds_what_an_administrator_typed_as_a_reason() -> None:
    seen = snapshot(members=[serving("one", "L01", "Erika ist krank")])
    (found,) = differences(believing(_signed_in()), seen, NODE)

    assert "Erika" not in _words(found)


def _words(found: Difference) -> str:
    return f"{found.subject} {found.ours} {found.asterisks} {found.cure}"
