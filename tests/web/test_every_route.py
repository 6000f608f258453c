"""Who may ask for what: one table over every route that the router has. A route that is not in it fails the test."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from facts.call import CallerJoined
from facts.place import Place
from operations.active import InForce
from operations.sign_in.accounts import OWN_TEAMS_ONLY, Account, Role, Session
from operations.sign_in.passwords import digest_of, fresh_token
from routing.directory import DirectoryTable
from store.connection import StoreAddress, connect
from teamline.router.last_known import LastKnown
from teamline.router.start import Found
from teamline.settings import Settings
from teamline.stored import stored_over
from tests.fakes.desk_house import MemoryAccounts, token_of
from tests.fakes.entries import MemoryMail, callback, voice
from tests.fakes.router import MONDAY_AT_NINE, small_centre
from web.protection import HEADERS
from web.reports.worker import ReportsAway
from web.who import COOKIE

VIEWER, MEMBER, LEAD, SUPERVISOR, ADMIN = Role.VIEWER, Role.MEMBER, Role.LEAD, Role.SUPERVISOR, Role.ADMIN
KIOSK, SCANNER = Role.KIOSK, Role.SCANNER
Roles = frozenset[Role]
EVERY = frozenset(Role)
PEOPLE = frozenset({VIEWER, MEMBER, LEAD, SUPERVISOR, ADMIN})
LOOKING = PEOPLE - OWN_TEAMS_ONLY
"""Who sees every team."""
ANSWERING = PEOPLE - {VIEWER}
LEADING = frozenset({LEAD, SUPERVISOR, ADMIN})
WHOLE = frozenset({SUPERVISOR, ADMIN})
ADMINS = frozenset({ADMIN})
AT_KIOSK = frozenset({KIOSK, ADMIN})
BRINGING = frozenset({SCANNER, KIOSK, ADMIN})

PUBLIC = frozenset(
    {
        "GET /api/openapi.json",
        "HEAD /api/openapi.json",
        "GET /healthz",
        "HEAD /healthz",
        "GET /readyz",
        "HEAD /readyz",
        "GET /pages/{path:path}",
        "GET /vendor/{path:path}",
        "GET /sign-in",
        "GET /kiosk/{kiosk}",
        "GET /callback",
        "GET /callback/noted",
        "GET /sign-in/provider",
        "GET /sign-in/return",
    }
)
"""For everybody: nothing of anybody is there."""
ONLY_WITH_A_PROVIDER = frozenset({"GET /sign-in/provider", "GET /sign-in/return"})
PUBLIC_CHANGES = frozenset({"POST /api/v1/session", "POST /sign-in", "POST /sign-out", "POST /callback"})
"""For everybody, but never for another site's page."""


@dataclass(frozen=True, slots=True)
class May:
    """Who may for an own team (or kiosk), and who for another's; `body`: what a change sends."""

    own: Roles
    other: Roles
    body: Mapping[str, object] | None = None
    query: str = ""


