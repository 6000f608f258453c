"""`/admin`: a card for each of administration's pages, and what is in force."""

from datetime import UTC, datetime
from html import escape

from fastapi import APIRouter, HTTPException, Request, Response

from operations.sign_in.accounts import Right
from web.admin.configuration_api import force_now
from web.admin.pieces import PLACES, alert, has, number, page, put, spoken
from web.admin.rooms import AdminRooms
from web.frame import come_in


def landing_page(rooms: AdminRooms) -> APIRouter:
    """The page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/admin")
    async def landing(request: Request) -> Response:
        guest = await come_in(rooms.door, request, Right.ADMINISTER)
        told = spoken(request)
        cards = "".join(
            _card(path, told[f"{name}_title"], told[f"{name}_lead"])
            for name, path in PLACES.items()
            if has(request, path)
        )
        html = {"cards": cards, "trouble": await _trouble(rooms, told["store_away"])}
        force = await rooms.force.look()
        made = datetime.fromtimestamp(force.directory_made_at, UTC) if force.directory_made_at else None
        plain = {
            "centre_name": rooms.centre().name,
            "version_now": force.config,
            "numbers_now": number(force.numbers, told),
            "directory_from": made.astimezone(rooms.centre().timezone).strftime(told["moment_form"]) if made else "–",
        }
        return page(request, guest, "admin", put("landing", request, plain, html))

    return router


def _card(path: str, title: str, lead: str) -> str:
    return (
        '<li class="kern-card kern-card--interactive"><div class="kern-card__container"><h2 class="kern-title">'
        f'<a class="kern-link kern-link--stretched kern-link--no-visited-state" href="{path}">{escape(title)}</a></h2>'
        f'<p class="kern-body">{escape(lead)}</p></div></li>'
    )


async def _trouble(rooms: AdminRooms, away: str) -> str:
    try:
        await force_now(rooms)
    except HTTPException:
        return alert("danger", away)
    return ""
