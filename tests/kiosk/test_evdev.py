import asyncio
import os
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kiosk.evdev import Keyboard
from kiosk.keyboard import Stroke


def press(key: int) -> bytes:
    return struct.pack("llHHi", 0, 0, 1, key, 1)


class Seen:
    """What a keyboard typed, and whether it was there."""

    def __init__(self, path: Path, take: Callable[[int], object] | None = None) -> None:
        self.strokes: list[Stroke] = []
        self.there: list[bool] = []
        more = (take,) if take else ()
        self._running = asyncio.ensure_future(Keyboard(str(path), self.strokes.append, self.there.append, *more).run())

    async def until(self, seen: Callable[[], object]) -> None:
        async with asyncio.timeout(60):
            while not seen():  # noqa: ASYNC110 - a device sets no event
                await asyncio.sleep(0.01)

    async def close(self) -> None:
        self._running.cancel()
        with suppress(asyncio.CancelledError):
            await self._running


async def test_a_device_is_read_and_opened_again_after_it_was_pulled_out(tmp_path: Path) -> None:
    path = tmp_path / "event0"
    os.mkfifo(path)
    seen = Seen(path, take=lambda _: None)
    for key in (30, 31):
        plugged = await asyncio.to_thread(os.open, path, os.O_WRONLY)
        os.write(plugged, press(key))
        await seen.until(lambda key=key: Stroke(key, True) in seen.strokes)  # type: ignore[misc]
        os.close(plugged)
        await seen.until(lambda: seen.there[-1] is False)
    await seen.close()
    assert seen.there[:2] == [True, False]


async def test_a_device_that_is_not_there_is_missing(tmp_path: Path) -> None:
    seen = Seen(tmp_path / "event0")
    await seen.until(lambda: seen.there)
    await seen.close()
    assert not any(seen.there)


async def test_a_device_that_cannot_be_taken_alone_is_missing(tmp_path: Path) -> None:
    (tmp_path / "event0").write_bytes(b"")
    seen = Seen(tmp_path / "event0")
    await seen.until(lambda: seen.there)
    await seen.close()
    assert not any(seen.there)
