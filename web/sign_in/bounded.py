"""Answers that a client of ours reads are small: whoever sends more is not listened to."""

from collections.abc import AsyncIterator

import httpx

MOST_BYTES = 512 * 1024


class TooMuch(Exception):
    """An answer is larger than anything that belongs there."""


class Bounded(httpx.AsyncBaseTransport):
    """A transport whose answers end with TooMuch beyond `most` bytes."""

    def __init__(self, inner: httpx.AsyncBaseTransport, most: int = MOST_BYTES) -> None:
        self._inner, self._most = inner, most

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """As asked, never compressed: a small answer stays small."""
        request.headers["Accept-Encoding"] = "identity"
        answer = await self._inner.handle_async_request(request)
        if answer.headers.get("content-encoding", "identity") != "identity":
            await answer.aclose()
            raise TooMuch
        if isinstance(answer.stream, httpx.AsyncByteStream):
            answer.stream = _Counted(answer.stream, self._most)
        return answer

    async def aclose(self) -> None:
        """Let the connections go."""
        await self._inner.aclose()


class _Counted(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream, most: int) -> None:
        self._inner, self._most = inner, most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        async for part in self._inner:
            seen += len(part)
            if seen > self._most:
                raise TooMuch
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()
