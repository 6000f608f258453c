"""A message left by a real call: recorded, trimmed, kept over power cuts, claimed, done, erased; and whoever hangs up."""

import contextlib
import json
import signal
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


def _messages(lab: RunningLab, *options: str) -> list[dict[str, Any]]:
    told = lab.command("messages", "list", "--json", *options)
    assert told.returncode == 0, told.stderr
    found: list[dict[str, Any]] = json.loads(told.stdout)["messages"]
    return found


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


def test_a_message_is_kept_and_survives_the_death_of_router_and_store(lab: RunningLab, voice: Path) -> None:
    with _recording(lab, voice) as phone:
        phone.order("key", "#")
        until(lambda: list(_mailbox(lab).glob("m-*.wav")) and not _recordings(lab), 30, "a message that is kept")
        lab.signal("router", signal.SIGKILL)
        lab.signal("store", signal.SIGKILL)
    lab.start("store")
    lab.start("router")
    until(lambda: is_ready(lab), 30, "a router that takes calls")
    [message] = _messages(lab, "--numbers")
    assert ("L03", "voice", "open") == (message["team"], message["kind"], message["state"])
    assert (CALLER, "30C1") == (message["phone"], message["number"])
    with wave.open(str(_mailbox(lab) / f"{message['id']}.wav")) as sound:
        assert message["seconds"] <= sound.getnframes() / 8000 < message["seconds"] + 3
    lab.command("messages", "done", message["id"], "--by", "anna")
