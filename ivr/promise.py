"""A promise takes until it would survive a power cut: whoever waits for it hears that something happens."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from ivr.line import Line
from routing.spoken import Spoken

AT_ONCE_SECONDS = 0.2
"""So long a caller does not notice."""

_Promised = TypeVar("_Promised")


async def promised(line: Line, work: Coroutine[object, object, _Promised]) -> _Promised:
    """What the work returns or raises, `please-wait` meanwhile. A hang-up lets it come to its end first."""
    task = asyncio.ensure_future(work)
    await asyncio.wait({task}, timeout=AT_ONCE_SECONDS)
    try:
        if not task.done():
            await line.say(Spoken("please-wait"))
    finally:
        await asyncio.wait({task})
    return task.result()
