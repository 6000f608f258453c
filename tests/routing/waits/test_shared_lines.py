import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.waits.arrivals import LAGS, Arrivals
from routing.waits.estimator import Estimator
from routing.waits.floor import Caller, Doing, Floor
from routing.waits.line_ahead import ahead, before, elsewhere, stages, turn, turn_of_newcomer
from routing.waits.sisters import Help, together

NINE = 9 * 3600.0


def floor_of(**queues: str) -> Floor:
    """Queue -> its members, one letter each; all serve their queues alike."""
    floor = Floor()
    for queue, members in queues.items():
        for member in members:
            floor.sign_in(member, queue, 0, NINE)
    return floor


def stands(floor: Floor, queue: str, arrival: float, *, urgent: bool = False) -> Caller:
    caller = Caller(NINE, arrival, urgent)
    floor.queue(queue).callers[f"{queue}{arrival}{urgent}"] = caller
    return caller


def told(floor: Floor, queue: str, arrival: float, caller: Caller | None = None) -> dict[str, list[float]]:
    """Other queue -> the virtual arrivals of those who are served before."""
    limit = turn(caller) if caller else turn_of_newcomer(arrival)
    return {name: [one.arrival for one in line] for name, line in before(elsewhere(floor, queue), limit).items()}


def test_those_before_are_the_earlier_ones_of_every_queue_that_shares_members() -> None:
    floor = floor_of(a="mno", b="opqr", c="x")
    for queue, arrival in (("a", 10), ("a", 30), ("b", 20), ("b", 40), ("c", 5)):
        stands(floor, queue, arrival)
    assert {"b": [20]} == told(floor, "a", 35)
    assert {"a": [10]} == told(floor, "b", 25)
    assert [10, 30] == [caller.arrival for caller in ahead(floor, "a", 35)]


def test_a_caller_of_another_queue_who_came_later_with_the_same_arrival_is_behind() -> None:
    floor = floor_of(a="m", b="m")
    here, other = stands(floor, "a", 20), stands(floor, "b", 20)
    other.since = here.since + 1
    assert {} == told(floor, "a", 20, here)
    assert {"a": [20]} == told(floor, "b", 20, other)


def test_a_caller_for_whom_a_phone_rings_is_in_nobodys_way() -> None:
    floor = floor_of(a="mn", b="mno")
    for arrival in (10, 20, 30):
        stands(floor, "b", arrival)
    for member, queue in (("n", "b"), ("o", "b"), ("m", "a")):
        floor.members[member].doing, floor.members[member].queue = Doing.RINGING, queue
    assert {"b": [30]} == told(floor, "a", 40)
    assert {} == told(floor, "a", 25)
    floor.members["m"].queue = "b"
    assert {} == elsewhere(floor, "a")


def test_who_signs_out_of_a_queue_shares_it_no_longer() -> None:
    floor = floor_of(a="mn", b="mn")
    stands(floor, "b", 10)
    floor.sign_out("m", "b")
    assert {"b": [10]} == told(floor, "a", 20)
    floor.sign_out("n", "b")
    assert {} == told(floor, "a", 20)


def test_a_member_of_greater_penalty_is_a_sister_and_shares_no_line() -> None:
    floor = floor_of(a="m", b="n")
    floor.sign_in("n", "a", 5, NINE)
    stands(floor, "b", 10)
    assert {} == told(floor, "a", 20)
    assert "b" == floor.members["n"].own


def test_urgent_callers_of_other_queues_go_first_too() -> None:
    floor = floor_of(a="m", b="m")
    stands(floor, "b", 50, urgent=True)
    here = stands(floor, "a", 20)
    assert {"b": [50]} == told(floor, "a", 20, here)


def test_who_is_paused_does_not_share_newcomers() -> None:
    floor = floor_of(a="mn", b="no")
    floor.pause(floor.members["o"], "", NINE)
    floor.pause(floor.members["o"], "again", NINE)
    assert [("b", 1.0)] == list(floor.shares("a"))
    floor.pause(floor.members["n"], "", NINE)
    assert [] == list(floor.shares("a"))
    for member in "nno":
        floor.resume(floor.members[member])
    assert [("b", 0.5)] == list(floor.shares("a"))


def test_a_line_is_told_by_a_few_counts_of_those_before_elsewhere() -> None:
    floor = floor_of(a="m", b="m")
    for place in range(20):
        stands(floor, "b", 10 * place)
    callers = [stands(floor, "a", 20 * place + 5) for place in range(10)]
    counts, told_by = stages(elsewhere(floor, "a"), callers)
    assert [1, 3, 5, 7, 9, 11, 13, 15, 17, 19] == counts
    assert [(1, 2), (7, 5), (13, 8), (19, 9)] == [(stage.number, stage.last) for stage in told_by]
    assert [1, 7, 13, 19] == [len(stage.earlier["b"]) for stage in told_by]


