"""The API on a real router and a real Asterisk: accounts, close now, changes to the line, a callback asked for."""

import http.cookiejar
import json
import re
import signal
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from running_lab import RunningLab, Waiting, citizen, until
from small_centre import SmallCentre, keys

from telephony.lab.phones import Habits

FOLLOWED_SECONDS = 10
"""The promise is 2 s; a loaded machine is no broken promise."""
QUICK = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(0.3, 0.4))
STAY = 600.0


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("api")
    with RunningLab(folder / "lab", *SmallCentre(folder).write().options) as running:
        yield running


def _password(lab: RunningLab, role: str) -> str:
    return next(str(each["password"]) for each in lab.told["accounts"]["web"] if each["role"] == role)


def _ask(lab: RunningLab, method: str, path: str, role: str | None = None, body: object = None) -> tuple[int, Any]:
    asked = urllib.request.Request(lab.told["http"] + path, method=method)
    if body is not None:
        asked.data = json.dumps(body).encode()
        asked.add_header("content-type", "application/json")
    if role:
        asked.add_header("authorization", f"Bearer {_password(lab, role)}")
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            told = answer.read()
            return answer.status, json.loads(told) if told else None
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


def _is_open(lab: RunningLab, team: str) -> bool:
    teams = _ask(lab, "GET", "/api/v1/live")[1]["teams"]
    return next(bool(each["open"]) for each in teams if each["id"] == team)


def _until_open(lab: RunningLab, team: str, *, is_open: bool) -> None:
    until(lambda: _is_open(lab, team) is is_open, FOLLOWED_SECONDS, f"{team} open: {is_open}")


def _in_an_hour() -> str:
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def _call_of(lab: RunningLab, waiting: Waiting) -> str:
    found = re.search(r"UniqueID: (\S+)", lab.console(f"core show channel {waiting.channel}"))
    assert found
    return found[1]


def test_every_account_of_the_lab_signs_in_and_is_a_bearer(lab: RunningLab) -> None:
    for account in lab.told["accounts"]["web"]:
        given = {"user": account["user"], "password": account["password"]}
        signed_in = _ask(lab, "POST", "/api/v1/session", None, given)
        assert (200, account["role"]) == (signed_in[0], signed_in[1]["role"])
        assert account["user"] == _ask(lab, "GET", "/api/v1/session", account["role"])[1]["user"]
    assert 401 == _ask(lab, "GET", "/api/v1/messages")[0]


def test_a_token_is_made_used_listed_and_revoked(lab: RunningLab) -> None:
    token = lab.command("token", "lead", "anna", "--teams", "L01").stdout.split()[0]
    asked = urllib.request.Request(lab.told["http"] + "/api/v1/session", headers={"authorization": f"Bearer {token}"})
    with urllib.request.urlopen(asked) as answer:
        expected = {"user": "anna", "role": "lead", "teams": ["L01"], "choose_password": False, "csrf": None}
        assert expected == json.load(answer)
    assert "anna" in lab.command("token", "--list").stdout
    assert token not in lab.command("token", "--list", "--json").stdout
    assert 0 == lab.command("token", "--revoke", "anna").returncode
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(asked)


def test_closed_by_command_or_api_is_closed_without_store_and_after_a_restart(lab: RunningLab) -> None:
    closed = lab.command("close", "L02", "--until", "23:59:59", "--reason", "Wasserschaden")
    assert 0 == closed.returncode, closed.stderr
    order = {"until": _in_an_hour(), "reason": "Personalversammlung"}
    assert 200 == _ask(lab, "POST", "/api/v1/teams/L01/close", "lead", order)[0]
    for team in ("L01", "L02"):
        _until_open(lab, team, is_open=False)
    told = json.loads(lab.command("explain", "10A1", "--json").stdout)
    assert "team-closed" == told["rule"]
    lab.signal("store", signal.SIGKILL)
    lab.signal("router", signal.SIGKILL)
    until(lambda: not _answers(lab), 10, "the router gone")
    lab.start("router")
    assert (False, False, True) == tuple(_is_open(lab, team) for team in ("L01", "L02", "L03"))
    refused, _ = _ask(lab, "DELETE", "/api/v1/teams/L01/close", "admin")
    assert 503 == refused
    lab.start("store")
    until(lambda: _ask(lab, "DELETE", "/api/v1/teams/L01/close", "admin")[0] == 204, 15, "open by API")
    assert 0 == lab.command("reopen", "L02").returncode
    for team in ("L01", "L02"):
        _until_open(lab, team, is_open=True)


