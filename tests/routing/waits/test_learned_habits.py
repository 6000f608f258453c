import math
import random

import pytest

from routing.waits.arrivals import Arrivals
from routing.waits.bias import Bias
from routing.waits.correction import Correction
from routing.waits.coverage import Coverage
from routing.waits.grid import GRID
from routing.waits.patience import STEP, Patience
from routing.waits.pauses import Pauses
from routing.waits.staffing import Staffing

NINE = 9 * 3600.0


def test_patience_is_learned_with_those_who_were_answered_before_they_gave_up() -> None:
    chance, patience = random.Random(1), Patience()
    for _ in range(4000):
        stays, answered = chance.expovariate(1 / 300), chance.uniform(0, 600)
        patience.add("a", min(stays, answered), stays < answered)
    assert math.exp(-1) == pytest.approx(patience.stays("a")[int(300 / STEP)], abs=0.04)
    assert 1 / 300 == pytest.approx(patience.rate("a"), rel=0.1)


def test_a_queue_without_experience_leans_on_the_centre() -> None:
    patience = Patience()
    assert math.exp(-1) == pytest.approx(patience.stays("new")[int(600 / STEP)], abs=0.02)
    for _ in range(1000):
        patience.add("a", 30, True)
    assert patience.stays("b")[int(300 / STEP)] < 0.05


def test_arrivals_follow_the_day_and_how_today_compares() -> None:
    arrivals = Arrivals()
    assert 0 < arrivals.rate(NINE, NINE)
    for day in range(6):
        for call in range(90):
            at = day * 86_400 + NINE + call * 20
            arrivals.add(at, NINE + call * 20, call % 9 == 0)
        if day < 5:
            arrivals.close_day()
    now = 5 * 86_400 + NINE + 1700
    assert 1 / 20 == pytest.approx(arrivals.rate(now, NINE + 1700), rel=0.15)
    assert arrivals.rate(now, 3 * 3600.0) < 1 / 1000
    assert 1 / 9 == pytest.approx(arrivals.urgent_share, rel=0.1)


def test_pauses_are_expected_at_their_hour_and_for_their_time() -> None:
    pauses = Pauses()
    for talk in range(1000):
        pauses.talk_ended(NINE)
        pauses.talk_ended(NINE + 7200)
        if talk % 5 == 0:
            pauses.ended("rest", NINE, 100)
    ((there, _),), ((later, _),) = pauses.after_talk(NINE), pauses.after_talk(NINE + 7200)
    assert 0.2 == pytest.approx(there, rel=0.1)
    assert later < 0.02
    assert 20 == pytest.approx(pauses.seconds_after_talk(NINE), rel=0.2)


def test_a_pause_is_as_long_as_those_that_began_at_its_hour() -> None:
    pauses = Pauses()
    for _ in range(300):
        pauses.ended("", NINE, 60)
        pauses.ended("", NINE + 7200, 1000)
        pauses.talk_ended(NINE)
        pauses.talk_ended(NINE + 7200)
    assert pauses.curve("", NINE).masses(10, 30).sum() > 0.75
    assert pauses.curve("", NINE + 7200).masses(10, 30).sum() < 0.25


def test_a_pause_is_as_long_as_those_for_its_reason() -> None:
    pauses = Pauses()
    for _ in range(100):
        pauses.ended("coffee", NINE, 100)
        pauses.ended("lunch", NINE, 1500)
    assert pauses.curve("coffee", NINE).masses(10, 30).sum() > 0.85
    assert pauses.curve("lunch", NINE).masses(10, 30).sum() < 0.15


def test_a_pause_for_a_reason_that_was_never_seen_is_like_any_other() -> None:
    pauses = Pauses()
    for _ in range(100):
        pauses.ended("coffee", NINE, 100)
        pauses.ended("lunch", NINE, 1500)
    assert "" == pauses.known("errand")
    assert 0.5 == pytest.approx(pauses.curve("errand", NINE).masses(10, 30).sum(), abs=0.05)


def test_beyond_a_dozen_reasons_the_others_are_one() -> None:
    pauses = Pauses()
    for number in range(14):
        pauses.ended(f"r{number}", NINE, 100)
    assert ["r11", ""] == [pauses.known(reason) for reason in ("r11", "r12")]