UNTIL = {"until": "2026-01-05T12:00:00+01:00", "reason": "Personalversammlung"}
TABLE: Mapping[str, May] = {
    # the live figures and the line
    "GET /api/v1/live": May(PEOPLE, PEOPLE),
    "GET /api/v1/live/stream": May(PEOPLE, PEOPLE),
    "GET /api/v1/live/curves": May(PEOPLE, PEOPLE),
    "GET /wallboard": May(PEOPLE, PEOPLE),
    "GET /": May(PEOPLE, PEOPLE),
    "GET /board/notices": May(PEOPLE, PEOPLE),
    "GET /api/v1/teams": May(PEOPLE, PEOPLE),
    "GET /api/v1/teams/{team}": May(PEOPLE, LOOKING),
    "POST /api/v1/teams/{team}/close": May(LEADING, WHOLE, UNTIL),
    "DELETE /api/v1/teams/{team}/close": May(LEADING, WHOLE),
    "POST /api/v1/sites/{site}/close": May(WHOLE, WHOLE, UNTIL),
    "DELETE /api/v1/sites/{site}/close": May(WHOLE, WHOLE),
    "POST /api/v1/centre/close": May(WHOLE, WHOLE, UNTIL),
    "DELETE /api/v1/centre/close": May(WHOLE, WHOLE),
    "POST /api/v1/waiting/{call}/credit": May(LEADING, WHOLE, {"seconds": 60}),
    "POST /api/v1/waiting/{call}/move": May(LEADING, WHOLE, {"team": "V01"}),
    "POST /api/v1/waiting/{call}/withdraw": May(LEADING, WHOLE),
    # members
    "GET /api/v1/teams/{team}/members": May(ANSWERING, WHOLE),
    "GET /api/v1/teams/{team}/pause-reasons": May(ANSWERING, WHOLE),
    "POST /api/v1/teams/{team}/members/{member}/login": May(ANSWERING, WHOLE),
    "POST /api/v1/teams/{team}/members/{member}/logout": May(ANSWERING, WHOLE),
    "POST /api/v1/teams/{team}/members/{member}/pause": May(ANSWERING, WHOLE, {"reason": ""}),
    "POST /api/v1/teams/{team}/members/{member}/unpause": May(ANSWERING, WHOLE),
    # mailbox, callbacks, who gave up
    "GET /api/v1/messages": May(ANSWERING, WHOLE, query="team={team}"),
    "GET /api/v1/messages/{message}": May(ANSWERING, WHOLE),
    "GET /api/v1/messages/{message}/content": May(ANSWERING, WHOLE),
    "POST /api/v1/messages/{message}/claim": May(ANSWERING, WHOLE),
    "POST /api/v1/messages/{message}/release": May(ANSWERING, WHOLE),
    "POST /api/v1/messages/{message}/done": May(ANSWERING, WHOLE),
    "DELETE /api/v1/messages/{message}": May(LEADING, WHOLE),
    "POST /api/v1/documents": May(BRINGING, BRINGING),
    "GET /api/v1/callbacks": May(PEOPLE, LOOKING, query="team={team}"),
    "GET /api/v1/callbacks/{callback}": May(PEOPLE, LOOKING),
    "POST /api/v1/callbacks": May(ANSWERING, WHOLE, {"phone": "0211 8224100", "team": "{team}"}),
    "DELETE /api/v1/callbacks/{callback}": May(ANSWERING, WHOLE),
    "GET /api/v1/teams/{team}/gave-up": May(ANSWERING, WHOLE),
    "POST /api/v1/teams/{team}/gave-up/{row}/callback": May(ANSWERING, WHOLE),
    "DELETE /api/v1/teams/{team}/gave-up/{row}/callback": May(ANSWERING, WHOLE),
    # the desk
    "GET /desk": May(ANSWERING, ANSWERING),
    "GET /desk/{team}": May(ANSWERING, WHOLE),
    "GET /desk/{team}/mailbox": May(ANSWERING, WHOLE),
    "GET /api/v1/desk/{team}/stream": May(ANSWERING, WHOLE),
    "POST /desk/{team}/phone/{act}": May(ANSWERING, WHOLE, {"member": "{member}"}),
    "POST /desk/{team}/place": May(LEADING, WHOLE, {"member": "{member}"}),
    "POST /desk/{team}/{message}/{change}": May(ANSWERING, WHOLE),
    "POST /desk/{team}/callbacks": May(ANSWERING, WHOLE, {"phone": "0211 8224100"}),
    # kiosks: a kiosk's own, and another's
    "GET /api/v1/kiosks": May(ANSWERING, ANSWERING),
    "POST /api/v1/kiosks/{kiosk}/ring": May(ANSWERING, ANSWERING, {"member": "{member}"}),  # others' are not found
    "GET /api/v1/kiosks/{kiosk}": May(AT_KIOSK, ADMINS),
    "GET /api/v1/kiosks/{kiosk}/events": May(AT_KIOSK, ADMINS),
    "POST /api/v1/kiosks/{kiosk}/state": May(AT_KIOSK, ADMINS, {"phone": "free"}),
    "POST /api/v1/kiosks/{kiosk}/scan": May(BRINGING, BRINGING - {KIOSK}, {"code": "x"}),
    "DELETE /api/v1/kiosks/{kiosk}/scan": May(AT_KIOSK, ADMINS),
    "POST /api/v1/kiosks/{kiosk}/more": May(AT_KIOSK, ADMINS),
    "POST /api/v1/kiosks/{kiosk}/call": May(AT_KIOSK, ADMINS),
    "POST /api/v1/kiosks/{kiosk}/callback": May(AT_KIOSK, ADMINS, {"to": "kiosk"}),
    # reports, what if, explain, audit
    "GET /api/v1/reports/intervals": May(LOOKING | {LEAD}, LOOKING, query="from=2026-01-05&to=2026-01-06&team={team}"),
    "GET /api/v1/reports/overview": May(LOOKING | {LEAD}, LOOKING, query="from=2026-01-05&to=2026-01-06&team={team}"),
    "GET /api/v1/reports/{name}": May(LOOKING | {LEAD}, LOOKING, query="from=2026-01-05&to=2026-01-06&team={team}"),
    "GET /reports": May(LOOKING | {LEAD}, LOOKING | {LEAD}),
    "GET /reports/part": May(LOOKING | {LEAD}, LOOKING | {LEAD}),
    "GET /api/v1/what-if": May(WHOLE, WHOLE),
    "POST /api/v1/what-if": May(WHOLE, WHOLE, {}),
    "DELETE /api/v1/what-if": May(WHOLE, WHOLE),
    "GET /admin/what-if": May(WHOLE, WHOLE),
    "POST /api/v1/explain": May(WHOLE, WHOLE, {"number": "123A456789"}),
    "GET /api/v1/audit": May(WHOLE, WHOLE),
    "GET /api/v1/audit.csv": May(WHOLE, WHOLE),
    "GET /admin/audit": May(WHOLE, WHOLE),
    # administration
    **dict.fromkeys(
        (
            "GET /admin",
            "GET /admin/configuration",
            "GET /admin/configuration/state",
            "GET /admin/configuration/compare",
            "GET /admin/configuration/edit",
            "GET /admin/directory",
            "GET /admin/directory/import",
            "GET /admin/year",
            "GET /admin/health",
            "GET /admin/health/now",
            "GET /admin/customer",
            "POST /admin/configuration/go-to",
            "POST /admin/configuration/edit",
            "POST /admin/directory/cancel",
            "POST /admin/directory/rollback",
            "POST /admin/customer",
            "GET /admin/accounts",
            "GET /admin/accounts/new",
            "POST /admin/accounts/new",
            "GET /admin/accounts/{account}",
            "POST /admin/accounts/{account}/{act}",
            "GET /api/v1/accounts",
            "GET /api/v1/accounts/{account}",
            "DELETE /api/v1/accounts/{account}",
            "DELETE /api/v1/accounts/{account}/sessions",
            "POST /api/v1/accounts/{account}/password",
            "POST /api/v1/accounts/{account}/token",
            "DELETE /api/v1/accounts/{account}/token",
            "GET /api/v1/configuration",
            "GET /api/v1/configuration/in-force",
            "GET /api/v1/configuration/versions",
            "GET /api/v1/configuration/versions/{version}",
            "GET /api/v1/configuration/diff",
            "GET /api/v1/configuration/year",
            "GET /api/v1/configuration/year.ics",
            "POST /api/v1/configuration/check",
            "POST /api/v1/configuration/activate",
            "POST /api/v1/configuration/rollback",
            "GET /api/v1/directory",
            "GET /api/v1/directory/import",
            "GET /api/v1/directory/import/mistakes",
            "POST /api/v1/directory",
            "DELETE /api/v1/directory/import",
            "POST /api/v1/directory/rollback",
            "POST /api/v1/customers/kept",
            "POST /api/v1/customers/export",
            "POST /api/v1/customers/erase",
        ),
        May(ADMINS, ADMINS),
    ),
    "POST /api/v1/accounts": May(ADMINS, ADMINS, {"user": "dan", "role": "viewer"}),
    "PATCH /api/v1/accounts/{account}": May(ADMINS, ADMINS, {"role": "viewer"}),
    # who am I
    "GET /account": May(EVERY, EVERY),
    "POST /account/{act}": May(EVERY, EVERY),
    "GET /api/v1/session": May(EVERY, EVERY),
    "DELETE /api/v1/session": May(EVERY, EVERY),
}
CHANGES = [route for route in TABLE if not route.startswith("GET ")]
NOT_LISTED = ("203.0.113.9", 40_000)
"""No screen on a wall, not this machine."""
HOST = "127.0.0.1:8080"
OWN_VOICE, OTHER_VOICE = voice(team="L01"), voice(team="L03")
OWN_CALLBACK, OTHER_CALLBACK = callback(phone="+49211555101"), callback(team="L03", phone="+49211555102")
OWN = {
    "team": "L01",
    "message": OWN_VOICE.id,
    "callback": OWN_CALLBACK.id,
    "call": "1.1",
    "member": "mL01",
    "kiosk": "kiosk",
}
OTHER = {
    "team": "L03",
    "message": OTHER_VOICE.id,
    "callback": OTHER_CALLBACK.id,
    "call": "1.3",
    "member": "mL03",
    "kiosk": "another",
}
ELSE = {"site": "nord", "row": "x", "version": "x", "act": "pause", "change": "claim", "name": "reasons"} | {
    "account": "0" * 24
}


