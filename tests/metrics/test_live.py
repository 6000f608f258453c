from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.call import (
    CallEnded,
    CallerJoined,
    CallerLeft,
    CallFact,
    LeftBy,
    MemberAnswered,
    MemberRang,
    RingEnded,
    RingFact,
    TalkEnded,
)
from facts.kinds import Fact
from facts.member import MemberPaused, MemberResumed, MemberSignedIn, MemberSignedOut, PhoneChanged, PhoneState
from facts.place import Place
from facts.wait import WaitTold
from facts.watch import GapSeen, StaffCounted
from metrics.live import LiveModel, Ring, Talk, Visit
from metrics.member_state import MemberState
from operations.fact_stream import FactStream

PLACE = Place(node="n", call="c1", queue="L01", visit=1, team="L01", arrival=90)
AGAIN = replace(PLACE, visit=2)
WRAP_UP = {"L01": 10, "L02": 60}


def wrap_up(place: Place) -> float:
    return WRAP_UP[place.queue]


def joined(at: float = 100, place: Place = PLACE) -> CallerJoined:
    return CallerJoined(at=at, place=place)


def left(at: float, cause: LeftBy, place: Place = PLACE, *, returns: bool = False) -> CallerLeft:
    return CallerLeft(at=at, place=place, cause=cause, hold_seconds=None, returns=returns)


def ended(at: float = 200) -> CallEnded:
    return CallEnded(at=at, place=PLACE)


def rang(ring: str = "r1", member: str = "m1", place: Place = PLACE) -> MemberRang:
    return MemberRang(at=101, place=place, ring=ring, member=member)


def answered(at: float = 110, ring: str = "r1", member: str = "m1") -> MemberAnswered:
    return MemberAnswered(at=at, place=PLACE, ring=ring, member=member)


def talk_ended(at: float = 150, ring: str = "r1", member: str = "m1") -> TalkEnded:
    return TalkEnded(at=at, place=PLACE, ring=ring, member=member, talk_seconds=40)


def signed_in(member: str = "m1", queue: str = "L01") -> MemberSignedIn:
    return MemberSignedIn(at=50, node="n", member=member, queue=queue)


def signed_out(member: str = "m1", queue: str = "L01") -> MemberSignedOut:
    return MemberSignedOut(at=300, node="n", member=member, queue=queue)


def paused(reason: str = "") -> MemberPaused:
    return MemberPaused(at=60, node="n", member="m1", reason=reason)


def resumed() -> MemberResumed:
    return MemberResumed(at=61, node="n", member="m1")


def phone(state: PhoneState) -> PhoneChanged:
    return PhoneChanged(at=62, node="n", member="m1", phone=state)


def model(*facts: Fact) -> LiveModel:
    made = LiveModel()
    for fact in facts:
        made.fold(fact)
    return made


def state(*facts: Fact, now: float = 120) -> MemberState | None:
    return model(*facts).state_of("m1", now, wrap_up)


def waits(*facts: Fact, now: float = 150) -> list[float]:
    made = model(*facts)
    return [made.waiting_seconds(visit, now) for visit in made.in_line]


def everything(made: LiveModel) -> tuple[object, ...]:
    seen = (made.visits, made.between, made.places, made.rings, made.talks, made.members)
    first_contacts = {visit.place.call: made.waiting_seconds(visit, 1e6) for visit in made.in_line}
    return (*(dict(each) for each in seen), first_contacts)


def test_a_caller_who_joined_stands_in_line() -> None:
    assert {"c1": Visit(PLACE, 100)} == model(joined()).visits


def test_a_caller_told_twice_keeps_the_first_instant() -> None:
    assert 100 == model(joined(), joined(103)).visits["c1"].joined_at


def test_a_caller_who_left_for_good_waits_no_more() -> None:
    assert [] == waits(joined(), left(110, LeftBy.ABANDONED))


def test_the_place_stays_known_until_the_call_ends() -> None:
    assert {"c1": PLACE} == model(joined(), left(110, LeftBy.ANSWERED)).places


