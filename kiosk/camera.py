"""Looks for QR codes in a process of its own: a picture that breaks the decoder breaks nothing else.

The first line: {"device", "width", "height", "frames_per_second", "customer", "household"}. What leaves: {"event":
"code", "code": text}, {"event": "unreadable"}, {"event": "alive"}. Nothing leaves that is not a code of ours.
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

try:
    import zxingcpp  # noqa: F401 - asked for here, so that the cure is told at once
except ImportError as missing:
    raise SystemExit("the camera needs ZXing: pip install 'teamline[kiosk]'") from missing

from kiosk.pictures import NoFrame, codes_on, frames_in, frames_of
from routing.number import NumberFormat

ALIVE_SECONDS = 3.0


def main() -> None:
    """Look until the input ends."""
    wanted = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_owner, daemon=True).start()
    numbers = NumberFormat(wanted["customer"], wanted["household"]) if wanted["customer"] else None
    spoken = float("-inf")
    try:
        for picture in _pictures(wanted):
            for code in codes_on(picture, numbers) if picture else ():
                _tell({"event": "code", "code": code.text} if code else {"event": "unreadable"})
            if time.monotonic() - spoken >= ALIVE_SECONDS:
                spoken = time.monotonic()
                _tell({"event": "alive"})
    except NoFrame:
        raise SystemExit("the camera shows nothing: is its device right, and free?") from None
    except FileNotFoundError as error:
        raise SystemExit(f"the camera needs {error.filename}: install ffmpeg, or correct its device") from None


def _pictures(wanted: dict[str, Any]) -> Iterator[Image.Image | None]:
    folder = Path(wanted["device"])
    if folder.is_dir():
        return frames_in(folder)
    return frames_of(wanted["device"], wanted["width"], wanted["height"], wanted["frames_per_second"])


def _tell(event: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def _end_with_owner() -> None:
    sys.stdin.read()
    # A decoder that is at work cannot be asked to stop.
    import os  # noqa: PLC0415 - here alone

    os._exit(0)


if __name__ == "__main__":
    main()
