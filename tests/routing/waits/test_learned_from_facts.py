from dataclasses import replace

import pytest

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy, MemberAnswered, TalkEnded
from facts.kinds import Fact
from facts.member import MemberSignedIn
from facts.place import CALLBACK, Place
from facts.wait import WaitLearned
from facts.watch import StaffCounted
from routing.waits import learned_facts
from routing.waits.centre_queues import of_centre
from routing.waits.learned import Learned
from routing.waits.learned_facts import LearnedFacts
from tests.fakes.small_centre import small_centre

NINE = 1_790_060_400.0
PLACE = Place("n", "c", "L01", 1, "L01", arrival=int(NINE), concern="job")
UNUSUAL = replace(PLACE, concern="rare")
QUEUES = of_centre(small_centre())
ANSWERED = MemberAnswered(at=NINE, place=PLACE, ring="r", ring_seconds=7)


def learned(*facts: Fact) -> Learned:
    fold = LearnedFacts(Learned(float, lambda queue: QUEUES.areas.get(queue, "")), lambda: QUEUES)
    for fact in facts:
        fold.fold(fact)
    return fold.learned


def talks(count: int, seconds: float | None, place: Place = PLACE) -> list[Fact]:
    return [TalkEnded(at=NINE, place=place, ring=f"{place}{talk}", talk_seconds=seconds) for talk in range(count)]


def proved(ratio: float, **other: float) -> WaitLearned:
    figures = {"factor": 1.0, "waited_seconds": 100.0, "end_seconds": 100.0, "second": 32_400.0} | other
    return WaitLearned(
        at=NINE,
        place=PLACE,
        position=5,
        mean_seconds=100,
        p50_seconds=90,
        p80_seconds=150,
        p90_seconds=200,
        ratio=ratio,
        answered=True,
        **figures,
    )


def test_talks_lean_from_the_concern_on_the_team_the_area_and_the_centre() -> None:
    known = learned(*talks(300, 600), *talks(300, 60, replace(PLACE, concern="documents"))).known
    about_job, about_documents = (known.talks_about("L01", concern).mean() for concern in ("job", "documents"))
    assert [True, True, True] == [about_documents < 100, 500 < about_job, 300 < known.talks_of("L01").mean() < 400]
    assert 250 < known.talks_of("L02").mean()
    assert known.talks_around("L02") is known.talks_around("L01")
    assert known.talks_around("general-line") is known.all_talks
    assert 600 == known.all_talks.seen


def test_a_talk_that_runs_ends_as_those_about_its_concern_do() -> None:
    known = learned(*talks(300, 600), *talks(300, 60, replace(PLACE, concern="documents")), *talks(2, 5, UNUSUAL)).known
    turns = known.turns_of("L01", 0.0, 32_400.0)
    about_job, about_documents = (turns.talking(20, concern)[0] for concern in ("job", "documents"))
    assert about_job[10] < 0.2 * about_documents[10]
    assert turns.talking(20) is turns.talking(20, "rare")


def test_turns_are_made_anew_when_the_centre_shows_other_talks() -> None:
    fold = LearnedFacts(Learned(float), lambda: QUEUES)
    before = fold.learned.known.turns_of("L01", 0.0, 32_400.0)
    assert before is fold.learned.known.turns_of("L01", 0.0, 32_400.0)
    for fact in talks(30, 60, replace(PLACE, queue="L02")):
        fold.fold(fact)
    assert fold.learned.known.turns_of("L01", 0.0, 32_400.0).turn_seconds < 0.8 * before.turn_seconds


def test_however_many_concerns_are_told_they_stay_a_few() -> None:
    concerns = [replace(PLACE, concern=f"c{concern}") for concern in range(40)]
    known = learned(*(fact for place in concerns for fact in talks(1, 60, place))).known
    assert 40 == known.talks_of("L01").seen
    assert known.talks_of("L01") is known.talks_about("L01", "c39")
    assert known.talks_of("L01") is known.talks_about("L01", "")


def test_a_talk_of_which_nobody_knows_how_long_it_was_teaches_nothing() -> None:
    assert 0 == learned(*talks(3, None)).known.all_talks.seen


