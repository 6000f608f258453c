"""The board as the server makes it: own teams, figures, words, nothing that a name could smuggle in."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest

from metrics.board import MemberCounts, TeamNow, TodayFigures, Trouble
from operations.sign_in.accounts import Role
from routing.closures import apply
from routing.hours.closure import Closure
from tests.fakes.desk_house import HOST, TEAMS, DeskHouse, token_of
from tests.fakes.router import MONDAY_AT_NINE
from web.app import application
from web.board.need import Need, Urgency, needs, urgency
from web.board.page import board_page
from web.board.seen import BoardLook
from web.board.totals import level_of, totals
from web.board.wording import about, moment, share, span
from web.health import Dependencies
from web.live import LiveNow
from web.page import words

PAGES = Path(str(files("web"))) / "pages" / "board"
HOSTILE = "<img src=x onerror=alert(1)>\"'${csrf}&amp;"
ALL = ["general", "L01", "L02", "V01", "L03", "L04", "V02"]
TEAM = TeamNow(
    id="L01",
    name="L01",
    area="A1",
    site="nord",
    open=True,
    waiting=0,
    longest_wait_seconds=0.0,
    estimated_wait_seconds=None,
    members=MemberCounts(available=1),
    today=TodayFigures(),
    callbacks_open=0,
    messages_open=0,
)
DE, EN = words("board/board", "de"), words("board/board", "en")


class BoardHouse(DeskHouse):
    """The board's own rooms; `live` is what is looked at, None before anything is known."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.live: LiveNow | None = super().look()

    def board_client(self, role: Role | str | None) -> httpx.AsyncClient:
        async def nothing() -> Dependencies:
            return {}

        look = BoardLook(lambda: self.router.centre, lambda: self.live, self.closings, self.clock)
        transport = httpx.ASGITransport(application("1", nothing, more=[board_page(look, self.door)]))
        headers = {"authorization": f"Bearer {token_of(role)}"} if role else {}
        return httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}", headers=headers)

    async def page(self, role: Role | str = "supervisor", query: str = "lang=en") -> str:
        async with self.board_client(role) as client:
            answer = await client.get(f"/?{query}")
        assert answer.status_code == 200, answer.text
        return answer.text

    def show(self, shown: TeamNow) -> None:
        """A team with these figures, and everybody else as before."""
        assert self.live
        teams = tuple(shown if each.id == shown.id else each for each in self.live.board.teams)
        self.live = replace(self.live, board=replace(self.live.board, teams=teams))


@pytest.fixture
def house(tmp_path: Path) -> BoardHouse:
    return BoardHouse(tmp_path)


def rows(page: str) -> Mapping[str, str]:
    """Team -> its row's HTML, in the page's order."""
    return {found[1]: found[0] for found in re.finditer(r'<tr role="row" data-team="([^"]+)".*?</tr>', page)}


def cells(page: str, team: str = "L01") -> Mapping[str, str]:
    """Column -> text of a row."""
    found = re.findall(r'class="c-(\w+)[^"]*" data-label="[^"]*">(.*?)</t[dh]>', rows(page)[team])
    return {name: unescape(re.sub(r"<[^>]+>", " ", html)).strip() for name, html in found}


def setup(page: str) -> dict[str, Any]:
    [told] = re.findall(r'data-setup="([^"]+)"', page)
    read: dict[str, Any] = json.loads(unescape(told))
    return read


@pytest.mark.parametrize(
    ("waiting", "seconds", "how"),
    [
        (0, 0.0, Urgency.NONE),
        (0, 99.0, Urgency.NONE),
        (1, 19.9, Urgency.IN),
        (1, 20.0, Urgency.CLOSE),
        (1, 30.0, Urgency.CLOSE),
        (1, 30.1, Urgency.OVER),
    ],
)
def test_a_wait_is_close_from_two_thirds_of_the_target_on(waiting: int, seconds: float, how: Urgency) -> None:
    assert how is urgency(waiting, seconds, 30)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, ()),
        ({"waiting": 1, "longest_wait_seconds": 31.0}, (Need.OVER_TARGET,)),
        ({"members": MemberCounts()}, (Need.NOBODY_SIGNED_IN,)),
        ({"members": MemberCounts(unavailable=3)}, (Need.NOBODY_SIGNED_IN,)),
        ({"members": MemberCounts(), "open": False}, ()),
        ({"members": MemberCounts(paused=2)}, ()),
        ({"members": MemberCounts(paused=2), "waiting": 1}, (Need.NOBODY_FREE_SOON,)),
        ({"members": MemberCounts(paused=2, busy=1), "waiting": 1}, ()),
        ({"open": False, "waiting": 1}, (Need.CLOSED_WITH_CALLERS,)),
        ({"callbacks_open": 1, "messages_open": 2}, (Need.CALLBACKS, Need.MESSAGES)),
    ],
)
def test_a_team_needs_somebody_for_these_reasons(changes: dict[str, Any], found: tuple[Need, ...]) -> None:
    assert found == needs(replace(TEAM, **changes), 30, is_closed_by_order=False)


