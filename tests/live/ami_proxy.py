"""A link between a router and Asterisk's manager that can be cut: torn at once, or silent like a dead cable."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from telephony.lab.ports import HOST

_PIECE_BYTES = 65536


class AmiProxy:
    """As a context: listens on `port`, every connection goes on to the manager at `manager_port`."""

    def __init__(self, manager_port: int) -> None:
        self._manager_port = manager_port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._flows = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self.port = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(5)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def silence(self) -> None:
        """From now on no byte gets through, in neither direction, and nobody is told."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def mend(self) -> None:
        """Let everything through again, what was held back as well."""
        self._loop.call_soon_threadsafe(self._flows.set)

    def tear(self) -> None:
        """End every connection now, in mid-message perhaps; new ones are let through."""
        self._loop.call_soon_threadsafe(self._abort)

    async def _listen(self) -> int:
        self._flows.set()
        self._server = await asyncio.start_server(self._connected, HOST, 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def _end(self) -> None:
        self._server.close()
        self._abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _abort(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with self._known(writer), contextlib.suppress(OSError, asyncio.CancelledError):
            onwards, beyond = await asyncio.open_connection(HOST, self._manager_port)
            with self._known(beyond):
                await asyncio.gather(self._pump(reader, beyond), self._pump(onwards, writer))

    @contextlib.contextmanager
    def _known(self, writer: asyncio.StreamWriter) -> Iterator[None]:
        self._writers.add(writer)
        try:
            yield
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One direction; whose end it is, the other side hears of it when the link lets it through."""
        with contextlib.suppress(OSError):
            while told := await reader.read(_PIECE_BYTES):
                await self._flows.wait()
                writer.write(told)
                await writer.drain()
        await self._flows.wait()
        writer.close()