def test_with_one_arrival_for_all_nobody_has_fewer_before_them_than_who_stands_ahead() -> None:
    floor = floor_of(a="m", b="m")
    callers = [stands(floor, "a", 10), stands(floor, "a", 10)]
    callers[0].since = NINE + 60
    stands(floor, "b", 10).since = NINE + 30
    assert [1, 1] == stages(elsewhere(floor, "a"), callers)[0]


def test_a_line_without_anybody_elsewhere_is_told_at_once() -> None:
    floor = floor_of(a="m")
    callers = [stands(floor, "a", place) for place in range(3)]
    assert ([0, 0, 0], [(0, {}, 2)]) == stages(elsewhere(floor, "a"), callers)


def test_a_shared_member_answers_for_each_of_their_queues_whatever_they_do() -> None:
    estimator = Estimator()
    for member in "mnopqr":
        for queue in ("a", "b"):
            estimator.signed_in(member, queue, NINE)
        estimator.answered(member, "b", NINE)
    first, second = (estimator.expect(queue, NINE + 60, NINE + 60) for queue in ("a", "b"))
    assert second.mean == pytest.approx(first.mean, rel=0.01)
    assert 60 > first.mean


def test_a_caller_waits_for_the_earlier_ones_of_a_queue_with_the_same_members() -> None:
    estimator = Estimator()
    for member in "mnop":
        for queue in ("a", "b"):
            estimator.signed_in(member, queue, NINE)
        estimator.answered(member, "b", NINE)
    alone = estimator.expect("a", NINE + 60, NINE + 60)
    for call in range(8):
        estimator.joined("b", f"c{call}", NINE + 30)
    assert alone.p50 + 240 < estimator.expect("a", NINE + 60, NINE + 60).p50
    assert alone == estimator.expect("a", NINE + 60, NINE + 29)


def test_who_will_come_with_a_credit_overtakes_as_far_as_the_credit_reaches() -> None:
    estimator, at = Estimator(), NINE
    for member in "mn":
        for queue in ("a", "a-urgent"):
            estimator.signed_in(member, queue, NINE)
    for call in range(200):
        at += 60
        estimator.joined("a-urgent", f"c{call}", at, arrival=at - 1800)
        estimator.left("a-urgent", f"c{call}", at + 1, answered=True, gave_up=False)
    for member in "mn":
        estimator.answered(member, "a", at)
    young, old = (estimator.expect("a", at + 60, at + 60 - age) for age in (0, 2400))
    assert young.mean > 1.2 * old.mean


def test_the_share_of_callers_whose_arrival_lies_back_is_known_by_how_far() -> None:
    arrivals = Arrivals()
    assert not arrivals.has_credits
    for _ in range(480):
        arrivals.add(NINE, NINE, False, 1830)
    for lag in (0, 10**6):
        arrivals.add(NINE, NINE, False, lag)
    assert arrivals.has_credits
    shares = dict(zip(LAGS.tolist(), arrivals.lagging().tolist(), strict=True))
    assert 0.95 < shares[1800]
    assert 0.01 > shares[1860] > 0
    assert 0 == shares[4200]


def test_idle_members_of_several_sisters_each_settle_in_their_own_time() -> None:
    quick, slow = Help(LAGS, 2, 0, 1.0), Help(LAGS, 0, 3, 1000.0)
    both = together((quick, slow))
    assert both.has_idle
    assert 2 == both.idle_at(0)
    assert slow.idle_at(500) == pytest.approx(both.idle_at(500))
    assert not together((Help(LAGS), Help(LAGS))).has_idle


def busy_centre(chances: list[tuple[int, int, bool]], others: str) -> Estimator:
    """Members of a (own line), of b with a as their second line; both have callers."""
    estimator = Estimator()
    for number, (queue, age, is_busy) in enumerate(chances):
        name, first = f"m{number}", "ab"[queue]
        estimator.signed_in(name, first, NINE)
        if first == "b":
            estimator.signed_in(name, "a", NINE, 5)
        if is_busy:
            estimator.answered(name, first, NINE + age)
    for number, queue in enumerate(others):
        estimator.joined(queue, f"c{number}", NINE + number)
    return estimator


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 900), st.booleans()), max_size=8),
    st.text(alphabet="ab", max_size=30),
    st.sampled_from(["a", "b", "ba"]),
    st.booleans(),
)
def test_one_more_member_here_or_at_a_sister_never_lengthens_an_estimate(
    members: list[tuple[int, int, bool]], callers: str, serves: str, is_busy: bool
) -> None:
    before, after = (busy_centre(members, callers) for _ in range(2))
    now = NINE + 1000
    for number, queue in enumerate(serves):
        after.signed_in("new", queue, now, 5 * number)
    if is_busy:
        after.answered("new", serves[0], now)
    for queue in ("a", "b"):
        one, other = (estimator.expect(queue, now, now) for estimator in (after, before))
        for mine, theirs in ((one.mean, other.mean), (one.p50, other.p50), (one.p80, other.p80), (one.p90, other.p90)):
            assert mine <= theirs * (1 + 1e-9) + 1e-9
