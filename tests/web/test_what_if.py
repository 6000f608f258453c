import json
from typing import Any

import httpx
import pytest

from operations.sign_in.accounts import Account, Role
from operations.sign_in.passwords import digest_of
from operations.sign_in.sign_in import SignIn
from tests.fakes.desk_house import MemoryAccounts, token_of
from tests.fakes.router import small_centre
from tests.fakes.what_if_job import HeldJob
from web.app import application
from web.files import page_files
from web.health import Dependencies
from web.what_if_job import Failure, Now, Progress, State, Step, Why
from web.what_if_question import Asked
from web.what_if_rooms import what_if_rooms
from web.who import Door

API = "/api/v1/what-if"
JSON = {"content-type": "application/json"}


def client(
    job: HeldJob | None = None,
    host: str = "127.0.0.1:8080",
    role: Role | None = Role.SUPERVISOR,
) -> httpx.AsyncClient:
    async def nothing() -> Dependencies:
        return {}

    accounts = MemoryAccounts()
    for each in Role:
        accounts.accounts[each] = Account(each, each, token=digest_of(token_of(each)), id=each)
    door = Door(SignIn(accounts, lambda: 0.0))
    rooms = [*what_if_rooms(job or HeldJob(), small_centre, door), page_files()]
    transport = httpx.ASGITransport(application("1", nothing, None, rooms))
    headers = {"authorization": f"Bearer {token_of(role)}"} if role else {}
    return httpx.AsyncClient(transport=transport, base_url=f"http://{host}", headers=headers)


async def posted(question: object, job: HeldJob | None = None, **headers: str) -> httpx.Response:
    async with client(job) as asking:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = question if isinstance(question, str | bytes) else json.dumps(question)
        return await asking.post(API, content=body, headers=JSON | named)


async def mistakes(question: dict[str, Any]) -> list[list[str]]:
    answer = await posted(question)
    assert (422, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    return [each["place"] for each in answer.json()["errors"]]


async def test_a_router_that_was_asked_nothing_is_idle() -> None:
    async with client() as asking:
        answer = await asking.get(API)
    expected = {"state": "idle", "progress": None, "question": None, "answer": None, "notes": [], "error": None}
    assert (expected, "no-store") == (answer.json(), answer.headers["cache-control"])


@pytest.mark.parametrize(
    ("role", "status"), [(None, 401), (Role.VIEWER, 403), (Role.LEAD, 403), (Role.SUPERVISOR, 200), (Role.ADMIN, 200)]
)
async def test_only_whoever_answers_for_the_whole_centre_asks(role: Role | None, status: int) -> None:
    async with client(role=role) as asking:
        answers = [await asking.get(API), await asking.delete(API)]
    assert [status] * 2 == [each.status_code for each in answers]


async def test_a_question_is_taken_and_begins() -> None:
    job = HeldJob()
    answer = await posted(
        {"members": ["L03=-1"], "calls": ["mon=+20%"], "from": "2026-01-01", "to": "2026-02-01", "on": ["mon"]}, job
    )
    assert (202, "running", "starting") == (
        answer.status_code,
        answer.json()["state"],
        answer.json()["progress"]["step"],
    )
    assert (("L03=-1",), "2026-01-01") == (
        job.now.question and job.now.question.members,
        answer.json()["question"]["from"],
    )


async def test_an_empty_question_asks_how_far_the_simulation_can_be_trusted() -> None:
    assert 202 == (await posted({})).status_code


async def test_a_second_question_is_told_to_wait_or_to_end_the_first() -> None:
    job = HeldJob()
    await posted({"members": ["L03=-1"]}, job)
    answer = await posted({"members": ["L03=-2"]}, job)
    assert 409 == answer.status_code
    assert "DELETE /api/v1/what-if" in answer.json()["detail"]
    assert ("L03=-1",) == (job.now.question and job.now.question.members)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (
            Now(State.RUNNING, Progress(Step.READING, 3, 32), Asked()),
            ("running", {"step": "reading", "done": 3, "of": 32}),
        ),
        (Now(State.DONE, question=Asked(), answer={"rows": []}), ("done", None)),
        (Now(State.FAILED, question=Asked(), error=Failure(Why.TOO_LONG, "fewer")), ("failed", None)),
    ],
)
async def test_every_state_is_told(now: Now, expected: tuple[str, object]) -> None:
    job = HeldJob()
    job.now = now
    async with client(job) as asking:
        told = (await asking.get(API)).json()
    assert expected == (told["state"], told["progress"])
    assert (now.answer, now.error and {"why": "too_long", "what": "fewer"}) == (told["answer"], told["error"])


