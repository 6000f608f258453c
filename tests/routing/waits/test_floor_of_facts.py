from dataclasses import replace

import pytest

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy, MemberAnswered, MemberRang, RingEnded, TalkEnded
from facts.kinds import Fact
from facts.member import MemberPaused, MemberResumed, MemberSignedIn, MemberSignedOut, PhoneChanged, PhoneState
from facts.place import CALLBACK, Place
from facts.watch import StaffCounted
from routing.waits import floor_facts, visits
from routing.waits.centre_queues import CentreQueues
from routing.waits.floor import Doing, Member
from routing.waits.floor_facts import FloorFacts
from routing.waits.learned import Learned
from routing.waits.learned_facts import LearnedFacts
from routing.waits.present import Present

QUEUES = CentreQueues({"L01": 20.0, "L02": 0.0}, {}, {}, frozenset(), {})
PLACE = Place("n", "c", "L01", 1, "L01", arrival=90)
JOINED = CallerJoined(at=100, place=PLACE)
RANG = MemberRang(at=110, place=PLACE, ring="r", member="m")
ANSWERED = MemberAnswered(at=115, place=PLACE, ring="r", member="m")
TALK_ENDED = TalkEnded(at=200, place=PLACE, ring="r", member="m", talk_seconds=85)
NAMELESS = replace(ANSWERED, member="")


def signed_in(queue: str = "L01", member: str = "m") -> MemberSignedIn:
    return MemberSignedIn(at=50, node="n", member=member, queue=queue)


def signed_out(queue: str = "L01") -> MemberSignedOut:
    return MemberSignedOut(at=60, node="n", member="m", queue=queue)


def paused(reason: str = "rest", at: float = 70) -> MemberPaused:
    return MemberPaused(at=at, node="n", member="m", reason=reason)


def phone(state: PhoneState, at: float = 80) -> PhoneChanged:
    return PhoneChanged(at=at, node="n", member="m", phone=state)


RESUMED = MemberResumed(at=90, node="n", member="m")


def folded(*facts: Fact) -> Present:
    present = Present()
    fold = FloorFacts(present, lambda: QUEUES)
    for fact in facts:
        fold.fold(fact)
    return present


def member(*facts: Fact) -> Member:
    return folded(signed_in(), *facts).floor.members["m"]


def test_a_caller_stands_in_line_until_they_leave() -> None:
    assert ["c"] == list(folded(JOINED).floor.queues["L01"].callers)
    gone = CallerLeft(at=120, place=PLACE, cause=LeftBy.ABANDONED, hold_seconds=20)
    assert {} == folded(JOINED, gone).floor.queues["L01"].callers
    returning = replace(gone, cause=LeftBy.TIMEOUT, returns=True)
    assert ["c"] == list(folded(JOINED, returning).floor.queues["L01"].callers)


def test_queues_that_the_centre_does_not_have_take_no_room() -> None:
    place = replace(PLACE, queue="nowhere")
    gone = CallerLeft(at=120, place=place, cause=LeftBy.ABANDONED, hold_seconds=20)
    strange = folded(replace(JOINED, place=place), replace(RANG, place=place), gone, signed_in("nowhere"))
    assert {} == strange.floor.queues
    assert {} == strange.floor.members


def test_what_a_phone_does_is_seen() -> None:
    assert Doing.RINGING is member(JOINED, RANG).doing
    assert Doing.FREE is member(JOINED, RANG, RingEnded(at=112, place=PLACE, ring="r")).doing
    assert Doing.TALKING is member(JOINED, RANG, ANSWERED).doing
    assert Doing.TALKING is member(JOINED, RANG, NAMELESS).doing
    assert Doing.FREE is member(JOINED, ANSWERED, TALK_ENDED).doing
    assert 220 == member(JOINED, ANSWERED, TALK_ENDED).wrap_up_until


def test_what_a_talk_is_about_is_seen() -> None:
    place = replace(PLACE, concern="job")
    assert "job" == member(JOINED, replace(ANSWERED, place=place)).concern


def test_no_phone_rings_for_a_caller_who_is_gone() -> None:
    gone = CallerLeft(at=113, place=PLACE, cause=LeftBy.ABANDONED, hold_seconds=20)
    assert Doing.FREE is member(JOINED, RANG, gone).doing
    assert Doing.FREE is member(JOINED, RANG, CallEnded(at=113, place=PLACE)).doing
    answered = replace(gone, cause=LeftBy.ANSWERED)
    assert Doing.RINGING is member(JOINED, RANG, answered).doing


