from pathlib import Path

import numpy as np
import pytest

from telephony.prompts.music import BEAT_SECONDS, BEATS, BELLS, CHORDS, compose, provide, provide_silence
from telephony.prompts.sound import LEVEL, read


def test_the_loop_is_soft_long_and_whole() -> None:
    loop = compose()
    assert len(loop) / 16000 == BEAT_SECONDS * len(BELLS) == BEAT_SECONDS * BEATS * len(CHORDS) == 40
    assert np.abs(loop).max() < 0.3
    assert np.sqrt(np.square(loop).mean()) < LEVEL / 2


def test_the_seam_of_the_loop_cannot_be_heard() -> None:
    loop = compose()
    assert abs(loop[0] - loop[-1]) <= np.abs(np.diff(loop)).max()


def test_music_never_falls_silent() -> None:
    seconds = compose().reshape(40, -1)
    assert np.sqrt(np.square(seconds).mean(axis=1)).min() > 0.01


def test_music_is_written_for_both_rates(tmp_path: Path) -> None:
    assert provide(tmp_path)
    lengths = [len(samples) / rate for samples, rate in map(read, sorted((tmp_path / "music").iterdir()))]
    assert lengths == pytest.approx([40, 40], abs=0.001)
    assert not provide(tmp_path)


def test_an_operators_own_music_is_left_alone(tmp_path: Path) -> None:
    own = tmp_path / "music" / "own.wav"
    own.parent.mkdir()
    own.write_bytes(b"RIFF")
    assert not provide(tmp_path)
    assert [own] == list(own.parent.iterdir())


def test_an_interrupted_write_is_picked_up(tmp_path: Path) -> None:
    provide(tmp_path)
    (tmp_path / "music" / "hold.wav16").unlink()
    assert provide(tmp_path)
    assert (tmp_path / "music" / "hold.wav16").exists()


def test_silence_is_sound_without_any(tmp_path: Path) -> None:
    provide_silence(tmp_path)
    heard = [read(file) for file in sorted((tmp_path / "silence").iterdir())]
    assert [(10.0, 0.0), (10.0, 0.0)] == [(len(samples) / rate, abs(samples).max()) for samples, rate in heard]
