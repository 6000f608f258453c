import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.what_if.erlang_a import Floats, Queues, Solved

MINUTE = 60.0


def queues(calls: float, served: float, given_up: float, members: float) -> Queues:
    return Queues(*(np.array([float(each)]) for each in (calls, served, given_up, members)))


def chain(calls: float, served: float, given_up: float, members: int) -> tuple[float, float]:
    """P(wait) and P(give up), from the birth-and-death chain itself."""
    states = np.arange(1, 20_000)
    deaths = np.minimum(states, members) * served + np.maximum(states - members, 0) * given_up
    logs = np.concatenate(((0.0,), np.cumsum(np.log(calls / deaths))))
    chance = np.exp(logs - logs.max())
    chance /= chance.sum()
    waiting = np.maximum(np.arange(len(chance)) - members, 0)
    return float(chance[members:].sum()), float(given_up * (waiting * chance).sum() / calls)


def played(of: Queues, draws: int = 200_000) -> tuple[Floats, Floats]:
    """Offered waits and patience of many calls: who finds k ahead waits for k + 1 of the ways out of the line."""
    chance = np.random.default_rng(1)
    calls, served, given_up, members = (float(each[0]) for each in (of.calls, of.served, of.given_up, of.members))
    states = np.arange(1, 400)
    deaths = np.minimum(states, members) * served + np.maximum(states - members, 0) * given_up
    weight = np.concatenate(((1.0,), np.cumprod(calls / deaths)))
    found = chance.choice(len(weight), draws, p=weight / weight.sum())
    waits = np.zeros(draws)
    for ahead in range(int(found.max() - members) + 1):
        passes = found - members >= ahead
        waits[passes] += chance.exponential(1 / (members * served + ahead * given_up), int(passes.sum()))
    return waits, chance.exponential(1 / given_up, draws)


# Garnett, Mandelbaum, Reiman 2002, the comparison in their introduction: 50 agents, 48 calls a minute, talks of one
# minute, patience of two. Mean wait, 90th percentile, utilization, and what share abandons.
def test_without_patience_s_end_the_published_figures_of_erlang_c_come_out() -> None:
    solved = queues(48 / MINUTE, 1 / MINUTE, 0.0, 50).solved()
    assert (20.8, 0.96, 0.10, 0.0) == (
        round(solved.wait_seconds[0], 1),
        round(solved.occupancy[0], 2),
        round(solved.waits_beyond(58.1)[0], 3),
        solved.abandoned[0],
    )


def test_with_impatient_callers_the_published_figures_of_erlang_a_come_out() -> None:
    solved = queues(48 / MINUTE, 1 / MINUTE, 1 / (2 * MINUTE), 50).solved()
    assert (0.031, 3.7, 0.93, 0.10) == (
        round(solved.abandoned[0], 3),
        round(solved.wait_seconds[0], 1),
        round(solved.occupancy[0], 2),
        round(solved.waits_beyond(12.5)[0], 2),
    )


def test_360_calls_in_half_an_hour_for_55_members_is_the_textbook_s_erlang_c() -> None:
    solved = queues(0.2, 1 / 240, 0.0, 55).solved()
    assert (0.239, 8.2) == (round(solved.delayed[0], 3), round(solved.wait_seconds[0], 1))


def test_endless_patience_is_the_limit_of_long_patience() -> None:
    limit, almost = (queues(0.2, 1 / 240, rate, 55).solved() for rate in (0.0, 1e-13))
    assert almost.delayed[0] == pytest.approx(limit.delayed[0], rel=1e-6)
    assert almost.answered_wait_seconds[0] == pytest.approx(limit.answered_wait_seconds[0], rel=1e-6)


@pytest.mark.parametrize("members", [1, 2, 5, 50, 500])
@pytest.mark.parametrize("load", [0.05, 0.6, 0.9, 1.0, 1.3])
@pytest.mark.parametrize("patience", [2.0, 60.0, 600.0, 6000.0])
def test_the_integrals_are_the_chain(members: int, load: float, patience: float) -> None:
    rates = (load * members / 240, 1 / 240, 1 / patience, members)
    solved, (delayed, abandoned) = queues(*rates).solved(), chain(*rates)
    assert solved.delayed[0] == pytest.approx(delayed, rel=1e-8, abs=1e-200)
    assert solved.abandoned[0] == pytest.approx(abandoned, rel=1e-7, abs=1e-200)
    assert solved.wait_seconds[0] == pytest.approx(abandoned * patience, rel=1e-7, abs=1e-200)


