"""A question to the store has two seconds; whatever fails there becomes the room's own word for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from store.connection import AWAY

ANSWER_SECONDS = 2.0


@asynccontextmanager
async def in_time(away: Exception) -> AsyncIterator[None]:
    """Raises `away` for a store that fails, is not there, or says nothing for so long."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            yield
    except (*AWAY, TimeoutError) as error:
        raise away from error
