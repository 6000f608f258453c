import pytest

from routing.waits.estimate import Estimate
from routing.waits.estimator import Estimator
from routing.waits.floor import Floor

NINE = 9 * 3600.0
RING = Estimate(5, 5, 8, 10)


def staffed(members: int, at: float = NINE) -> Estimator:
    estimator = Estimator()
    for member in range(members):
        estimator.signed_in(f"m{member}", "a", at, 0, 10)
    return estimator


def busy(members: int) -> Estimator:
    estimator = staffed(members)
    for member in range(members):
        estimator.answered(f"m{member}", "a", NINE)
    return estimator


def test_whoever_finds_a_free_member_is_told_a_ring() -> None:
    told = staffed(2).estimate("a", NINE, 1)
    assert 0 < told.mean <= RING.mean
    assert 0 < told.p50 <= told.p80 <= told.p90 <= RING.p90


def test_one_who_stands_behind_as_many_as_are_free_has_to_wait() -> None:
    assert staffed(2).estimate("a", NINE, 3).mean > 30


def test_a_phone_that_rings_for_one_ahead_is_not_free_and_neither_is_its_caller_in_the_way() -> None:
    estimator = staffed(2)
    estimator.joined("a", "first", NINE)
    estimator.rang("m0", "a", "first", NINE)
    assert RING.mean >= estimator.estimate("a", NINE, 2).mean
    estimator.ring_ended("m0", NINE + 5)
    assert RING.mean >= estimator.estimate("a", NINE + 5, 2).mean


def test_a_cold_start_believes_in_talks_of_some_minutes() -> None:
    assert 20 < busy(4).estimate("a", NINE, 1).mean < 120 < busy(1).estimate("a", NINE, 1).mean < 400


def test_a_member_on_pause_or_in_wrap_up_is_not_free() -> None:
    estimator = staffed(1)
    estimator.paused("m0", NINE, "rest")
    paused = estimator.estimate("a", NINE + 1, 1).p50
    estimator.resumed("m0", NINE + 60)
    estimator.answered("m0", "a", NINE + 60)
    estimator.talk_ended("m0", NINE + 100)
    wrap_up = estimator.estimate("a", NINE + 101, 1).p50
    assert wrap_up < 60 < paused
    assert RING.mean >= estimator.estimate("a", NINE + 111, 1).mean


def test_urgent_callers_do_not_wait_for_those_who_will_overtake() -> None:
    estimator = busy(3)
    for call in range(60):
        estimator.joined("a", f"u{call}", NINE + call, urgent=True)
        estimator.left("a", f"u{call}", NINE + call, answered=False, gave_up=False)
    normal, urgent = (estimator.estimate("a", NINE + 60, 3, urgent=kind).mean for kind in (False, True))
    assert urgent < normal


def test_the_line_is_ordered_by_urgency_then_virtual_arrival() -> None:
    estimator = Estimator()
    estimator.joined("a", "now", NINE)
    estimator.joined("a", "back again", NINE + 1, arrival=NINE - 600)
    estimator.joined("a", "emergency", NINE + 2, urgent=True)
    calls = [caller.arrival for caller in estimator.present.floor.queue("a").in_order()]
    assert [NINE + 2, NINE - 600, NINE] == calls
    assert [] == estimator.line("b", NINE)


def test_the_last_of_a_line_is_told_the_same_with_all_and_alone() -> None:
    estimator = busy(4)
    for call in range(9):
        estimator.joined("a", f"c{call}", NINE + call)
    line = estimator.line("a", NINE + 20)
    assert estimator.estimate("a", NINE + 20, 9).mean == pytest.approx(line[-1].mean)


def test_a_sister_team_that_is_free_shortens_the_wait() -> None:
    alone, helped = busy(3), busy(3)
    for member in range(3):
        for queue, penalty in (("b", 0), ("a", 5)):
            helped.signed_in(f"s{member}", queue, NINE, penalty, 10)
        helped.answered(f"s{member}", "b", NINE)
    assert helped.estimate("a", NINE, 5).mean < 0.9 * alone.estimate("a", NINE, 5).mean


