"""`/wallboard`: the same for a screen that is let in by its address, and for whoever has signed in."""

from collections.abc import Callable, Mapping
from html import escape
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request, Response

from operations.sign_in.accounts import Right
from routing.centre import Centre, Team
from web.frame import Page, come_in, framed, tongue
from web.looking import Audience, Looking, audience_of
from web.page import filled, words
from web.session import forget_cookie
from web.wallboard.choice import Choice, chosen
from web.who import Door, Guest, cookie_name

PATH = "/wallboard"
SCRIPTS = ("/pages/wallboard/wallboard.js",)
STYLES = ("/pages/wallboard/wallboard.css",)


def wallboard(centre: Callable[[], Centre], looking: Looking, door: Door) -> APIRouter:
    """The page; its figures come by the live stream. No person and no number stands on it."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    async def page(request: Request) -> Response:
        audience, guest = await _visitor(request, looking, door)
        asked = request.query_params
        choice = chosen(centre(), audience, asked.get("teams", ""), asked.get("sites", ""), asked.get("areas", ""))
        answer = framed(request, guest, _page(request, centre(), choice))
        if guest is None and cookie_name(request) in request.cookies:
            forget_cookie(request, answer)
        return answer

    return router


async def _visitor(request: Request, looking: Looking, door: Door) -> tuple[Audience, Guest | None]:
    """Who looks: HTTPException 303 to the sign-in for nobody that we know.

    On a listed screen somebody may have signed in once: when that has ended, the screen goes on as one of the wall.
    """
    try:
        audience = await looking.audience(request)
    except HTTPException as refused:
        if refused.status_code != HTTPStatus.UNAUTHORIZED:
            raise
        if looking.is_listed(request):
            return Audience(None), None
        guest = await come_in(door, request, Right.SEE_TEAMS)
        return audience_of(guest, request), guest
    return audience, await come_in(door, request, Right.SEE_TEAMS) if audience.account else None


def _page(request: Request, centre: Centre, choice: Choice) -> Page:
    texts = words("wallboard/wallboard", tongue(request))
    plain = {
        **texts,
        "centre": centre.name,
        "version": request.app.version,
        "timezone": centre.timezone.key,
        "all": "yes" if choice.is_all else "",
        "said": "\n".join(f"{name}={word}" for name, word in texts.items()),
    }
    html = {
        "troubles": _troubles(choice, texts),
        "teams": "".join(_card(centre.teams[team], texts) for team in choice.teams),
    }
    return Page(
        "wallboard", texts["title"], filled("wallboard/wallboard.html", plain, html), SCRIPTS, STYLES, is_wide=True
    )


def _card(team: Team, texts: Mapping[str, str]) -> str:
    plain = {**texts, "id": team.id, "name": team.name, "target": str(team.target_seconds)}
    return filled("wallboard/team.html", plain, {})


def _troubles(choice: Choice, texts: Mapping[str, str]) -> str:
    """What cannot be shown, in a sentence."""
    said = []
    if choice.unknown:
        said.append(texts["unknown"].replace("{names}", ", ".join(choice.unknown)))
    if not choice.teams:
        said.append(texts["nothing"])
    return "".join(f'<p class="alert alert--near" role="alert">{escape(each)}</p>' for each in said)
