"""Announcements as sounds: spoken when teams.yaml comes into force, or recorded by a member at a phone.

All lie in `<prompts>/announced/`, as `<name>.wav` and `.wav16`. A recorded one has a small file beside it that says
until when it counts.
"""

import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np

from telephony.prompts import plan, sound
from telephony.prompts.build import PAUSES
from telephony.prompts.speech import SpeechEngine

FOLDER = "announced"
_UNTIL = ".until"
SHORTEST_SECONDS = 0.5
"""Of a recording; anything shorter is a click."""


def is_there(prompts: Path, name: str) -> bool:
    """Whether both files of this sound are there."""
    return all(plan.is_filled(prompts / FOLDER / f"{name}{extension}") for extension in plan.EXTENSIONS)


def speak(words: str, language: str, name: str, prompts: Path, engine: SpeechEngine) -> None:
    """Speak these words into the two files of this name. Raises SpeechFailed, SoundRefused, OSError."""
    folder = prompts / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="teamline-announced-") as scratch:
        source = Path(scratch) / "spoken.wav"
        engine.speak(words, language, source)
        _store(*_spoken(source), folder / name, PAUSES.get(words[-1:], 0.03))


def take(recording: Path, name: str, prompts: Path) -> bool:
    """Make a telephone recording the sound of this name; False for mere silence, or what is no recording.

    Raises OSError. The recording itself is left where it is.
    """
    folder = prompts / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    try:
        spoken, rate = _spoken(recording)
    except sound.SoundRefused:
        return False
    if len(spoken) < SHORTEST_SECONDS * rate:
        return False
    _store(spoken, rate, folder / name, 0.3)
    return True


def put(name: str, announcement: str, until: float, prompts: Path) -> None:
    """Let the sound `name` be this announcement until then (Unix seconds). Raises OSError."""
    folder = prompts / FOLDER
    for extension in plan.EXTENSIONS:
        part = folder / f".{announcement}{extension}.part"
        shutil.copyfile(folder / f"{name}{extension}", part)
        part.replace(folder / f"{announcement}{extension}")
    part = folder / f".{announcement}{_UNTIL}.part"
    part.write_text(json.dumps({"until": until}), encoding="utf-8")
    part.replace(folder / f"{announcement}{_UNTIL}")


def remove(name: str, prompts: Path) -> bool:
    """Take a recorded announcement away; whether there was one."""
    file = prompts / FOLDER / f"{name}{_UNTIL}"
    was_there = file.exists()
    for extension in (_UNTIL, *plan.EXTENSIONS):
        (prompts / FOLDER / f"{name}{extension}").unlink(missing_ok=True)
    return was_there


def recorded(prompts: Path) -> Mapping[str, float]:
    """The recorded announcements -> until when each counts (Unix seconds); a damaged one is none."""
    found = {}
    for file in (prompts / FOLDER).glob(f"*{_UNTIL}"):
        try:
            found[file.name.removesuffix(_UNTIL)] = float(json.loads(file.read_text(encoding="utf-8"))["until"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def sweep(prompts: Path, kept: Iterable[str], before: float) -> None:
    """Remove every sound that nobody announces any more, written before this moment (Unix seconds).

    A newer one may be somebody's who still listens to it before it is announced, or another router's of these prompts.
    """
    names = set(kept)
    for file in (prompts / FOLDER).glob("[!.]*"):
        if file.suffix not in (*plan.EXTENSIONS, _UNTIL) or file.stem in names:
            continue
        with suppress(FileNotFoundError):  # swept by another at the same moment
            if file.stat().st_mtime < before:
                file.unlink()


def _spoken(source: Path) -> tuple[sound.Samples, int]:
    samples, rate = sound.read(source)
    return sound.level(sound.trim(samples, rate), rate), rate


def _store(spoken: sound.Samples, rate: int, target: Path, pause: float) -> None:
    whole = np.concatenate((spoken, np.zeros(int(rate * pause))))
    for extension, wanted in plan.EXTENSIONS.items():
        sound.write(target.with_name(f"{target.name}{extension}"), sound.resample(whole, rate, wanted), wanted)
