"""What a folder of sounds shall hold, and what it holds already."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

EXTENSIONS: Mapping[str, int] = {".wav": 8000, ".wav16": 16000}
"""What Asterisk's format_wav.c reads by these names -> samples a second; G.722 callers hear the wide one."""

HEADER_BYTES = 44
MANIFEST = "manifest.json"
_RECIPE = "1"  # change it when the way from engine to file changes: everything is rendered again


class Catalogue(Protocol):
    """What is needed of `ivr.phrases.catalogue.Catalogue`."""

    def every_sound(self, language: str, centre: str = "") -> Mapping[str, str]:
        """Every sound of a language -> the words it speaks."""
        ...

    def voice(self, language: str, sound: str) -> str:
        """The language whose voice speaks it."""
        ...


@dataclass(frozen=True, slots=True)
class Sound:
    """One sound to be: where, what it says, and a digest of all that shapes it."""

    language: str
    name: str
    text: str
    voice: str
    recording: Path | None
    digest: str

    def lies_in(self, folder: Path) -> bool:
        """Whether both files are there and not empty."""
        return all(is_filled(folder / self.language / f"{self.name}{extension}") for extension in EXTENSIONS)


def sounds(catalogue: Catalogue, language: str, centre: str, engine_version: str, recordings: Path) -> Iterator[Sound]:
    """Every sound of a language; a recording `<recordings>/<language>/<name>.wav` wins over the engine."""
    for name, text in catalogue.every_sound(language, centre).items():
        recording = recordings / language / f"{name}.wav"
        voice = catalogue.voice(language, name)
        if recording.is_file():
            digest = _digest("recording", hashlib.sha256(recording.read_bytes()).hexdigest(), text[-1:])
            yield Sound(language, name, text, voice, recording, digest)
        else:
            yield Sound(language, name, text, voice, None, _digest("engine", engine_version, voice, text))


def strangers(recordings: Path, language: str, names: Mapping[str, object]) -> Iterator[str]:
    """Recordings that fit no sound (`de/wellcome-1.wav`): a slip of the pen, or a text that is gone."""
    for file in sorted((recordings / language).glob("*.wav")):
        if file.stem not in names:
            yield f"{language}/{file.name}"


def manifest(folder: Path) -> dict[str, str]:
    """Sound -> digest as of the last build; empty if there was none or the file is damaged."""
    try:
        held = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(digest) for name, digest in held.items()} if isinstance(held, dict) else {}


def keep_manifest(folder: Path, digests: Mapping[str, str]) -> None:
    """Write the manifest whole: an interrupted build goes on from the last one."""
    part = folder / f".{MANIFEST}.part"
    part.write_text(json.dumps(dict(sorted(digests.items())), indent=1), "utf-8")
    part.replace(folder / MANIFEST)


def is_filled(file: Path) -> bool:
    """Whether the file is there and holds more than a WAV header."""
    try:
        return file.stat().st_size > HEADER_BYTES
    except OSError:
        return False


def _digest(*shaped_by: str) -> str:
    return hashlib.sha256("\0".join((_RECIPE, *shaped_by)).encode()).hexdigest()[:32]