def test_a_talk_ends_with_its_call() -> None:
    assert Doing.FREE is member(JOINED, ANSWERED, CallEnded(at=150, place=PLACE)).doing


def test_a_talk_that_was_read_back_without_a_name_begins_when_it_did() -> None:
    known = member(JOINED, NAMELESS, ANSWERED, replace(ANSWERED, at=300))
    assert (Doing.TALKING, 115) == (known.doing, known.since)
    early = folded(JOINED, NAMELESS, ANSWERED, signed_in()).floor.members["m"]
    assert (Doing.TALKING, 115) == (early.doing, early.since)
    assert Doing.FREE is member(JOINED, NAMELESS, TALK_ENDED).doing


def test_what_is_told_twice_or_of_nobody_changes_nothing() -> None:
    assert 115 == member(JOINED, ANSWERED, replace(RANG, at=150)).since
    assert 110 == member(JOINED, RANG, replace(RANG, at=150)).since
    assert Doing.FREE is member(TALK_ENDED, RingEnded(at=112, place=PLACE, ring="r")).doing
    assert {} == folded(paused(), RESUMED, signed_out()).floor.members
    folded(StaffCounted(at=1, node="n", team="L01", signed_in=1, paused=0))


def test_a_member_serves_until_the_last_queue_is_left() -> None:
    both = (signed_in(), signed_in("L02"))
    assert ["m"] == list(folded(*both, signed_out(), signed_out()).floor.members)
    assert {} == folded(*both, signed_out(), signed_out("L02")).floor.members


@pytest.mark.parametrize("state", [PhoneState.UNAVAILABLE, PhoneState.IN_USE])
def test_a_phone_that_is_away_or_used_otherwise_is_not_rung(state: PhoneState) -> None:
    assert not member(phone(state)).is_free(1000)
    assert member(phone(state), phone(PhoneState.IDLE)).is_free(1000)


def test_a_phone_that_rings_for_nobody_we_know_is_not_free_as_long_as_it_rings() -> None:
    assert Doing.RINGING is member(phone(PhoneState.RINGING)).doing
    assert member(phone(PhoneState.RINGING), phone(PhoneState.IDLE)).is_free(1000)
    talking = member(JOINED, ANSWERED, phone(PhoneState.RINGING))
    assert Doing.TALKING is talking.doing


def test_a_phone_that_rings_as_we_begin_rings_for_the_caller_of_whom_the_journal_tells() -> None:
    nameless = replace(RANG, member="")
    known = member(JOINED, nameless, phone(PhoneState.RINGING, 150))
    assert (Doing.RINGING, "L01", 110) == (known.doing, known.queue, known.since)
    over = RingEnded(at=160, place=PLACE, ring="r")
    assert member(JOINED, nameless, phone(PhoneState.RINGING, 150), over).is_free(1000)
    elsewhere = replace(nameless, place=replace(PLACE, queue="L02"))
    assert not member(JOINED, elsewhere, phone(PhoneState.RINGING, 150)).queue


@pytest.mark.parametrize("order", [1, -1])
def test_a_phone_in_use_by_a_talk_of_ours_is_no_rest(order: int) -> None:
    answered = (JOINED, *(ANSWERED, phone(PhoneState.IN_USE, 115))[::order])
    assert member(*answered).paused is None
    over = (TALK_ENDED, phone(PhoneState.IDLE, 200))[::order]
    assert member(*answered, *over).is_free(1000)


def test_a_phone_that_stays_in_use_after_the_talk_is_in_use_by_something_else() -> None:
    known = member(JOINED, ANSWERED, phone(PhoneState.IN_USE, 115), TALK_ENDED)
    assert ("phone in use", 200) == (known.paused, known.paused_since)


def test_callers_of_shared_members_stand_before_others_while_these_talk() -> None:
    floor = folded(signed_in(), signed_in("L02"), JOINED, ANSWERED, phone(PhoneState.IN_USE, 115)).floor
    assert [("L02", 1.0)] == list(floor.shares("L01"))


