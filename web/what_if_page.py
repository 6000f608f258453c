"""`/admin/what-if`: the questions as a form, the answer as a table and in words, in German or English."""

from collections.abc import Callable
from html import escape

from fastapi import APIRouter, Request, Response

from operations.sign_in.accounts import Right
from routing.centre import Centre
from web.frame import Page, come_in, framed, tongue
from web.page import filled, words
from web.what_if_question import MOST_RUNS
from web.who import Door

PATH = "/admin/what-if"
SCRIPTS = ("/pages/what_if/what_if.js",)
STYLES = ("/pages/what_if/what_if.css",)


def what_if_page(centre: Callable[[], Centre], door: Door) -> APIRouter:
    """The page; it shows the centre's teams to whoever may ask, and asks `/api/v1/what-if`."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    async def page(request: Request) -> Response:
        guest = await come_in(door, request, Right.ASK_WHAT_IF)
        spoken = tongue(request)
        title = words("what_if/what_if", spoken)["title"]
        return framed(
            request, guest, Page("what_if", title, page_text(spoken, centre()), SCRIPTS, STYLES, is_wide=True)
        )

    return router


def page_text(spoken: str, centre: Centre) -> str:
    """What stands in the frame, in this language, with the centre's teams to choose from."""
    teams = [
        (team.id, f"{team.id} – {team.name}" if team.name != team.id else team.id) for team in centre.teams.values()
    ]
    texts = words("what_if/what_if", spoken)
    plain = {**texts, "most_runs": str(MOST_RUNS), "share": f"{centre.targets.share * 100:g}"}
    html = {
        "team_options": "".join(f'<option value="{escape(team)}">{escape(name)}</option>' for team, name in teams),
        "team_boxes": "".join(_box("team", team, name) for team, name in teams),
        "day_options": "".join(f'<option value="{day}">{escape(texts[f"day_{day}"])}</option>' for day in _DAYS),
        "day_boxes": "".join(_box("on", day, texts[f"day_{day}"]) for day in _DAYS),
    }
    return filled("what_if/what_if.html", plain, html)


def _box(name: str, value: str, label: str) -> str:
    return f'<label class="box"><input type="checkbox" name="{name}" value="{escape(value)}"> {escape(label)}</label>'


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