def test_a_caller_who_joins_elsewhere_stands_in_one_line_only() -> None:
    moved = replace(PLACE, queue="L02", team="L02", visit=2)
    assert {"c1": Visit(moved, 120)} == model(joined(), joined(120, moved)).visits


def test_a_caller_who_joins_elsewhere_rings_there_no_more() -> None:
    assert {} == model(joined(), rang(), joined(120, AGAIN)).rings


def test_leaving_an_earlier_visit_late_leaves_the_present_one_alone() -> None:
    assert {"c1": Visit(AGAIN, 120)} == model(joined(), joined(120, AGAIN), left(119, LeftBy.TIMEOUT)).visits


def test_a_join_older_than_what_a_snapshot_told_brings_nobody_back() -> None:
    assert {"c1": Visit(AGAIN, 120)} == model(joined(120, AGAIN), joined(100)).visits


def test_a_join_told_again_after_leaving_brings_nobody_back() -> None:
    assert {} == model(joined(), left(110, LeftBy.ANSWERED), joined()).visits


def test_leaving_a_line_nobody_saw_joined_changes_nothing() -> None:
    assert everything(LiveModel()) == everything(model(left(110, LeftBy.TIMEOUT)))


def test_a_caller_between_two_slices_still_waits() -> None:
    assert [60] == waits(joined(), left(140, LeftBy.TIMEOUT, returns=True))


def test_a_caller_between_two_slices_stands_in_no_queue() -> None:
    assert {} == model(joined(), left(140, LeftBy.TIMEOUT, returns=True)).visits


def test_a_caller_back_from_between_is_one_caller_with_the_same_wait() -> None:
    assert [60] == waits(joined(), left(140, LeftBy.TIMEOUT, returns=True), joined(141, AGAIN))


def test_a_caller_who_hangs_up_between_two_slices_waits_no_more() -> None:
    assert [] == waits(joined(), left(140, LeftBy.TIMEOUT, returns=True), ended())


def test_the_wait_counts_from_the_first_contact() -> None:
    assert [60] == waits(joined(), now=150)


def test_the_wait_counts_from_the_first_join_where_no_contact_was_told() -> None:
    untold = replace(PLACE, arrival=0)
    assert [50] == waits(joined(100, untold), left(140, LeftBy.TIMEOUT, untold), joined(141, replace(untold, visit=2)))


def test_a_first_contact_told_later_counts() -> None:
    assert [60] == waits(joined(100, replace(PLACE, arrival=0)), joined(141, AGAIN))


def test_a_first_contact_ahead_of_the_clock_is_no_negative_wait() -> None:
    assert [0] == waits(joined(), now=80)


def test_a_members_phone_rings_for_a_caller() -> None:
    assert {"r1": Ring(PLACE, "m1", 101)} == model(joined(), rang()).rings


def test_a_ring_told_twice_is_one() -> None:
    assert {"r1": Ring(PLACE, "m1", 101)} == model(joined(), rang(), replace(rang(), at=104)).rings


def test_nobody_rings_for_a_caller_who_is_not_in_line() -> None:
    assert {} == model(rang()).rings


def test_nobody_rings_for_a_visit_that_is_over() -> None:
    assert {} == model(joined(), joined(120, AGAIN), rang()).rings


def test_a_ring_older_than_its_answer_rings_no_more() -> None:
    assert {} == model(joined(), answered(), rang()).rings


def test_a_ring_that_ended_is_gone() -> None:
    assert {} == model(joined(), rang(), RingEnded(at=105, place=PLACE, ring="r1")).rings


def test_a_ring_that_ended_unseen_changes_nothing() -> None:
    assert everything(LiveModel()) == everything(model(RingEnded(at=105, place=PLACE, ring="r1")))


def test_one_phone_may_stop_while_another_rings_on() -> None:
    facts = (joined(), rang("r1"), rang("r2", "m2"), RingEnded(at=105, place=PLACE, ring="r1"))
    assert ["r2"] == list(model(*facts).rings)


