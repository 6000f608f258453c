import wave
from pathlib import Path

import numpy as np
import pytest

from telephony.prompts.sound import (
    LEVEL,
    PEAK,
    RATES,
    Samples,
    SoundRefused,
    level,
    loudness,
    read,
    resample,
    trim,
    write,
)


def tone(rate: int, pitch: float = 440, seconds: float = 0.5, loud: float = 0.3) -> Samples:
    return loud * np.sin(2 * np.pi * pitch * np.arange(int(rate * seconds)) / rate)


def silence(rate: int, seconds: float) -> Samples:
    return np.zeros(int(rate * seconds))


def pitch_of(samples: Samples, rate: int) -> float:
    return float(np.abs(np.fft.rfft(samples)).argmax() * rate / len(samples))


def saved(file: Path, channels: int = 1, width: int = 2, rate: int = 8000, frames: int = 800) -> Path:
    with wave.open(str(file), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate)
        out.writeframes(b"\x10" * (channels * width * frames))
    return file


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("wanted", [8000, 16000])
def test_another_rate_keeps_pitch_loudness_and_length(rate: int, wanted: int) -> None:
    out = resample(tone(rate), rate, wanted)
    assert len(out) == pytest.approx(wanted / 2, abs=1)
    assert pitch_of(out, wanted) == pytest.approx(440, abs=2.1)
    assert loudness(out, wanted) == pytest.approx(loudness(tone(rate), rate), rel=0.02)


def test_what_the_narrow_rate_cannot_hold_does_not_fold_back() -> None:
    assert loudness(resample(tone(44100, pitch=6000), 44100, 8000), 8000) < 0.01


def test_silence_around_a_sound_is_cut() -> None:
    rate = 16000
    padded = np.concatenate((silence(rate, 0.4), tone(rate), silence(rate, 0.7)))
    assert len(trim(padded, rate)) / rate == pytest.approx(0.5, abs=0.03)


def test_silence_alone_trims_to_nothing() -> None:
    assert len(trim(silence(8000, 1), 8000)) == 0
    assert len(trim(silence(8000, 0), 8000)) == 0


@pytest.mark.parametrize("loud", [0.01, 0.3, 0.9])
def test_a_quiet_and_a_loud_sound_become_alike(loud: float) -> None:
    assert loudness(level(tone(8000, loud=loud), 8000), 8000) == pytest.approx(LEVEL, rel=0.01)


def test_a_click_never_exceeds_the_peak() -> None:
    clicks = tone(8000, loud=0.01)
    clicks[::80] = 1.0
    assert np.abs(level(clicks, 8000)).max() <= PEAK + 1e-9


def test_silence_stays_silence() -> None:
    assert not level(silence(8000, 1), 8000).any()


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", tone(8000), 8000)
    samples, rate = read(tmp_path / "a.wav")
    assert rate == 8000
    assert np.abs(samples - tone(8000)).max() < 1e-4


def test_stereo_is_mixed(tmp_path: Path) -> None:
    samples, _ = read(saved(tmp_path / "a.wav", channels=2))
    assert samples.shape == (800,)


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", tone(8000), 8000)
    before = (tmp_path / "a.wav").read_bytes()
    with pytest.raises(wave.Error):
        write(tmp_path / "a.wav", tone(8000), 0)
    assert before == (tmp_path / "a.wav").read_bytes()
    assert [tmp_path / "a.wav"] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        ({"width": 1}, "8 bit samples: save it as 16 bit PCM WAV"),
        ({"width": 3}, "24 bit samples: save it as 16 bit PCM WAV"),
        ({"rate": 12345}, "12345 samples a second: save it with one of 8000, "),
        ({"channels": 6}, "6 channels: save it as mono"),
        ({"frames": 0}, "0 s long: "),
        ({"frames": 8000 * 121}, "121 s long: "),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_a_cure(tmp_path: Path, shape: dict[str, int], sentence: str) -> None:
    file = saved(tmp_path / "a.wav", **shape)
    with pytest.raises(SoundRefused, match="^" + f"{file}: {sentence}"):
        read(file)


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", b"ID3\x04 no wav at all", b"RIFF\xff\xff\xff\xffWAVEfmt \x04\0\0\0abcd"]
)
def test_no_wav_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(SoundRefused, match="not a PCM WAV file: save it as 16 bit PCM WAV, mono"):
        read(tmp_path / "a.wav")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SoundRefused, match="cannot be read"):
        read(tmp_path / "a.wav")


def test_a_cut_off_recording_is_used_as_far_as_it_goes(tmp_path: Path) -> None:
    file = saved(tmp_path / "a.wav", channels=2)
    file.write_bytes(file.read_bytes()[:-2])
    assert len(read(file)[0]) == 799