def test_a_talk_that_is_named_in_its_middle_has_lasted_since_its_answer() -> None:
    named = replace(ANSWERED, at=190)
    assert (Doing.TALKING, 115) == ((known := member(JOINED, NAMELESS, named)).doing, known.since)
    assert 115 == folded(JOINED, NAMELESS, signed_in(), named).floor.members["m"].since


def test_a_pause_lasts_through_whatever_the_phone_does() -> None:
    known = member(paused(at=70), phone(PhoneState.UNAVAILABLE), phone(PhoneState.IDLE), paused(at=85))
    assert ("rest", 70) == (known.paused, known.paused_since)
    assert member(paused(), RESUMED).is_free(1000)
    away = member(phone(PhoneState.UNAVAILABLE), paused(), RESUMED)
    assert "phone away" == away.paused


def test_callers_whose_end_nobody_tells_do_not_stay_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "MOST_CALLS", 2)
    calls = [replace(JOINED, place=replace(PLACE, call=f"c{call}")) for call in range(4)]
    present, teaching = Present(), LearnedFacts(Learned(float), lambda: QUEUES)
    fold = FloorFacts(present, lambda: QUEUES)
    for fact in calls:
        fold.fold(fact)
        teaching.fold(fact)
        assert fold.ended is None
    assert ["c2", "c3"] == list(present.floor.queues["L01"].callers)
    assert 2 == teaching.learned._waiting["L01"]


def test_one_who_signs_in_elsewhere_on_pause_gives_nothing_until_it_is_over() -> None:
    on_pause = (signed_in(), paused(), signed_in("L02"))
    assert {} == dict(folded(*on_pause, signed_out(), signed_in()).floor.shares("L01"))
    assert {"L02": 1.0} == dict(folded(*on_pause, RESUMED).floor.shares("L01"))


def test_legs_whose_end_nobody_tells_do_not_stay_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floor_facts, "MOST_LEGS", 2)
    talks = [replace(NAMELESS, ring=f"r{ring}", at=115 + ring) for ring in range(3)]
    named = [replace(talk, member="m") for talk in talks]
    assert 117 == member(JOINED, *talks, *named[2:]).since
    assert {} == folded(JOINED, *talks).floor.members


def test_a_pause_for_after_call_work_is_wrap_up_until_its_end() -> None:
    known = member(paused("wrapup-300"))
    assert (None, False, True) == (known.paused, known.is_free(299), known.is_free(300))


def test_whoever_goes_on_a_break_instead_rests() -> None:
    assert "rest" == member(paused("wrapup-300"), paused("rest", at=85)).paused


def test_after_call_work_of_nobody_is_nothing() -> None:
    present = Present()
    present.wraps_up("m", 300)
    assert {} == present.floor.members


WAITS_FOR_CALLBACK = replace(PLACE, call="m-1", rule=CALLBACK)
PLACED_AGAIN = replace(WAITS_FOR_CALLBACK, visit=101)


def test_a_placeholder_is_a_caller_who_never_gives_up() -> None:
    callers = folded(JOINED, CallerJoined(at=100, place=WAITS_FOR_CALLBACK)).floor.queues["L01"].callers
    assert {"c": False, "m-1": True} == {call: caller.patient for call, caller in callers.items()}


def test_of_a_placeholder_nothing_is_estimated() -> None:
    fold = FloorFacts(Present(), lambda: QUEUES)
    fold.fold(CallerJoined(at=100, place=WAITS_FOR_CALLBACK))
    assert fold.begun is None


def test_the_end_of_an_earlier_placeholder_told_late_leaves_the_later_one_in_line_and_rung() -> None:
    rings = replace(RANG, place=PLACED_AGAIN)
    late = CallEnded(at=120, place=WAITS_FOR_CALLBACK)
    present = folded(signed_in(), CallerJoined(at=100, place=PLACED_AGAIN), rings, late)
    assert (["m-1"], Doing.RINGING) == ([*present.floor.queues["L01"].callers], present.floor.members["m"].doing)


def test_the_next_placeholder_of_a_callback_stands_in_line_like_the_first() -> None:
    gone = CallEnded(at=120, place=WAITS_FOR_CALLBACK)
    first = CallerJoined(at=100, place=WAITS_FOR_CALLBACK)
    assert ["m-1"] == [*folded(first, gone, CallerJoined(at=900, place=PLACED_AGAIN)).floor.queues["L01"].callers]
