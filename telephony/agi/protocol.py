"""One AGI connection: environment first, then one command in flight at a time, each with a deadline.

Theory of operation. Asterisk runs one command after the other in the channel's thread and reads the next
line only then; a line that arrives while a file plays cuts it short, and the cut command sends no reply
(res_agi.c, `handle_streamfile`). So nothing is ever written while a command is in flight, not even after
its asker was cancelled: the late reply goes to the cancelled asker's future, where nobody looks, and only
then is the next command written. This is the back-pressure too: at most one command is unsent, so a peer
that does not read costs one deadline and no memory.

One timer a connection: its deadline moves with each command, the timer looks where it is when it fires.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from twisted.internet import protocol
from twisted.python.failure import Failure

from ivr.line import CallEnded
from telephony.agi.ending import Outcome
from telephony.agi.events import Environment, HungUp, Reply
from telephony.agi.parser import AgiParser, ProtocolError

ENVIRONMENT_SECONDS = 5.0
_FIRST_FINAL_CODE = 200


class Transport(Protocol):
    """What a connection needs of Twisted's TCP transport."""

    def write(self, data: bytes) -> None:
        """Send, in order."""
        ...

    def writeSomeData(self, data: bytes) -> int | Exception:  # noqa: N802 (Twisted's name)
        """Send what the socket takes now; how many bytes, or why none (the next `write` finds out, too)."""
        ...

    def loseConnection(self) -> None:  # noqa: N802 (Twisted's name)
        """Close when everything is sent."""
        ...

    def abortConnection(self) -> None:  # noqa: N802 (Twisted's name)
        """Close at once."""
        ...

    def setTcpNoDelay(self, enabled: bool) -> None:  # noqa: N802 (Twisted's name)
        """Send small writes at once."""
        ...


class AgiProtocol(protocol.Protocol):
    """Asks Asterisk, and tells `begun` the environment and `gone` that the connection is closed."""

    transport: Transport  # type: ignore[assignment]  # narrower than Twisted's ITransport

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        begun: Callable[["AgiProtocol", Environment], None],
        gone: Callable[["AgiProtocol"], None],
        environment_seconds: float = ENVIRONMENT_SECONDS,
    ) -> None:
        self._loop = loop
        self._begun = begun
        self._gone = gone
        self._environment_seconds = environment_seconds
        self._parser = AgiParser()
        self._asked: asyncio.Future[Reply] | None = None
        self._next: tuple[bytes, float, asyncio.Future[Reply]] | None = None
        self._deadline: float | None = None
        self._timer: asyncio.Handle | None = None
        self._timer_at = 0.0
        self.over: Outcome | None = None
        """Why no command can be asked any more; None while one can."""

    def ask(self, command: bytes, seconds: float) -> "asyncio.Future[Reply]":
        """Send one command line; the future brings its reply, or CallEnded after `seconds` without one."""
        asked: asyncio.Future[Reply] = self._loop.create_future()
        if self.over:
            asked.set_exception(CallEnded())
        elif self._asked is None:
            self._send(command, seconds, asked)
        elif not self._asked.cancelled() or (self._next and not self._next[2].cancelled()):
            raise RuntimeError("one command at a time: the one before still waits for its reply")
        else:
            self._next = command, seconds, asked
        return asked

    def close(self) -> None:
        """End the session from our side; the dialplan goes on."""
        self._end(Outcome.FALLBACK)
        self.transport.loseConnection()

    def abort(self, why: Outcome) -> None:
        """End a session that cannot go on; whoever waits for a reply gets CallEnded."""
        self._end(why)
        self.transport.abortConnection()

    def connectionMade(self) -> None:  # noqa: N802 (Twisted's name)
        """Wait for the environment, but not for ever."""
        self.transport.setTcpNoDelay(True)
        self._allow(self._environment_seconds)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 (Twisted's name)
        """Hand each event on; close on anything that Asterisk would not say."""
        if self.over:
            return
        try:
            for event in self._parser.feed(data):
                if isinstance(event, Reply):
                    self._replied(event)
                elif isinstance(event, HungUp):
                    self._end(Outcome.HUNG_UP)
                else:
                    self._deadline = None
                    self._begun(self, event)
        except ProtocolError:
            self.abort(Outcome.FAILED)

    def connectionLost(self, reason: Failure = protocol.connectionDone) -> None:  # noqa: N802, ARG002 (Twisted's name)
        """Asterisk went away, or our close arrived: end whoever waits, leave no timer."""
        self._end(Outcome.HUNG_UP)
        if self._timer:
            self._timer.cancel()
            self._timer = None
        self._gone(self)

    def _send(self, command: bytes, seconds: float, asked: "asyncio.Future[Reply]") -> None:
        self._asked = asked
        self._allow(seconds)
        sent = self.transport.writeSomeData(command)  # nothing is unsent: skip the reactor's detour over epoll
        if sent != len(command):
            self.transport.write(command[sent:] if isinstance(sent, int) else command)

    def _replied(self, reply: Reply) -> None:
        if self.over or reply.code < _FIRST_FINAL_CODE:
            return
        asked = self._asked
        if asked is None:
            raise ProtocolError("a reply that nothing asked for")
        self._asked = self._deadline = None
        if not asked.done():
            asked.set_result(reply)
        waiting, self._next = self._next, None
        if waiting and not waiting[2].done():
            self._send(*waiting)

    def _end(self, why: Outcome) -> None:
        if self.over:
            return
        self.over = why
        for asked in (self._asked, self._next and self._next[2]):
            if asked and not asked.done():
                asked.set_exception(CallEnded())
        self._asked = self._next = self._deadline = None

    def _allow(self, seconds: float) -> None:
        self._deadline = deadline = self._loop.time() + seconds
        if self._timer and self._timer_at > deadline:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._look_at(deadline)

    def _look_at(self, deadline: float) -> None:
        self._timer_at = deadline
        self._timer = self._loop.call_at(deadline, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._deadline is None:
            return
        if self._loop.time() < self._deadline:
            self._look_at(self._deadline)
        else:
            self.abort(Outcome.TIMEOUT)
