import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from fastapi import FastAPI, Response
from rich.console import Console, RenderableType

from teamline.demo.view import Window, view
from teamline.demo.watch import NoFigures, ask, watched
from web.live import Live
from web.problems import answer_with_problems, problem
from web.server import WebServer

AS_OF = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
MEMBERS = {"available": 2, "ringing": 3, "talking": 4, "busy": 5, "wrapup": 6, "paused": 7, "unavailable": 8}
TODAY = {
    "offered": 1100,
    "answered": 1001,
    "answered_in_target": 862,
    "abandoned": 63,
    "flowed_out": 21,
    "lost": 12,
    "service_level": 0.819,
}
EMPTY = {**dict.fromkeys(TODAY, 0), "service_level": None}


def team(name: str = "L01", **more: object) -> dict[str, object]:
    return {
        "id": name,
        "name": "Leistung 01",
        "area": "A1",
        "site": "nord",
        "open": True,
        "waiting": 3,
        "longest_wait_seconds": 754.0,
        "estimated_wait_seconds": None,
        "members": MEMBERS,
        "today": TODAY,
        "callbacks_open": 0,
        "messages_open": 0,
        **more,
    }


def document(*teams: Mapping[str, object], stale: bool = False, troubles: Sequence[object] = ()) -> dict[str, Any]:
    return {
        "as_of": AS_OF.isoformat(),
        "stale": stale,
        "formula": "default",
        "teams": teams or [team()],
        "troubles": troubles,
    }


WIDE = Window(100, 60)


def printed(screen: RenderableType, *, colour: bool = False, columns: int = 100) -> str:
    console = Console(
        file=StringIO(),
        width=columns,
        force_terminal=colour,
        color_system="truecolor" if colour else None,
        highlight=False,
    )
    console.print(screen)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def shown(
    told: Mapping[str, object] | None, away: str = "", age: float = 2, window: Window = WIDE, below: Sequence[str] = ()
) -> str:
    seen = Live.model_validate(told) if told else None
    screen = view("Musterstadt", seen, away, AS_OF + timedelta(seconds=age), window, below)
    return printed(screen, columns=window.columns)


def row(text: str, name: str = "L01") -> list[str]:
    return next(line for line in text.splitlines() if line.startswith(name)).split()


def test_a_row_tells_the_line_the_members_and_the_day() -> None:
    line = ["3", "12:34"]
    members = ["2", "3", "4", "5", "6", "7", "8"]
    day = ["1100", "1001", "63", "21", "12", "81.9%"]
    assert ["L01", "Leistung", "01", *line, *members, *day] == row(shown(document()))


def test_a_wide_window_tells_the_wait_that_a_newcomer_has_to_expect_where_it_is_known() -> None:
    wide = Window(110, 60)
    assert ["3", "12:34", "1:35", "2"] == row(shown(document(team(estimated_wait_seconds=95.4)), window=wide))[3:7]
    assert ["3", "12:34", "·", "2"] == row(shown(document(), window=wide))[3:7]
    assert 110 >= max(len(line.rstrip()) for line in shown(document(), window=wide).splitlines())


def test_an_empty_day_has_no_service_level() -> None:
    assert "-" == row(shown(document(team(today=EMPTY))))[-1]


def test_a_team_where_nobody_waits_has_no_longest_wait() -> None:
    seen = shown(document(team(waiting=0, longest_wait_seconds=0)))
    assert ["L01", "Leistung", "01", "·", "2"] == row(seen)[:5]


def test_a_closed_team_says_so() -> None:
    seen = shown(document(team(open=False, waiting=0)))
    assert ["L01", "Leistung", "01", "·", "closed"] == row(seen)[:5]


def test_who_waits_at_a_closed_team_is_still_shown() -> None:
    assert ["L01", "Leistung", "01", "3", "12:34"] == row(shown(document(team(open=False))))[:5]


def test_the_screen_fits_100_columns() -> None:
    wide = team(name="general", longest_wait_seconds=5999.0, waiting=100)
    lines = shown(document(wide, team(open=False, waiting=0))).splitlines()
    assert max(len(line.rstrip()) for line in lines) <= 100
    assert "…" not in "".join(row(shown(document(wide)), "general")[3:])


def test_a_narrow_window_leaves_columns_out_and_cuts_none() -> None:
    text = shown(document(), window=Window(80, 24))
    assert ["L01", "Leistung", "01", "3", "12:34", "2", "3", "4", "1100", "1001", "63", "12", "81.9%"] == row(text)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80
    assert "…" not in text


