import time
from pathlib import Path

import numpy as np
import pytest

from telephony.prompts import announced
from telephony.prompts.build import lengths
from telephony.prompts.sound import write
from tests.fakes.speech import Humming


def spoken(folder: Path, seconds: float, name: str = "spoken.wav") -> Path:
    write(folder / name, 0.2 * np.sin(np.arange(int(8000 * seconds)) / 3), 8000)
    return folder / name


def test_words_become_two_files_that_asterisk_plays(tmp_path: Path) -> None:
    announced.speak("Heute nur bis zehn Uhr.", "de", "a1", tmp_path, Humming())
    assert announced.is_there(tmp_path, "a1")
    assert {"a1"} == set(lengths(tmp_path, announced.FOLDER))


def test_a_recording_counts_until_its_end(tmp_path: Path) -> None:
    assert announced.take(spoken(tmp_path, 2), "pending-m1", tmp_path)
    announced.put("pending-m1", "recorded-L01", 1_800_000_000.0, tmp_path)
    assert {"recorded-L01": 1_800_000_000.0} == announced.recorded(tmp_path)
    assert announced.is_there(tmp_path, "recorded-L01")


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.2])
def test_a_click_or_nothing_is_no_recording(tmp_path: Path, seconds: float) -> None:
    assert not announced.take(spoken(tmp_path, seconds), "pending-m1", tmp_path)
    assert not announced.is_there(tmp_path, "pending-m1")


def test_what_is_no_sound_file_is_no_recording(tmp_path: Path) -> None:
    (tmp_path / "x.wav").write_bytes(b"RIFF what else")
    assert not announced.take(tmp_path / "x.wav", "pending-m1", tmp_path)


def test_a_recording_taken_away_is_gone(tmp_path: Path) -> None:
    announced.take(spoken(tmp_path, 1), "recorded-L01", tmp_path)
    announced.put("recorded-L01", "recorded-L02", 1.0, tmp_path)
    assert announced.remove("recorded-L02", tmp_path)
    assert not announced.remove("recorded-L02", tmp_path)
    assert {} == announced.recorded(tmp_path)
    assert ["recorded-L01.wav", "recorded-L01.wav16"] == sorted(
        each.name for each in (tmp_path / "announced").iterdir()
    )


@pytest.mark.parametrize("text", ["", "{", "[]", '{"until": "x"}', '{"until": null}'])
def test_a_damaged_end_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "announced").mkdir()
    (tmp_path / "announced" / "recorded-L01.until").write_text(text)
    assert {} == announced.recorded(tmp_path)


def test_sounds_that_nobody_announces_are_swept_away(tmp_path: Path) -> None:
    for name in ("kept", "gone"):
        announced.speak("Ja.", "de", name, tmp_path, Humming())
    (tmp_path / "announced" / "readme.txt").write_text("mine")
    announced.sweep(tmp_path, ["kept"], before=time.time() + 60)
    assert ["kept.wav", "kept.wav16", "readme.txt"] == sorted(each.name for each in (tmp_path / "announced").iterdir())


def test_a_sound_that_somebody_has_just_recorded_is_not_swept_away(tmp_path: Path) -> None:
    announced.speak("Ja.", "de", "pending-m0101", tmp_path, Humming())
    announced.sweep(tmp_path, [], before=time.time() - 60)
    assert announced.is_there(tmp_path, "pending-m0101")