@dataclass(frozen=True, slots=True)
class Answered:
    """What came first of an answer: streams go on."""

    status: int
    headers: Mapping[str, str]

    @property
    def is_nobody(self) -> bool:
        """Told to sign in."""
        to_sign_in = self.status == 303 and self.headers.get("location", "").startswith("/sign-in?next=")
        return self.status == 401 or to_sign_in

    @property
    def is_let_in(self) -> bool:
        return not self.is_nobody and self.status != 403


async def _no_report(*_: object) -> bytes:
    raise ReportsAway


class House:
    """The application as the router builds it; its store and Asterisk are away but for what decides who may."""

    def __init__(self, folder: Path) -> None:
        from teamline.router.process import RouterProcess  # noqa: PLC0415 - imports the reactor

        settings = Settings(data=folder, callback_page=True, wallboard_from=["192.0.2.0/24"])
        self.client = connect(StoreAddress(f"unix://{folder}/nobody-listens.sock"))
        stored = stored_over(self.client, settings, bytes(32))
        centre = small_centre()
        kiosk = next(iter(centre.kiosks.values()))
        centre = replace(centre, kiosks={each: replace(kiosk, id=each) for each in ("kiosk", "another")})
        force = InForce(centre, "config-1", DirectoryTable.empty())
        self.router = RouterProcess(settings, Found(force, stored, bytes(32), LastKnown(folder / "last"), ""))
        self.app: FastAPI = self.router.http._app
        self.accounts, self.mail = MemoryAccounts(), MemoryMail()
        self.router.features.front.sign_in._accounts = self.accounts
        self.router.features.mailbox.mailbox._kept = self.mail
        self.router.features.reports._line.ask = _no_report  # type: ignore[method-assign]  # it would read the journal
        self._fill()

    def _fill(self) -> None:
        for role in Role:
            own = ("L01", "V01") if role in OWN_TEAMS_ONLY else ()
            member = "mL01" if role is MEMBER else ""
            self.accounts.accounts[role] = Account(
                role, role, own, token=digest_of(token_of(role)), member=member, id=role
            )
        now = MONDAY_AT_NINE.timestamp()
        for call, team in (("1.1", "L01"), ("1.3", "L03")):
            place = Place(
                node="n", call=call, queue=team, visit=1, team=team, arrival=int(now), credit=0, concern="money"
            )
            self.router.live.model.fold(CallerJoined(at=now, place=place))

    def routes(self) -> Iterator[str]:
        for route in iter_route_contexts(self.app.routes):
            yield from (f"{method} {route.path}" for method in sorted(route.methods or {"?"}))

    def session(self, role: Role, *, began_ago: float = 0.0) -> tuple[str, str]:
        """A signed-in browser of this role: its cookie, and what its forms send."""
        cookie, csrf = fresh_token(), fresh_token()
        began = self.router.features.front.sign_in._now() - began_ago
        session = Session(digest_of(cookie), role, role, csrf, began, began)
        self.accounts.sessions[session.id] = session
        return cookie, csrf

    async def asked(self, route: str, names: Mapping[str, str], **headers: str) -> Answered:
        """The beginning of the answer to what the table says of this route; `form_csrf` goes into a form."""
        self.mail.entries = {each.id: each for each in (OWN_VOICE, OTHER_VOICE, OWN_CALLBACK, OTHER_CALLBACK)}
        method, path = route.split(" ")
        may = TABLE.get(route, May(EVERY, EVERY))
        names = {**ELSE, **names}
        csrf = headers.pop("form_csrf", "")
        sent = {
            name: str(value).format(**names) if isinstance(value, str) else value
            for name, value in (may.body or {}).items()
        }
        is_form = method == "POST" and not path.startswith("/api/")
        body = urlencode({**sent, "csrf": csrf}) if is_form else json.dumps(sent) if may.body is not None else ""
        kind = "application/x-www-form-urlencoded" if is_form else "application/json"
        headers = {"host": HOST, "content-type": kind, **headers}
        return await begun(
            self.app,
            method,
            path.replace(":path", "").format(**names, path="x"),
            may.query.format(**names),
            headers,
            body.encode(),
        )


