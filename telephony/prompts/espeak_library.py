"""espeak-ng inside this process: the same voice as the program, five times as fast, since none is started.

Mirrors espeak-ng's public header speak_lib.h; the library comes with the program on every distribution.
"""

import ctypes
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from telephony.prompts.programs import EspeakNg
from telephony.prompts.sound import write
from telephony.prompts.speech import SpeechFailed

_LIBRARY = "libespeak-ng.so.1"
_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS: samples go to the callback, nothing plays
_DONT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT: an error is returned, the process lives on
_RATE = 1  # espeakRATE
_FLAGS = 0x1001  # espeakCHARS_UTF8 and espeakENDPAUSE, without which the last sound is cut off
_AT_CHARACTER = 1  # POS_CHARACTER
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_ONE_BY_ONE = threading.Lock()


class _Voice(ctypes.Structure):
    """espeak_VOICE; what is left empty matches anything."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


@dataclass(frozen=True)
class EspeakLibrary:
    """espeak-ng as a library. It has one voice and one buffer a process, so texts are spoken one by one."""

    library: ctypes.CDLL
    samples_a_second: int
    program: EspeakNg

    @property
    def name(self) -> str:
        """The program's name: sounds are the same, so they need not be rendered again."""
        return self.program.name

    def version(self) -> str:
        """As the program's."""
        self.library.espeak_Info.restype = ctypes.c_char_p
        return self.program.shaped_by(self.library.espeak_Info(None).decode())

    def speaks(self, language: str) -> bool:
        """As the program."""
        return self.program.speaks(language)

    def speak(self, text: str, language: str, into: Path) -> None:
        """Write the text as a WAV file. Raises SpeechFailed."""
        voice = self.program.voice(language)
        content = text.replace("\0", " ").encode() + b"\0"
        chunks: list[bytes] = []
        callback = _Callback(lambda wave, count, _: _keep(chunks, wave, count))
        with _ONE_BY_ONE:
            if not _choose(self.library, voice.encode()):
                raise SpeechFailed(f"espeak-ng has no voice {voice!r}: espeak-ng --voices lists them")
            self.library.espeak_SetParameter(_RATE, self.program.speed(language), 0)
            self.library.espeak_SetSynthCallback(callback)
            failed = self.library.espeak_Synth(content, len(content), 0, _AT_CHARACTER, 0, _FLAGS, None, None)
        if failed:
            raise SpeechFailed(f"espeak-ng failed (code {failed}): try espeak-ng by hand")
        write(into, np.frombuffer(b"".join(chunks), dtype="<i2") / 32768, self.samples_a_second)


@cache
def load() -> EspeakLibrary | None:
    """The library, set up once a process; None if it is not installed or has no voices."""
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        return None
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, None, _DONT_EXIT)
    return EspeakLibrary(library, rate, EspeakNg()) if rate > 0 else None


def _choose(library: ctypes.CDLL, voice: bytes) -> bool:
    # by name or, as the program does, by language
    wanted = _Voice(languages=voice)
    return not (library.espeak_SetVoiceByName(voice) and library.espeak_SetVoiceByProperties(ctypes.byref(wanted)))


def _keep(chunks: list[bytes], wave: int, count: int) -> int:
    if count > 0:
        chunks.append(ctypes.string_at(wave, 2 * count))
    return 0  # go on
