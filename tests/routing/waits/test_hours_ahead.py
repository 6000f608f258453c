from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from routing.hours import Closure, DatedDay, DatedDays, OpeningHours, Span, WeeklyHours, always_open
from routing.waits.estimator import Estimator
from routing.waits.grid import GRID
from routing.waits.opening import OPEN, Openings
from routing.waits.staffing import AHEAD, SLOT, Staffing

HOURS = OpeningHours(WeeklyHours(UTC, {day: (Span(time(8), time(12)), Span(time(14), time(16))) for day in range(5)}))
MONDAY = datetime(2026, 11, 23, tzinfo=UTC).timestamp()
HOUR = 3600.0


def clock(hour: float) -> float:
    return MONDAY + hour * HOUR


def centre(*, knows_hours: bool) -> Estimator:
    estimator = Estimator()
    if knows_hours:
        estimator.learned.known.doors = Openings(lambda _: (HOURS,)).ahead
    return estimator


def full_line(estimator: Estimator, at: float, callers: int, members: int = 2) -> Estimator:
    for member in range(members):
        estimator.signed_in(f"m{member}", "a", at)
        estimator.answered(f"m{member}", "a", at)
    for call in range(callers):
        estimator.joined("a", f"c{call}", at)
    return estimator


def test_far_from_closing_nothing_is_in_sight() -> None:
    assert OPEN == Openings(lambda _: ()).ahead("a", clock(9))
    assert OPEN == Openings(lambda _: (always_open(ZoneInfo("UTC")),)).ahead("a", clock(3))
    assert OPEN == Openings(lambda _: (OpeningHours(WeeklyHours(UTC, {0: (Span(time(6), time(18)),)})),)).ahead(
        "a", clock(9)
    )


def test_lunch_is_seen_coming_in_slots() -> None:
    doors = Openings(lambda _: (HOURS,)).ahead("a", clock(11.75))
    assert AHEAD == len(doors)
    assert (True, True, True, False) == doors[:4]
    assert 24 == doors[:27].count(False)
    assert doors[27]


def test_a_queue_of_several_teams_is_open_while_one_of_them_is() -> None:
    late = OpeningHours(WeeklyHours(UTC, {0: (Span(time(12), time(14)),)}))
    doors = Openings(lambda _: (HOURS, late)).ahead("wide", clock(11.75))
    assert all(doors[:51])


def test_a_half_day_is_seen_coming() -> None:
    special = (DatedDays("hours", {}, {date(2026, 11, 23): DatedDay("Versammlung", (Span(time(8), time(10)),))}),)
    doors = Openings(lambda _: (OpeningHours(HOURS.weekly, None, special),)).ahead("a", clock(9.75))
    assert (True, True, True, False) == doors[:4]


def test_a_closing_at_once_is_seen_coming_and_going() -> None:
    nine = datetime(2026, 11, 23, 9, tzinfo=UTC)
    shut = HOURS.with_closures((Closure("centre", nine, nine + timedelta(minutes=30), "Probe"),))
    doors = Openings(lambda _: (shut,)).ahead("a", clock(8.75))
    assert (True, True, True, *(False,) * 6, True) == doors[:10]


def test_hours_are_looked_up_once_in_five_minutes_and_again_when_they_change() -> None:
    hours = [(HOURS,)]
    openings = Openings(lambda _: hours[0])
    first = openings.ahead("a", clock(11.75))
    assert first is openings.ahead("a", clock(11.75) + 200)
    assert first[1:] == openings.ahead("a", clock(11.75) + SLOT)[:-1]
    hours[0] = (always_open(ZoneInfo("UTC")),)
    assert OPEN == openings.ahead("a", clock(11.75) + SLOT)


def test_beyond_the_calendar_nothing_closes() -> None:
    assert OPEN == Openings(lambda _: (HOURS,)).ahead("a", 1e15)


def test_who_will_not_be_served_before_lunch_is_told_of_lunch_on_the_first_day() -> None:
    told = {
        knows: full_line(centre(knows_hours=knows), clock(11) + 50 * 60, 20).line("a", clock(11) + 50 * 60)
        for knows in (True, False)
    }
    assert told[True][-1].p50 > 2 * HOUR
    assert told[False][-1].p50 < HOUR
    assert told[True][0].p50 < 300


def test_after_the_last_closing_of_the_day_a_wait_is_longer_than_the_rest_of_the_day() -> None:
    line = full_line(centre(knows_hours=True), clock(15.9), 20).line("a", clock(15.9))
    assert line[-1].p50 > 3 * HOUR
    assert np.isfinite(line[-1].p90)


def test_who_is_there_is_back_after_the_break() -> None:
    doors = Openings(lambda _: (HOURS,)).ahead("a", clock(11.75))
    stay = Staffing().outlook(11.75 * HOUR, doors).stay
    at = [int(GRID.searchsorted(seconds)) for seconds in (600, 2 * HOUR, 3.2 * HOUR)]
    assert stay[at[0]] > 0.9
    assert stay[at[1]] < 0.1
    assert stay[at[2]] > 0.8


def test_those_who_were_seen_to_stay_after_closing_are_believed_to() -> None:
    doors = Openings(lambda _: (HOURS,)).ahead("a", clock(11.75))
    stays = []
    for waiting in (False, True):
        staffing = Staffing()
        for _ in range(5):
            for slot in range(288):
                staffing.tick(slot * 300.0, {"a": 4}, {"a": waiting})
        for slot in range(142):
            staffing.tick(slot * 300.0, {"a": 4}, {"a": waiting})
        stays.append(float(staffing.outlook(11.75 * HOUR, doors).stay[int(GRID.searchsorted(HOUR))]))
    assert stays[0] < 0.1
    assert stays[1] > 0.5


def test_nobody_is_hoped_for_while_closed() -> None:
    opened = Staffing().outlook(11.75 * HOUR, Openings(lambda _: (HOURS,)).ahead("a", clock(11.75))).open
    assert 1 == pytest.approx(opened[0])
    assert 0 == pytest.approx(opened[int(GRID.searchsorted(HOUR))])


def test_sisters_close_too() -> None:
    waits = []
    for knows in (True, False):
        estimator = centre(knows_hours=knows)
        at = clock(11) + 50 * 60
        for member in range(2):
            estimator.signed_in(f"m{member}", "b", at)
            estimator.signed_in(f"m{member}", "a", at, 5)
            estimator.answered(f"m{member}", "b", at)
        for call in range(20):
            estimator.joined("a", f"c{call}", at)
        waits.append(estimator.line("a", at)[-1].p50)
    assert waits[0] > waits[1]


def test_an_empty_journal_gives_wide_and_finite_estimates() -> None:
    told = Estimator().expect("a", clock(9), clock(9))
    assert np.isfinite(told.p90)
    assert told.p90 > 2 * told.p50 > 0
    staffed = full_line(Estimator(), clock(9), 4).expect("a", clock(9), clock(9))
    assert staffed.p90 > 1.5 * staffed.p50
