"""`/admin/what-if`: the questions as a form, the answer as a table and in words, in German or English."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from types import MappingProxyType

from fastapi import APIRouter, Depends, Request, Response

from routing.centre import Centre
from web.own_pages import asked_by_name
from web.what_if_question import MOST_RUNS

PATH = "/admin/what-if"
LANGUAGES = ("de", "en")
ASSETS: Mapping[str, str] = MappingProxyType(
    {
        "what_if.css": "text/css",
        "what_if.js": "text/javascript",
        "what_if_form.js": "text/javascript",
        "what_if_answer.js": "text/javascript",
        **{f"what_if.{language}.json": "application/json" for language in LANGUAGES},
    }
)
CSP = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
_HEADERS = {"Cache-Control": "no-cache", "Content-Security-Policy": CSP}


def what_if_page(centre: Callable[[], Centre], listening: str) -> APIRouter:
    """The page and what belongs to it; it shows the centre's teams, and asks `/api/v1/what-if`."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(asked_by_name(listening))])

    @router.get(PATH)
    async def page(request: Request) -> Response:
        language = _language(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))
        text = page_text(language, centre())
        headers = {**_HEADERS, "Vary": "Accept-Language", "Content-Language": language}
        return Response(text, media_type="text/html", headers=headers)

    for name, kind in ASSETS.items():
        router.add_api_route(f"{PATH}/{name}", _asset(name, kind))
    return router


def page_text(language: str, centre: Centre) -> str:
    """The page in this language, with the centre's teams to choose from."""
    teams = [
        (team.id, f"{team.id} – {team.name}" if team.name != team.id else team.id) for team in centre.teams.values()
    ]
    other = next(each for each in LANGUAGES if each != language)
    words = {name: escape(word) for name, word in _words(language).items()}
    return Template(_file("what_if.html")).substitute(
        words,
        language=language,
        other=other,
        most_runs=MOST_RUNS,
        share=f"{centre.targets.share * 100:g}",
        team_options="".join(f'<option value="{escape(team)}">{escape(name)}</option>' for team, name in teams),
        team_boxes="".join(
            f'<label class="box"><input type="checkbox" name="team" value="{escape(team)}"> {escape(name)}</label>'
            for team, name in teams
        ),
        day_options="".join(
            f'<option value="{day}">{escape(_words(language)[f"day_{day}"])}</option>' for day in _DAYS
        ),
        day_boxes="".join(
            f'<label class="box"><input type="checkbox" name="on" value="{day}"> '
            f"{escape(_words(language)[f'day_{day}'])}</label>"
            for day in _DAYS
        ),
    )


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _asset(name: str, kind: str) -> Callable[[], Response]:
    def asset() -> Response:
        return Response(_file(name), media_type=kind, headers=_HEADERS)

    return asset


@cache
def _file(name: str) -> str:
    return files("web").joinpath("pages", name).read_text(encoding="utf-8")


@cache
def _words(language: str) -> Mapping[str, str]:
    words: dict[str, str] = json.loads(_file(f"what_if.{language}.json"))
    return MappingProxyType(words)


def _language(chosen: str, accepted: str) -> str:
    """The chosen one, else the first that the browser names and we have, else German (RFC 9110, 12.5.4)."""
    if chosen in LANGUAGES:
        return chosen
    wishes = [_wish(each) for each in accepted.split(",")[:20]]
    best = sorted((wish for wish in wishes if wish[1] in LANGUAGES and wish[0] > 0), key=lambda wish: -wish[0])
    return best[0][1] if best else LANGUAGES[0]


def _wish(range_: str) -> tuple[float, str]:
    name, _, quality = range_.partition(";")
    try:
        weight = float(quality.strip().removeprefix("q=") or 1)
    except ValueError:
        weight = 0.0
    return weight, name.strip().casefold().partition("-")[0]
