"""Pictures in which a code may be: frames of a camera as PGM, or files in a folder; and what is on one."""

import contextlib
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from PIL import Image

from kiosk.codes import Code, read_code
from routing.number import NumberFormat

LOOK_AGAIN_SECONDS = 0.1
LARGEST_PIXELS = 4096 * 2304
_LONGEST_HEADER = 64


class NoFrame(Exception):
    """The camera's stream has ended, or is none."""


def codes_on(picture: Image.Image, numbers: NumberFormat | None) -> tuple[Code | None, ...]:
    """The one code on this picture; (None,) for one that nobody can read, or several at once; () for no QR code.

    Whatever else a QR code holds goes no further than here: not its text, not its length.
    """
    import zxingcpp  # noqa: PLC0415 - in the extra `kiosk`

    found = zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode), text_mode=zxingcpp.TextMode.Plain
    )
    if not found:
        return ()
    if len({(each.text, each.bytes) for each in found}) > 1:
        return (None,)
    return (read_code(found[0].text, numbers),)


def frames_in(folder: Path) -> Iterator[Image.Image | None]:
    """Each picture that appears there, in the order of names; None while there is no new one. For ever."""
    seen: set[tuple[str, int, int]] = set()
    while True:
        for path in sorted(folder.iterdir()):
            with contextlib.suppress(OSError):  # it is gone again
                found = path.stat()
                written = (path.name, found.st_mtime_ns, found.st_size)
                if written not in seen and not path.name.startswith("."):
                    seen.add(written)
                    yield _opened(path)
        time.sleep(LOOK_AGAIN_SECONDS)
        yield None


def _opened(path: Path) -> Image.Image | None:
    """None for what is no picture, or too large for one."""
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > LARGEST_PIXELS:
                return None
            return picture.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):  # SyntaxError: a broken PNG, says Pillow
        return None


def frames_of(device: str, width: int, height: int, per_second: int) -> Iterator[Image.Image]:
    """What the camera sees, by ffmpeg. Raises NoFrame when it ends, FileNotFoundError when there is no ffmpeg."""
    command = ffmpeg(device, width, height, per_second)
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as camera:  # noqa: S603 - our own words
        try:
            assert camera.stdout is not None  # noqa: S101 - a pipe was asked for
            while True:
                yield pgm(camera.stdout)
        finally:
            camera.kill()


def ffmpeg(device: str, width: int, height: int, per_second: int) -> Sequence[str]:
    """The command that shows a video device as grey frames."""
    return (
        *("ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "quiet"),
        *("-f", "v4l2", "-video_size", f"{width}x{height}", "-i", device),
        *("-vf", f"fps={per_second},format=gray", "-f", "image2pipe", "-c:v", "pgm", "-"),
    )


def pgm(stream: IO[bytes]) -> Image.Image:
    """The next picture of the stream (netpbm's P5, as ffmpeg writes it: three lines, then bytes). Raises NoFrame."""
    kind, size, depth = (stream.readline(_LONGEST_HEADER).split() for _ in range(3))
    if kind != [b"P5"] or depth != [b"255"] or len(size) != 2 or not all(each.isdigit() for each in size):  # noqa: PLR2004
        raise NoFrame
    width, height = (int(each) for each in size)
    if not 0 < width * height <= LARGEST_PIXELS:
        raise NoFrame
    pixels = stream.read(width * height)
    if len(pixels) < width * height:
        raise NoFrame
    return Image.frombytes("L", (width, height), pixels)
