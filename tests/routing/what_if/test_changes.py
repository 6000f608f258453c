import numpy as np
import pytest

from routing.what_if.changes import By, Of, WhatIf, changed
from routing.what_if.plan import Plan
from tests.fakes.planned import MONDAY, days_from, plan, pool, queue

TEAM = queue(20.0, 200.0, 300.0)
PLAN = plan(TEAM, 3.0)


def more(amount: float, by: By = By.MORE, weekday: int | None = None) -> WhatIf:
    return WhatIf(Of.MEMBERS, by, amount, "L03", weekday)


def test_a_fifth_more_calls_on_mondays_leaves_other_days_as_they_were() -> None:
    calls = changed(PLAN, [WhatIf(Of.CALLS, By.TIMES, 1.2, weekday=0)]).teams["L03"].calls
    assert [24.0, 20.0] == [calls[0, 0], calls[1, 0]]


def test_changes_come_one_after_the_other() -> None:
    calls = changed(PLAN, [WhatIf(Of.CALLS, By.TIMES, 1.2), WhatIf(Of.CALLS, By.TIMES, 0.5, "L03")]).teams["L03"].calls
    assert 12.0 == pytest.approx(calls[0, 0])


@pytest.mark.parametrize(
    ("change", "expected"),
    [(more(-1), 2.0), (more(2), 5.0), (more(-9), 0.0), (more(5, By.EXACTLY), 5.0), (more(1, By.EXACTLY), 1.0)],
)
def test_members_are_more_fewer_or_so_many(change: WhatIf, expected: float) -> None:
    assert expected == changed(PLAN, [change]).present("L03")[0, 100]


def test_members_change_on_one_weekday_alone() -> None:
    present = changed(PLAN, [more(-1, weekday=1)]).present("L03")
    assert [3.0, 2.0] == [present[0, 0], present[1, 0]]


def test_where_nobody_calls_and_nobody_is_nobody_comes() -> None:
    team = queue(20.0, 200.0, 300.0)
    team.calls[:, :20] = 0.0
    empty = pool(0.0)
    present = changed(Plan(PLAN.days, {"L03": team}, (empty,)), [more(1)]).present("L03")
    assert [0.0, 1.0] == [present[0, 0], present[0, 287]]


def test_fewer_are_the_team_s_own_first_and_then_those_it_shares() -> None:
    both = Plan(days_from(MONDAY, 5), {"L01": TEAM, "L03": TEAM}, (pool(1.0, "L01", "L03"), pool(0.5)))
    after = {each.teams: each.present[0, 0] for each in changed(both, [more(-1)]).pools}
    assert {frozenset(("L01", "L03")): 0.5, frozenset(("L03",)): 0.0} == after


def test_talks_are_longer_by_a_factor_or_of_a_mean() -> None:
    longer, mean = (
        changed(PLAN, [WhatIf(Of.TALK, by, amount)]).teams["L03"].talk.mean
        for by, amount in ((By.TIMES, 1.1), (By.EXACTLY, 240.0))
    )
    assert [220.0, 240.0] == pytest.approx([longer, mean])


def test_less_patience_is_less_for_the_runs_and_for_the_formulas() -> None:
    team = changed(PLAN, [WhatIf(Of.PATIENCE, By.TIMES, 0.5)]).teams["L03"]
    assert [150.0, 1 / 150] == pytest.approx([team.patience.mean, team.given_up])


def test_what_has_no_length_stays_so() -> None:
    none = plan(queue(20.0, 0.0, 300.0), 1.0)
    assert 0.0 == changed(none, [WhatIf(Of.TALK, By.EXACTLY, 240.0)]).teams["L03"].talk.mean


def test_no_change_is_the_same_plan() -> None:
    assert changed(PLAN, []) is PLAN
    assert np.all(PLAN.present("L09") == 0)
