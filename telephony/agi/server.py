"""The FastAGI server: who may connect, how many at once, which conversation runs, and how each session ended.

Whatever goes wrong, the answer is the same: close the connection. Asterisk's AGI() returns, the dialplan
finds no queue chosen and falls back; the caller never stays with us in silence.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import cast

import structlog
from twisted.internet.address import IPv4Address
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IAddress, IListeningPort
from twisted.internet.protocol import ServerFactory

from ivr.line import CallEnded
from telephony.agi.absolute_timeout import ARMED_AT_START_SECONDS, ARMED_ON_RETURN_SECONDS
from telephony.agi.bridge import closed, installed_reactor
from telephony.agi.ending import Outcome, SessionEnd
from telephony.agi.events import Environment
from telephony.agi.line import AgiLine, Rearm, nobody_rearms
from telephony.agi.protocol import ENVIRONMENT_SECONDS, AgiProtocol
from telephony.agi.refusals import Refusals
from telephony.agi.sounds import Sounds

Conversation = Callable[[AgiLine], Awaitable[None]]
Network = IPv4Network | IPv6Network

LOOPBACK: Sequence[Network] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_BACKLOG = 1024
_RETURN = "after-queue"
_REQUEST = re.compile(r"agi://[^/]*/([^?]*)").match
_HARMLESS = re.compile(r"[^A-Za-z0-9_/-]")

_log = structlog.get_logger(__name__)


class CannotListen(Exception):
    """The address is taken or not ours; the sentence names it."""


class AgiServer(ServerFactory):
    """Runs one conversation a connection, chosen by the script's name: `agi://host:port/inbound`.

    `rearm` keeps the watch over an entry that one command collects (`telephony.agi.line`).
    `ended` is told of every call that was taken or turned away; never of a port probe or a stranger.
    """

    noisy = False

    def __init__(
        self,
        conversations: Mapping[str, Conversation],
        sounds: Sounds,
        *,
        most_sessions: int = 500,
        peers: Sequence[Network] = LOOPBACK,
        ended: Callable[[SessionEnd], None],
        language: str = "de",
        environment_seconds: float = ENVIRONMENT_SECONDS,
        rearm: Rearm = nobody_rearms,
        recordings: str = "",
    ) -> None:
        self._conversations = conversations
        self._sounds = sounds
        self._most_sessions = most_sessions
        self._peers = peers
        self._ended = ended
        self.language = language
        """The language in which a new call begins."""
        self._environment_seconds = environment_seconds
        self._rearm = rearm
        self._recordings = recordings
        self._open: set[AgiProtocol] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._refusals = Refusals()
        self._port: IListeningPort | None = None
        self._is_closing = False

    @property
    def is_listening(self) -> bool:
        """Whether new calls are taken."""
        return self._port is not None

    @property
    def open_sessions(self) -> int:
        """Connections that are open now, those without an environment yet included."""
        return len(self._open)

    async def start(self, host: str, port: int) -> int:
        """Listen; returns the port (0 takes a free one). Raises CannotListen."""
        self._is_closing = False
        self._loop = asyncio.get_running_loop()
        try:
            listening = installed_reactor().listenTCP(port, self, backlog=_BACKLOG, interface=host)
        except CannotListenError as refused:
            raise CannotListen(f"FastAGI cannot listen on {host}:{port}; is another router running?") from refused
        self._port = listening
        return cast("IPv4Address", listening.getHost()).port

    async def drain(self, seconds: float) -> None:
        """Take no new calls, let running ones finish for so long, then close them (fallback)."""
        await self._close_port()
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        await self.stop()

    async def stop(self) -> None:
        """Close everything now; returns when no task and no connection is left."""
        await self._close_port()
        for task in self._running:
            task.cancel()
        for session in tuple(self._open):
            session.abort(Outcome.FALLBACK)
        await asyncio.gather(*self._running, return_exceptions=True)

    def buildProtocol(self, addr: IAddress | None) -> AgiProtocol | None:  # noqa: N802 (Twisted's name)
        """Take the connection, or None: Twisted closes it at once."""
        if not self._allows(getattr(addr, "host", "")):
            self._refusals.note("peer", self._loop.time())
            return None
        if len(self._open) >= self._most_sessions:
            self._turned_away("cap")
            return None
        session = AgiProtocol(self._loop, self._begin, self._open.discard, self._environment_seconds)
        self._open.add(session)
        return session

    def _allows(self, host: str) -> bool:
        address = ip_address(host.partition("%")[0])
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in network for network in self._peers)

    def _begin(self, session: AgiProtocol, environment: Environment) -> None:
        script = _script(environment)
        conversation = self._conversations.get(script)
        if conversation is None or self._is_closing:
            _log.warning("agi_turned_away", script=_HARMLESS.sub("?", script)[:40], closing=self._is_closing)
            self._ended(SessionEnd("", Outcome.FALLBACK, 0.0))
            session.close()
            return
        armed = ARMED_ON_RETURN_SECONDS if script == _RETURN else ARMED_AT_START_SECONDS
        line = AgiLine(
            session, environment, self._sounds, self._loop.time, self.language, self._rearm, armed, self._recordings
        )
        task = self._loop.create_task(self._converse(session, script, conversation, line))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _converse(self, session: AgiProtocol, script: str, conversation: Conversation, line: AgiLine) -> None:
        started = self._loop.time()
        outcome = Outcome.FALLBACK  # what a cancelled one ends in
        try:
            await conversation(line)
            outcome = session.over or Outcome.QUEUED
        except CallEnded:
            outcome = session.over or Outcome.HUNG_UP
        except Exception as broken:  # noqa: BLE001 (whatever it is: the caller falls back, the server goes on)
            outcome = Outcome.FAILED
            _log_failure(broken, script, line.call_id)
        finally:
            await line.settle()
            session.close()
            self._ended(SessionEnd(script, outcome, self._loop.time() - started))

    def _turned_away(self, why: str) -> None:
        self._refusals.note(why, self._loop.time())
        self._ended(SessionEnd("", Outcome.FALLBACK, 0.0))

    async def _close_port(self) -> None:
        self._is_closing = True
        port, self._port = self._port, None
        if port:
            await closed(port)


def _script(environment: Environment) -> str:
    known = environment.variables
    if "agi_network_script" in known:
        return known["agi_network_script"].partition("?")[0]
    request = _REQUEST(known.get("agi_request", ""))
    return request[1] if request else ""


def _log_failure(broken: Exception, script: str, call_id: str) -> None:
    """Name the error's kind and place, never its text, which may quote the caller."""
    place = broken.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    at = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else ""
    _log.error("agi_conversation_failed", script=script, call=call_id, error=type(broken).__name__, at=at)
