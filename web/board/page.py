"""`/`: the board as a page that is whole without a script, and what its script asks for now and then."""

import json
from collections.abc import Mapping
from html import escape
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from operations.sign_in.accounts import Account, Right
from routing.centre import Centre
from web.board.head import as_of, choices, head_line, link_told, orders_told, troubles_told
from web.board.need import Need
from web.board.seen import BoardLook, Seen, notices, rights
from web.board.table import heads, rows
from web.frame import Page, come_in, framed, tongue
from web.page import filled, words
from web.who import Door, Guest

KEPT = ("sort", "dir", "find", "site", "area", "needs")
"""What of its address a link of the page keeps."""
MOST_KEPT = 64


def board_page(look: BoardLook, door: Door) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def page(request: Request) -> Response:
        guest = await come_in(door, request, Right.SEE_TEAMS)
        return framed(request, guest, _page(request, guest, look.seen_by(guest.account)))

    @router.get("/board/notices")
    async def around(response: Response, account: Annotated[Account, Depends(door.may(Right.SEE_TEAMS))]) -> object:
        response.headers["Cache-Control"] = "no-store"
        return notices(look.seen_by(account))

    return router


def _page(request: Request, guest: Guest, seen: Seen) -> Page:
    texts = words("board/board", tongue(request))
    return Page(
        name="board",
        title=texts["title"],
        main=_main(request, guest, seen, texts),
        scripts=("/pages/board/board.js",),
        styles=("/vendor/uPlot.css", "/pages/board/board.css", "/pages/board/panel.css"),
        is_wide=True,
    )


def _main(request: Request, guest: Guest, seen: Seen, texts: Mapping[str, str]) -> str:
    formula = texts.get(f"formula_{seen.centre.targets.formula}", seen.centre.targets.formula)
    plain = {
        **texts,
        "setup": json.dumps(_setup(guest, seen, tongue(request), texts)),
        "as_of": as_of(seen, texts),
        "formula_name": texts["formula"].replace("{formula}", formula),
    }
    html = {
        "totals": head_line(seen, texts),
        "link": link_told(seen, texts),
        "orders": orders_told(seen, texts),
        "troubles": troubles_told(seen.troubles, texts),
        "sites": choices(_sites(seen)),
        "areas": choices(_areas(seen)),
        "needs_list": "".join(f"<li>{escape(texts[f'need_{each}'])}</li>" for each in Need),
        "heads": heads(texts),
        "rows": rows(seen, texts, _kept(request)),
        "empty_hidden": "hidden" if seen.teams else "",
    }
    return filled("board/board.html", plain, html)


def _sites(seen: Seen) -> Mapping[str, str]:
    """Those of the teams that are seen."""
    return {each.site: seen.centre.sites[each.site].name for each in seen.teams if each.site}


def _areas(seen: Seen) -> Mapping[str, str]:
    known = (seen.centre.area_of_team.get(each.team.id) for each in seen.teams)
    return {area.id: area.name for area in known if area}


def _setup(guest: Guest, seen: Seen, spoken: str, texts: Mapping[str, str]) -> Mapping[str, object]:
    """What the script must know beforehand: words, teams as configured, and what may be offered."""
    centre = seen.centre
    return {
        "language": spoken,
        "zone": centre.timezone.key,
        "formula": centre.targets.formula,
        "goal": centre.targets.share,
        "words": dict(texts),
        "may": rights(guest.account, centre),
        "sites": {each.id: each.name for each in centre.sites.values()},
        "teams": [_team(each.team.id, centre, each.area, each.site) for each in seen.teams],
        "notices": notices(seen),
        "is_known": seen.live is not None,
        "now": seen.at.isoformat(),
    }


def _team(team: str, centre: Centre, area: str, site: str) -> Mapping[str, object]:
    found, own_area = centre.teams[team], centre.area_of_team.get(team)
    return {
        "id": team,
        "name": found.name,
        "target": found.target_seconds,
        "extension": found.extension,
        "area": own_area.id if own_area else "",
        "area_name": area,
        "site": site,
    }


def _kept(request: Request) -> Mapping[str, str]:
    given = ((name, request.query_params.get(name, "")) for name in KEPT)
    return {name: value for name, value in given if value and len(value) <= MOST_KEPT}
