"""What goes into and comes out of the handset, joined to PJSIP's calls and tones.

PJSIP's clock asks for a frame, and brings one, every 20 ms in a thread of its own: these two callbacks touch nothing
but their own pipe.
"""

import contextlib
from typing import Any

import pjsua2 as pj

from kiosk.sound_card import FRAME_BYTES, RATE, Capture, Playback
from kiosk.tones import MELODIES, Melody
from kiosk.words import Sound

FRAME_MICROSECONDS = 20_000
BITS = 16


class _Handset(pj.AudioMediaPort):  # type: ignore[misc]
    """One sound card as a port of PJSIP's conference."""

    def __init__(self, capture: Capture | None, playback: Playback | None) -> None:
        super().__init__()
        self.capture, self.playback = capture, playback
        form = pj.MediaFormatAudio()
        form.init(pj.PJMEDIA_FORMAT_PCM, RATE, 1, FRAME_MICROSECONDS, BITS)
        self.createPort("handset", form)

    def onFrameRequested(self, frame: Any) -> None:  # noqa: ANN401, N802 - named by PJSIP
        """Told by PJSIP."""
        heard: bytes | None = None
        with contextlib.suppress(Exception):  # it would end the process inside foreign code
            heard = self.capture.frame() if self.capture else None
        frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO if heard else pj.PJMEDIA_FRAME_TYPE_NONE
        if heard:
            frame.buf = pj.ByteVector(heard)

    def onFrameReceived(self, frame: Any) -> None:  # noqa: ANN401, N802 - named by PJSIP
        """Told by PJSIP."""
        with contextlib.suppress(Exception):  # the same
            if self.playback and frame.size == FRAME_BYTES:
                self.playback.frame(bytes(frame.buf))


class Ears:
    """The handset; without names of devices it is deaf and mute, as in tests."""

    def __init__(self, capture: str | None, playback: str | None) -> None:
        self._capture = Capture(capture) if capture else None
        self._playback = Playback(playback) if playback else None
        self._port = _Handset(self._capture, self._playback) if capture or playback else None

    @property
    def is_there(self) -> bool:
        """Whether every device that was named works."""
        return all(each.is_there for each in (self._capture, self._playback) if each)

    def join(self, call: Any) -> None:  # noqa: ANN401 - untyped library
        """Both ways between the handset and this call."""
        devices = pj.Endpoint.instance().audDevManager()
        (self._port or devices.getCaptureDevMedia()).startTransmit(call)
        call.startTransmit(self._port or devices.getPlaybackDevMedia())

    def hear(self, sound: Any) -> None:  # noqa: ANN401 - untyped library
        """This is heard in the handset, too."""
        sound.startTransmit(self._port or pj.Endpoint.instance().audDevManager().getPlaybackDevMedia())

    def close(self) -> None:
        """The programs behind it end."""
        for each in (self._capture, self._playback):
            if each:
                each.close()
        self._port = None


class Speaker:
    """Plays what the kiosk says by itself."""

    def __init__(self, ears: Ears) -> None:
        self.ears = ears
        self._tones = pj.ToneGenerator()
        self._tones.createToneGenerator(RATE, 1)
        ears.hear(self._tones)

    def play(self, sound: Sound) -> None:
        """From now on this alone."""
        self._tones.stop()
        if melody := MELODIES.get(sound):
            self._tones.play(_tones(melody), melody.is_endless)

    def close(self) -> None:
        """Silence; the handset is let go."""
        self._tones.stop()
        del self._tones
        self.ears.close()


def _tones(melody: Melody) -> Any:  # noqa: ANN401 - untyped library
    found = pj.ToneDescVector()
    for each in melody.tones:
        tone = pj.ToneDesc()
        tone.freq1, tone.freq2, tone.on_msec, tone.off_msec, tone.volume = (
            each.hertz,
            0,
            each.on,
            each.off,
            melody.volume,
        )
        found.append(tone)
    return found