def _answers(lab: RunningLab) -> bool:
    try:
        return _ask(lab, "GET", "/healthz")[0] == 200
    except OSError:
        return False


def test_raised_moved_and_taken_out_is_what_asterisk_does(lab: RunningLab) -> None:
    until(lambda: _ask(lab, "GET", "/api/v1/live")[0] == 200, 20, "live figures")
    older, younger = (citizen(keys("L01"), caller=f"0211120000{place}", stay=STAY) for place in (1, 2))
    with lab.in_turn([older, younger]):
        first, second = lab.until_waiting("L01", 2)
        calls = _call_of(lab, first), _call_of(lab, second)
        shown = until(lambda: len(_line(lab)) == 2 and _line(lab), 10, "both in the API's line")
        assert [(calls[0], "…001"), (calls[1], "…002")] == [(each["call"], each["number"]) for each in shown]  # type: ignore[attr-defined]

        raised = _ask(lab, "POST", f"/api/v1/waiting/{calls[1]}/credit", "lead", {"seconds": 600})
        assert (200, 600) == (raised[0], raised[1]["credit_seconds"])
        until(lambda: lab.line("L01")[0].channel == second.channel, 5, "the raised caller first")
        assert second.priority + 600 == lab.line("L01")[0].priority
        assert ("600", str(second.priority + 600)) == tuple(
            lab.variable(second.channel, name) for name in ("TEAMLINE_CREDIT", "QUEUE_PRIO")
        )

        assert 200 == _ask(lab, "POST", f"/api/v1/waiting/{calls[1]}/move", "supervisor", {"team": "L02"})[0]
        [moved] = lab.until_waiting("L02", 1)
        assert (second.channel, second.priority + 600) == (moved.channel, moved.priority)
        kept = [lab.variable(second.channel, name) for name in ("TEAMLINE_TEAM", "TEAMLINE_VIA", "TEAMLINE_PASSED")]
        assert ["L02", "L01", ""] == kept

        until(lambda: [each["call"] for each in _line(lab)] == [calls[0]], 10, "one left in the API's line")
        assert 200 == _ask(lab, "POST", f"/api/v1/waiting/{calls[0]}/withdraw", "lead")[0]
        lab.until_waiting("L02", 1)
        until(
            lambda: not lab.line("L01") and first.channel not in lab.console("core show channels concise"), 40, "gone"
        )
        until(lambda: _today(lab)["flowed_out"] == 2, 10, "moved and withdrawn in the books")
        assert (0, 0) == (_today(lab)["abandoned"], _today(lab)["lost"])
        with lab.phones("two", habits=QUICK) as phones:
            lab.until_signed_in("two")
            phones.until(lambda seen: any(each.kind == "answered" for each in seen), 30)
    assert 404 == _ask(lab, "POST", f"/api/v1/waiting/{calls[1]}/credit", "lead", {"seconds": 1})[0]


def _today(lab: RunningLab) -> dict[str, Any]:
    teams = _ask(lab, "GET", "/api/v1/live")[1]["teams"]
    return next(dict(each["today"]) for each in teams if each["id"] == "L01")


def _line(lab: RunningLab) -> list[dict[str, Any]]:
    return list(_ask(lab, "GET", "/api/v1/teams/L01", "lead")[1]["line"])


def test_a_callback_asked_for_on_the_page_is_on_the_teams_desk(lab: RunningLab) -> None:
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(jar)
    page = f"{lab.told['http']}/callback?lang=de-leicht"
    token = re.search(r'name="token" value="([^"]+)"', browser.open(page).read().decode())
    assert token
    wish = {"token": token[1], "phone": "0211 / 8224-100", "number": "10a1", "concern": "money"}
    answer = browser.open(page, urllib.parse.urlencode(wish).encode())
    assert ("/callback/noted?lang=de-leicht", 200) == (answer.url.removeprefix(lab.told["http"]), answer.status)
    [asked] = _ask(lab, "GET", "/api/v1/messages?kind=callback", "member")[1]["messages"]
    assert ("L01", "+492118224100", "10A1", "page", "open") == tuple(
        asked[name] for name in ("team", "phone", "number", "source", "state")
    )
    assert 200 == _ask(lab, "POST", f"/api/v1/messages/{asked['id']}/claim", "member")[0]
    assert 409 == _ask(lab, "POST", f"/api/v1/messages/{asked['id']}/done", "supervisor")[0]
    assert 200 == _ask(lab, "POST", f"/api/v1/messages/{asked['id']}/done", "member")[0]
    log = lab.router_log()
    assert [] == [secret for secret in ("8224100", "10A1", "10a1", token[1]) if secret in log]