def test_the_chance_of_a_pause_is_that_of_all_reasons() -> None:
    pauses = Pauses()
    for talk in range(1000):
        pauses.talk_ended(NINE)
        if talk % 5 == 0:
            pauses.ended("coffee" if talk % 2 else "lunch", NINE, 100)
    ((there, _),) = pauses.after_talk(NINE)
    assert 0.2 == pytest.approx(there, rel=0.1)


def test_however_many_pauses_are_told_some_work_is_left() -> None:
    pauses = Pauses()
    for length in (10, 60, 300, 1000, 5000):
        for _ in range(200):
            pauses.ended(f"{length} s", NINE, length)
    assert sum(chance for chance, _ in pauses.after_talk(NINE)) < 1
    assert 0 == len(Pauses().after_talk(NINE))


def test_who_signs_in_late_every_day_is_expected() -> None:
    staffing = Staffing()
    for day in range(5):
        for slot in range(288):
            second = slot * 300.0
            present = 2 if second < NINE else 4 if second < 12 * 3600 else 0
            assert staffing.is_news(second)
            staffing.tick(second, {"a": present}, {"a": present > 0})
            if second == NINE:
                staffing.came("a", 3)
                staffing.came("a", 4)
        assert (day > 0) is staffing.knows_a_day
    for slot in range(108):
        staffing.tick(slot * 300.0, {"a": 2}, {"a": True})
    assert not staffing.is_news(NINE - 10)
    come = staffing.outlook(NINE - 10).come
    staffing.counted("a", 2)
    assert 2 == pytest.approx(staffing.missing("a"), abs=0.1)
    assert come[GRID.searchsorted(600)] > 0.5
    assert (1 >= come).all()


def test_who_leaves_while_callers_wait_is_seen_coming_and_who_leaves_an_empty_line_is_not() -> None:
    stays = []
    for callers_wait in (True, False):
        staffing = Staffing()
        for _ in range(5):
            for slot in range(288):
                staffing.tick(slot * 300.0, {"a": 4}, {"a": True})
                if slot == 110:
                    staffing.left(callers_wait)
                    staffing.left(callers_wait)
        for slot in range(109):
            staffing.tick(slot * 300.0, {"a": 4}, {"a": True})
        stays.append(float(staffing.outlook(108 * 300.0).stay[-1]))
    assert stays[0] < 0.8
    assert stays[1] > 0.9


def test_nobody_is_missing_where_nobody_ever_was() -> None:
    assert 0 == Staffing().missing("a")


def test_what_is_regularly_late_at_a_team_or_a_time_is_told_later() -> None:
    bias = Bias()
    for _ in range(3000):
        bias.add("a", NINE, 1.5, 9, 1.0)
        bias.add("b", NINE, 1.0, 9, 1.0)
    assert bias.factor("a", NINE) > 1.25
    assert 1.1 > bias.factor("b", NINE) > 0.9
    assert 1 == Bias().factor("c", NINE)


def test_means_are_corrected_by_their_size_and_stay_in_order() -> None:
    correction = Correction()
    assert 300 == pytest.approx(correction.corrected(300))
    for _ in range(4000):
        correction.add(300, 300, 1.0)
        correction.add(1200, 900, 1.0)
        correction.add(10**6, 10**6, 1.0)
    assert 300 == pytest.approx(correction.corrected(300), rel=0.03)
    assert 900 == pytest.approx(correction.corrected(1200), rel=0.05)
    corrected = [correction.corrected(1.3**step) for step in range(50)]
    assert corrected == sorted(corrected)
    assert 0 == correction.corrected(0)


def test_quantiles_follow_how_often_they_are_kept() -> None:
    chance, coverage = random.Random(2), Coverage()
    for _ in range(20_000):
        wait = chance.expovariate(1 / 100)
        told = coverage.covering((100.0, 100.0, 150.0))
        coverage.add(tuple(float(wait <= one) for one in told), 1.0)
    p50, p80, p90 = coverage.covering((100.0, 100.0, 150.0))
    assert 69 == pytest.approx(p50, rel=0.15)
    assert 161 == pytest.approx(p80, rel=0.15)
    assert 230 == pytest.approx(p90, rel=0.15)
