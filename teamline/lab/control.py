"""`lab --start`: a second command asks the running lab, over a private socket, to start a part again."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

PARTS = ("router", "store", "asterisk")
ANSWER_SECONDS = 90
SOCKET = "control.sock"


class LabAway(Exception):
    """There is no lab running over this folder."""


class Control:
    """The lab's side: one word in, one line of JSON out."""

    def __init__(self, path: Path, start: Callable[[str], Awaitable[None]]) -> None:
        self._path = path
        self._start = start
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen on the socket."""
        self._server = await asyncio.start_unix_server(self._answer, self._path)
        self._path.chmod(0o600)

    def close(self) -> None:
        """Stop listening."""
        if self._server:
            self._server.close()
        self._path.unlink(missing_ok=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        part = (await reader.readline()).decode("ascii", "replace").strip()
        try:
            await self._start(part)
            answer = {"ok": True, "error": ""}
        except Exception as error:  # noqa: BLE001 - whatever it is, the asking command shows it
            answer = {"ok": False, "error": str(error)}
        writer.write(json.dumps(answer).encode() + b"\n")
        await writer.drain()
        writer.close()


async def ask_to_start(path: Path, part: str) -> str:
    """Ask the lab to start a part; what went wrong, empty if nothing. Raises LabAway."""
    try:
        reader, writer = await asyncio.open_unix_connection(path)
    except OSError as error:
        raise LabAway(f"no lab answers at {path}: start one with `teamline lab --dir DIR`") from error
    writer.write(f"{part}\n".encode())
    async with asyncio.timeout(ANSWER_SECONDS):
        line = await reader.readline()
    writer.close()
    if not line:
        raise LabAway("the lab ended meanwhile")
    return str(json.loads(line)["error"])
