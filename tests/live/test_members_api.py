"""Members, who gave up, and the record of it, on a real Asterisk: what the API says is what the queues do."""

import signal
from collections.abc import Iterator
from typing import Any

import pytest
from callback_book import api, of
from callback_centre import money
from callback_scenes import TALKS_LONG, TEAM, callback_lab, until_free, until_gone, until_placeholders
from known_callers import KnownCaller, KnownCallers, known_callers
from router_beside import is_ready
from running_lab import RunningLab, until

MEMBERS = f"/teams/{TEAM}/members"
GAVE_UP = f"/teams/{TEAM}/gave-up"
QUEUES = ("L01", "A1-wide", "A1-urgent")
SEEN_SECONDS = 15


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    with callback_lab(tmp_path_factory.mktemp("members-api")) as running:
        yield running


@pytest.fixture
def callers(lab: RunningLab) -> Iterator[KnownCallers]:
    with known_callers(lab) as all_of_them:
        yield all_of_them


def do(lab: RunningLab, member: str, act: str, role: str = "supervisor", **body: str) -> tuple[int, dict[str, Any]]:
    with api(lab, role) as program:
        answer = program.post(f"{MEMBERS}/{member}/{act}", json=body or None)
    return answer.status_code, answer.json()


def paused_in(lab: RunningLab, member: str) -> dict[str, bool]:
    """Queue -> whether Asterisk would not ring them there; queues without them are missing."""
    lines = {queue: lab.members(queue).splitlines() for queue in QUEUES}
    own = {queue: [line for line in found if f"PJSIP/{member})" in line] for queue, found in lines.items()}
    return {queue: "paused" in found[0] for queue, found in own.items() if found}


def gave_up(lab: RunningLab) -> list[dict[str, Any]]:
    with api(lab, "supervisor") as program:
        return list(program.get(GAVE_UP).json()["people"])


def until_listed(lab: RunningLab, caller: KnownCaller) -> dict[str, Any]:
    def theirs() -> dict[str, Any] | None:
        return next((each for each in gave_up(lab) if each["phone"] == f"…{caller.number[-3:]}"), None)

    return until(theirs, SEEN_SECONDS, "who gave up, listed")  # type: ignore[return-value]


def gives_up(lab: RunningLab, callers: KnownCallers, customer: int) -> tuple[KnownCaller, dict[str, Any]]:
    (caller,) = callers.dial(money(customer))
    caller.until_in_line(TEAM)
    caller.hang_up()
    return caller, until_listed(lab, caller)


def deeds(lab: RunningLab) -> set[tuple[str, str, str]]:
    with api(lab, "admin") as program:
        answer = program.get("/audit?limit=200")
    return {(each["role"], each["deed"], each["about"]) for each in answer.json()["entries"]}


def test_a_pause_by_the_api_holds_in_every_queue_of_the_real_member(lab: RunningLab) -> None:
    status, told = do(lab, "one", "pause", reason="lunch")
    assert (200, "lunch", True) == (status, told["paused_for"], told["signed_in"])
    assert dict.fromkeys(QUEUES, True) == paused_in(lab, "one")
    assert dict.fromkeys(QUEUES, False) == paused_in(lab, "two")
    status, told = do(lab, "one", "unpause")
    assert (200, None) == (status, told["paused_for"])
    assert dict.fromkeys(QUEUES, False) == paused_in(lab, "one")


def test_signing_out_and_in_is_out_of_and_into_every_queue(lab: RunningLab) -> None:
    status, told = do(lab, "two", "logout")
    assert (200, "signed-out", {}) == (status, told["state"], paused_in(lab, "two"))
    assert 409 == do(lab, "two", "pause")[0]
    status, told = do(lab, "two", "login")
    assert (200, True, dict.fromkeys(QUEUES, False)) == (status, told["signed_in"], paused_in(lab, "two"))
    assert (404, 403) == (do(lab, "other", "logout")[0], do(lab, "one", "logout", "viewer")[0])


def test_who_hangs_up_in_line_is_listed_until_they_call_again_and_are_answered(
    lab: RunningLab, callers: KnownCallers
) -> None:
    _, row = gives_up(lab, callers, 1)
    assert (True, True, 1) == (row["customer_known"], row["can_be_called"], row["calls"])
    with lab.phones("three", habits=TALKS_LONG) as phones:
        until_free(lab, "three")
        callers.dial(money(1))
        phones.until(lambda seen: any(each.kind == "answered" for each in seen), 30)
        until(lambda: not any(each["id"] == row["id"] for each in gave_up(lab)), SEEN_SECONDS, "nobody listed")
    lab.hang_up_all()


def test_a_callback_for_who_gave_up_stands_in_line_in_their_place(lab: RunningLab, callers: KnownCallers) -> None:
    caller, row = gives_up(lab, callers, 2)
    until_gone(lab, caller)
    with api(lab, "supervisor") as program:
        made = program.post(f"{GAVE_UP}/{row['id']}/callback")
    assert (201, TEAM) == (made.status_code, made.json()["team"])
    assert not any(each["id"] == row["id"] for each in gave_up(lab))
    until_placeholders(lab, 1)
    entry = of(lab, caller.number)
    assert entry.arrival == int(row["id"].split("-")[1])
    assert entry.arrival < entry.came_at
    with api(lab, "supervisor") as program:
        assert 204 == program.delete(f"/callbacks/{entry.id}").status_code
    until_placeholders(lab, 0)
    wanted = {("supervisor", "callback-made", entry.id), ("supervisor", "callback-cancelled", entry.id)}
    until(lambda: wanted <= deeds(lab), SEEN_SECONDS, "both deeds in the record")


def test_every_deed_is_in_the_record_with_who_did_it_and_outlives_the_store(lab: RunningLab) -> None:
    do(lab, "four", "pause", reason="meeting")
    do(lab, "four", "unpause")
    assert 0 == lab.command("close", "L02", "--until", "23:59", "--reason", "Brand").returncode
    assert 0 == lab.command("reopen", "L02").returncode
    wanted = {
        ("supervisor", "member-paused", "four"),
        ("supervisor", "member-resumed", "four"),
        ("command", "closed", "team:L02"),
        ("command", "opened", "team:L02"),
    }
    until(lambda: wanted <= deeds(lab), SEEN_SECONDS, "every deed in the record")
    lab.signal("store", signal.SIGKILL)
    until(lambda: do(lab, "four", "pause")[0] == 503, 20, "nobody let in without the store")
    lab.start("store")
    until(lambda: do(lab, "four", "pause")[0] == 200, 30, "the store back")
    until(lambda: wanted <= deeds(lab), SEEN_SECONDS, "every deed in the record still")


def test_who_gave_up_is_listed_by_a_router_that_began_later(lab: RunningLab, callers: KnownCallers) -> None:
    _, row = gives_up(lab, callers, 3)
    lab.signal("router", signal.SIGTERM)
    until(lambda: not is_ready(lab), 20, "no router")
    lab.start("router")
    until(lambda: is_ready(lab), 60, "the router back")
    assert [row] == [each for each in gave_up(lab) if each["id"] == row["id"]]