def test_a_ring_told_again_with_the_members_name_is_one_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 == learned(ANSWERED, replace(ANSWERED, member="m")).known.rings.seen
    assert 0 == learned(replace(ANSWERED, ring_seconds=None)).known.rings.seen
    monkeypatch.setattr(learned_facts, "_RINGS_REMEMBERED", 1)
    assert 3 == learned(ANSWERED, replace(ANSWERED, ring="s"), ANSWERED).known.rings.seen


def test_queues_that_the_centre_does_not_have_teach_nothing() -> None:
    place = replace(PLACE, queue="nowhere")
    facts = [CallerJoined(at=NINE, place=place), *talks(1, 60, place), replace(proved(1), place=place)]
    known = learned(*facts, StaffCounted(at=NINE, node="n", team="nobody", signed_in=1, paused=0)).known
    assert ({}, {}, 0) == (known.arrivals, known.talks, known.all_talks.seen)


def test_staff_comes_from_counts_and_never_from_members() -> None:
    facts = [MemberSignedIn(at=NINE, node="n", member="m", queue="L01")]
    counts = [StaffCounted(at=NINE, node="n", team="L01", signed_in=3, paused=1)]
    assert {} == learned(*facts)._staff.present
    assert {"L01": 3} == learned(*facts, *counts)._staff.present


def test_a_wait_is_learned_from_by_its_figures() -> None:
    late, early = (learned(*[proved(ratio)] * 300) for ratio in (3.0, 0.3))
    assert early.promises.places(5)[-1, -3] < late.promises.places(5)[-1, -3]
    assert early.bias.factor("L01", 32_400) < 1 < late.bias.factor("L01", 32_400)


def test_figures_that_cannot_be_are_taken_for_what_can() -> None:
    odd = proved(-5, factor=-1, waited_seconds=-1, end_seconds=-10, second=-1)
    assert 0 <= learned(*[odd] * 200).correction.corrected(100)


def test_who_hangs_up_gives_up_once_and_who_moves_on_has_not_arrived_anew() -> None:
    wider = replace(PLACE, queue="A1-wide", visit=2)
    back = CallerLeft(at=NINE + 60, place=PLACE, cause=LeftBy.TIMEOUT, hold_seconds=60, returns=True)
    moved = [CallerJoined(at=NINE, place=PLACE), back, CallerJoined(at=NINE + 61, place=wider)]
    after = learned(*moved, CallEnded(at=NINE + 200, place=wider))
    assert ["L01"] == list(after.known.arrivals)
    assert (0, 1) == (after.known.patience._queues["L01"].seen, after.known.patience._queues["A1-wide"].seen)
    assert 200 == after.known.patience._queues["A1-wide"].seconds.sum()
    assert [0, 0] == [after._waiting[queue] for queue in ("L01", "A1-wide")]


def test_what_is_told_late_does_not_turn_the_day_back() -> None:
    noon = [StaffCounted(at=43_200.0, node="n", team="L01", signed_in=4, paused=0)]
    late = [StaffCounted(at=40_000.0, node="n", team="L01", signed_in=4, paused=0)]
    next_day = [replace(late[0], at=120_000.0)]
    assert not learned(*noon, *late).known.staffing.knows_a_day
    assert learned(*noon, *next_day).known.staffing.knows_a_day


def test_placeholders_teach_nothing() -> None:
    place = replace(PLACE, call="m-1", rule=CALLBACK)
    told = learned(
        CallerJoined(at=NINE, place=place),
        CallerLeft(at=NINE + 900, place=place, cause=LeftBy.ANSWERED, hold_seconds=900),
        MemberAnswered(at=NINE + 900, place=place, ring="r", ring_seconds=9),
        *talks(3, 20, place),
        CallEnded(at=NINE + 920, place=place),
    )
    fresh = learned()
    assert 0 == told.known.all_talks.seen
    assert fresh.known.patience.rate("L01") == told.known.patience.rate("L01")
    assert "L01" not in told.known.arrivals
