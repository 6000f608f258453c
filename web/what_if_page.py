"""`/admin/what-if`: the questions as a form, the answer as a table and in words, in German or English."""

from collections.abc import Callable, Mapping
from html import escape
from string import Template
from types import MappingProxyType

from fastapi import APIRouter, Depends, Request, Response

from routing.centre import Centre
from web.own_pages import asked_by_name
from web.page import HEADERS, LANGUAGES, assets, file, language, words
from web.what_if_question import MOST_RUNS

PATH = "/admin/what-if"
ASSETS: Mapping[str, str] = MappingProxyType(
    {
        "what_if.css": "text/css",
        "what_if.js": "text/javascript",
        "what_if_form.js": "text/javascript",
        "what_if_answer.js": "text/javascript",
        **{f"what_if.{each}.json": "application/json" for each in LANGUAGES},
    }
)


def what_if_page(centre: Callable[[], Centre], listening: str) -> APIRouter:
    """The page and what belongs to it; it shows the centre's teams, and asks `/api/v1/what-if`."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(asked_by_name(listening))])

    @router.get(PATH)
    async def page(request: Request) -> Response:
        spoken = language(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))
        text = page_text(spoken, centre())
        headers = {**HEADERS, "Vary": "Accept-Language", "Content-Language": spoken}
        return Response(text, media_type="text/html", headers=headers)

    router.include_router(assets(PATH, ASSETS))
    return router


def page_text(spoken: str, centre: Centre) -> str:
    """The page in this language, with the centre's teams to choose from."""
    teams = [
        (team.id, f"{team.id} – {team.name}" if team.name != team.id else team.id) for team in centre.teams.values()
    ]
    other = next(each for each in LANGUAGES if each != spoken)
    told = {name: escape(word) for name, word in words("what_if", spoken).items()}
    return Template(file("what_if.html")).substitute(
        told,
        language=spoken,
        other=other,
        most_runs=MOST_RUNS,
        share=f"{centre.targets.share * 100:g}",
        team_options="".join(f'<option value="{escape(team)}">{escape(name)}</option>' for team, name in teams),
        team_boxes="".join(
            f'<label class="box"><input type="checkbox" name="team" value="{escape(team)}"> {escape(name)}</label>'
            for team, name in teams
        ),
        day_options="".join(
            f'<option value="{day}">{escape(words("what_if", spoken)[f"day_{day}"])}</option>' for day in _DAYS
        ),
        day_boxes="".join(
            f'<label class="box"><input type="checkbox" name="on" value="{day}"> '
            f"{escape(words('what_if', spoken)[f'day_{day}'])}</label>"
            for day in _DAYS
        ),
    )


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