async def begun(
    app: FastAPI, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, scheme: str = "http"
) -> Answered:
    """How an answer begins; whoever asked is gone after that."""
    started: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
    sent = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not sent.is_set():
            sent.set()
            return {"type": "http.request", "body": body, "more_body": False}
        await started
        return {"type": "http.disconnect"}

    async def send(message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start" and not started.done():
            told = {name.decode(): value.decode() for name, value in message["headers"]}
            started.set_result(Answered(message["status"], told))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": scheme,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": NOT_LISTED,
        "server": ("127.0.0.1", 8080),
    }
    task = asyncio.ensure_future(app(scope, receive, send))
    try:
        await asyncio.wait([started, task], return_when=asyncio.FIRST_COMPLETED)
        return started.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    house = House(tmp_path_factory.mktemp("every-route"))
    yield house
    await house.client.aclose()


def test_every_route_is_in_the_table_once(house: House) -> None:
    known = set(TABLE) | PUBLIC | PUBLIC_CHANGES
    assert (set(), set()) == (set(house.routes()) - known, known - set(house.routes()) - ONLY_WITH_A_PROVIDER)


@pytest.mark.parametrize("route", TABLE)
async def test_a_role_may_what_the_table_says_and_nobody_may_without_one(house: House, route: str) -> None:
    found: dict[str, Roles] = {}
    for whose, names in (("own", OWN), ("other", OTHER)):
        asked = {role: await house.asked(route, names, authorization=f"Bearer {token_of(role)}") for role in Role}
        assert [] == [role for role, answer in asked.items() if answer.is_nobody]
        found[whose] = frozenset(role for role, answer in asked.items() if answer.is_let_in)
    assert (TABLE[route].own, TABLE[route].other) == (found["own"], found["other"])
    assert (await house.asked(route, OWN)).is_nobody


