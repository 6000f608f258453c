from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from routing.centre import Centre, with_hours_always_open
from routing.teams.file import parse, read

SHIPPED = Path(__file__).parents[2] / "teams.yaml"
NIGHT = datetime(2025, 6, 8, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def centre() -> Centre:
    return read(SHIPPED)


def test_a_team_waits_in_the_queue_of_its_id(centre: Centre) -> None:
    assert centre.teams["L01"].queue == "L01"


def test_the_team_general_waits_in_a_queue_that_asterisk_can_have(centre: Centre) -> None:
    assert centre.teams["general"].queue == "general-line"
    capital = SHIPPED.read_text(encoding="utf-8").replace("  general: {", "  General: {")
    capital = capital.replace("general_line: general", "general_line: General").replace("[general]", "[General]")
    assert parse(capital).teams["General"].queue == "General-line"


def test_the_centre_has_28_team_queues_and_two_derived_ones_an_area(centre: Centre) -> None:
    assert len(set(centre.queues)) == 28 + 9 * 2
    assert centre.queues[:2] == ("general-line", "L01")
    assert centre.queues[-2:] == ("A9-wide", "A9-urgent")


def test_each_team_queue_leads_back_to_its_team(centre: Centre) -> None:
    assert [centre.team_of_queue[team.queue] for team in centre.teams.values()] == list(centre.teams.values())
    assert "A1-wide" not in centre.team_of_queue


@pytest.mark.parametrize(
    ("member", "queues"),
    [
        ("m0101", ("L01", "A1-wide", "A1-urgent")),
        ("v0201", ("V02", "A2-urgent")),
        ("g01", ("general-line",)),
    ],
)
def test_a_member_serves_the_own_team_and_what_derives_from_it(
    centre: Centre, member: str, queues: tuple[str, ...]
) -> None:
    assert centre.queues_of(centre.members[member]) == queues


def test_a_team_knows_its_area_and_the_general_line_is_in_none(centre: Centre) -> None:
    assert centre.area_of_team["V09"].id == "A9"
    assert "general" not in centre.area_of_team


def test_members_are_found_by_team_and_ring_at_their_own_phone(centre: Centre) -> None:
    assert [member.interface for member in centre.members_of("V01")] == ["PJSIP/v0101", "PJSIP/v0102"]


def test_who_chooses_no_language_hears_the_first(centre: Centre) -> None:
    assert centre.default_language == "de"


def test_the_lab_is_open_at_night_and_otherwise_the_same(centre: Centre) -> None:
    lab = with_hours_always_open(centre)
    assert lab.hours.is_open(NIGHT)
    assert all(team.hours.is_open(NIGHT) for team in lab.teams.values())
    assert not centre.teams["L01"].hours.is_open(NIGHT)
    assert (lab.members, lab.areas, lab.queues) == (centre.members, centre.areas, centre.queues)


def test_a_team_is_staffed_when_somebody_is_configured_for_it(centre: Centre) -> None:
    without = replace(centre, members={"m0101": centre.members["m0101"]})
    assert centre.staffed_teams == centre.teams.keys()
    assert without.staffed_teams == {"L01"}