def test_all_phones_stop_when_the_caller_leaves() -> None:
    assert {} == model(joined(), rang("r1"), rang("r2", "m2"), left(110, LeftBy.ABANDONED)).rings


def test_all_phones_stop_when_the_call_ends() -> None:
    assert {} == model(joined(), rang("r1"), rang("r2", "m2"), ended()).rings


def test_who_answers_talks_with_the_caller() -> None:
    assert {"r1": Talk(PLACE, "m1", 110)} == model(joined(), left(110, LeftBy.ANSWERED), answered()).talks


def test_who_rang_is_who_talks_where_nobody_told() -> None:
    assert "m1" == model(joined(), rang(), answered(member="")).talks["r1"].member


def test_a_talk_known_from_the_journal_learns_its_member() -> None:
    assert {"r1": Talk(PLACE, "m1", 110)} == model(answered(110, member=""), answered(115)).talks


def test_a_talk_told_twice_keeps_its_member_and_its_beginning() -> None:
    assert {"r1": Talk(PLACE, "m1", 110)} == model(answered(), answered(115, member="")).talks


def test_a_talk_that_nobody_saw_begin_has_a_place_until_the_call_ends() -> None:
    found, over = model(answered()), model(answered(), ended())
    assert ({"c1": PLACE}, {}) == (found.places, over.places)


def test_a_talk_that_ended_is_gone() -> None:
    assert {} == model(answered(), talk_ended()).talks


def test_the_end_of_a_call_ends_its_talk() -> None:
    assert {} == model(answered(), ended()).talks


def test_a_member_of_an_unnamed_talk_is_told_by_its_end() -> None:
    assert 150 == model(signed_in(), answered(member=""), talk_ended()).members["m1"].last_talk_ended_at


def test_a_talk_that_nobody_can_name_gives_nobody_a_wrap_up() -> None:
    facts = (signed_in(), answered(member=""), talk_ended(member=""))
    assert model(*facts).members["m1"].last_talk_ended_at is None


def test_a_talk_end_of_no_talk_gives_no_wrap_up() -> None:
    assert model(signed_in(), talk_ended()).members["m1"].last_talk_ended_at is None


def test_counts_and_gaps_change_nothing() -> None:
    counted = StaffCounted(at=1, node="n", team="L01", signed_in=3, paused=1)
    assert everything(LiveModel()) == everything(model(counted, GapSeen(at=2, node="n", since=1, filled=True)))


def test_who_signed_out_everywhere_is_forgotten() -> None:
    facts = (signed_in(), signed_in(queue="L02"), signed_out(), signed_out(queue="L02"), signed_out())
    assert {} == model(*facts).members


def test_who_signed_out_of_one_queue_serves_the_other() -> None:
    assert {"L02"} == model(signed_in(), signed_in(queue="L02"), signed_out()).members["m1"].queues


TALKING = (joined(), answered())
RUNG = (joined(), rang())
STATES = [
    pytest.param((), MemberState.AVAILABLE, id="nothing else"),
    pytest.param((paused(),), MemberState.PAUSED, id="paused without a reason"),
    pytest.param((paused("break"),), MemberState.PAUSED, id="paused"),
    pytest.param((paused("break"), resumed()), MemberState.AVAILABLE, id="resumed"),
    pytest.param((*TALKING, talk_ended(115)), MemberState.WRAPUP, id="wrap-up"),
    pytest.param((*TALKING, talk_ended(115), paused()), MemberState.WRAPUP, id="wrap-up before pause"),
    pytest.param((*TALKING, talk_ended(110)), MemberState.AVAILABLE, id="wrap-up run out"),
    pytest.param((phone(PhoneState.IN_USE),), MemberState.BUSY, id="in use otherwise"),
    pytest.param(
        (*TALKING, talk_ended(115), phone(PhoneState.IN_USE)), MemberState.BUSY, id="in use otherwise before wrap-up"
    ),
    pytest.param((phone(PhoneState.IN_USE), *RUNG), MemberState.RINGING, id="a one-call phone that rings"),
    pytest.param((phone(PhoneState.RINGING),), MemberState.RINGING, id="rings for somebody else"),
    pytest.param((*TALKING, phone(PhoneState.IN_USE)), MemberState.TALKING, id="talking"),
    pytest.param(
        (*TALKING, joined(111, replace(PLACE, call="c2")), rang("r2", place=replace(PLACE, call="c2"))),
        MemberState.TALKING,
        id="talking before ringing",
    ),
    pytest.param((*TALKING, phone(PhoneState.UNAVAILABLE)), MemberState.UNAVAILABLE, id="unavailable before talking"),
]