@pytest.mark.parametrize("route", sorted(PUBLIC - ONLY_WITH_A_PROVIDER))
async def test_what_is_for_everybody_is(house: House, route: str) -> None:
    assert (await house.asked(route, OWN)).is_let_in


@pytest.mark.parametrize("route", TABLE)
async def test_a_session_that_is_over_or_whose_account_is_gone_is_nobody(house: House, route: str) -> None:
    for began_ago in (2 * 3600.0, 13 * 3600.0):
        cookie, csrf = house.session(ADMIN, began_ago=began_ago)
        own = {"cookie": f"{COOKIE}={cookie}", "x-csrf-token": csrf, "form_csrf": csrf}
        assert (await house.asked(route, OWN, **own)).is_nobody
    cookie, csrf = house.session(ADMIN)
    revoked = house.accounts.accounts.pop(ADMIN)
    try:
        own = {"cookie": f"{COOKIE}={cookie}", "x-csrf-token": csrf, "form_csrf": csrf}
        assert (await house.asked(route, OWN, **own)).is_nobody
        assert (await house.asked(route, OWN, authorization=f"Bearer {token_of(ADMIN)}")).is_nobody
    finally:
        house.accounts.accounts[ADMIN] = revoked


FORGED: list[dict[str, str]] = [
    {},
    {"x-csrf-token": "", "form_csrf": ""},
    {"x-csrf-token": "forged", "form_csrf": "forged"},
    {"x-csrf-token": "RIGHT", "form_csrf": "RIGHT", "origin": "https://evil.example"},
    {"x-csrf-token": "RIGHT", "form_csrf": "RIGHT", "origin": "null"},
    {"x-csrf-token": "RIGHT", "form_csrf": "RIGHT", "sec-fetch-site": "cross-site"},
    {"x-csrf-token": "RIGHT", "form_csrf": "RIGHT", "sec-fetch-site": "same-site"},
]


