import math

import pytest

from routing.what_if.floor import Call, Change, Floor


def call(
    at: float,
    credit: float = 0.0,
    patience: float = math.inf,
    ring: float = 0.0,
    work: float = 100.0,
    queue: int = 0,
    pick: float = 0.0,
) -> Call:
    return Call(at, at - credit, patience, ring, work, queue, pick)


def waits(*calls: Call, members: int = 1, changes: tuple[Change, ...] = ()) -> list[float | None]:
    return Floor([(0,)], calls, changes or (Change(0.0, 0, members),), 1).run().answers


def test_first_come_first_served() -> None:
    assert [0.0, 90.0, 180.0] == waits(call(0), call(10), call(20))


def test_two_members_serve_two_callers_at_once() -> None:
    assert [0.0, 0.0, 80.0] == waits(call(0), call(10), call(20), members=2)


def test_a_credit_overtakes_those_who_came_before() -> None:
    assert [0.0, 190.0, 80.0] == waits(call(0), call(10), call(20, credit=1800))


def test_who_gives_up_is_not_answered_and_holds_nobody() -> None:
    assert [0.0, None, 80.0] == waits(call(0), call(10, patience=50), call(20))


def test_one_may_give_up_while_the_phone_rings_and_the_member_is_free_at_once() -> None:
    assert [None, 13.0] == waits(call(0, patience=8, ring=10), call(5, ring=10))


def test_the_ringing_is_part_of_the_wait_and_of_the_member_s_time() -> None:
    assert [10.0, 110.0] == waits(call(0, ring=10), call(10, ring=10))


def test_a_member_who_goes_ends_the_talk_first() -> None:
    changes = (Change(0.0, 0, 1), Change(50.0, 0, -1), Change(500.0, 0, 1))
    assert [0.0, 490.0] == waits(call(0), call(10), changes=changes)


def test_a_member_who_comes_takes_the_first_in_line() -> None:
    assert [30.0, 120.0] == waits(call(0), call(10), changes=(Change(30.0, 0, 1),))


def test_who_waits_when_all_have_gone_gives_up() -> None:
    assert [None] == waits(call(10, patience=60), changes=(Change(0.0, 0, 1), Change(5.0, 0, -1)))


def test_a_member_of_two_queues_takes_the_earliest_virtual_arrival_of_both() -> None:
    both = [(0, 1), (1,)]
    calls = [call(0, queue=0), call(1, queue=1), call(10, queue=1), call(20, queue=0, credit=60), call(30, queue=0)]
    floor = Floor(both, calls, (Change(0.0, 0, 1), Change(0.0, 1, 1)), 2).run()
    assert [0.0, 0.0, 91.0, 80.0, 170.0] == floor.answers
    assert [300.0, 200.0] == floor.worked


@pytest.mark.parametrize(
    ("pick", "worked"), [(0.0, [100.0, 0.0]), (0.6, [100.0, 0.0]), (0.7, [0.0, 100.0]), (1.0, [0.0, 100.0])]
)
def test_among_the_free_members_one_is_picked_by_rank(pick: float, worked: list[float]) -> None:
    floor = Floor([(0, 1)], [call(5, pick=pick)], (Change(0.0, 0, 2), Change(0.0, 1, 1)), 2).run()
    assert worked == floor.worked
