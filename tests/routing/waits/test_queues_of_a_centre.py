from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from routing.waits.centre_queues import LocalClock, of_centre
from tests.fakes.small_centre import small_centre

BERLIN = ZoneInfo("Europe/Berlin")
NOON = 1_790_071_200.0  # 2026-09-22 12:00 in Berlin


def test_a_derived_queue_wraps_up_as_long_as_the_slowest_of_its_teams() -> None:
    centre = small_centre()
    seconds = {"L01": 10, "L02": 20, "V01": 40}
    teams = {
        team.id: replace(team, wrap_up_seconds=seconds.get(team.id, team.wrap_up_seconds))
        for team in centre.teams.values()
    }
    known = of_centre(replace(centre, teams=teams)).wrap_up_seconds
    assert [10, 20, 40] == [known["L01"], known["A1-wide"], known["A1-urgent"]]


def test_every_queue_is_known_with_its_area_and_no_other() -> None:
    known = of_centre(small_centre())
    assert set(small_centre().queues) == set(known.wrap_up_seconds)
    assert dict.fromkeys(("L01", "L02", "V01", "A1-wide", "A1-urgent"), "A1") == known.areas
    assert {"general-line", "L01", "L02", "V01"} == known.of_one_team
    assert "general-line" == known.queues["general"]


@pytest.mark.parametrize("zone", [BERLIN, ZoneInfo("America/St_Johns"), ZoneInfo("UTC")])
def test_the_time_of_day_is_the_centres(zone: ZoneInfo) -> None:
    clock = LocalClock(lambda: zone)
    hours = {"Europe/Berlin": 12.0, "America/St_Johns": 7.5, "UTC": 10.0}[zone.key]
    assert hours * 3600 == clock(NOON) % 86_400
    assert hours * 3600 + 1 == clock(NOON + 1) % 86_400


def test_clocks_that_change_are_followed_at_once() -> None:
    clock, change = LocalClock(lambda: BERLIN), 1_792_890_000.0  # 2026-10-25 03:00 becomes 02:00
    assert [3 * 3600 - 1, 2 * 3600] == [clock(change - 1) % 86_400, clock(change) % 86_400]


def test_another_centre_may_have_another_zone() -> None:
    zones = [BERLIN]
    clock = LocalClock(lambda: zones[0])
    berlin = clock(NOON)
    zones[0] = ZoneInfo("UTC")
    assert 7200 == berlin - clock(NOON)


def test_a_moment_beyond_every_calendar_has_no_offset() -> None:
    assert 1e18 == LocalClock(lambda: BERLIN)(1e18)
