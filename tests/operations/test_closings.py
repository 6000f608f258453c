from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from operations.active import ActiveRouter, InForce
from operations.closings import ClosedNow, CloseRefused, Closings, ordered, scope_of
from routing.directory import DirectoryTable
from routing.hours.closure import Closure
from tests.fakes.desk_house import MemoryClosings
from tests.fakes.router import MONDAY_AT_NINE, small_centre

NOON = MONDAY_AT_NINE.replace(hour=12)


class Clock:
    now = MONDAY_AT_NINE

    def __call__(self) -> datetime:
        return self.now


def made(kept: MemoryClosings) -> tuple[Closings, ActiveRouter, Clock]:
    clock = Clock()
    router = ActiveRouter(InForce(small_centre(), "c-1", DirectoryTable.empty()), clock, lambda _: None)
    return Closings(kept, kept, router, clock), router, clock


def is_open(router: ActiveRouter, team: str = "L01", now: datetime = MONDAY_AT_NINE) -> bool:
    return router.centre.teams[team].hours.is_open(now)


def order(scope: str = "team:L01") -> ClosedNow:
    return ClosedNow(Closure(scope, MONDAY_AT_NINE, NOON, "why"), "anna")


async def test_what_another_router_has_closed_is_closed_here_after_a_look() -> None:
    kept = MemoryClosings()
    closings, router, _ = made(kept)
    kept.orders["team:L01"] = order()
    assert is_open(router)
    await closings.look()
    assert not is_open(router)
    assert (order(),) == closings.of_team("L01")


async def test_while_the_store_is_away_what_was_closed_stays_closed() -> None:
    kept = MemoryClosings()
    closings, router, _ = made(kept)
    kept.orders["team:L01"] = order()
    await closings.look()
    kept.is_away, kept.orders = True, {}
    await closings.look()
    assert not is_open(router)
    kept.is_away = False
    await closings.look()
    assert is_open(router)


async def test_a_router_that_starts_without_the_store_closes_what_was_noted() -> None:
    kept = MemoryClosings(noted=(order(),), is_away=True)
    closings, router, _ = made(kept)
    closings.apply()
    await closings.look()
    assert not is_open(router)


async def test_what_is_closed_is_noted_for_such_a_start() -> None:
    kept = MemoryClosings()
    closings, _, _ = made(kept)
    await closings.close("team:L01", NOON, "why", "anna")
    assert (order(),) == kept.noted


async def test_another_version_of_teams_yaml_is_closed_as_the_one_before() -> None:
    kept = MemoryClosings()
    closings, router, _ = made(kept)
    await closings.close("team:L01", NOON, "why", "anna")
    later = small_centre()
    router.in_force = replace(router.in_force, centre=closings.closed(later))
    assert not is_open(router)


async def test_a_centre_that_knows_its_closures_stays_the_very_same() -> None:
    kept = MemoryClosings()
    closings, router, _ = made(kept)
    before = router.centre
    closings.apply()
    assert before is router.centre
    await closings.close("team:L01", NOON, "why", "anna")
    closed = router.centre
    await closings.look()
    assert closed is router.centre
    assert closed is closings.closed(closed)


async def test_one_order_a_scope_the_last_counts() -> None:
    kept = MemoryClosings()
    closings, _, _ = made(kept)
    await closings.close("team:L01", NOON, "first", "anna")
    await closings.close("team:L01", NOON, "second", "bert")
    assert ["second"] == [each.closure.reason for each in closings.of_team("L01")]


async def test_what_has_run_out_closes_nothing_any_more() -> None:
    kept = MemoryClosings()
    closings, router, clock = made(kept)
    await closings.close("site:nord", NOON, "why", "anna")
    assert not is_open(router, now=NOON - timedelta(seconds=1))
    clock.now = NOON
    assert is_open(router, now=NOON)
    assert ((), None) == (closings.of_team("L01"), closings.of_scope("site:nord"))


async def test_an_order_for_a_team_that_is_gone_is_harmless() -> None:
    kept = MemoryClosings(orders={"team:gone": order("team:gone")})
    closings, router, _ = made(kept)
    await closings.look()
    assert is_open(router)
    assert () == closings.of_team("gone")


def test_seven_days_are_the_longest() -> None:
    week = MONDAY_AT_NINE + timedelta(days=7)
    assert week == ordered(small_centre(), "centre", week, "why", MONDAY_AT_NINE).until
    with pytest.raises(CloseRefused, match="7 days"):
        ordered(small_centre(), "centre", week + timedelta(seconds=1), "why", MONDAY_AT_NINE)


@pytest.mark.parametrize("scope", ["team:L99", "site:x", "L01", "", "team:", "area:A1"])
def test_what_the_centre_does_not_have_cannot_be_closed(scope: str) -> None:
    with pytest.raises(CloseRefused, match="nothing that this centre has"):
        ordered(small_centre(), scope, NOON, "why", MONDAY_AT_NINE)


def test_a_reason_is_one_line() -> None:
    assert "Brand im Keller" == ordered(small_centre(), "centre", NOON, " Brand \n im  Keller ", MONDAY_AT_NINE).reason


def test_an_administrator_names_a_team_by_its_id() -> None:
    assert ["team:L01", "site:nord", "centre"] == [scope_of(each) for each in ("L01", "site:nord", "centre")]