@pytest.mark.parametrize("route", CHANGES)
async def test_a_change_that_another_page_sends_with_the_cookie_is_refused(house: House, route: str) -> None:
    """By an account that may do it."""
    role = min(TABLE[route].own & PEOPLE or TABLE[route].own, key=[ADMIN, *Role].index)
    cookie, csrf = house.session(role)
    for forged in FORGED:
        sent = {name: csrf if value == "RIGHT" else value for name, value in forged.items()}
        answer = await house.asked(route, OWN, cookie=f"{COOKIE}={cookie}", **sent)
        assert 403 == answer.status, forged
    ours = {"x-csrf-token": csrf, "form_csrf": csrf, "origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}
    assert (await house.asked(route, OWN, cookie=f"{COOKIE}={cookie}", **ours)).is_let_in


@pytest.mark.parametrize("route", sorted(PUBLIC_CHANGES))
async def test_not_even_what_everybody_may_is_done_for_another_sites_page(house: House, route: str) -> None:
    for forged in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert 403 == (await house.asked(route, OWN, **forged)).status


async def test_every_answer_is_protected(house: House) -> None:
    for route in (*TABLE, *PUBLIC - ONLY_WITH_A_PROVIDER, "GET /nothing/here"):
        for credential in ({}, {"authorization": f"Bearer {token_of(ADMIN)}"}):
            answer = await house.asked(route, OWN, **credential)
            csp = answer.headers["content-security-policy"]
            assert 500 != answer.status, route
            assert [] == [name for name in HEADERS if name.lower() not in answer.headers], route
            assert (False, True) == ("unsafe" in csp, "frame-ancestors 'none'" in csp), route
            assert "server" not in answer.headers
            is_for_all = route.startswith(("GET /pages", "GET /vendor", "GET /kiosk/"))
            assert is_for_all or "public" not in answer.headers["cache-control"], route


async def test_a_fault_that_nobody_foresaw_is_protected_and_tells_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(house.accounts, "with_token", broken)
    answer = await house.asked("GET /api/v1/teams", OWN, authorization=f"Bearer {token_of(ADMIN)}")
    assert (500, []) == (answer.status, [name for name in HEADERS if name.lower() not in answer.headers])


async def test_over_tls_the_browser_never_comes_back_without(house: House) -> None:
    plain = await house.asked("GET /sign-in", OWN)
    secure = await begun(house.app, "GET", "/sign-in", "", {"host": "teamline.example.org"}, b"", scheme="https")
    assert (False, True) == tuple("strict-transport-security" in each.headers for each in (plain, secure))


async def test_a_request_is_never_told_back(house: House) -> None:
    for method in ("TRACE", "CONNECT"):
        assert 405 == (await begun(house.app, method, "/sign-in", "", {"host": HOST}, b"")).status
