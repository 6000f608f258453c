from collections.abc import Mapping
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.waits.counted import StaffChanges
from routing.waits.grid import GRID
from routing.waits.pauses import Pauses
from routing.waits.staffing import Staffing

DAY, NINE = 86_400.0, 9 * 3600.0


class Learning:
    def __init__(self) -> None:
        self.staffing, self.pauses = Staffing(), Pauses()
        self.changes = StaffChanges(self.staffing, self.pauses)

    def counted(
        self,
        at: float,
        signed_in: int,
        paused: int = 0,
        queue: str = "a",
        waiting: bool = False,
        reasons: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self.changes.counted(queue, at, at % DAY, signed_in, paused, waiting, reasons)

    def seconds_paused_a_talk(self) -> float:
        for _ in range(100):
            self.pauses.talk_ended(NINE)
        return self.pauses.seconds_after_talk(NINE)


def pauses_of(*lengths: float, reason: str = "") -> float:
    """What is learned of pauses at nine, one after the other."""
    learning = Pauses()
    for length in lengths:
        learning.ended(reason, NINE, length)
    for _ in range(100):
        learning.talk_ended(NINE)
    return learning.seconds_after_talk(NINE)


def test_present_are_those_counted_last() -> None:
    learning = Learning()
    learning.counted(NINE, 3)
    learning.counted(NINE, 5, queue="b")
    learning.counted(NINE + 10, 2)
    assert {"a": 2, "b": 5} == learning.changes.present


def test_of_two_who_pause_the_first_is_taken_to_come_back_first() -> None:
    learning = Learning()
    for after, paused in ((0, 0), (0, 1), (100, 2), (300, 1), (600, 0)):
        learning.counted(NINE + after, 4, paused)
    assert pauses_of(300, 500) == learning.seconds_paused_a_talk()


def test_who_signs_out_in_a_pause_has_not_ended_it() -> None:
    learning = Learning()
    for after, signed_in, paused in ((0, 4, 2), (50, 3, 1), (300, 3, 0)):
        learning.counted(NINE + after, signed_in, paused)
    assert pauses_of(300) == learning.seconds_paused_a_talk()


def test_one_who_serves_three_teams_pauses_once() -> None:
    learning = Learning()
    for after, paused in ((0, 0), (10, 1), (310, 0)):
        for queue in "abc":
            learning.counted(NINE + after, 4, paused, queue)
    assert pauses_of(300) == learning.seconds_paused_a_talk()


def test_two_teams_whose_members_pause_at_different_moments_have_two_pauses() -> None:
    learning = Learning()
    for after, queue, paused in ((0, "a", 1), (5, "b", 1), (300, "a", 0), (305, "b", 0)):
        learning.counted(NINE + after, 4, paused, queue)
    assert pauses_of(300, 300) == learning.seconds_paused_a_talk()


def test_a_pause_that_ends_as_another_begins_is_not_seen() -> None:
    learning = Learning()
    for after, paused in ((0, 1), (100, 1), (400, 0)):
        learning.counted(NINE + after, 4, paused)
    assert pauses_of(400) == learning.seconds_paused_a_talk()


def test_of_two_who_pause_for_two_reasons_each_ends_their_own() -> None:
    learning = Learning()
    for after, reasons in ((0, {"lunch": 1}), (100, {"lunch": 1, "coffee": 1}), (300, {"lunch": 1}), (1800, {})):
        learning.counted(NINE + after, 4, sum(reasons.values()), reasons=reasons)
    alone = Pauses()
    alone.ended("coffee", NINE, 200)
    alone.ended("lunch", NINE, 1800)
    for reason in ("coffee", "lunch"):
        spans = [pauses.curve(reason, NINE).masses(60, 40).tolist() for pauses in (alone, learning.pauses)]
        assert spans[0] == pytest.approx(spans[1])


def test_who_changes_the_reason_has_ended_one_pause_and_begun_another() -> None:
    learning = Learning()
    for after, reasons in ((0, {"a": 1}), (300, {"b": 1}), (600, {})):
        learning.counted(NINE + after, 4, len(reasons), reasons=reasons)
    alone = Learning()
    for reason in "ab":
        alone.pauses.ended(reason, NINE, 300)
    assert alone.seconds_paused_a_talk() == learning.seconds_paused_a_talk()


def test_pauses_of_the_same_moment_for_two_reasons_are_two() -> None:
    learning = Learning()
    for after, reason_of in ((0, {"a": "x", "b": "y"}), (300, {"a": "", "b": ""})):
        for queue, reason in reason_of.items():
            reasons = {reason: 1} if reason else {}
            learning.counted(NINE + after, 4, len(reasons), queue, reasons=reasons)
    assert ["x", "y"] == [learning.pauses.known(reason) for reason in "xy"]


def test_one_who_serves_two_teams_pauses_once_for_a_reason() -> None:
    learning = Learning()
    for after, paused in ((0, 0), (10, 1), (310, 0)):
        for queue in "ab":
            learning.counted(NINE + after, 4, paused, queue, reasons={"x": paused} if paused else {})
    assert pauses_of(300, reason="x") == learning.seconds_paused_a_talk()


def test_more_reasons_than_paused_are_as_many_as_paused() -> None:
    learning = Learning()
    learning.counted(NINE, 4, 1, reasons={"a": 3, "b": -2, "c": 1})
    learning.counted(NINE + 300, 4, 0)
    assert pauses_of(300, reason="a") == learning.seconds_paused_a_talk()


def stays_with(waiting: bool) -> float:
    learning = Learning()
    for day in range(5):
        for slot in range(288):
            learning.staffing.tick(slot * 300.0, {"a": 6}, {"a": True})
            if slot == 110:
                learning.counted(day * DAY + slot * 300, 6)
                learning.counted(day * DAY + slot * 300, 3, waiting=waiting)
    for slot in range(109):
        learning.staffing.tick(slot * 300.0, {"a": 6}, {"a": True})
    return float(learning.staffing.outlook(108 * 300.0).stay[-1])


def test_who_leaves_counts_only_while_callers_wait() -> None:
    assert stays_with(waiting=True) < 0.8
    assert stays_with(waiting=False) > 0.9


def test_who_comes_late_is_expected_from_counts_alone() -> None:
    learning = Learning()
    for day in range(5):
        for slot in range(288):
            at = day * DAY + slot * 300.0
            learning.staffing.tick(slot * 300.0, learning.changes.present, {"a": True})
            learning.counted(at, 2 if slot < 108 else 4)
    for slot in range(108):
        learning.staffing.tick(slot * 300.0, {"a": 2}, {"a": True})
    assert learning.staffing.outlook(NINE - 10).come[GRID.searchsorted(900)] > 0.5


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from([0.0, 1.0, 400.0]), st.integers(-2, 9), st.integers(-2, 9))
    )
)
def test_whatever_is_counted_the_last_count_is_what_is_there(counts: list[tuple[str, float, int, int]]) -> None:
    learning, at = Learning(), NINE
    last: dict[str, int] = {}
    for queue, after, signed_in, paused in counts:
        at += after
        learning.counted(at, signed_in, paused, queue)
        last[queue] = max(0, signed_in)
    assert last == learning.changes.present
    assert learning.seconds_paused_a_talk() >= 0