def test_a_team_closed_by_order_is_not_forgotten() -> None:
    assert (Need.CLOSED_BY_ORDER,) == needs(replace(TEAM, open=False), 30, is_closed_by_order=True)


@pytest.mark.parametrize(
    ("seconds", "told"), [(None, "–"), (-3.0, "0:00"), (7.9, "0:07"), (725.0, "12:05"), (3723.0, "1:02:03")]
)
def test_a_span_is_told_to_the_second(seconds: float | None, told: str) -> None:
    assert told == span(seconds)


def test_an_estimate_is_told_in_minutes() -> None:
    assert ("–", "< 1 min", "≈ 2 min") == (about(None, DE), about(59, DE), about(130, DE))


def test_a_share_is_told_as_the_language_writes_it() -> None:
    assert ("–", "82\N{NO-BREAK SPACE}%", "82%", "0%") == (
        share(None, DE),
        share(0.82, DE),
        share(0.82, EN),
        share(0, EN),
    )


@pytest.mark.parametrize(("days", "told"), [(0, "09:00"), (1, "Di 09:00"), (6, "So 09:00"), (7, "12.01. 09:00")])
def test_a_moment_has_its_day_where_it_is_not_today(days: int, told: str) -> None:
    assert told == moment(MONDAY_AT_NINE + timedelta(days=days), MONDAY_AT_NINE, DE)


@pytest.mark.parametrize(
    ("formula", "level"), [("default", 0.75), ("strict", 0.75), ("answered-only", 0.7), ("neutral", 0.75)]
)
def test_service_levels_are_put_together_by_what_their_formula_divides_by(formula: str, level: float) -> None:
    days = [
        TodayFigures(answered=30, answered_in_target=30, abandoned=0, service_level=1.0),
        TodayFigures(answered=20, answered_in_target=0, abandoned=0, service_level=0.0),
        TodayFigures(),
    ]
    if formula == "answered-only":
        days = [replace(days[0], answered=60), replace(days[1], answered=60, service_level=0.4), days[2]]
        assert level == pytest.approx(level_of(days, formula))
    else:
        days[1] = replace(days[1], answered=10)
        assert level == pytest.approx(level_of(days, formula))


def test_the_level_of_no_calls_is_none() -> None:
    assert None is level_of([TodayFigures()], "default")


def test_totals_are_sums_and_the_longest_of_all() -> None:
    other = replace(TEAM, waiting=2, longest_wait_seconds=50.0, members=MemberCounts(talking=2))
    found = totals([replace(TEAM, waiting=1, longest_wait_seconds=9.0), other], "default")
    assert (3, 50.0, 1, 2) == (found.waiting, found.longest_seconds, found.members.available, found.members.talking)


@pytest.mark.parametrize("role", ["viewer", "supervisor", "admin"])
async def test_whoever_has_no_own_teams_sees_all_by_area(house: BoardHouse, role: str) -> None:
    assert ALL == list(rows(await house.page(role)))


@pytest.mark.parametrize("role", ["member", "lead"])
async def test_own_teams_only_for_member_and_lead(house: BoardHouse, role: str) -> None:
    page = await house.page(role)
    assert [list(TEAMS), list(TEAMS)] == [list(rows(page)), [each["id"] for each in setup(page)["teams"]]]


@pytest.mark.parametrize(("role", "status"), [(None, 303), ("kiosk", 403), ("scanner", 403)])
async def test_nobody_else_comes_in(house: BoardHouse, role: str | None, status: int) -> None:
    async with house.board_client(role) as client:
        assert status == (await client.get("/?team=L01&sort=waiting")).status_code


async def test_whoever_signs_in_comes_back_to_what_they_had_chosen(house: BoardHouse) -> None:
    async with house.board_client(None) as client:
        answer = await client.get("/?team=L01&sort=waiting")
    assert "/sign-in?next=%2F%3Fteam%3DL01%26sort%3Dwaiting" == answer.headers["location"]


async def test_a_row_tells_a_teams_figures_without_a_script(house: BoardHouse) -> None:
    shown = replace(
        TEAM,
        waiting=2,
        longest_wait_seconds=48.0,
        estimated_wait_seconds=130.0,
        members=MemberCounts(available=1, talking=2, busy=1, paused=4),
        today=TodayFigures(offered=50, answered=40, answered_in_target=30, abandoned=5, service_level=0.66),
        callbacks_open=3,
        messages_open=1,
    )
    house.show(shown)
    told = cells(await house.page())
    assert {
        "waiting": "2",
        "longest": "0:48  over target",
        "estimate": "≈ 2 min",
        "available": "1",
        "talking": "3",
        "paused": "4",
        "level": "66%",
        "answered": "40",
        "abandoned": "5",
        "callbacks": "3",
        "messages": "1",
    }.items() <= told.items()


