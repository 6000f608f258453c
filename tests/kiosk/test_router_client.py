import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kiosk.router_client import RouterAway, RouterClient, RouterRefuses, ScanRefused, Told
from operations.kiosks.reports import Device, Handset, Report

CODE = "TLK1" + "A" * 96
STATE = {"version": "5f3a-17", "state": "idle", "call": None}
CALLING = {**STATE, "state": "calling", "call": {"id": "c-1", "kind": "direct", "seconds": 3}}
REPORT = Report(Handset.UP, registered=True, in_call=False, scanner=Device.OK, camera=Device.NONE, version="0.1.0")


class Answers(ThreadingHTTPServer):
    """A router that answers `status` and `body` to whatever it is asked, and keeps the questions."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.status, self.body, self.location = 200, json.dumps(STATE).encode(), ""
        self.asked: list[tuple[str, str, str, bytes]] = []


class _Answer(BaseHTTPRequestHandler):
    server: Answers

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path, self.headers["Authorization"], body))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - as http.server names them


@pytest.fixture
def router() -> Iterator[Answers]:
    with Answers() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def client(router: Answers) -> RouterClient:
    return RouterClient(f"http://127.0.0.1:{router.server_port}", "k-1", "secret")


def test_a_scan_goes_to_the_kiosks_own_route_with_its_token(router: Answers, client: RouterClient) -> None:
    client.scan(CODE)
    assert [("POST", "/api/v1/kiosks/k-1/scan", "Bearer secret", json.dumps({"code": CODE}).encode())] == router.asked


def test_a_report_is_told_as_the_api_names_it(router: Answers, client: RouterClient) -> None:
    client.tell(REPORT)
    expected = {"handset": "up", "registered": True, "in_call": False, "scanner": "ok", "camera": "none"}
    assert {**expected, "version": "0.1.0"} == json.loads(router.asked[0][3])


def test_done_has_no_answer(router: Answers, client: RouterClient) -> None:
    router.status, router.body = 204, b""
    client.forget()
    assert "DELETE" == router.asked[0][0]


@pytest.mark.parametrize(("status", "why"), [(422, "card-unknown"), (429, "too-many"), (409, "in-use")])
def test_a_refused_scan_tells_why(router: Answers, client: RouterClient, status: int, why: str) -> None:
    router.status, router.body = status, json.dumps({"why": why}).encode()
    with pytest.raises(ScanRefused, match=why):
        client.scan(CODE)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_token_that_opens_nothing_is_told_as_such(router: Answers, client: RouterClient, status: int) -> None:
    router.status = status
    with pytest.raises(RouterRefuses):
        client.scan(CODE)


@pytest.mark.parametrize(("status", "body"), [(500, b"{}"), (503, b"{}"), (200, b"<html>"), (302, b"")])
def test_whatever_else_it_answers_it_is_away(router: Answers, client: RouterClient, status: int, body: bytes) -> None:
    router.status, router.body = status, body
    with pytest.raises(RouterAway):
        client.scan(CODE)


def test_no_redirect_carries_the_token_away(router: Answers, client: RouterClient) -> None:
    router.status, router.location = 307, f"http://127.0.0.1:{router.server_port}/elsewhere"
    with pytest.raises(RouterAway):
        client.scan(CODE)
    assert 1 == len(router.asked)


def test_a_router_that_is_not_there_is_away_and_nothing_of_the_scan_is_told() -> None:
    with pytest.raises(RouterAway) as away:
        RouterClient("http://127.0.0.1:1", "k-1", "secret").scan(CODE)
    assert "TLK1" not in str(away.value)


def test_events_tell_the_version_and_the_call_that_is_rung(router: Answers, client: RouterClient) -> None:
    assert Told("5f3a-17", None) == client.events("")
    router.body = json.dumps(CALLING).encode()
    assert Told("5f3a-17", "c-1") == client.events("5f3a-17")
    assert "/api/v1/kiosks/k-1/events?after=5f3a-17&seconds=20" == router.asked[1][1]


@pytest.mark.parametrize(
    "state", [[], {}, {**STATE, "version": "a b"}, {**STATE, "version": "x" * 99}, {**STATE, "version": 3}]
)
def test_a_state_that_is_none_is_no_state(router: Answers, client: RouterClient, state: object) -> None:
    router.body = json.dumps(state).encode()
    with pytest.raises(RouterAway):
        client.events("")
