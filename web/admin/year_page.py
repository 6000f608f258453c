"""`/admin/year`: a year as teams.yaml plans it, month by month, what is odd first; also as JSON and iCalendar."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape
from http import HTTPStatus
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response, params

from operations.sign_in.accounts import Right
from web.admin.calendar import calendar_of, special_days
from web.admin.pieces import alert, page, put, spoken, table
from web.admin.rooms import API, AdminRooms, faults
from web.frame import come_in
from web.page import PRIVATE

PATH = "/admin/year"
FIRST, LAST = 2000, 2100
Year = Annotated[int, Query(ge=FIRST, le=LAST)]
Team = Annotated[str, Query(max_length=64)]


def year_page(rooms: AdminRooms) -> APIRouter:
    """The page and its two other forms."""
    router = APIRouter(tags=["administration"])
    may: params.Depends = Depends(rooms.door.may(Right.ADMINISTER))

    @router.get(f"{API}/configuration/year", summary="A year's openings and conflicts", dependencies=[may])
    async def planned(year: Year, team: Team = "") -> dict[str, Any]:
        return {name: told for name, told in (await _planned(rooms, year, team)).items() if name != "names"}

    @router.get(
        f"{API}/configuration/year.ics",
        summary="The same as iCalendar",
        dependencies=[may],
        response_class=Response,
        responses={200: {"content": {"text/calendar": {}}, "description": "iCalendar (RFC 5545)"}},
    )
    async def calendar(year: Year, team: Team = "") -> Response:
        with faults():
            text = await rooms.work.calendar(await _text(rooms), year, team)
        headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="openings-{year}.ics"'}
        return Response(text, media_type="text/calendar; charset=utf-8", headers=headers)

    @router.get(PATH, include_in_schema=False)
    async def shown(request: Request, year: str = "", team: Team = "") -> Response:
        guest = await come_in(rooms.door, request, Right.ADMINISTER)
        told, status, trouble = spoken(request), HTTPStatus.OK, ""
        this = datetime.now(rooms.centre().timezone).year
        chosen = int(year) if year.isascii() and year.isdigit() and FIRST <= int(year[:5]) <= LAST else this
        teams = rooms.centre().teams
        team = team if team in teams else next(iter(teams))
        try:
            html = _body(await _planned(rooms, chosen, ""), team, told)
        except HTTPException as refused:
            html, status = {"conflicts": "", "calendar": "", "special": ""}, HTTPStatus(refused.status_code)
            trouble = alert("danger", told["store_away"], f'<p lang="en">{escape(str(refused.detail))}</p>')
        options = "".join(_option(each.id, each.name, team) for each in teams.values())
        plain = {"year": str(chosen), "team": team, "before": str(chosen - 1), "after": str(chosen + 1)}
        main = put("year", request, plain, {"trouble": trouble, "team_options": options, **html})
        return page(request, guest, "year", main, status=status)

    return router


async def _planned(rooms: AdminRooms, year: int, team: str) -> Mapping[str, Any]:
    with faults():
        return cast("Mapping[str, Any]", await rooms.work.year(await _text(rooms), year, team))


async def _text(rooms: AdminRooms) -> str:
    active = await rooms.configs.active()
    if active is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, "Nothing is active yet: activate a teams.yaml.")
    return active.text


def _option(team: str, name: str, chosen: str) -> str:
    mark = " selected" if team == chosen else ""
    return f'<option value="{escape(team)}"{mark}>{escape(_named(team, name))}</option>'


def _named(team: str, name: str) -> str:
    return team if name == team else f"{team} – {name}"


def _body(planned: Mapping[str, Any], team: str, told: Mapping[str, str]) -> Mapping[str, str]:
    group = next((each for each in planned["openings"] if team in each["teams"]), planned["openings"][0])
    return {
        "conflicts": _conflicts(planned["conflicts"], told),
        "calendar": calendar_of(group["days"], told),
        "special": _also(group["teams"], team, told) + special_days(group["days"], told),
    }


def _conflicts(found: Sequence[Mapping[str, str]], told: Mapping[str, str]) -> str:
    if not found:
        return alert("success", told["no_conflicts"], is_urgent=False)
    rows = [
        (
            escape(date.fromisoformat(each["date"]).strftime(told["day_form"])),
            f'<code lang="en">{escape(each["where"])}</code>',
            f'<span lang="en">{escape(each["what"])}</span>',
        )
        for each in found
    ]
    title = told["conflict" if len(found) == 1 else "conflicts"].format(count=len(found))
    listed = table(title, [told["col_day"], told["col_where"], told["col_what"]], rows)
    return alert("warning", title, is_urgent=False) + listed


def _also(teams: Sequence[str], team: str, told: Mapping[str, str]) -> str:
    others = [each for each in teams if each != team]
    return f"<p>{escape(told['same_hours'].format(teams=', '.join(others)))}</p>" if others else ""
