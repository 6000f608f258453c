"""The lasting connection to Asterisk's manager: reconnects by itself, tells who listens."""

import asyncio
import time
from collections.abc import Callable
from random import random

import structlog
from twisted.application.internet import ClientService
from twisted.internet.interfaces import IAddress, IReactorTime, IStreamClientEndpoint
from twisted.internet.protocol import Factory
from twisted.internet.task import deferLater

from operations.ports import SwitchAway
from telephony.ami.messages import Action
from telephony.ami.protocol import Account, AmiProtocol, Deadlines
from telephony.ami.reader import Frame

log = structlog.get_logger(__name__)

SHORTEST, LONGEST = 0.2, 1.0
AFTER_REFUSAL, AFTER_REFUSAL_MORE = 30.0, 5.0
"""Seconds: each refused login costs Asterisk one second."""


def reconnect_seconds(failures: int, is_refused: bool, chance: Callable[[], float] = random) -> float:
    """How long to wait before the next try: 0.2 to 1 s, growing and jittered: who is back is heard soon.

    After a refused login 30 to 35 s. `failures` in a row, 1 for the first; `chance` gives 0 to 1.
    """
    if is_refused:
        return AFTER_REFUSAL + chance() * AFTER_REFUSAL_MORE
    widest = min(LONGEST, SHORTEST * 2.0 ** min(failures, 10))
    return SHORTEST + chance() * (widest - SHORTEST)


class _Sessions(Factory):
    """Builds each new session for its owner."""

    noisy = False

    def __init__(self, build: Callable[[], AmiProtocol]) -> None:
        self._build = build

    def buildProtocol(self, addr: IAddress | None) -> AmiProtocol:  # noqa: ARG002, N802 - Twisted's signature
        return self._build()


class AmiConnection:
    """A session with Asterisk that comes back.

    `endpoint` and `clock` belong to the reactor that runs on the current asyncio loop. Listeners are called
    on that loop, in the order in which they were added. `policy`: seconds to wait, from the failures in a row
    and whether the login was refused.
    """

    def __init__(
        self,
        endpoint: IStreamClientEndpoint,
        clock: IReactorTime,
        account: Account,
        deadlines: Deadlines = Deadlines(),  # noqa: B008 - frozen
        now: Callable[[], float] = time.time,
        policy: Callable[[int, bool], float] = reconnect_seconds,
    ) -> None:
        self._clock = clock
        self._now = now
        self._policy = policy
        self._service = ClientService(
            endpoint,
            _Sessions(lambda: self._begin(AmiProtocol(account, self, clock, deadlines))),
            retryPolicy=self._retry_seconds,
            clock=clock,
        )
        self._session: AmiProtocol | None = None
        self._is_logged_in = False
        self._is_refused = False
        self._failures = 0
        self._on_event: list[Callable[[Frame], None]] = []
        self._on_connected: list[Callable[[], None]] = []
        self._on_disconnected: list[Callable[[], None]] = []
        self.logins = 0
        """How often a session was established; all but the first are reconnects."""
        self.last_heard_at: float | None = None
        """When bytes came last (Unix seconds); None before the first."""

    @property
    def is_connected(self) -> bool:
        """Whether Asterisk can be asked."""
        return self._is_logged_in

    def on_event(self, listener: Callable[[Frame], None]) -> None:
        """Tell of every event that answers no question."""
        self._on_event.append(listener)

    def on_connected(self, listener: Callable[[], None]) -> None:
        """Tell of every login: time to compare what we believe with what Asterisk says."""
        self._on_connected.append(listener)

    def on_disconnected(self, listener: Callable[[], None]) -> None:
        """Tell when an established session ended."""
        self._on_disconnected.append(listener)

    def start(self) -> None:
        """Connect, and again whenever the session ends, until `stop`."""
        self._service.startService()

    async def stop(self) -> None:
        """End the session and every timer; open questions fail with SwitchAway."""
        stopped = self._service.stopService()
        self.renew()
        await stopped.asFuture(asyncio.get_running_loop())
        # Twisted begins each connect with a call after 0 s, and leaves it behind when the connect is cancelled.
        await deferLater(self._clock, 0).asFuture(asyncio.get_running_loop())

    def renew(self) -> None:
        """End the session and begin another: Asterisk gives rights and event filters at login, never later."""
        if self._session is not None:
            self._session.abort()

    async def request(self, action: Action) -> Frame:
        """The answer to one action. Raises SwitchAway or SwitchRefused."""
        return await self._live_session().request(action)

    async def collect(self, action: Action) -> list[Frame]:
        """The list that an action asks for. Raises SwitchAway or SwitchRefused."""
        return await self._live_session().collect(action)

    def logged_in(self, session: AmiProtocol) -> None:  # noqa: ARG002 - there is one at a time
        """The session may be used (SessionOwner)."""
        self._is_logged_in, self._is_refused, self._failures = True, False, 0
        self.logins += 1
        log.info("AMI connected", logins=self.logins)
        for listener in self._on_connected:
            listener()

    def login_refused(self) -> None:
        """Wait longer before the next try (SessionOwner)."""
        self._is_refused = True
        log.error("AMI login refused: check user and secret in manager.conf", next_try_seconds=AFTER_REFUSAL)

    def heard(self) -> None:
        """Asterisk spoke (SessionOwner)."""
        self.last_heard_at = self._now()

    def event(self, frame: Frame) -> None:
        """News for every listener (SessionOwner)."""
        for listener in self._on_event:
            listener(frame)

    def ended(self, session: AmiProtocol) -> None:  # noqa: ARG002 - there is one at a time
        """The session is over; ClientService asks `_retry_seconds` next (SessionOwner)."""
        self._session = None
        if not self._is_logged_in:
            return
        self._is_logged_in = False
        told = log.warning if self._service.running else log.info
        told("AMI disconnected")
        for listener in self._on_disconnected:
            listener()

    def _begin(self, session: AmiProtocol) -> AmiProtocol:
        self._session = session
        return session

    def _live_session(self) -> AmiProtocol:
        if self._session is None or not self._is_logged_in:
            raise SwitchAway("not connected to Asterisk")
        return self._session

    def _retry_seconds(self, _attempt: int) -> float:
        # ClientService counts connections, not logins: who accepts and hangs up would be asked at once.
        self._failures += 1
        is_refused, self._is_refused = self._is_refused, False
        return self._policy(self._failures, is_refused)