@pytest.mark.parametrize(("facts", "expected"), STATES)
def test_a_member_has_the_first_state_that_holds(facts: tuple[Fact, ...], expected: MemberState) -> None:
    assert expected is state(signed_in(), *facts)


def test_who_is_signed_in_nowhere_has_no_state() -> None:
    assert state(paused(), resumed(), phone(PhoneState.IN_USE)) is None


def test_the_wrap_up_of_the_last_queue_counts() -> None:
    other = replace(PLACE, queue="L02")
    facts = (MemberAnswered(at=110, place=other, ring="r1", member="m1"), talk_ended(115))
    assert MemberState.WRAPUP is state(signed_in(), *facts, now=174)


def test_a_pause_for_more_after_call_work_is_wrap_up() -> None:
    assert MemberState.WRAPUP is state(signed_in(), paused("wrapup-500"))


def test_a_talk_without_a_name_is_nobodys() -> None:
    assert MemberState.AVAILABLE is state(signed_in(), answered(member=""))


CALLS = st.sampled_from(["c1", "c2", "c3"])
MEMBERS = st.sampled_from(["m1", "m2"])
PLACES = st.builds(replace, st.just(PLACE), call=CALLS, visit=st.integers(1, 3), arrival=st.sampled_from([0, 90]))
MOMENTS = st.integers(100, 200).map(float)
RINGS = st.sampled_from(["r1", "r2", "r3"])
MAYBE_MEMBERS = st.sampled_from(["", "m1", "m2"])
ANY_CALL_FACT = st.one_of(
    st.builds(CallerJoined, at=MOMENTS, place=PLACES),
    st.builds(
        CallerLeft,
        at=MOMENTS,
        place=PLACES,
        cause=st.sampled_from(LeftBy),
        hold_seconds=st.none(),
        returns=st.booleans(),
    ),
    st.builds(CallEnded, at=MOMENTS, place=PLACES),
    st.builds(MemberRang, at=MOMENTS, place=PLACES, ring=RINGS, member=MAYBE_MEMBERS),
    st.builds(RingEnded, at=MOMENTS, place=PLACES, ring=RINGS, member=MAYBE_MEMBERS),
    st.builds(MemberAnswered, at=MOMENTS, place=PLACES, ring=RINGS, member=MAYBE_MEMBERS),
    st.builds(TalkEnded, at=MOMENTS, place=PLACES, ring=RINGS, member=MAYBE_MEMBERS, talk_seconds=st.none()),
)
ANY_MEMBER_FACT = st.one_of(
    st.builds(MemberSignedIn, at=MOMENTS, node=st.just("n"), member=MEMBERS, queue=st.sampled_from(["L01", "L02"])),
    st.builds(MemberSignedOut, at=MOMENTS, node=st.just("n"), member=MEMBERS, queue=st.sampled_from(["L01", "L02"])),
    st.builds(MemberPaused, at=MOMENTS, node=st.just("n"), member=MEMBERS),
    st.builds(MemberResumed, at=MOMENTS, node=st.just("n"), member=MEMBERS),
    st.builds(PhoneChanged, at=MOMENTS, node=st.just("n"), member=MEMBERS, phone=st.sampled_from(PhoneState)),
)
ANYTHING = st.lists(st.one_of(ANY_CALL_FACT, ANY_MEMBER_FACT), max_size=40)


