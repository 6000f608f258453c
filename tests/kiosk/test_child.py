import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from kiosk.child import Child

ECHO = """
import json, sys
for line in sys.stdin:
    print(json.dumps({"event": "heard", "line": json.loads(line)}), flush=True)
"""


class Heard:
    """What a part said, and how often it ended."""

    def __init__(self) -> None:
        self.said: list[Mapping[str, Any]] = []
        self.ends = 0

    def gone(self) -> None:
        self.ends += 1

    async def until(self, seen: Callable[[], object]) -> None:
        async with asyncio.timeout(30):
            while not seen():  # noqa: ASYNC110 - a process sets no event
                await asyncio.sleep(0.01)


@asynccontextmanager
async def running(program: str, heard: Heard, silent_seconds: float = 30.0) -> AsyncIterator[Child]:
    child = Child("part", [sys.executable, "-c", program], {"a": 1}, heard.said.append, heard.gone, silent_seconds)
    task = asyncio.ensure_future(child.run())
    try:
        yield child
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_part_is_told_its_first_line_and_orders() -> None:
    heard = Heard()
    async with running(ECHO, heard) as child:
        await heard.until(lambda: heard.said)
        child.order("play", "ring")
        await heard.until(lambda: len(heard.said) == 2)
    assert [{"a": 1}, ["play", "ring"]] == [each["line"] for each in heard.said]


async def test_a_part_that_ends_is_started_again() -> None:
    heard = Heard()
    async with running("print('{}', flush=True)", heard):
        await heard.until(lambda: len(heard.said) >= 2)
    assert heard.ends >= 2


async def test_a_part_that_falls_silent_is_ended() -> None:
    heard = Heard()
    async with running("import sys; sys.stdin.read()", heard, silent_seconds=0.1):
        await heard.until(lambda: heard.ends)


async def test_a_part_that_speaks_no_json_is_started_again() -> None:
    heard = Heard()
    async with running("print('oh', flush=True); input()", heard):
        await heard.until(lambda: heard.ends)


async def test_an_order_to_a_part_that_is_away_is_lost() -> None:
    heard = Heard()
    Child("part", ["/nonexistent"], {}, heard.said.append, heard.gone).order("dial")
    assert [] == heard.said


async def test_a_program_that_is_missing_is_tried_again() -> None:
    heard = Heard()
    task = asyncio.ensure_future(Child("part", ["/nonexistent"], {}, heard.said.append, heard.gone).run())
    await heard.until(lambda: heard.ends >= 2)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_part_that_is_of_no_use_is_begun_anew() -> None:
    heard = Heard()
    async with running(ECHO, heard) as child:
        await heard.until(lambda: len(heard.said) == 1)
        child.start_again()
        await heard.until(lambda: len(heard.said) == 2)
    assert heard.ends >= 1
