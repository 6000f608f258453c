"""`/wallboard`: who may look, which teams, and that nothing else stands on it; the screen is in tests/live."""

import re
from dataclasses import replace

import pytest

from operations.sign_in.accounts import Role
from routing.centre import Area, BenefitRule, Site
from tests.fakes.router import small_centre
from tests.fakes.wall_house import WallHouse, wide_centre
from web.looking import Audience
from web.wallboard.choice import MOST_TOLD, Choice, chosen
from web.who import COOKIE

ALL = tuple(small_centre().teams)
ELSEWHERE = "192.0.2.1"


async def shown(query: str = "", house: WallHouse | None = None) -> str:
    async with (house or WallHouse()).client() as asking:
        return (await asking.get(f"/wallboard{query}")).text


def teams_in(text: str) -> list[str]:
    return re.findall(r'data-team="([^"]+)"', text)


async def test_a_screen_at_a_listed_address_needs_no_sign_in() -> None:
    async with WallHouse().client() as asking:
        answer = await asking.get("/wallboard")
    assert (200, list(ALL)) == (answer.status_code, teams_in(answer.text))


async def test_everybody_else_signs_in_and_comes_back() -> None:
    async with WallHouse().client(address=ELSEWHERE) as asking:
        answer = await asking.get("/wallboard?teams=L01,L02")
    assert (303, "/sign-in?next=%2Fwallboard%3Fteams%3DL01%2CL02") == (answer.status_code, answer.headers["location"])


@pytest.mark.parametrize(
    ("role", "status", "teams"), [(Role.VIEWER, 200, list(ALL)), (Role.MEMBER, 200, ["L01"]), (Role.SCANNER, 403, [])]
)
async def test_whoever_signed_in_sees_their_teams(role: Role, status: int, teams: list[str]) -> None:
    async with WallHouse().client(role, ELSEWHERE) as asking:
        answer = await asking.get("/wallboard")
    assert (status, teams) == (answer.status_code, teams_in(answer.text))


async def test_a_screen_whose_session_has_ended_is_a_screen_again() -> None:
    async with WallHouse().client() as asking:
        asking.cookies.set(COOKIE, "of-a-session-that-ended")
        answer = await asking.get("/wallboard")
    assert (200, True) == (answer.status_code, f'{COOKIE}=""' in answer.headers["set-cookie"])


async def test_without_the_store_a_listed_screen_goes_on() -> None:
    house = WallHouse()
    house.accounts.is_away = True
    async with house.client() as asking:
        assert 200 == (await asking.get("/wallboard")).status_code


async def test_unknown_teams_are_named_and_the_others_shown() -> None:
    text = await shown("?teams=L02,<b>,L99,l01&lang=en")
    assert ["L02", "L01"] == teams_in(text)
    assert "may not see it: &lt;b&gt;, L99." in text


async def test_a_wall_without_a_team_says_how_to_name_some() -> None:
    text = await shown("?teams=nobody&lang=en")
    assert (False, True) == (bool(teams_in(text)), "There is no team to show." in text)


async def test_a_name_from_teams_yaml_is_text() -> None:
    text = await shown(house=WallHouse(wide_centre(3)))
    assert ("<b onmouse" in text, "&lt;b onmouseover=" in text) == (False, True)


async def test_no_member_and_no_number_stands_on_the_wall() -> None:
    text = await shown()
    assert [] == [each for each in small_centre().members if each in text]
    assert [] == re.findall(r"\b3\d{3}\b", re.sub(r"<[^>]*>", "", text))


async def test_the_page_tells_its_version_and_the_centres_time() -> None:
    text = await shown(house=WallHouse(version="9.9"))
    assert 'data-version="9.9" data-timezone="Europe/Berlin"' in text


def test_sites_and_areas_stand_for_their_teams_and_none_is_shown_twice() -> None:
    centre = small_centre()
    south = {"A2": replace(centre.areas["A2"], site="sued")}
    centre = replace(centre, sites={**centre.sites, "sued": Site("sued", "Süd")}, areas={**centre.areas, **south})
    everything = Audience(None)
    assert Choice(("L03", "L04", "V02")) == chosen(centre, everything, "", "sued", "")
    assert Choice(("L01", "L02", "V01")) == chosen(centre, everything, "", "", "A1")
    assert Choice(("V01", "L01", "L02", "L03", "L04", "V02")) == chosen(centre, everything, "V01", "nord,SUED", "a2")


def test_a_site_and_an_area_of_the_same_name_are_two() -> None:
    centre = small_centre()
    area = Area("nord", "Nord", "nord", ("L01",), "V01", BenefitRule.HOUSEHOLD_LAST_DIGIT)
    centre = replace(centre, areas={"nord": area, "A2": centre.areas["A2"]})
    assert ("L01", "V01") == chosen(centre, Audience(None), "", "", "nord").teams
    assert ("L01", "V01", "L03", "L04", "V02") == chosen(centre, Audience(None), "", "nord", "").teams


def test_anothers_team_is_as_unknown_as_none() -> None:
    own = Audience(frozenset({"L01"}), "anna")
    assert Choice(("L01",), ("L99", "L02")) == chosen(small_centre(), own, "L01,L02,L99", "", "")
    assert Choice(("L01",), is_all=True) == chosen(small_centre(), own, "", "", "")


def test_a_hostile_address_costs_little() -> None:
    found = chosen(small_centre(), Audience(None), ",".join("x" * 10_000 for _ in range(5000)), "é" * 5000, "")
    assert (True, True) == (len(found.unknown) <= MOST_TOLD, all(len(each) <= 40 for each in found.unknown))