def test_sisters_that_ring_late_leave_the_first_seconds_as_they_are() -> None:
    estimator = busy(2)
    for queue, penalty in (("b", 0), ("a", 5)):
        estimator.signed_in("s", queue, NINE, penalty, 0)
    assert RING.mean >= estimator.estimate("a", NINE, 1).mean
    for call in range(5):
        estimator.joined("a", f"c{call}", NINE)
        estimator.rang("s", "a", f"c{call}", NINE + 90)
        estimator.ring_ended("s", NINE + 95)
        estimator.left("a", f"c{call}", NINE + 95, answered=False, gave_up=True)
    assert 20 < estimator.estimate("a", NINE + 100, 1).mean
    estimator.joined("a", "late", NINE + 100)
    estimator.joined("a", "later", NINE + 150)
    first, second = estimator.line("a", NINE + 200)
    assert first.mean <= second.mean


def test_two_sisters_help_together() -> None:
    estimator = busy(2)
    one = estimator.estimate("a", NINE, 6).mean
    for queue in ("b", "c"):
        estimator.signed_in(queue, queue, NINE, 0)
        estimator.signed_in(queue, "a", NINE, 5)
        estimator.answered(queue, queue, NINE)
    assert estimator.estimate("a", NINE, 6).mean < one


def test_a_member_who_talks_or_rings_for_a_sister_comes_back() -> None:
    estimator = staffed(1)
    estimator.signed_in("m0", "b", NINE, 5)
    estimator.joined("b", "c", NINE)
    estimator.rang("m0", "b", "c", NINE)
    rings = estimator.estimate("a", NINE, 1).mean
    estimator.answered("m0", "b", NINE + 4)
    talks = estimator.estimate("a", NINE + 4, 1).mean
    assert 60 < talks < rings + 60


@pytest.mark.parametrize("answered", [True, False])
def test_what_was_told_is_learned_from_once(answered: bool) -> None:
    estimator = busy(2)
    for call in range(400):
        at = NINE + call * 30
        estimator.joined("a", f"c{call}", at)
        estimator.estimate("a", at, 1, call=f"c{call}")
        estimator.estimate("a", at, 1, call=f"c{call}")
        estimator.left("a", f"c{call}", at + 25, answered=answered, gave_up=not answered)
    learned, fresh = (float(one.learned.promises.places(1)[0][-3]) for one in (estimator, busy(2)))
    assert answered is (learned < fresh)


def test_staff_is_learned_of_when_it_is_counted() -> None:
    estimator = staffed(3)
    estimator.paused("m0", NINE, "rest")
    assert (3, 1, {"rest": 1}) == estimator.present.staff("a")
    assert not estimator.learned.known.staffing.missing("a")
    for day in (0, 1):
        estimator.staff_counted("a", NINE + 80_000 * day, 3, 0)
        estimator.staff_counted("a", NINE + 80_000 * day, 1, 0)
    assert 2 == estimator.learned.known.staffing.missing("a")


def test_what_contradicts_the_known_is_left_aside() -> None:
    estimator = Estimator()
    estimator.signed_out("nobody", "a", NINE)
    estimator.paused("nobody", NINE)
    estimator.resumed("nobody", NINE)
    estimator.rang("nobody", "a", "nothing", NINE)
    estimator.ring_ended("nobody", NINE)
    estimator.answered("nobody", "a", NINE)
    estimator.talk_ended("nobody", NINE)
    estimator.left("a", "nothing", NINE, answered=True, gave_up=False)
    estimator.signed_in("m", "a", NINE)
    estimator.paused("m", NINE)
    estimator.paused("m", NINE + 1)
    estimator.resumed("m", NINE + 2)
    estimator.resumed("m", NINE + 3)
    assert RING.mean >= estimator.estimate("a", NINE + 4, 1).mean


def test_a_member_belongs_to_the_queue_of_the_least_penalty_and_to_another_when_that_is_left() -> None:
    floor = Floor()
    floor.sign_in("m", "b", 5, NINE)
    member = floor.sign_in("m", "a", 0, NINE)
    assert "a" == member.own
    floor.sign_out("m", "a")
    assert "b" == member.own
    floor.sign_out("m", "b")
    assert {} == floor.members


def test_the_same_stream_told_again_gives_the_same_estimates() -> None:
    estimates = [busy(3).estimate("a", NINE + 50, 4) for _ in range(2)]
    assert estimates[0] == estimates[1]
