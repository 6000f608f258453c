"""Members who serve several queues, strictly by virtual arrival: what must be true on every floor."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.waits.estimate import Estimate
from routing.waits.estimator import Estimator
from routing.waits.floor import Caller

NINE = 9 * 3600.0
NOW = NINE + 4000
TEAMS = ("a", "b", "c")
SHARED = ("wide", "urgent")
QUEUES = (*TEAMS, *SHARED)


@dataclass(frozen=True)
class Somebody:
    teams: frozenset[str]
    does: str
    since: float
    queue: int

    @property
    def queues(self) -> Sequence[str]:
        shared = [name for name, where in (("wide", {"a", "b"}), ("urgent", set(TEAMS))) if self.teams & where]
        return [*sorted(self.teams), *shared]


@dataclass(frozen=True)
class Waiting:
    queue: str
    since: float
    credit: float


SOMEBODY = st.builds(
    Somebody,
    st.frozensets(st.sampled_from(TEAMS), min_size=1),
    st.sampled_from(["is free", "is free", "rings", "talks", "talks", "wraps up", "pauses"]),
    st.floats(NINE, NOW),
    st.integers(0, 4),
)
FREE = st.builds(
    Somebody, st.frozensets(st.sampled_from(TEAMS), min_size=1), st.just("is free"), st.just(NOW), st.just(0)
)
WAITING = st.builds(
    Waiting, st.sampled_from(QUEUES), st.floats(NINE, NOW), st.sampled_from([0.0, 0.0, 0.0, 300.0, 1800.0])
)
MEMBERS = st.lists(SOMEBODY, max_size=9)
CALLERS = st.lists(WAITING, max_size=40)
ASKED = st.sampled_from(QUEUES)
ARRIVALS = st.floats(NINE, NOW)


def floor_of(members: Sequence[Somebody], callers: Sequence[Waiting]) -> Estimator:
    estimator = Estimator()
    for number, member in enumerate(members):
        sign_in(estimator, f"m{number}", member)
    for number, caller in enumerate(callers):
        stand(estimator, f"c{number}", caller)
    return estimator


def sign_in(estimator: Estimator, name: str, member: Somebody) -> None:
    for queue in member.queues:
        estimator.signed_in(name, queue, NINE, 0, 30)
    queue = member.queues[member.queue % len(member.queues)]
    match member.does:
        case "pauses":
            estimator.paused(name, member.since)
        case "rings":
            estimator.rang(name, queue, "", NOW - 3)
        case "talks":
            estimator.answered(name, queue, member.since)
        case "wraps up":
            estimator.answered(name, queue, NOW - 60)
            estimator.present.talk_ended(name, NOW - 10)
        case _:
            pass


def stand(estimator: Estimator, call: str, caller: Waiting) -> None:
    """In line; nothing is learned of how callers come."""
    estimator.present.joined(caller.queue, call, Caller(caller.since, caller.since - caller.credit))


def is_no_longer(one: Estimate, other: Estimate) -> bool:
    pairs = zip((one.mean, one.p50, one.p80, one.p90), (other.mean, other.p50, other.p80, other.p90), strict=True)
    return all(first <= second * (1 + 1e-7) + 1e-7 for first, second in pairs)


def team(size: int, queues: str, talk_since: float = NINE) -> Estimator:
    """Everybody serves these queues, and talks to a caller of the first one."""
    estimator = Estimator()
    for number in range(size):
        for queue in queues:
            estimator.signed_in(f"m{number}", queue, NINE)
        estimator.answered(f"m{number}", queues[0], talk_since)
    return estimator


@settings(max_examples=60, deadline=None)
@given(MEMBERS, CALLERS, FREE, ASKED, ARRIVALS)
def test_one_more_member_never_lengthens_an_estimate_of_a_queue_where_somebody_is(
    members: list[Somebody], callers: list[Waiting], new: Somebody, asked: str, arrival: float
) -> None:
    before, after = (floor_of(members, callers) for _ in range(2))
    sign_in(after, "new", new)
    if before.present.floor.queue(asked).members:
        assert is_no_longer(after.expect(asked, NOW, arrival), before.expect(asked, NOW, arrival))
        assert all(map(is_no_longer, after.line(asked, NOW), before.line(asked, NOW)))


@settings(max_examples=50, deadline=None)
@given(MEMBERS, CALLERS, WAITING, ASKED, ARRIVALS)
def test_one_more_caller_anywhere_never_shortens_an_estimate(
    members: list[Somebody], callers: list[Waiting], new: Waiting, asked: str, arrival: float
) -> None:
    before, after = (floor_of(members, callers) for _ in range(2))
    stand(after, "new", new)
    assert is_no_longer(before.expect(asked, NOW, arrival), after.expect(asked, NOW, arrival))


@settings(max_examples=50, deadline=None)
@given(MEMBERS, CALLERS, ASKED, ARRIVALS, ARRIVALS)
def test_an_earlier_virtual_arrival_never_waits_longer(
    members: list[Somebody], callers: list[Waiting], asked: str, one: float, other: float
) -> None:
    estimator = floor_of(members, callers)
    first, second = sorted((one, other))
    assert is_no_longer(estimator.expect(asked, NOW, first), estimator.expect(asked, NOW, second))
    assert all(is_no_longer(*both) for both in pairwise(estimator.line(asked, NOW)))


@settings(max_examples=60, deadline=None)
@given(MEMBERS, CALLERS, ASKED)
def test_callers_of_queues_that_share_nobody_make_no_difference(
    members: list[Somebody], callers: list[Waiting], asked: str
) -> None:
    estimator = floor_of(members, callers)
    alone = floor_of(members, [caller for caller in callers if caller.queue == asked])
    linked = {queue for member in members if asked in member.queues for queue in member.queues}
    if not linked & {caller.queue for caller in callers if caller.queue != asked}:
        assert alone.expect(asked, NOW, NOW) == estimator.expect(asked, NOW, NOW)
        assert alone.line(asked, NOW) == estimator.line(asked, NOW)


def test_a_free_member_who_serves_another_queues_line_first_shortens_the_wait() -> None:
    estimator = team(2, "a")
    for number in range(10):
        stand(estimator, f"c{number}", Waiting("b", NINE + number, 0))
    before = estimator.expect("a", NINE + 60, NINE + 60)
    for queue in "ab":
        estimator.signed_in("new", queue, NINE + 60)
    after = estimator.expect("a", NINE + 60, NINE + 60)
    assert before.mean >= after.mean
    assert before.p90 >= after.p90


def test_earlier_callers_of_two_queues_with_the_same_members_take_as_long_as_those_of_one() -> None:
    one, two = team(3, "abc"), team(3, "abc")
    for number in range(12):
        stand(one, f"c{number}", Waiting("b", NINE + number, 0))
        stand(two, f"c{number}", Waiting("bc"[number % 2], NINE + number, 0))
    expected, mixed = (estimator.expect("a", NINE + 60, NINE + 60) for estimator in (one, two))
    assert mixed.p50 == pytest.approx(expected.p50, rel=1e-6)


def test_members_who_serve_only_the_other_queue_take_its_callers_too() -> None:
    few, many = team(2, "ab"), team(2, "ab")
    for number in range(2, 8):
        many.signed_in(f"m{number}", "b", NINE)
        many.answered(f"m{number}", "b", NINE)
    for number in range(16):
        for estimator in (few, many):
            stand(estimator, f"c{number}", Waiting("b", NINE + number, 0))
    assert 2 * many.expect("a", NINE + 60, NINE + 60).p50 < few.expect("a", NINE + 60, NINE + 60).p50


def test_a_wait_behind_a_line_that_lasts_beyond_the_horizon_goes_on_with_its_length() -> None:
    waits = []
    for callers in (100, 200, 400):
        estimator = team(1, "ab")
        for _ in range(200):
            estimator.learned.known.patience.add("b", 20_000, False)
        for number in range(callers):
            stand(estimator, f"c{number}", Waiting("b", NINE + number / 100, 0))
        waits.append(estimator.expect("a", NINE + 60, NINE + 60).mean)
    assert 100 * 200 < waits[0]
    assert 1.5 * waits[0] < waits[1] < 0.7 * waits[2] < 400 * 400


def test_a_phone_rings_at_once_only_where_nobody_elsewhere_comes_before() -> None:
    estimator = Estimator()
    for queue in "ab":
        estimator.signed_in("m", queue, NINE)
    assert 10 >= estimator.expect("a", NINE + 60, NINE + 60).p90
    stand(estimator, "c", Waiting("b", NINE + 30, 0))
    assert 60 < estimator.expect("a", NINE + 60, NINE + 60).p50
    estimator.signed_in("n", "a", NINE)
    assert 10 >= estimator.expect("a", NINE + 60, NINE + 60).p90


def test_a_line_is_told_as_each_caller_by_themselves() -> None:
    estimator = team(4, "ab")
    for number in range(6):
        for queue in "ab":
            stand(estimator, f"{queue}{number}", Waiting(queue, NINE + 2 * number + (queue == "a"), 0))
    line = estimator.present.floor.queue("a").in_order()
    alone = [estimator.expect("a", NINE + 60, caller.arrival, caller).p50 for caller in line]
    assert [estimate.p50 for estimate in estimator.line("a", NINE + 60)] == pytest.approx(alone, rel=0.05)


def test_many_queues_with_partly_common_members_are_looked_at_in_part() -> None:
    estimator, queues = Estimator(), [f"q{number}" for number in range(12)]
    for number, queue in enumerate(queues):
        for other in (queue, queues[number - 1]):
            estimator.signed_in(f"m{number}", other, NINE)
        estimator.signed_in("all", queue, NINE)
        stand(estimator, f"c{number}", Waiting(queue, NINE + number, 0))
    assert 0 < estimator.expect("q0", NINE + 60, NINE + 60).p50 < 3600