def test_a_window_without_room_for_all_shows_the_teams_where_people_wait_and_says_how_many_are_left_out() -> None:
    teams = [team(f"L{number:02d}", waiting=number % 3 // 2) for number in range(1, 29)]
    text = shown(document(*teams), window=Window(80, 24), below=["Metrics http://127.0.0.1:1/metrics"])
    assert {f"L{number:02d}" for number in range(2, 29, 3)} <= set(re.findall(r"^L\d\d", text, re.MULTILINE))
    assert 24 >= len(text.splitlines())
    assert re.search(r"\d+ more teams where less happens", text)
    assert ["Metrics http://127.0.0.1:1/metrics", "Ctrl-C ends everything."] == text.splitlines()[-2:]


def test_the_first_line_tells_how_many_wait_in_all_and_the_longest() -> None:
    text = shown(document(team(), team("L02", longest_wait_seconds=61.0)))
    assert "Musterstadt: 6 in line, the longest for 12:34" == text.splitlines()[0]
    assert "Musterstadt: nobody waits" == shown(document(team(waiting=0))).splitlines()[0]


def test_the_formula_of_the_service_level_is_named() -> None:
    assert 'Service level by the formula "default"' in shown(document())


def test_fresh_figures_say_how_old_they_are() -> None:
    assert "Live: Asterisk was heard 2 s ago." in shown(document())


def test_stale_figures_say_so_and_of_when_they_are() -> None:
    text = shown(document(stale=True), age=94)
    assert re.search(r"STALE, the router does not hear Asterisk: .* \d\d:\d\d:\d\d, 1:34 ago\.", text)


def test_the_last_figures_stay_when_the_router_is_away_and_say_that_they_are_old() -> None:
    text = shown(document(), away="The router is away", age=8)
    assert re.search(r"The router is away: these figures are of \d\d:\d\d:\d\d, 8 s ago\.", text)
    assert "1001" in row(text)


def test_before_the_first_figures_there_is_no_table() -> None:
    text = shown(None, away="The router is away")
    assert "The router is away. There are no figures yet." in text
    assert "Longest" not in text


def test_a_trouble_comes_with_its_cure() -> None:
    trouble = {"what": "a phone of L01 is in use without a call", "cure": "restart the phone"}
    assert "Trouble: a phone of L01 is in use without a call. Cure: restart the phone." in shown(
        document(troubles=[trouble])
    )


def test_no_colour_is_used_when_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = view("Musterstadt", Live.model_validate(document()), "", AS_OF, WIDE)
    coloured = re.compile(r"\x1b\[[0-9;]*3[0-9]m")
    assert coloured.search(printed(screen, colour=True))
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured.search(printed(screen, colour=True))


@asynccontextmanager
async def router(answer: object) -> AsyncIterator[str]:
    """A router that tells this, over real HTTP."""
    app = FastAPI()
    answer_with_problems(app)

    @app.get("/api/v1/live")
    async def live() -> object:
        return answer() if callable(answer) else answer

    server = WebServer(app)
    port = await server.start("127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await server.stop()


async def test_the_view_reads_the_routers_live_figures() -> None:
    async with router(document()) as address:
        told = await asyncio.to_thread(ask, address)
    assert Live.model_validate(document()) == told


REFUSALS = [
    (lambda: problem(503, "live figures are not known yet"), "The router says: live figures are not known yet"),
    (lambda: problem(500, ["no", "sentence"]), "The router says: ['no', 'sentence']"),  # type: ignore[arg-type]
    ({"teams": "none"}, "The router's answer is not understood"),
]


@pytest.mark.parametrize(("answer", "expected"), REFUSALS)
async def test_a_router_without_figures_is_told_from_one_that_is_away(answer: object, expected: str) -> None:
    async with router(answer) as address:
        with pytest.raises(NoFigures, match=re.escape(expected)):
            await asyncio.to_thread(ask, address)


async def test_an_error_without_a_sentence_is_told_by_its_status() -> None:
    async with router(lambda: Response("not ours", 502)) as address:
        with pytest.raises(NoFigures, match="The router says: status 502"):
            await asyncio.to_thread(ask, address)


async def test_nobody_there_is_a_router_away() -> None:
    async with router(document()) as address:
        pass
    with pytest.raises(NoFigures, match="The router is away"):
        await asyncio.to_thread(ask, address)


async def test_the_figures_follow_a_router_that_goes_and_comes_back() -> None:
    answers = iter([document(), problem(503, "live figures are not known yet"), document(team(waiting=1))])
    async with router(lambda: next(answers)) as address, aclosing(watched(address, 0)) as looks:
        told = [await anext(looks) for _ in range(3)]
    assert [3, 3, 1] == [seen.teams[0].waiting for seen, _ in told if seen]
    assert [False, True, False] == ["not known yet" in away for _, away in told]
