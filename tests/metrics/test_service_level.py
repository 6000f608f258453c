import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.counts import Counts
from metrics.service_level import FORMULAS, service_level
from routing.teams.schema import Formula

VECTOR = Counts(
    offered=1060,
    answered=1000,
    answered_in_target=860,
    abandoned=60,
    abandoned_in_target=20,
    abandoned_short=10,
)
"""T = 20 s."""


@pytest.mark.parametrize(
    ("percent", "formula"),
    [
        ("83.02", "good"),
        ("86.00", "answered-only"),
        ("81.13", "strict"),
        ("82.69", "neutral"),
        ("82.08", "short"),
        ("81.90", "default"),
    ],
)
def test_the_test_vector_is_exact_to_two_decimals(percent: str, formula: str) -> None:
    share = service_level(formula, VECTOR)
    assert share is not None
    assert percent == f"{share * 100:.2f}"


def test_lost_calls_lower_the_default_level() -> None:
    assert 0.5 == service_level("default", Counts(offered=2, answered=1, answered_in_target=1, lost=1))


@pytest.mark.parametrize("formula", FORMULAS)
def test_an_empty_interval_is_neither_all_nor_nothing(formula: str) -> None:
    assert service_level(formula, Counts()) is None


def test_teams_yaml_may_name_each_formula_and_no_other() -> None:
    assert set(typing.get_args(Formula)) == set(FORMULAS)


@given(
    answered=st.integers(0, 50),
    abandoned=st.integers(0, 50),
    lost=st.integers(0, 5),
    shares=st.tuples(*[st.floats(0, 1)] * 3),
    formula=st.sampled_from(sorted(FORMULAS)),
)
def test_a_level_is_between_nothing_and_all(
    answered: int, abandoned: int, lost: int, shares: tuple[float, float, float], formula: str
) -> None:
    counts = Counts(
        answered=answered,
        abandoned=abandoned,
        lost=lost,
        answered_in_target=int(answered * shares[0]),
        abandoned_in_target=int(abandoned * shares[1]),
        abandoned_short=int(abandoned * shares[2]),
    )
    share = service_level(formula, counts)
    assert share is None or 0 <= share <= 1
