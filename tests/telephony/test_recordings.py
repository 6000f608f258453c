import struct
import wave
from pathlib import Path

import numpy as np
import pytest

from telephony.prompts.sound import Samples, SoundRefused, write
from telephony.recordings import RATE, is_closed, read, speech, trimmed

NOISE = np.random.default_rng(7)


def hiss(seconds: float, level: float = 0.0005) -> Samples:
    return NOISE.normal(0, level, int(seconds * RATE))


def tone(seconds: float, *frequencies: float, level: float = 0.2) -> Samples:
    at = np.arange(int(seconds * RATE)) / RATE
    return level * np.sum([np.sin(2 * np.pi * each * at) for each in frequencies], axis=0)


def voice(seconds: float, level: float = 0.15) -> Samples:
    """Syllables: noise in bands that change four times a second, as loud as speech, with gaps."""
    at = np.arange(int(seconds * RATE)) / RATE
    pitch = np.cumsum(110 + 40 * np.sin(2 * np.pi * 0.7 * at)) / RATE
    buzz = np.sum([np.sin(2 * np.pi * harmonic * pitch) / harmonic for harmonic in range(1, 20)], axis=0)
    return level * buzz * np.abs(np.sin(2 * np.pi * 2 * at))


def recorded(folder: Path, *parts: Samples) -> Path:
    file = folder / "recording.wav"
    write(file, np.concatenate(parts), RATE)
    return file


def seconds_of(file: Path) -> float:
    with wave.open(str(file)) as sound:
        return sound.getnframes() / sound.getframerate()


def test_the_silence_around_speech_is_cut_to_a_breath_on_each_side(tmp_path: Path) -> None:
    file = recorded(tmp_path, hiss(3), voice(2), hiss(4))
    assert 1.6 < trimmed(file) <= 2.05
    assert 2.4 < seconds_of(file) < 2.7


def test_pauses_within_speech_stay(tmp_path: Path) -> None:
    file = recorded(tmp_path, hiss(1), voice(1), hiss(3), voice(1), hiss(1))
    assert 1.6 < trimmed(file) < 2.1
    assert 5.3 < seconds_of(file) < 5.7


def test_a_trimmed_recording_stays_as_it_is_when_trimmed_again(tmp_path: Path) -> None:
    file = recorded(tmp_path, hiss(3), voice(2), hiss(3))
    trimmed(file)
    once = file.read_bytes()
    trimmed(file)
    assert once == file.read_bytes()


SILENCE = {
    "nothing": (np.zeros(0),),
    "a moment": (np.zeros(100),),
    "digital silence": (np.zeros(5 * RATE),),
    "the noise of a line": (hiss(5),),
    "the louder noise of a line": (hiss(5, 0.008),),
    "a click": (hiss(2), voice(0.05, 0.9), hiss(2)),
    "two clicks": (hiss(2), voice(0.05, 0.9), hiss(1), voice(0.05, 0.9), hiss(2)),
    "a beep": (hiss(0.5), tone(0.4, 1000), hiss(3)),
    "a key": (hiss(2), tone(0.25, 770, 1336), hiss(1)),
    "three keys": (hiss(2), tone(0.25, 770, 1336), hiss(1), tone(0.25, 697, 1477), hiss(1), tone(0.3, 941, 1336)),
}


@pytest.mark.parametrize("what", SILENCE)
def test_what_nobody_said_is_no_speech(tmp_path: Path, what: str) -> None:
    file = recorded(tmp_path, *SILENCE[what])
    before = file.read_bytes()
    assert (0.0, before) == (trimmed(file), file.read_bytes())


SPEECH = {
    "without any pause": (voice(3),),
    "softly": (hiss(1), voice(2, 0.03), hiss(1)),
    "over a loud line": (hiss(2, 0.01), voice(2) + hiss(2, 0.01), hiss(2, 0.01)),
    "one word": (hiss(1), voice(0.5), hiss(1)),
    "after a beep": (tone(0.4, 1000), hiss(1), voice(2), hiss(1)),
    "a long tone": (tone(3, 440),),
}


@pytest.mark.parametrize("how", SPEECH)
def test_what_somebody_said_is_found(tmp_path: Path, how: str) -> None:
    assert trimmed(recorded(tmp_path, *SPEECH[how])) > 0.2


def test_a_beep_before_speech_is_cut_off(tmp_path: Path) -> None:
    file = recorded(tmp_path, tone(0.4, 1000), hiss(2), voice(2), hiss(1))
    trimmed(file)
    assert 2.4 < seconds_of(file) < 2.7


def test_a_recording_that_was_cut_off_is_read_to_its_end(tmp_path: Path) -> None:
    file = recorded(tmp_path, voice(2))
    content = bytearray(file.read_bytes())
    content[4:8] = content[40:44] = bytes(4)  # as Asterisk leaves it when it is killed
    file.write_bytes(bytes(content) + b"\x01")
    assert 2 * RATE == len(read(file))
    assert trimmed(file) > 1.5


def test_a_recording_is_closed_once_its_header_has_a_length(tmp_path: Path) -> None:
    file = recorded(tmp_path, voice(1))
    assert is_closed(file)
    content = bytearray(file.read_bytes())
    content[40:44] = bytes(4)
    file.write_bytes(content)
    assert not is_closed(file)
    assert not is_closed(tmp_path / "none.wav")


def test_a_header_that_claims_more_than_there_is_is_not_believed(tmp_path: Path) -> None:
    file = recorded(tmp_path, voice(1))
    content = bytearray(file.read_bytes())
    content[40:44] = struct.pack("<I", 0xFFFFFFF0)
    file.write_bytes(content)
    assert len(read(file)) == RATE


def test_what_follows_the_sound_is_not_heard(tmp_path: Path) -> None:
    file = recorded(tmp_path, voice(1))
    file.write_bytes(file.read_bytes() + b"LIST\x04\x00\x00\x00junk")
    assert len(read(file)) == RATE


def test_chunks_in_front_of_the_sound_are_passed_over(tmp_path: Path) -> None:
    file = recorded(tmp_path, voice(1))
    content = file.read_bytes()
    file.write_bytes(content[:36] + b"LIST\x03\x00\x00\x00abc\x00" + content[36:])
    assert len(read(file)) == RATE


REFUSED = {
    "empty": b"",
    "text": b"hello" * 100,
    "a header alone": b"RIFF\x00\x00\x00\x00WAVE",
    "no format": b"RIFF\x00\x00\x00\x00WAVEdata\x00\x00\x00\x00\x00\x00",
    "half a format": b"RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00",
    "a short format": b"RIFF\x00\x00\x00\x00WAVEfmt \x04\x00\x00\x00\x01\x00\x01\x00data\x00\x00\x00\x00\x00\x00",
    "stereo": b"RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00"
    + struct.pack("<HHIIHH", 1, 2, 8000, 32000, 4, 16)
    + b"data\x00\x00\x00\x00",
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_recording_of_asterisk_is_refused(tmp_path: Path, what: str) -> None:
    file = tmp_path / "recording.wav"
    file.write_bytes(REFUSED[what])
    with pytest.raises(SoundRefused):
        trimmed(file)


def test_a_file_of_hours_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "recording.wav"
    with file.open("wb") as stream:
        stream.truncate(3601 * RATE * 2)
    with pytest.raises(SoundRefused):
        read(file)


def test_a_flag_stands_for_each_20_ms() -> None:
    assert len(speech(np.zeros(RATE))) == 50
