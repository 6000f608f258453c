"""A message left by a real call: recorded, trimmed, kept when router and store die, claimed, done; and hang-ups."""

import contextlib
import io
import json
import os
import signal
import urllib.error
import urllib.request
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from router_beside import is_ready
from running_lab import RunningLab, until
from small_centre import NUMBERS, TEAMS, SmallCentre, keyed
from softphones import Softphone, softphone
from told_figures import journal, metrics

from facts.contact import LeftState, LeftWithUs
from telephony.prompts.sound import write

CALLER = "02115550177"
TO_MESSAGE = TEAMS.replace(
    'extension: "2103"}', 'extension: "2103", overflow: [{when: no-members, to: message}]}'
).replace("general_line:", "messages: {seconds: 20, silence_seconds: 3}\ngeneral_line:")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("messages")
    with RunningLab(folder / "lab", *SmallCentre(folder).write(TO_MESSAGE).options, "--signed-out") as running:
        yield running


@pytest.fixture(autouse=True)
def nobody_calls(lab: RunningLab) -> Iterator[None]:
    yield
    if not is_ready(lab):
        lab.start("router")
    until(lambda: is_ready(lab), 30, "a router that takes calls")
    lab.hang_up_all()


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds that rise and fall like syllables, with silence before and behind."""
    at = np.arange(2 * 8000) / 8000
    pitch = np.cumsum(110 + 40 * np.sin(2 * np.pi * 0.7 * at)) / 8000
    buzz = np.sum([np.sin(2 * np.pi * harmonic * pitch) / harmonic for harmonic in range(1, 20)], axis=0)
    file = tmp_path_factory.mktemp("voice") / "voice.wav"
    write(file, np.concatenate((np.zeros(4000), 0.15 * buzz * np.abs(np.sin(4 * np.pi * at)))), 8000)
    return file


def _ask(lab: RunningLab, method: str, path: str = "") -> tuple[int, bytes]:
    password = next(str(each["password"]) for each in lab.told["accounts"]["web"] if each["role"] == "admin")
    asked = urllib.request.Request(f"{lab.told['http']}/api/v1/messages{path}", method=method)
    asked.add_header("authorization", f"Bearer {password}")
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()
    except urllib.error.URLError:  # a router that is not there yet
        return 0, b""


def _messages(lab: RunningLab) -> list[dict[str, Any]]:
    """Those that are open, as the API lists them."""
    status, told = _ask(lab, "GET", "?state=open")
    found: list[dict[str, Any]] = json.loads(told)["messages"] if status == 200 else []
    return found


def _erase(lab: RunningLab, message: str) -> None:
    assert 204 == _ask(lab, "DELETE", f"/{message}")[0]


def _mailbox(lab: RunningLab) -> Path:
    return Path(lab.told["env"].get("TEAMLINE_MAILBOX") or Path(lab.told["env"]["TEAMLINE_DATA"]) / "mailbox")


def _voice(lab: RunningLab) -> Path:
    return Path(lab.told["env"].get("TEAMLINE_VOICE") or Path(lab.told["env"]["TEAMLINE_DATA"]) / "voice")


def _recordings(lab: RunningLab) -> list[Path]:
    return list(_voice(lab).glob("m-*.wav"))


@contextlib.contextmanager
def _recording(lab: RunningLab, voice: Path) -> Iterator[Softphone]:
    """A caller of L03, where nobody is signed in, who speaks."""
    with softphone(lab, "trunk", shown=CALLER) as phone:
        phone.order("call", lab.told["entry"])
        phone.until_told("answered")
        phone.order("key", keyed(NUMBERS["L03"]))
        until(lambda: _recordings(lab), 60, "a recording")
        phone.order("hum", str(voice))
        file = _recordings(lab)[0]
        until(lambda: file.exists() and file.stat().st_size > 2 * 8000 * 2, 20, "two seconds of it")
        yield phone


@pytest.fixture(scope="module")
def left(lab: RunningLab, voice: Path) -> dict[str, Any]:
    """A message whose router and store were killed as soon as it was kept, and started again."""
    with _recording(lab, voice) as phone:
        phone.order("key", "#")
        until(lambda: list(_mailbox(lab).glob("m-*.wav")) and not _recordings(lab), 30, "a message that is kept")
        lab.signal("router", signal.SIGKILL)
        lab.signal("store", signal.SIGKILL)
    lab.start("store")
    lab.start("router")
    until(lambda: is_ready(lab), 30, "a router that takes calls")
    [message] = until(lambda: _messages(lab), 30, "the message")
    return message


def test_a_kept_message_survives_the_death_of_router_and_store(left: dict[str, Any]) -> None:
    assert ("L03", "voice", "open") == (left["team"], left["kind"], left["state"])


def test_a_message_says_who_left_it(left: dict[str, Any]) -> None:
    assert (CALLER, "30C1", "money") == (left["phone"], left["number"], left["concern"])


def test_a_message_can_be_played_and_the_silence_around_it_is_trimmed(lab: RunningLab, left: dict[str, Any]) -> None:
    status, content = _ask(lab, "GET", f"/{left['id']}/content")
    assert 200 == status
    with wave.open(io.BytesIO(content)) as sound:
        assert (1, 2, 8000) == sound.getparams()[:3]
        assert 1.0 < left["seconds"] <= sound.getnframes() / 8000 < left["seconds"] + 3


def test_an_unclaimed_message_is_in_the_metrics(lab: RunningLab, left: dict[str, Any]) -> None:
    of_team = {"team": left["team"], "kind": "voice"}
    until(lambda: metrics(lab).value("teamline_messages_open", **of_team) == 1, 30, "one open message")


def test_of_two_who_claim_a_message_the_first_has_it_until_it_is_done(lab: RunningLab, left: dict[str, Any]) -> None:
    assert 0 == lab.command("messages", "claim", left["id"], "--by", "anna").returncode
    assert [409, 409] == [_ask(lab, "POST", f"/{left['id']}/{step}")[0] for step in ("claim", "done")]
    assert 0 == lab.command("messages", "done", left["id"], "--by", "anna").returncode
    assert [] == _messages(lab)
    states = [fact.state for fact in journal(lab).facts if isinstance(fact, LeftWithUs) and fact.entry == left["id"]]
    assert [LeftState.CLAIMED, LeftState.DONE] == states[-2:]


def test_who_hangs_up_after_speaking_has_left_a_message_that_can_be_erased_for_good(
    lab: RunningLab, left: dict[str, Any], voice: Path
) -> None:
    with _recording(lab, voice) as phone:
        phone.order("hang-up")
        [message] = until(lambda: _messages(lab), 30, "a message")
    assert ("L03", CALLER) == (message["team"], message["phone"])
    assert message["id"] != left["id"]
    assert message["seconds"] > 1
    _erase(lab, message["id"])
    assert not list(_mailbox(lab).glob(f"{message['id']}*"))
    assert 404 == _ask(lab, "GET", f"/{message['id']}/content")[0]


def test_who_says_nothing_has_left_nothing(lab: RunningLab) -> None:
    with softphone(lab, "trunk", shown=CALLER) as phone:
        phone.order("call", lab.told["entry"])
        phone.until_told("answered")
        phone.order("key", keyed(NUMBERS["L03"]))
        until(lambda: _recordings(lab), 60, "a recording")
        phone.order("hang-up")
        until(lambda: not list(_voice(lab).glob("m-*")), 30, "nothing left")
    assert [] == _messages(lab)


def test_what_was_said_when_the_router_died_is_a_message(lab: RunningLab, voice: Path) -> None:
    with _recording(lab, voice) as phone:
        lab.signal("router", signal.SIGKILL)
        phone.order("hang-up")
        until(lambda: lab.channels() == 0, 60, "the end of the call")
    for file in _voice(lab).glob("m-*"):
        an_hour_ago = file.stat().st_mtime - 3600
        os.utime(file, (an_hour_ago, an_hour_ago))
    lab.start("router")
    [message] = until(lambda: _messages(lab), 60, "a message")
    assert ("L03", CALLER, "30C1") == (message["team"], message["phone"], message["number"])
    assert message["seconds"] > 1
    _erase(lab, message["id"])