@given(ANYTHING)
def test_whatever_is_told_twice_at_once_is_told_once(facts: list[Fact]) -> None:
    assert everything(model(*facts)) == everything(model(*(fact for fact in facts for _ in range(2))))


@given(ANYTHING)
def test_nothing_is_left_when_all_calls_have_ended_and_all_members_went(facts: list[Fact]) -> None:
    made = model(*facts)
    for call in ("c1", "c2", "c3"):
        made.fold(CallEnded(at=300, place=replace(PLACE, call=call)))
    for member in ("m1", "m2"):
        made.fold(signed_out(member))
        made.fold(signed_out(member, "L02"))
    held = [value for value in vars(made).values() if isinstance(value, dict) and value is not made._steps]
    legs = [index for each in (made._rings, made._talks) for index in vars(each).values()]
    assert [] == [each for each in (*held, *legs) if each]


def of_a_call(call: str, visits: int, steps: list[str], ends: str) -> Iterator[CallFact | RingFact]:
    """What really happens to a call: visits that go up, rings in each, and one of the ways out."""
    for visit in range(1, visits + 1):
        place = replace(PLACE, call=call, visit=visit)
        rings = [f"{call}-{visit}-{number}" for number in range(len(steps))]
        yield joined(100 + visit, place)
        for ring, step in zip(rings, steps, strict=True):
            yield MemberRang(at=100 + visit, place=place, ring=ring, member="m1")
            if step == "stops":
                yield RingEnded(at=100 + visit, place=place, ring=ring, member="m1")
        if visit < visits:
            yield left(102 + visit, LeftBy.TIMEOUT, place, returns=True)
    if ends in ("talk", "talked"):
        yield left(110, LeftBy.ANSWERED, place)
        yield MemberAnswered(at=110, place=place, ring="r" + call, member="m1")
    if ends == "talked":
        yield TalkEnded(at=150, place=place, ring="r" + call, member="m1", talk_seconds=40)
    if ends in ("gone", "talked"):
        yield CallEnded(at=160, place=place)


HISTORIES = st.tuples(
    *(
        st.builds(
            lambda visits, steps, ends, call=call: list(of_a_call(call, visits, steps, ends)),
            st.integers(1, 3),
            st.lists(st.sampled_from(["stops", "rings on"]), max_size=2),
            st.sampled_from(["waits", "talk", "talked", "gone"]),
        )
        for call in ("c1", "c2", "c3")
    )
)


@st.composite
def woven(draw: st.DrawFn) -> list[Fact]:
    """Three calls at once: each in its own order, all of them mixed."""
    histories = [list(each) for each in draw(HISTORIES)]
    mixed: list[Fact] = [signed_in()]
    while waiting := [each for each in histories if each]:
        mixed.append(draw(st.sampled_from(waiting)).pop(0))
    return mixed


@given(woven())
def test_a_history_told_all_over_again_leaves_the_same(facts: list[Fact]) -> None:
    assert everything(model(*facts)) == everything(model(*facts, *facts))


@given(woven(), st.data())
def test_whatever_the_stream_is_told_again_later_leaves_the_same(facts: list[Fact], data: st.DataObject) -> None:
    made = LiveModel()
    stream = FactStream([made], journal=lambda _: None)
    for told in range(len(facts)):
        again = data.draw(st.lists(st.sampled_from(facts[: told + 1]), max_size=2))
        stream.take([facts[told], *again])
    assert everything(model(*facts)) == everything(made)


def test_what_is_said_of_a_wait_changes_nothing() -> None:
    figures = dict.fromkeys(("mean_seconds", "p50_seconds", "p80_seconds", "p90_seconds"), 60.0)
    told = WaitTold(at=101, place=PLACE, position=2, low_seconds=60.0, high_seconds=120.0, **figures)
    assert waits(joined(), now=120) == waits(joined(), told, now=120)