async def test_a_question_that_was_ended_makes_room_for_the_next() -> None:
    job = HeldJob()
    async with client(job) as asking:
        await asking.post(API, json={})
        assert "idle" == (await asking.delete(API)).json()["state"]
        assert 202 == (await asking.post(API, json={})).status_code


@pytest.mark.parametrize(
    "word",
    [
        "L99=-1",
        "--config=/etc/passwd",
        "-1; rm -rf /",
        "$(id)",
        "`id`",
        "L03=-1\u0000",
        "L03=-1 --config=/etc/passwd",
        "=",
        "L03==-1",
        "\u202e1",
        "٣٣٣٣٣٣٣",
    ],
)
async def test_what_is_no_change_never_becomes_a_command(word: str) -> None:
    assert [["members", "1"]] == await mistakes({"members": ["L03=-1", word]})


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ({"teams": ["--config=/etc/passwd"]}, ["teams", "0"]),
        ({"on": ["mon", "--json"]}, ["on", "1"]),
        ({"target": "200%"}, ["target"]),
        ({"within": "--help"}, ["within"]),
        ({"calls": ["20"]}, ["calls", "0"]),
        ({"talk": ["mon=+10%"]}, ["talk", "0"]),
        ({"patience": ["+9999%"]}, ["patience", "0"]),
        ({"from": "2026-02-01", "to": "2026-01-01"}, ["from"]),
        ({"from": "2020-01-01", "to": "2026-01-01"}, ["from"]),
        ({"from": "yesterday"}, ["from"]),
        ({"to": "--json"}, ["to"]),
        ({"runs": 201}, ["runs"]),
        ({"runs": 1}, ["runs"]),
        ({"runs": "30"}, ["runs"]),
        ({"seed": -1}, ["seed"]),
        ({"config": "/etc/passwd"}, ["config"]),
        ({"members": "L03=-1"}, ["members"]),
        ({"members": ["+1"] * 101}, ["members"]),
        ({"members": ["+" + "1" * 64]}, ["members", "0"]),
        ({"members": [""]}, ["members", "0"]),
        ({"members": [{"team": "L03"}]}, ["members", "0"]),
    ],
)
async def test_every_mistake_has_its_place(question: dict[str, Any], place: list[str]) -> None:
    assert [place] == await mistakes(question)


async def test_all_mistakes_come_at_once_with_their_cure_and_without_the_words() -> None:
    answer = await posted({"members": ["4711A123456"], "target": "4711A123456"})
    first, second = (each["what"] for each in answer.json()["errors"])
    assert "write L03=-1 for one fewer" in first
    assert "write a share like 75%" in second
    assert "4711" not in answer.text


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'"mon"', b"[" * 30_000])
async def test_what_is_no_question_is_refused(body: bytes) -> None:
    assert 422 == (await posted(body)).status_code


async def test_a_huge_question_is_not_read_to_its_end() -> None:
    assert 413 == (await posted(b" " * 33_000)).status_code


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_a_form_of_another_site_is_no_question(kind: str) -> None:
    job = HeldJob()
    answer = await posted({}, job, content_type=kind)
    assert (415, State.IDLE) == (answer.status_code, job.now.state)


async def test_a_charset_beside_the_type_is_no_matter() -> None:
    assert 202 == (await posted({}, content_type="Application/JSON; charset=utf-8")).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://stranger.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "null"},
        {"origin": "http://[::1"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://127.0.0.1:8080", "sec-fetch-site": "cross-site"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_a_page_of_another_site_gets_and_changes_nothing(method: str, headers: dict[str, str]) -> None:
    job = HeldJob()
    job.start(Asked())
    async with client(job) as asking:
        answer = await asking.request(method, API, content=b"{}", headers=JSON | headers)
    assert (403, State.RUNNING) == (answer.status_code, job.now.state)
    assert "open this router's own page" in answer.json()["detail"]


async def test_our_own_page_may_ask() -> None:
    told = {"origin": "http://127.0.0.1:8080", "sec_fetch_site": "same-origin"}
    assert 202 == (await posted({}, None, **told)).status_code


async def test_it_answers_under_whatever_name_a_proxy_gives_us() -> None:
    async with client(host="teamline.example") as asking:
        assert [200, 200] == [(await asking.get(path)).status_code for path in (API, "/admin/what-if")]


async def test_the_question_is_described_with_its_fields() -> None:
    async with client() as asking:
        api = (await asking.get("/api/openapi.json")).json()
    post = api["paths"][API]["post"]
    assert {
        "members",
        "calls",
        "talk",
        "patience",
        "from",
        "to",
        "teams",
        "on",
        "target",
        "within",
        "runs",
        "seed",
    } == set(post["requestBody"]["content"]["application/json"]["schema"]["properties"])
    assert {"202", "409", "422"} <= set(post["responses"])
