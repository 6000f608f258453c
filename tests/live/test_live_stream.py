"""The live stream of a real router: real calls, an Asterisk that is killed, a session and a router that end."""

import contextlib
import json
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any, Self

import httpx
import pytest
from known_callers import KnownCaller, known_callers
from running_lab import NotSeen, RunningLab, citizen, until
from small_centre import SmallCentre, keys

from telephony.lab.phones import Habits

TALKS = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(60.0, 60.0))
ASK_TRIES, ASK_SECONDS = 4, 15.0
Event = tuple[str, dict[str, Any]]


class Board:
    """A page that follows the stream, in a thread of its own."""

    def __init__(self, lab: RunningLab, cookie: str = "") -> None:
        self.heard: list[Event] = []
        self._address = f"{lab.told['http']}/api/v1/live/stream"
        self._headers = {"cookie": cookie} if cookie else {}
        self._is_over = False
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.until(lambda: bool(self.heard), "a snapshot")
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        self._thread.join(10)

    def until(self, condition: Callable[[], bool], what: str) -> None:
        until(condition, 40, what)

    def until_team(self, team: str, holds: Callable[[dict[str, Any]], bool], what: str) -> None:
        """Wait until the page shows it so."""
        self.until(lambda: holds(self.team(team)), what)

    def team(self, team: str) -> dict[str, Any]:
        """As the page shows it now."""
        told = (each for _, data in reversed(self.heard[:]) for each in data.get("teams", ()) if each["id"] == team)
        return next(told)

    @property
    def is_stale(self) -> bool:
        """As the last event has it."""
        return bool([data["stale"] for _, data in self.heard[:] if "stale" in data][-1])

    def _read(self) -> None:
        name = ""
        with httpx.stream("GET", self._address, headers=self._headers, timeout=20) as answer:
            for line in answer.iter_lines():
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("data: "):
                    self.heard.append((name, json.loads(line[6:])))
                if self._is_over:
                    return


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("stream")
    with RunningLab(folder / "lab", *SmallCentre(folder).write().options) as running:
        yield running


def test_a_real_call_is_seen_waiting_then_talking_then_in_the_counts(lab: RunningLab) -> None:
    with Board(lab) as board, lab.in_turn([citizen(keys("L01"), stay=60)]):
        board.until_team(
            "L01", lambda team: team["waiting"] == 1 and team["waiting_since"] is not None, "one who waits"
        )
        with lab.phones("both", habits=TALKS):
            board.until_team("L01", lambda team: team["members"]["talking"] == 1, "a talk")
            lab.hang_up_all()
            board.until_team("L01", lambda team: team["today"]["answered"] == 1, "an answered call")
    assert (0, None) == (board.team("L01")["waiting"], board.team("L01")["waiting_since"])


def test_a_caller_who_chooses_after_a_key_waits_in_the_dialogue_and_not_in_asterisks_queue(lab: RunningLab) -> None:
    def line(in_dialogue: int) -> Callable[[dict[str, Any]], bool]:
        return lambda team: (1, in_dialogue) == (team["waiting"], team["waiting_in_dialogue"])

    with Board(lab) as board, known_callers(lab) as callers:
        [caller] = callers.in_line("L03")
        board.until_team("L03", line(0), "one in Asterisk's queue")
        _ask(caller, lambda: line(1)(board.team("L03")) and not lab.line("L03"))
        caller.press("3")
        caller.until_in_line("L03", 60)
        board.until_team("L03", line(0), "one who is back")


def _ask(caller: KnownCaller, is_seen: Callable[[], bool]) -> None:
    """By `#`: again where a router that was slow to answer had the caller back in line at once."""
    for _ in range(ASK_TRIES):
        caller.press("#")
        with contextlib.suppress(NotSeen):
            until(is_seen, ASK_SECONDS, "a caller in the dialogue")
            return
    raise NotSeen(f"no caller in the dialogue in {ASK_TRIES} tries")


def test_figures_are_stale_once_asterisk_is_killed_and_fresh_once_it_is_back(lab: RunningLab) -> None:
    with Board(lab) as board:
        assert not board.is_stale
        lab.signal("asterisk", signal.SIGKILL)
        board.until(lambda: board.is_stale, "stale figures")
        lab.start("asterisk")
        board.until(lambda: not board.is_stale, "fresh figures")


def test_signing_out_ends_the_stream(lab: RunningLab) -> None:
    who = next(each for each in lab.told["accounts"]["web"] if each["role"] == "supervisor")
    with httpx.Client(base_url=lab.told["http"]) as browser:
        begun = browser.post("/api/v1/session", json={"user": who["user"], "password": who["password"]})
        assert begun.status_code == 200, begun.text
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        with Board(lab, cookie) as board:
            browser.delete("/api/v1/session", headers={"x-csrf-token": begun.json()["csrf"]})
            board.until(lambda: ("over", {"reason": "signed-out"}) in board.heard, "the end")


def test_a_router_that_stops_says_goodbye(lab: RunningLab) -> None:
    with Board(lab) as board:
        lab.signal("router", signal.SIGTERM)
        board.until(lambda: ("over", {"reason": "shutdown"}) in board.heard, "the end")
