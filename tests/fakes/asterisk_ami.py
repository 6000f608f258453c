"""Plays Asterisk's manager on a loopback socket: greeting, login, queues in memory, events on demand.

Sentences and headers as Asterisk 22 sends them. What goes wrong is chosen by attributes, before or while a
session runs; `wait_for` waits for a condition, never for a time.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

Headers = dict[str, str]
GREETING = b"Asterisk Call Manager/11.0.0\r\n"


def frame(**headers: str) -> bytes:
    """A frame with these headers, in this order."""
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + b"\r\n"


class FakeManager:
    """`queues[queue][interface]` is a membership as QueueStatus tells it; `received` every action in order."""

    def __init__(self, queues: Iterable[str] = ()) -> None:
        self.queues: dict[str, dict[str, Headers]] = {queue: {} for queue in queues}
        self.variables: Headers = {}
        self.fast_by = 0
        self.contacts: list[Headers] = []
        self.received: list[Headers] = []
        self.secret = "secret"
        self.greeting = GREETING
        self.is_silent_to: set[str] = set()
        self.before_answer: dict[str, bytes] = {}
        self.closes_at: dict[str, bytes] = {}
        self.sessions: list[asyncio.StreamWriter] = []
        self.accepted = 0
        self.port = 0
        self._server: asyncio.Server | None = None
        self._changed = asyncio.Event()

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        self.hang_up()
        await self._server.wait_closed()

    def hang_up(self) -> None:
        """Reset every session, as a killed Asterisk does."""
        for session in self.sessions:
            session.transport.abort()

    def send(self, raw: bytes) -> None:
        """These bytes to every session."""
        for session in self.sessions:
            session.write(raw)

    def names(self) -> list[str]:
        """The actions received so far."""
        return [action["Action"] for action in self.received]

    async def wait_for(self, condition: Callable[[], bool]) -> None:
        """Until the condition holds after something was received, accepted or closed."""
        async with asyncio.timeout(60):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        self.sessions.append(writer)
        self._changed.set()
        writer.write(self.greeting)
        try:
            while True:
                raw = await reader.readuntil(b"\r\n\r\n")
                self._take(dict(line.split(": ", 1) for line in raw.decode().split("\r\n") if line), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
        finally:
            self.sessions.remove(writer)
            self._changed.set()

    def _take(self, action: Headers, writer: asyncio.StreamWriter) -> None:
        self.received.append(action)
        self._changed.set()
        name = action["Action"]
        if name in self.closes_at:
            writer.write(self.closes_at[name])
            writer.close()
        elif name not in self.is_silent_to:
            writer.write(self.before_answer.get(name, b""))
            writer.write(self.answer(action))

    def answer(self, action: Headers) -> bytes:
        """What Asterisk answers to this action."""
        speak = getattr(self, f"_{action['Action'].lower()}", None)
        if speak is None:
            return error(action, "Invalid/unknown command")
        answer: bytes = speak(action)
        return answer

    def _login(self, action: Headers) -> bytes:
        if action.get("Secret") != self.secret:
            return error(action, "Authentication failed")
        return success(action, "Authentication accepted") + frame(Event="FullyBooted", Privilege="system,all")

    def _ping(self, action: Headers) -> bytes:
        return frame(Response="Success", ActionID=action["ActionID"], Ping="Pong", Timestamp="1795334649.945545")

    def _queuestatus(self, action: Headers) -> bytes:
        items = []
        for queue, members in self.queues.items():
            if action.get("Queue") in (None, queue):
                items.append({"Event": "QueueParams", "Queue": queue, "Strategy": "rrmemory"})
                items += [
                    {"Event": "QueueMember", "Queue": queue, **member}
                    for interface, member in members.items()
                    if action.get("Member") in (None, interface)
                ]
        return listing(action, "QueueStatusComplete", items)

    def _queueadd(self, action: Headers) -> bytes:
        queue, interface = action["Queue"], action["Interface"]
        if queue not in self.queues:
            return error(action, "Unable to add interface to queue: No such queue")
        if interface in self.queues[queue]:
            return error(action, "Unable to add interface: Already there")
        self.queues[queue][interface] = {
            "Name": action["MemberName"],
            "Location": interface,
            "Membership": "dynamic",
            "Penalty": action["Penalty"],
            "Paused": "1" if action.get("Paused") == "true" else "0",
            "PausedReason": action.get("Reason", ""),
        }
        return success(action, "Added interface to queue")

    def _queueremove(self, action: Headers) -> bytes:
        if action["Queue"] not in self.queues:
            return error(action, "Unable to remove interface from queue: No such queue")
        if self.queues[action["Queue"]].pop(action["Interface"], None) is None:
            return error(action, "Unable to remove interface: Not there")
        return success(action, "Removed interface from queue")

    def _queuepause(self, action: Headers) -> bytes:
        members = [m[action["Interface"]] for m in self.queues.values() if action["Interface"] in m]
        if not members:
            return error(action, "Interface not found")
        is_paused = action["Paused"] == "true"
        for member in members:
            member["Paused"] = "1" if is_paused else "0"
            member["PausedReason"] = action.get("Reason", "") if is_paused else ""
        return success(action, "Interface paused successfully")

    def _getvar(self, action: Headers) -> bytes:
        name = action["Variable"]
        return frame(
            Response="Success",
            ActionID=action["ActionID"],
            Variable=name,
            Value=str(int(time.time()) + self.fast_by) if name == "EPOCH" else self.variables.get(name, ""),
        )

    def _pjsipshowcontacts(self, action: Headers) -> bytes:
        if not self.contacts:
            return error(action, "No Contacts found\n")
        return listing(action, "ContactListComplete", [{"Event": "ContactList", **c} for c in self.contacts])


def success(action: Headers, message: str) -> bytes:
    return frame(Response="Success", ActionID=action["ActionID"], Message=message)


def error(action: Headers, message: str) -> bytes:
    return frame(Response="Error", ActionID=action["ActionID"], Message=message)


def listing(action: Headers, end: str, items: list[Headers]) -> bytes:
    """A list: its opening response, its items, its closing event (astman_send_listack and its like)."""
    action_id = action["ActionID"]
    opening = frame(Response="Success", ActionID=action_id, EventList="start", Message="List will follow")
    body = b"".join(frame(**item, ActionID=action_id) for item in items)
    return opening + body + frame(Event=end, ActionID=action_id, EventList="Complete", ListItems=str(len(items)))


@asynccontextmanager
async def playing(manager: FakeManager) -> AsyncIterator[FakeManager]:
    """The manager, listening."""
    await manager.start()
    try:
        yield manager
    finally:
        await manager.stop()
