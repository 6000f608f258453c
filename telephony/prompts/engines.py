"""The engines there are, and which of the installed ones speaks."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from telephony.prompts import espeak_library
from telephony.prompts.programs import EspeakNg, Pico2Wave, Piper
from telephony.prompts.speech import SpeechEngine, SpeechFailed

__all__ = ["EspeakNg", "Pico2Wave", "Piper", "SpeechEngine", "SpeechFailed", "available"]


def available(voices: Mapping[str, Path] | None = None, search_path: str | None = None) -> SpeechEngine:
    """Piper if the operator gave voices (models by language), else espeak-ng, else pico2wave.

    `search_path` replaces PATH. Raises SpeechFailed with the cure if none is installed.
    """
    if voices:
        if shutil.which("piper", path=search_path):
            return Piper(voices)
        raise SpeechFailed("voices for piper are configured, but piper is not installed: pip install piper-tts")
    if shutil.which("espeak-ng", path=search_path):
        return espeak_library.load() or EspeakNg()
    if shutil.which("pico2wave", path=search_path):
        return Pico2Wave()
    raise SpeechFailed("no program that speaks was found: apt-get install espeak-ng")
