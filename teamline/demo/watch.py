"""Asks the router every second for its live figures."""

import asyncio
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator

from pydantic import ValidationError

from web.live import Live

ROUTE = "/api/v1/live"
ANSWER_SECONDS = 2.0
LARGEST_ANSWER = 4 << 20
DETAIL_CHARACTERS = 200


class NoFigures(Exception):
    """The router told no figures; the message says why."""


async def watched(address: str, seconds: float) -> AsyncIterator[tuple[Live | None, str]]:
    """What the router told last, and why it tells nothing now (else empty), again and again, until cancelled.

    `address` is the router's, like `http://127.0.0.1:8080`.
    """
    seen: Live | None = None
    while True:
        away = ""
        try:
            seen = await asyncio.to_thread(ask, address)
        except NoFigures as error:
            away = str(error)
        yield seen, away
        await asyncio.sleep(seconds)


def ask(address: str) -> Live:
    """The router's live figures. Raises NoFigures."""
    try:
        with urllib.request.urlopen(address + ROUTE, timeout=ANSWER_SECONDS) as answer:  # noqa: S310 - the lab's own
            return Live.model_validate_json(answer.read(LARGEST_ANSWER))
    except urllib.error.HTTPError as error:
        with error:
            raise NoFigures(f"The router says: {_detail(error)}") from error
    except (http.client.HTTPException, OSError) as error:
        raise NoFigures("The router is away") from error
    except ValidationError as error:
        raise NoFigures("The router's answer is not understood") from error


def _detail(error: urllib.error.HTTPError) -> str:
    """The problem document's sentence, else the status."""
    try:
        told = json.loads(error.read(LARGEST_ANSWER))
        return str(told["detail"])[:DETAIL_CHARACTERS]
    except (http.client.HTTPException, OSError, ValueError, LookupError, TypeError):
        return f"status {error.code}"
