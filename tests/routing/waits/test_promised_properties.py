"""What must be true in every state that a stream can bring about."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.waits.estimate import Estimate
from routing.waits.estimator import Estimator

QUEUES = ("a", "b")
MEMBERS = tuple("mnopq")
CALLS = tuple("uvwxyz")
NINE = 9 * 3600.0


@dataclass(frozen=True)
class Step:
    what: str
    member: str
    queue: str
    call: str
    after: float
    flag: bool


STEPS = st.builds(
    Step,
    st.sampled_from(
        ["in", "in", "in", "out", "pause", "resume", "join", "join", "join", "leave", "ring", "miss", "answer", "end"]
    ),
    st.sampled_from(MEMBERS),
    st.sampled_from(QUEUES),
    st.sampled_from(CALLS),
    st.sampled_from([0.0, 1.0, 7.0, 40.0, 300.0, 4000.0, 90_000.0]),
    st.booleans(),
)
STREAMS = st.lists(STEPS, max_size=40)
ODD_STEPS = st.builds(
    Step,
    st.sampled_from(["in", "out", "pause", "resume", "join", "leave", "ring", "miss", "answer", "end"]),
    st.text(max_size=2),
    st.text(max_size=1),
    st.text(max_size=1),
    st.one_of(st.sampled_from([-1e9, -90_000.0, -3600.0, -1.0, -1e-9, 1e-9, 1e9]), st.floats(-1e6, 1e6)),
    st.booleans(),
)
ODD_STREAMS = st.lists(st.one_of(STEPS, ODD_STEPS), max_size=60)


def told(steps: Sequence[Step]) -> tuple[Estimator, float]:
    estimator, at = Estimator(), NINE
    for step in steps:
        at += step.after
        tell(estimator, step, at)
    return estimator, at


def tell(estimator: Estimator, step: Step, at: float) -> None:
    match step.what:
        case "in":
            estimator.signed_in(step.member, step.queue, at, 5 * step.flag, 10)
        case "out":
            estimator.signed_out(step.member, step.queue, at)
        case "pause":
            estimator.paused(step.member, at, "rest" if step.flag else "")
        case "resume":
            estimator.resumed(step.member, at)
        case "join":
            estimator.joined(step.queue, step.call, at, urgent=step.flag)
            estimator.estimate(step.queue, at, 1, urgent=step.flag, call=step.call)
        case "leave":
            estimator.left(step.queue, step.call, at, answered=step.flag, gave_up=not step.flag)
        case "ring":
            estimator.rang(step.member, step.queue, step.call, at)
        case "miss":
            estimator.ring_ended(step.member, at)
        case "answer":
            estimator.answered(step.member, step.queue, at)
        case _:
            estimator.talk_ended(step.member, at)


def is_sound(estimate: Estimate) -> bool:
    ordered = 0 <= estimate.p50 <= estimate.p80 <= estimate.p90
    return ordered and estimate.mean >= 0 and math.isfinite(estimate.mean) and math.isfinite(estimate.p90)


def is_no_longer(one: Estimate, other: Estimate, but_for: float = 1e-9) -> bool:
    pairs = zip((one.mean, one.p50, one.p80, one.p90), (other.mean, other.p50, other.p80, other.p90), strict=True)
    return all(first <= second * (1 + but_for) + but_for for first, second in pairs)


@settings(max_examples=60, deadline=None)
@given(STREAMS, st.sampled_from(QUEUES), st.integers(-1, 400), st.booleans(), st.sampled_from([0.0, 5.0, 50_000.0]))
def test_every_estimate_is_finite_not_negative_and_ordered(
    steps: list[Step], queue: str, place: int, urgent: bool, later: float
) -> None:
    estimator, at = told(steps)
    assert is_sound(estimator.estimate(queue, at + later, place, urgent=urgent))


@settings(max_examples=60, deadline=None)
@given(ODD_STREAMS, st.sampled_from(QUEUES), st.integers(1, 70), st.sampled_from([-1e9, -100.0, 0.0, 1e9]))
def test_clocks_that_jump_and_contradictions_leave_every_estimate_sound(
    steps: list[Step], queue: str, place: int, later: float
) -> None:
    estimator, at = told(steps)
    assert is_sound(estimator.estimate(queue, at + later, place))
    assert is_sound(estimator.expect(queue, at + later, at))
    assert all(is_sound(estimate) for estimate in estimator.line(queue, at + later))


@settings(max_examples=60, deadline=None)
@given(STREAMS, st.sampled_from(QUEUES), st.integers(1, 300))
def test_one_more_caller_ahead_never_shortens_an_estimate(steps: list[Step], queue: str, place: int) -> None:
    estimator, at = told(steps)
    assert is_no_longer(estimator.estimate(queue, at, place), estimator.estimate(queue, at, place + 1))


@settings(max_examples=60, deadline=None)
@given(STREAMS, st.sampled_from(QUEUES))
def test_an_earlier_virtual_arrival_never_waits_longer(steps: list[Step], queue: str) -> None:
    estimator, at = told(steps)
    told_to = estimator.line(queue, at)
    assert all(is_sound(estimate) for estimate in told_to)
    assert all(is_no_longer(one, other) for one, other in pairwise(told_to))


@settings(max_examples=60, deadline=None)
@given(STREAMS, st.sampled_from(QUEUES), st.floats(0, 4000), st.floats(0, 4000))
def test_whoever_came_earlier_is_never_told_more(steps: list[Step], queue: str, earlier: float, later: float) -> None:
    estimator, at = told(steps)
    first, second = sorted((at - earlier, at - later))
    assert is_no_longer(estimator.expect(queue, at, first), estimator.expect(queue, at, second))


@settings(max_examples=60, deadline=None)
@given(STREAMS, st.sampled_from(QUEUES), st.sampled_from(QUEUES), st.integers(1, 60))
def test_one_more_member_never_lengthens_an_estimate(steps: list[Step], queue: str, asked: str, place: int) -> None:
    """One who was not there before and is free: of one team, or a sister's who helps out."""
    before, at = told(steps)
    after, _ = told(steps)
    for number, serves in enumerate(dict.fromkeys((queue, asked))):
        wrap_up = before.present.floor.queue(serves).wrap_up_seconds
        after.signed_in("new", serves, at, 5 * number, wrap_up)
    assert is_no_longer(after.estimate(asked, at, place), before.estimate(asked, at, place))
    assert is_no_longer(after.expect(asked, at, at), before.expect(asked, at, at))
