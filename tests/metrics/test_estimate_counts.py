from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from facts.call import LeftBy
from metrics.estimate_counts import ERROR_BOUNDS, EstimateCounts, EstimatesCounted
from routing.centre import Team, TeamKind
from routing.hours import OpeningHours, WeeklyHours
from tests.fakes.told_calls import joined
from tests.fakes.told_waits import wait_proved, wait_told

HOURS = OpeningHours(WeeklyHours(ZoneInfo("Europe/Berlin"), {}, always=True))
L01 = Team("L01", "Leistung 01", TeamKind.BENEFIT, "2101", "", HOURS, 30, 5, 20, 0)
L02 = replace(L01, id="L02")


def counted(waited: float, outcome: LeftBy, mean: float = 100.0) -> EstimatesCounted:
    counts = EstimateCounts([L01])
    counts.fold(wait_proved(wait_told(10.0, mean=mean), waited, outcome))
    return counts.copy()[0]


@pytest.mark.parametrize(
    ("waited", "outcome", "kept", "broken"),
    [
        (150.0, LeftBy.ANSWERED, 1, 0),
        (150.1, LeftBy.ANSWERED, 0, 1),
        (150.0, LeftBy.ABANDONED, 0, 0),
        (150.1, LeftBy.ABANDONED, 0, 1),
        (150.1, LeftBy.MOVED, 0, 1),
        (10.0, LeftBy.TIMEOUT, 0, 0),
        (900.0, LeftBy.LOST, 0, 0),
    ],
)
def test_kept_is_an_answer_by_the_80_percent_figure_and_broken_is_being_there_still(
    waited: float, outcome: LeftBy, kept: int, broken: int
) -> None:
    told = counted(waited, outcome)
    assert (1, kept, broken) == (told.proved, told.kept, told.broken)


@pytest.mark.parametrize(
    ("waited", "below"), [(100.0, 0.0), (99.0, 15.0), (85.0, 15.0), (84.9, 30.0), (115.0, -15.0), (116.0, -15.0)]
)
def test_an_error_is_said_minus_waited(waited: float, below: float) -> None:
    assert ERROR_BOUNDS.index(below) == counted(waited, LeftBy.ANSWERED).errors.index(1)


def test_an_error_beyond_every_bound_is_counted_too() -> None:
    assert 1 == counted(0.0, LeftBy.ANSWERED, mean=4000.0).errors[-1]
    assert 1 == counted(4000.0, LeftBy.ANSWERED).errors[0]


def test_only_of_the_answered_an_error_is_known() -> None:
    told = counted(400.0, LeftBy.ABANDONED)
    assert (0, 0.0, 0.0) == (sum(told.errors), told.said_seconds, told.waited_seconds)


def test_what_was_said_and_waited_is_summed() -> None:
    told = counted(80.0, LeftBy.ANSWERED)
    assert (100.0, 80.0) == (told.said_seconds, told.waited_seconds)


def test_other_facts_and_other_teams_make_no_series() -> None:
    counts = EstimateCounts([L01])
    before = counts.copy()
    counts.fold(joined(1.0))
    counts.fold(wait_told(1.0))
    counts.fold(wait_proved(wait_told(1.0, team="X99"), 5.0))
    assert before == counts.copy()


def test_a_team_that_is_gone_stays_while_it_has_counted_something() -> None:
    counts = EstimateCounts([L01, L02])
    counts.fold(wait_proved(wait_told(1.0), 5.0))
    counts.configure([replace(L01, id="L03")])
    assert [("L01", 1), ("L03", 0)] == [(each.team, each.proved) for each in counts.copy()]
