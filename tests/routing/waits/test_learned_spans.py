import numpy as np
import pytest

from routing.waits.spans import LONGEST, Spans, lognormal


def test_without_own_spans_the_prior_is_believed() -> None:
    assert 240 == pytest.approx(Spans(lognormal(240, 0.9), 20).mean(), rel=0.03)


def test_own_spans_outweigh_the_prior_in_time() -> None:
    spans = Spans(lognormal(240, 0.9), 20)
    for _ in range(2000):
        spans.add(60)
    assert 60 == pytest.approx(spans.mean(), rel=0.1)


def test_what_a_team_sees_the_centre_learns_along() -> None:
    centre = Spans(lognormal(240, 0.9), 20)
    one, other = Spans(centre, 30), Spans(centre, 30)
    for _ in range(500):
        one.add(60)
    assert other.mean() < 80


def test_spans_of_nothing_and_of_a_day_have_a_place() -> None:
    spans = Spans(lognormal(240, 0.9), 0.001)
    spans.add(0)
    spans.add(86_400)
    assert LONGEST > spans.mean() > LONGEST / 3


@pytest.mark.parametrize("age", [0, 30, 4000, 10**7])
def test_what_is_left_of_a_span_is_a_distribution_at_any_age(age: float) -> None:
    masses = Spans(lognormal(240, 0.9), 20).curve().masses(10, 720, age)
    assert masses.min() >= 0
    assert 1 == pytest.approx(masses.sum(), abs=0.02)


def test_of_spans_with_a_tail_more_is_left_the_longer_they_last() -> None:
    curve = Spans(lognormal(240, 1.5), 20).curve()
    left = [float(curve.masses(10, 720, age) @ (np.arange(720) * 10)) for age in (0, 600)]
    assert left[0] < left[1]
