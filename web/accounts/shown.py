"""Pieces of the pages of accounts: who somebody is, by what they come in, their sessions; texts are escaped here."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from html import escape
from http import HTTPStatus

from fastapi import Request, Response

from operations.sign_in.account_list import Listed, handle_of
from operations.sign_in.account_rules import ImpossibleAccount
from operations.sign_in.accounts import Account, Role, Session
from operations.sign_in.proving import TooManyTries
from routing.centre import Centre
from web.accounts.told import ways_in
from web.admin.pieces import csrf_field, ways
from web.frame import Page, framed, tongue
from web.page import filled, words
from web.sign_in.shown import minutes
from web.who import OWN_PAGE, Guest

WORDS = "accounts/accounts"
STYLES = ("/pages/admin/admin.css", "/pages/accounts/accounts.css")
SCRIPTS = ("/pages/accounts/accounts.js",)
TONES: Mapping[str, str] = {"password": "quiet", "one-time": "near", "token": "note", "provider": "good"}


def spoken(request: Request) -> Mapping[str, str]:
    """The words in the language of this request, those of roles among them."""
    language = tongue(request)
    return {**words("shell/frame", language), **words(WORDS, language)}


def put(template: str, request: Request, plain: Mapping[str, str], html: Mapping[str, str]) -> str:
    """A template of web/pages/accounts with the words of this request."""
    return filled(f"accounts/{template}.html", {**spoken(request), **plain}, html)


def administered(
    request: Request, guest: Guest, main: str, *, title: str = "", status: int = HTTPStatus.OK
) -> Response:
    """A whole page of administration around `main`, which is HTML."""
    name = title or spoken(request)["accounts_title"]
    return framed(
        request,
        guest,
        Page("admin", name, ways(request, "accounts") + main, SCRIPTS, STYLES, is_wide=True, status=status),
    )


def own(request: Request, guest: Guest, main: str, status: int = HTTPStatus.OK) -> Response:
    """The page of somebody's own sign-in around `main`, which is HTML."""
    title = spoken(request)["own_title"]
    return framed(request, guest, Page(OWN_PAGE, title, main, SCRIPTS, STYLES, status=status))


def note(kind: str, text: str) -> str:
    """`kind`: good, note, near or bad; what is bad is read out at once."""
    role = "alert" if kind == "bad" else "status"
    return f'<div class="alert alert--{kind}" role="{role}"><p>{escape(text)}</p></div>'


def trouble(error: Exception, told: Mapping[str, str]) -> str:
    """What went wrong and its cure, in the language of the page."""
    if isinstance(error, TooManyTries):
        return note("bad", told["fault_TooManyTries"].format(wait=minutes(error.seconds)))
    kind = f"impossible_{error.kind}" if isinstance(error, ImpossibleAccount) else f"fault_{type(error).__name__}"
    return note("bad", told[kind])


def badge(tone: str, text: str) -> str:
    """A state in words and colour."""
    return f'<span class="badge badge--{tone}">{escape(text)}</span>'


def way_badges(found: Listed, told: Mapping[str, str]) -> str:
    """By what somebody comes in, and whether at all."""
    disabled = [badge("bad", told["is_disabled"])] if found.account.is_disabled else []
    badges = [badge(TONES[each], told[f"way_{each}"]) for each in ways_in(found)] or [badge("near", told["way_none"])]
    return " ".join((*disabled, *badges))


def team_names(account: Account, told: Mapping[str, str], centre: Centre) -> str:
    """Own teams, as teams.yaml names them; `all` for a role that has all, nothing for a machine."""
    if account.teams:
        known = (each if each in centre.teams else f"{each} ({told['is_unknown']})" for each in account.teams)
        return escape(", ".join(known))
    return escape(told["all_teams"]) if account.role not in {Role.KIOSK, Role.SCANNER} else "–"


def moment(at: float | None, zone: tzinfo, told: Mapping[str, str]) -> str:
    """HTML: to the minute, in the centre's time zone, 24 hours."""
    if at is None:
        return "–"
    local = datetime.fromtimestamp(at, UTC).astimezone(zone).replace(second=0, microsecond=0)
    return f'<time datetime="{local.isoformat()}">{escape(local.strftime(told["moment_form"]))}</time>'


def browser(session: Session, told: Mapping[str, str]) -> str:
    """In plain words: `Firefox on Windows`."""
    name, _, system = session.browser.partition(" ")
    first = told.get(f"browser_{name}", told["browser_unknown"])
    on = told.get(f"system_{system}", "")
    return told["browser_on"].format(browser=first, system=on) if on else first


def sessions_table(
    sessions: Sequence[Session], told: Mapping[str, str], zone: tzinfo, *, guest: Guest | None = None
) -> str:
    """`guest`: whose page it is, with a button at each other one; None to look only."""
    rows = "".join(_session_row(each, told, zone, guest) for each in sessions)
    last = f'<th scope="col">{escape(told["col_do"])}</th>' if guest else ""
    heads = "".join(f'<th scope="col">{escape(told[name])}</th>' for name in ("col_browser", "col_begun", "col_seen"))
    return (
        f'<div class="table-scroll" role="region" tabindex="0" aria-label="{escape(told["sessions_label"])}">'
        f'<table class="table table--cards"><thead><tr>{heads}{last}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _session_row(session: Session, told: Mapping[str, str], zone: tzinfo, guest: Guest | None) -> str:
    cells = [
        f'<th scope="row">{escape(browser(session, told))}</th>',
        f'<td data-label="{escape(told["col_begun"])}">{moment(session.began_at, zone, told)}</td>',
        f'<td data-label="{escape(told["col_seen"])}">{moment(session.seen_at, zone, told)}</td>',
    ]
    if guest:
        is_this = guest.session is not None and guest.session.id == session.id
        what = badge("good", told["this_session"]) if is_this else _end_form(session, told, guest)
        cells.append(f'<td data-label="{escape(told["col_do"])}">{what}</td>')
    return f"<tr>{''.join(cells)}</tr>"


def _end_form(session: Session, told: Mapping[str, str], guest: Guest) -> str:
    name = f"{told['end_session']}: {browser(session, told)}"
    return (
        f'<form method="post" action="{OWN_PAGE}/end">{csrf_field(guest)}'
        f'<input type="hidden" name="session" value="{handle_of(session.id)}">'
        f'<button class="kern-btn kern-btn--secondary kern-btn--small" aria-label="{escape(name)}">'
        f"{escape(told['end_session'])}</button></form>"
    )
