"""`/desk/{team}`: the own phone and who is on it, who waits, what is in the team's mailbox; works without a script."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from urllib.parse import unquote

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from operations.sign_in.accounts import Account, Right
from routing.centre import Centre
from web.desk.callbacks import Asked, form_of
from web.desk.entries import Desk
from web.desk.leaf import leafed, parts_of
from web.desk.line_html import line_html
from web.desk.mailbox import TROUBLES, Listed, changing, listed, mailbox_html, making
from web.desk.parts import DeskParts
from web.desk.phone_forms import phone_forms
from web.desk.phone_html import PhoneForms, caller_html, phone_html
from web.desk.seat import COOKIE, seat_of, seen_by
from web.desk.sent import Sent, lang_of, may_see, sent_by
from web.frame import Page, come_in, framed, tongue
from web.page import filled, shown, words
from web.who import Guest

FEW_TEAMS = 6
"""So many stand side by side; more are chosen from a list."""
STYLE, SCRIPT = "/pages/desk/desk.css", "/pages/desk/desk.js"
NAME = "desk/desk"


def desk_page(parts: DeskParts) -> APIRouter:
    """The page, its forms, and the mailbox as a part of it; whoever is not signed in signs in first."""
    router = APIRouter(include_in_schema=False)
    drawn = _Drawn(parts)

    @router.get("/desk")
    async def first(request: Request, team: str = "") -> Response:
        guest = await come_in(parts.door, request, Right.READ_MESSAGES)
        wanted = team if team in parts.centre().teams else first_team(guest.account, parts.centre())
        if not wanted:
            raise HTTPException(HTTPStatus.FORBIDDEN, "This account has no team: ask your administrator.")
        return RedirectResponse(f"/desk/{wanted}{lang_of(request)}", HTTPStatus.SEE_OTHER)

    @router.get("/desk/{team}")
    async def page(team: str, request: Request) -> Response:
        guest = await come_in(parts.door, request, Right.READ_MESSAGES)
        may_see(guest.account, team, parts.centre())
        return await drawn.page(request, Sent(guest), team, HTTPStatus.OK, Asked())

    @router.get("/desk/{team}/mailbox")
    async def mailbox(team: str, request: Request) -> Response:
        guest = await parts.door.guest(request)
        may_see(guest.account, team, parts.centre())
        found = await listed(parts, guest.account, team, leafed(request))
        return shown(await drawn.mailbox(request, guest, team, found), tongue(request))

    sent = Depends(sent_by(parts.door, parts.centre))
    phone_forms(router, parts, sent, drawn.page)
    changing(router, parts, sent, drawn.page)
    making(router, parts, sent, drawn.page)
    return router


def first_team(account: Account, centre: Centre) -> str:
    """Of whoever sits at a phone that phone's; else the first that the account serves; empty for none."""
    member = centre.members.get(account.place(centre.members))
    own = member.teams if member else ()
    return next((team for team in (*own, *account.teams, *centre.teams) if _serves(account, team, centre)), "")


def _serves(account: Account, team: str, centre: Centre) -> bool:
    return team in centre.teams and account.serves(team)


