"""`/admin/audit`: the record as a table, to be looked through by team, person and day; works without script."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import escape
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import ValidationError

from operations.audit import AuditEntry, AuditPage, KeptAudit
from operations.sign_in.accounts import Right
from routing.centre import Centre, Team
from web.audit.asked import AuditWanted
from web.audit.routes import CSV_PATH, looked_up
from web.frame import Page, come_in, framed, tongue
from web.page import filled, words
from web.who import Door, Guest

PATH = "/admin/audit"
STYLE = "/pages/audit/audit.css"


def audit_page(kept: KeptAudit, centre: Callable[[], Centre], door: Door) -> APIRouter:
    """The page."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    async def page(request: Request) -> Response:
        guest = await come_in(door, request, Right.READ_AUDIT)
        spoken = tongue(request)
        texts = {**words("shell/frame", spoken), **words("audit/audit", spoken)}
        status, trouble, found = HTTPStatus.OK, "", AuditPage(())
        wanted = AuditWanted()
        try:
            wanted = AuditWanted.model_validate(_given(request))
            found = await looked_up(kept, wanted, centre().timezone)
        except ValidationError:
            status, trouble = HTTPStatus.UNPROCESSABLE_ENTITY, texts["not_understood"]
        except HTTPException as away:
            status, trouble = HTTPStatus(away.status_code), texts["away"]
        shown = _Shown(texts, centre())
        return _framed(request, guest, shown.main(wanted, found, trouble), texts["title"], status)

    return router


def _framed(request: Request, guest: Guest, main: str, title: str, status: int) -> Response:
    return framed(request, guest, Page("audit", title, main, styles=(STYLE,), is_wide=True, status=status))


def _given(request: Request) -> Mapping[str, str]:
    """What the form sent; what was left empty was not sent."""
    return {name: value for name, value in request.query_params.items() if value and name != "limit"}


class _Shown:
    """The page's pieces in one language."""

    def __init__(self, texts: Mapping[str, str], centre: Centre) -> None:
        self._texts, self._centre = texts, centre

    def main(self, wanted: AuditWanted, found: AuditPage, trouble: str) -> str:
        plain = {**self._texts, "who_value": wanted.who, "day_value": wanted.day.isoformat() if wanted.day else ""}
        html = {
            "teams": self._teams(wanted.team),
            "trouble": f'<p class="alert alert--bad" role="alert">{escape(trouble)}</p>' if trouble else "",
            "table": "" if trouble else self._table(wanted, found),
            "ways": self._ways(wanted, found),
        }
        return filled("audit/audit.html", plain, html)

    def _teams(self, chosen: str) -> str:
        known = {team.id: _named(team) for team in self._centre.teams.values()}
        if chosen and chosen not in known:  # of an earlier configuration
            known = {chosen: chosen, **known}
        options = {"": self._texts["any_team"], **known}
        return "".join(
            f'<option value="{escape(team)}"{" selected" if team == chosen else ""}>{escape(name)}</option>'
            for team, name in options.items()
        )

    def _table(self, wanted: AuditWanted, found: AuditPage) -> str:
        if not found.entries:
            says = "go_on" if found.next else "nothing_such" if wanted.query() else "nothing"
            return f'<p class="empty">{escape(self._texts[says])}</p>'
        heads = "".join(
            f'<th scope="col">{escape(self._texts[name])}</th>' for name in ("when", "who", "what", "team", "about")
        )
        rows = "".join(map(self._row, found.entries))
        return (
            f'<div class="table-scroll" role="region" tabindex="0" aria-label="{escape(self._texts["title"])}">'
            f'<table class="table table--cards audit"><thead><tr>{heads}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )

    def _row(self, entry: AuditEntry) -> str:
        at = datetime.fromtimestamp(entry.at, UTC).astimezone(self._centre.timezone)
        when = f'<time datetime="{at.isoformat()}">{escape(at.strftime(self._texts["moment"]))}</time>'
        role = self._texts.get(f"role_{entry.role}", entry.role)
        what = escape(self._texts.get(f"deed_{entry.deed.value}", entry.deed.value))
        told = "".join(self._detail(name, value) for name, value in entry.told.items())
        team = self._centre.teams.get(entry.team)
        cells = (
            (None, when),
            ("who", f"{escape(entry.who or '–')} <small>{escape(role)}</small>"),
            ("what", f"<strong>{what}</strong>" + (f'<dl class="told-with">{told}</dl>' if told else "")),
            ("team", escape(_named(team) if team else entry.team) or "–"),
            ("about", self._about(entry)),
        )
        return f"<tr>{''.join(self._cell(name, html) for name, html in cells)}</tr>"

    def _detail(self, name: str, value: str) -> str:
        key = escape(self._texts.get(f"told_{name}", name))
        return f"<div><dt>{key}</dt><dd>{escape(self._value(name, value))}</dd></div>"

    def _cell(self, name: str | None, html: str) -> str:
        if name is None:
            return f'<th scope="row">{html}</th>'
        return f'<td data-label="{escape(self._texts[name])}"><div>{html}</div></td>'

    def _about(self, entry: AuditEntry) -> str:
        member = self._centre.members.get(entry.about)
        if member:
            return f"{escape(member.name)} <small>{escape(member.id)}</small>"
        return f"<code>{escape(entry.about)}</code>" if entry.about else "–"

    def _value(self, name: str, value: str) -> str:
        if name == "until":
            try:
                at = datetime.fromisoformat(value).astimezone(self._centre.timezone)
            except (ValueError, OverflowError):
                return value
            return at.strftime(self._texts["moment"])
        return self._texts.get(f"{name}_{value}", value)

    def _ways(self, wanted: AuditWanted, found: AuditPage) -> str:
        ways = []
        if wanted.before:
            ways.append((f"{PATH}?{wanted.query()}", self._texts["newest"]))
        if found.next:
            ways.append((f"{PATH}?{wanted.query(found.next)}", self._texts["older"]))
        if found.entries:
            ways.append((f"{CSV_PATH}?{wanted.query(wanted.before)}", self._texts["csv"]))
        links = "".join(
            f'<a class="kern-btn kern-btn--secondary kern-btn--small" href="{escape(path)}">{escape(name)}</a>'
            for path, name in ways
        )
        return f'<nav class="actions" aria-label="{escape(self._texts["pages"])}">{links}</nav>' if links else ""


def _named(team: Team) -> str:
    return f"{team.id} – {team.name}" if team.name != team.id else team.id
