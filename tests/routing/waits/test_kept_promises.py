import math
import random

import pytest

from routing.waits.promises import PLACES, SHARES, Promises


def mean(promises: Promises, place: int) -> float:
    return float(promises.places(place)[-1][:-3] @ SHARES)


def test_at_first_the_next_caller_is_taken_for_the_first_event_of_a_poisson_process() -> None:
    p50, p80, p90 = Promises().places(1)[0][-3:]
    assert [math.log(2), math.log(5), math.log(10)] == pytest.approx([p50, p80, p90], rel=0.05)
    assert 1 == pytest.approx(mean(Promises(), 1), rel=0.03)


def test_places_far_behind_vary_little() -> None:
    p50, _, p90 = Promises().places(60)[-1][-3:]
    assert p90 / p50 < 1.35


def test_no_quantile_falls_with_the_place() -> None:
    promises, chance = Promises(), random.Random(3)
    for _ in range(3000):
        promises.add(chance.choice([1, 2, 7, 30, 70]), chance.choice([0.01, 0.2, 3, 20]), chance.random() < 0.6, 1.0)
    places = promises.places(PLACES + 40)
    assert PLACES + 40 == len(places)
    assert (places[1:] >= places[:-1]).all()


def test_waits_twice_as_long_as_said_are_learned_from_those_who_stayed_and_those_who_gave_up() -> None:
    promises, chance = Promises(), random.Random(4)
    for _ in range(6000):
        ratio, stays = 2 * chance.gammavariate(8, 1 / 8), chance.expovariate(1 / 2)
        promises.add(8, min(ratio, stays), ratio <= stays, 1.0)
    assert 16 == pytest.approx(mean(promises, 8), rel=0.05)


def test_who_gave_up_is_given_what_the_others_had_in_the_end() -> None:
    promises = Promises()
    compared, in_the_end = promises.compared(1, 1.0, answered=False)
    assert 2 == pytest.approx(in_the_end, rel=0.1)
    assert 2 == pytest.approx(compared, rel=0.1)
    assert 1 == pytest.approx(promises.compared(90, 1.0, answered=True)[0], rel=0.05)
    assert math.exp(-1) == pytest.approx(promises.still(1, 1.0), abs=0.03)