@pytest.mark.parametrize(("members", "load", "patience"), [(1, 0.6, 300.0), (5, 1.2, 300.0), (20, 0.95, 60.0)])
def test_waits_are_those_of_callers_who_pass_through_the_line(members: int, load: float, patience: float) -> None:
    of = queues(load * members / 200, 1 / 200, 1 / patience, members)
    solved, (offered, patient) = of.solved(), played(of)
    answered = patient >= offered
    assert solved.answered_within(30)[0] == pytest.approx(np.mean(answered & (offered <= 30)), abs=0.005)
    assert solved.abandoned_within(30)[0] == pytest.approx(np.mean(~answered & (patient <= 30)), abs=0.005)
    assert solved.answered_wait_seconds[0] == pytest.approx(offered[answered].mean(), rel=0.02)
    assert solved.waits_beyond(60)[0] == pytest.approx(np.mean(np.minimum(offered, patient) > 60), abs=0.005)


def shares(solved: Solved, at: float) -> tuple[float, ...]:
    every = solved.delayed, solved.answered, solved.answered_within(at), solved.abandoned_within(at), solved.occupancy
    return tuple(float(each[0]) for each in every)


@given(
    members=st.integers(1, 500),
    load=st.floats(1e-4, 20),
    talk=st.floats(1, 7200),
    patience=st.floats(0.1, 1e7),
    at=st.floats(-10, 7200),
)
def test_shares_are_shares_whatever_comes(members: int, load: float, talk: float, patience: float, at: float) -> None:
    solved = queues(load * members / talk, 1 / talk, 1 / patience, members).solved()
    assert all(-1e-9 <= each <= 1 + 1e-9 for each in shares(solved, at))
    assert np.isfinite(solved.answered_wait_seconds[0])


@given(members=st.integers(1, 100), load=st.floats(0.1, 2), patience=st.floats(10, 3600))
def test_one_member_more_never_lengthens_a_wait(members: int, load: float, patience: float) -> None:
    few, more = (queues(load * members / 240, 1 / 240, 1 / patience, each).solved() for each in (members, members + 1))
    assert more.answered_within(30)[0] >= few.answered_within(30)[0] - 1e-9
    assert more.wait_seconds[0] <= few.wait_seconds[0] + 1e-9


def test_many_waits_at_once_are_as_one_by_one() -> None:
    solved = queues(0.03, 1 / 200, 1 / 300, 5).solved()
    waits = np.array([-1.0, 0.0, 5.0, 30.0, 300.0, 1e6])
    assert [solved.answered_within(each)[0] for each in waits] == pytest.approx(solved.answered_by(waits)[0], abs=1e-3)


def test_many_queues_at_once_are_each_by_itself() -> None:
    both = Queues(*(np.array(each) for each in ([0.02, 2.7], [1 / 200, 1 / 240], [1 / 300, 0.01], [5.0, 500.0])))
    alone = [queues(0.02, 1 / 200, 1 / 300, 5), queues(2.7, 1 / 240, 0.01, 500)]
    assert both.solved().abandoned == pytest.approx([each.solved().abandoned[0] for each in alone], rel=1e-12)


@pytest.mark.parametrize(
    ("rates", "why"),
    [
        ((0.0, 1.0, 1.0, 1), "a rate above 0"),
        ((1.0, 1.0, -1.0, 1), "from 0"),
        ((1.0, 1.0, 1.0, 0), "at least one member"),
        ((1.0, 1.0, 1.0, 1.5), "whole ones"),
        ((1.0, 1.0, 0.0, 1), "a line without end"),
    ],
)
def test_an_impossible_queue_is_refused(rates: tuple[float, float, float, int], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        queues(*rates)
