"""The visitor's voice reaches the member, also from a handset that was pulled out meanwhile."""

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from kiosk_phone import KioskPhone, kiosk_phone
from microphone import HERTZ, LEVEL, RATE
from running_lab import RunningLab, until
from small_centre import TEAMS, SmallCentre, keys
from softphones import Softphone, softphone

KIOSKS = """kiosks:
  k-nord: {site: nord, phone: "3901"}
"""
HALF_A_SECOND = RATE // 2
WAV_HEADER = 44
PROGRAM = Path(__file__).with_name("microphone.py")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("voices")
    centre = SmallCentre(folder).write(TEAMS + KIOSKS)
    with RunningLab(folder / "lab", *centre.options) as running:
        yield running


class Handset:
    """The programs of a sound card: `arecord` hums, `aplay` takes all."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "programs"
        self.programs.mkdir()
        self._pid, self._arecord = folder / "pid", self.programs / "arecord"
        for name, program in (("arecord", f"{sys.executable} {PROGRAM} {self._pid}"), ("aplay", "cat > /dev/null")):
            (self.programs / name).write_text(f"#!/bin/sh\nexec {program}\n")
            (self.programs / name).chmod(0o755)

    def is_pulled_out(self) -> None:
        """The recorder ends, and cannot be started."""
        self._arecord.rename(self._arecord.with_suffix(".away"))
        os.kill(int(self._pid.read_text(encoding="ascii")), signal.SIGKILL)

    def is_back(self) -> None:
        self._arecord.with_suffix(".away").rename(self._arecord)


@dataclass(frozen=True, slots=True)
class Recording:
    """What the member hears, while it is written."""

    file: Path

    def level(self) -> int:
        """Of the hum in the last half second, as it was hummed; -1 if less was written."""
        written = self.file.read_bytes()[WAV_HEADER:]
        heard = np.frombuffer(written[: len(written) // 2 * 2], "<i2")[-HALF_A_SECOND:].astype(float)
        if len(heard) < HALF_A_SECOND:
            return -1
        return int(abs(np.exp(-2j * np.pi * HERTZ / RATE * np.arange(HALF_A_SECOND)) @ heard) * 2 / HALF_A_SECOND)

    def until_heard(self) -> None:
        until(lambda: self.level() > LEVEL // 2, 30, "the visitor's voice")

    def until_silent(self) -> None:
        until(lambda: 0 <= self.level() < LEVEL // 20, 30, "silence")


@pytest.fixture
def handset(tmp_path: Path) -> Handset:
    return Handset(tmp_path)


@pytest.fixture
def visitor(lab: RunningLab, handset: Handset, tmp_path: Path) -> Iterator[KioskPhone]:
    with kiosk_phone(lab, "k-nord", tmp_path / "phone", programs=handset.programs) as phone:
        yield phone


@pytest.fixture
def member(lab: RunningLab) -> Iterator[Softphone]:
    [account] = [each for each in lab.told["accounts"]["members"] if each["user"] == "one"]
    with softphone(lab, "one", shown="one", password=account["password"], registers=True) as phone:
        phone.until_told("registered")
        lab.until_signed_in("one")
        yield phone


@pytest.fixture
def recording(lab: RunningLab, visitor: KioskPhone, member: Softphone, tmp_path: Path) -> Iterator[Recording]:
    """Of a talk that the visitor asked for and waited for in line."""
    visitor.lift()
    visitor.until_calling()
    until(lambda: "AGI" in lab.console("core show channels concise"), 10, "the dialogue")
    visitor.press(keys("L01"))
    member.until_told("rang", 40)
    member.order("answer")
    member.until_told("answered")
    file = tmp_path / "heard.wav"
    member.order("record", str(file))
    until(file.exists, 10, "a recording")
    yield Recording(file)
    visitor.put_down()
    member.until_told("ended")


def test_the_visitor_is_heard_by_the_member_again_once_a_handset_that_was_pulled_out_is_back(
    visitor: KioskPhone, member: Softphone, handset: Handset, recording: Recording
) -> None:
    recording.until_heard()
    assert 0 == visitor.logged("sound_away")
    handset.is_pulled_out()
    recording.until_silent()
    until(lambda: visitor.logged("sound_away") == 1, 15, "a word about the sound card")
    handset.is_back()
    recording.until_heard()
    assert [] == member.told("ended")