@dataclass(frozen=True, slots=True)
class _Drawn:
    parts: DeskParts

    async def page(self, request: Request, sent: Sent, team: str, status: HTTPStatus, given: Asked) -> Response:
        """The whole page; with what was entered, and what went wrong."""
        guest = sent.guest
        try:
            found = await listed(self.parts, guest.account, team, leafed(request))
        except HTTPException:
            found, status = Listed(parts_of((), leafed(request))), HTTPStatus.SERVICE_UNAVAILABLE
        mailbox = await self.mailbox(request, guest, team, found)
        texts = words(NAME, tongue(request))
        main = self._main(request, guest, team, mailbox, status, given)
        title = f"{texts['title']}: {named(self.parts.centre(), team)}"
        return framed(request, guest, Page("desk", title, main, [SCRIPT], [STYLE], is_wide=True, status=status))

    async def mailbox(self, request: Request, guest: Guest, team: str, found: Listed) -> str:
        """The mailbox, drawn in a thread."""
        return await asyncio.to_thread(mailbox_html, self._desk(request, guest, team, found), found)

    def _desk(self, request: Request, guest: Guest, team: str, found: Listed) -> Desk:
        texts, centre = words(NAME, tongue(request)), self.parts.centre()
        leads = guest.account.has(Right.DELETE_MESSAGES)
        by_id = {each.id: each for each in found.callbacks}
        return Desk(team, guest.account.name, _csrf(guest), texts, centre.timezone, leads, by_id, leafed(request))

    def _main(self, request: Request, guest: Guest, team: str, mailbox: str, status: HTTPStatus, given: Asked) -> str:
        parts, centre, texts = self.parts, self.parts.centre(), words(NAME, tongue(request))
        csrf, lang = _csrf(guest), lang_of(request)
        seat = seat_of(guest.account, centre, unquote(request.cookies.get(COOKIE, "")[:200]))
        moment = parts.phones.moment()
        phone = seen_by(guest.account, parts.phones.look(seat.member, moment.now), centre) if seat.member else None
        line = parts.phones.line.of(team, moment.now)
        trouble = "" if given.why else texts.get(TROUBLES.get(status, ""), "")
        plain = {
            **texts,
            "language": tongue(request),
            "team": named(centre, team),
            "team_id": team,
            "lang": lang,
            "member": seat.member,
            "zone": centre.timezone.key,
            "now": str(moment.told()["now"]),
            "phase": phone.phase.value if phone and phone.phase else "",
            "line_count": str(len(line)),
        }
        html = {
            "teams": _teams(guest.account, centre, team, texts, lang),
            "trouble": f'<div class="alert alert--bad" role="alert"><p>{escape(trouble)}</p></div>' if trouble else "",
            "phone_card": phone_html(PhoneForms(team, csrf, texts, lang), seat, phone, centre),
            "caller_card": caller_html(texts, phone, centre.timezone),
            "line_rows": line_html(texts, line, moment.now),
            "callback_form": form_of(texts, f"/desk/{team}/callbacks{lang}", csrf, centre, given),
            "mailbox": mailbox,
            "line_hidden": "" if line else " hidden",
            "line_none_hidden": " hidden" if line else "",
        }
        return filled("desk/desk.html", plain, html)


def named(centre: Centre, team: str) -> str:
    """The id with the name, once if they are the same."""
    name = centre.teams[team].name
    return f"{team} – {name}" if name != team else team


def _teams(account: Account, centre: Centre, here: str, texts: Mapping[str, str], lang: str) -> str:
    """The ways to the other desks; none for who has this one only."""
    own = [team for team in centre.teams if account.serves(team)]
    if len(own) <= 1:
        return ""
    label = escape(texts["teams_label"])
    if len(own) <= FEW_TEAMS:
        links = "".join(_team_link(team, here, lang) for team in own)
        return f'<nav class="teams" aria-label="{label}">{links}</nav>'
    return (
        f'<form class="teams" method="get" action="/desk"><label for="team">{label}</label>'
        f'<select id="team" name="team">{_options(own, here, centre)}</select>'
        f'<button class="kern-btn kern-btn--secondary kern-btn--small">{escape(texts["teams_go"])}</button></form>'
    )


def _options(own: Iterable[str], here: str, centre: Centre) -> str:
    return "".join(
        f'<option value="{escape(team)}"{" selected" if team == here else ""}>{escape(named(centre, team))}</option>'
        for team in own
    )


def _team_link(team: str, here: str, lang: str) -> str:
    current = ' aria-current="page"' if team == here else ""
    return f'<a href="/desk/{escape(team)}{lang}"{current}>{escape(team)}</a>'


def _csrf(guest: Guest) -> str:
    return guest.session.csrf if guest.session else ""