async def test_a_closed_team_tells_its_next_opening(house: BoardHouse) -> None:
    closure = Closure("team:L01", MONDAY_AT_NINE, MONDAY_AT_NINE + timedelta(hours=2), "Brandschutz")
    house.router.in_force = replace(house.router.in_force, centre=apply(house.router.centre, [closure]))
    assert "zu bis 11:00" == cells(await house.page(query="lang=de"))["open"]


async def test_the_page_before_anything_is_known_says_so(house: BoardHouse) -> None:
    house.live = None
    page = await house.page()
    assert ("–", True, False) == (
        cells(page)["waiting"],
        "Asterisk has not been heard yet" in page,
        setup(page)["is_known"],
    )


async def test_stale_figures_say_of_when_they_are(house: BoardHouse) -> None:
    assert house.live
    house.live = replace(house.live, is_stale=True)
    assert "Asterisk antwortet nicht seit 09:00:00" in await house.page(query="lang=de")


@pytest.mark.parametrize(
    ("role", "shown"), [("viewer", False), ("member", False), ("lead", False), ("supervisor", True), ("admin", True)]
)
async def test_troubles_are_for_who_can_have_them_cured(house: BoardHouse, role: str, *, shown: bool) -> None:
    assert house.live
    trouble = Trouble("a prompt is missing", "build the prompts")
    house.live = replace(house.live, board=replace(house.live.board, troubles=(trouble,)))
    async with house.board_client(role) as client:
        told = (await client.get("/board/notices")).json()["troubles"]
    assert (shown, shown) == ('<li lang="en"><b>a prompt is missing' in await house.page(role), bool(told))


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("viewer", ()),
        ("member", ("place", "messages")),
        ("lead", ("line", "close", "members", "messages")),
        ("supervisor", ("line", "close", "close_centre", "members", "messages")),
    ],
)
async def test_actions_are_offered_to_who_may(house: BoardHouse, role: str, offered: tuple[str, ...]) -> None:
    if role == "member":
        house.accounts.accounts[role] = replace(house.accounts.accounts[role], member="mL01")
    may = setup(await house.page(role))["may"]
    assert set(offered) == {name for name, is_offered in may.items() if is_offered}


async def test_an_order_for_a_site_is_told_to_who_sees_every_team(house: BoardHouse) -> None:
    await house.closings.close("site:nord", MONDAY_AT_NINE + timedelta(hours=3), HOSTILE, "admin")
    told = {}
    for role in ("viewer", "lead"):
        async with house.board_client(role) as client:
            told[role] = [each["scope"] for each in (await client.get("/board/notices")).json()["orders"]]
    page = await house.page("viewer")
    assert {"viewer": ["site:nord"], "lead": []} == told
    assert ("Site Nord is closed until 12:00" in page, "<img" in page) == (True, False)


async def test_hostile_names_are_text(house: BoardHouse) -> None:
    force = house.router.in_force
    teams = {**force.centre.teams, "L01": replace(force.centre.teams["L01"], name=HOSTILE)}
    areas = {**force.centre.areas, "A1": replace(force.centre.areas["A1"], name=HOSTILE)}
    house.router.in_force = replace(force, centre=replace(force.centre, teams=teams, areas=areas))
    page = await house.page()
    assert ("<img" in page, True) == (False, HOSTILE in cells(page)["name"])
    assert HOSTILE == setup(page)["teams"][1]["name"]


async def test_links_keep_what_was_chosen_and_nothing_else(house: BoardHouse) -> None:
    page = await house.page(query="lang=en&sort=waiting&find=%22%3E%3Cb%3E&evil=1&site=" + "x" * 65)
    [address] = re.findall(r'<a href="([^"]+)" title="L01">L01</a>', page)
    assert "/?sort=waiting&find=%22%3E%3Cb%3E&team=L01" == unescape(address)


async def test_no_style_and_no_script_stands_in_the_page(house: BoardHouse) -> None:
    page = await house.page()
    assert [] == re.findall(r"\sstyle=|<style|<script(?! (?:type=\"module\" )?src=)|\son\w+=", page)


@pytest.mark.parametrize("language", ["de", "en"])
async def test_every_word_of_the_page_is_in_both_languages(house: BoardHouse, language: str) -> None:
    assert ([], DE.keys()) == ([name for name, word in EN.items() if name != "urgency_none" and not word], EN.keys())
    assert f'<html lang="{language}"' in await house.page(query=f"lang={language}")


def test_every_word_that_a_script_asks_for_is_there() -> None:
    scripts = "".join(path.read_text() for path in Path("web/pages/board").glob("*.js"))
    asked = set(re.findall(r'word\("(\w+)"', scripts))
    assert set() == asked - DE.keys()


def test_the_panel_takes_the_reasons_to_pause_as_the_list_that_they_are() -> None:
    script = (PAGES / "panel_members.js").read_text(encoding="utf-8")
    assert 'return await send("GET", `/api/v1/teams/${encodeURIComponent(team)}/pause-reasons`);' in script
