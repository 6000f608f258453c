"""One AMI session: login, questions matched to answers, deadlines, a sign of life every few seconds.

Theory of operation. The secret leaves only after Asterisk's greeting came. Each question carries an ActionID
of its own and is an `Exchange` until its last frame; an exchange that ran past its deadline stays known until
then, so that late answers and the rest of a late list are not taken for news. All other events are news.
A session ends once, by whichever comes first: EOF, a broken frame, a refused login, a deadline of login or
ping; every open question then fails with SwitchAway, and a half-received frame is dropped with its reader.
"""

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import Protocol, cast

import structlog
from twisted.internet import protocol
from twisted.internet.interfaces import IDelayedCall, IReactorTime, ITCPTransport
from twisted.python.failure import Failure

from operations.ports import SwitchAway, SwitchRefused
from telephony.ami import actions
from telephony.ami.exchange import Exchange
from telephony.ami.messages import Action
from telephony.ami.reader import Frame, Reader, ReaderError

log = structlog.get_logger(__name__)

MAX_OPEN = 1000
"""Questions without an answer at one time."""


@dataclass(frozen=True, slots=True)
class Account:
    """A manager user (manager.conf). Raises UnsafeAction for values that no login can carry."""

    username: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        """Find out at start, not at login, that these cannot be sent. Raises UnsafeAction."""
        actions.login(self.username, self.secret)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds. A dead link is found within `ping_every` + `ping`."""

    login: float = 5.0
    action: float = 3.0
    list: float = 5.0
    ping_every: float = 2.0
    ping: float = 4.0


class SessionOwner(Protocol):
    """Who is told what becomes of a session."""

    def logged_in(self, session: "AmiProtocol") -> None:
        """Questions may be asked."""
        ...

    def login_refused(self) -> None:
        """Asterisk does not know this account; `ended` follows."""
        ...

    def heard(self) -> None:
        """Bytes came."""
        ...

    def event(self, frame: Frame) -> None:
        """News that nobody asked for."""
        ...

    def ended(self, session: "AmiProtocol") -> None:
        """The session is over; it is told exactly once."""
        ...


class AmiProtocol(protocol.Protocol):
    """Asterisk's manager over one connection, on the reactor's asyncio loop."""

    def __init__(self, account: Account, owner: SessionOwner, clock: IReactorTime, deadlines: Deadlines) -> None:
        self._account = account
        self._owner = owner
        self._clock = clock
        self._deadlines = deadlines
        self._reader = Reader()
        self._numbers = itertools.count(1)
        self._open: dict[str, Exchange] = {}
        self._timer: IDelayedCall | None = None
        self._is_over = False

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's name
        """Wait for the greeting, with the login's deadline running."""
        cast("ITCPTransport", self.transport).setTcpNoDelay(True)
        self._timer = self._clock.callLater(self._deadlines.login, self._give_up, "no login in time")

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Answers to their questions, news to the owner."""
        self._owner.heard()
        has_greeted = self._reader.greeting is not None
        try:
            frames = self._reader.feed(data)
        except ReaderError as error:
            self._give_up(str(error))
            return
        if not has_greeted and self._reader.greeting is not None:
            self._log_in()
        for frame in frames:
            self._take(frame)

    def connectionLost(self, reason: Failure = protocol.connectionDone) -> None:  # noqa: ARG002, N802 - Twisted's signature
        """Every open question fails; the owner hears of it."""
        self._is_over = True
        self._stop_timer()
        for exchange in self._open.values():
            exchange.fail(SwitchAway("the connection to Asterisk was lost"))
        self._open.clear()
        self._owner.ended(self)

    def abort(self) -> None:
        """End now, without waiting for bytes that nobody may read."""
        cast("ITCPTransport", self.transport).abortConnection()

    async def request(self, action: Action) -> Frame:
        """The answer to one action. Raises SwitchAway (no answer in time, session over), SwitchRefused."""
        frames = await self._ask(action, self._deadlines.action, is_list=False)
        return frames[0]

    async def collect(self, action: Action) -> list[Frame]:
        """The list that an action asks for, without the frames that open and close it. Raises as `request`."""
        return await self._ask(action, self._deadlines.list, is_list=True)

    def _ask(self, action: Action, seconds: float, *, is_list: bool) -> asyncio.Future[list[Frame]]:
        if self._is_over:
            raise SwitchAway("the connection to Asterisk is over")
        if len(self._open) >= MAX_OPEN:
            raise SwitchAway("Asterisk owes too many answers")
        action_id = f"teamline-{next(self._numbers)}"
        sent = action.to_bytes(action_id)
        exchange = Exchange(asyncio.get_running_loop().create_future(), is_list=is_list)
        exchange.expire_with(self._clock.callLater(seconds, exchange.fail, SwitchAway("no answer in time")))
        self._open[action_id] = exchange
        cast("ITCPTransport", self.transport).write(sent)
        return exchange.future

    def _take(self, frame: Frame) -> None:
        # Asking for one header decodes them all: only while a question is open, and if there is an id.
        if self._open and b"\r\nActionID: teamline-" in frame.raw:
            action_id = frame.get("ActionID")
            exchange = self._open.get(action_id)
            if exchange is not None:
                if exchange.take(frame):
                    del self._open[action_id]
                return
        if not frame.is_response:
            self._tell(frame)

    def _tell(self, frame: Frame) -> None:
        try:
            self._owner.event(frame)
        except Exception:
            # One listener's mistake must not cost the session; the event's values stay out of the log.
            log.exception("AMI event not digested", event_name=frame.name)

    def _log_in(self) -> None:
        login = actions.login(self._account.username, self._account.secret)
        self._ask(login, self._deadlines.action, is_list=False).add_done_callback(self._logged_in)

    def _logged_in(self, answer: asyncio.Future[list[Frame]]) -> None:
        failure = answer.exception()
        if self._is_over:
            return
        if failure is None:
            self._ping_later()
            self._owner.logged_in(self)
            return
        if isinstance(failure, SwitchRefused):
            self._owner.login_refused()
        self._give_up(f"login: {failure}")

    def _ping_later(self) -> None:
        self._stop_timer()
        self._timer = self._clock.callLater(self._deadlines.ping_every, self._ping)

    def _ping(self) -> None:
        self._ask(actions.ping(), self._deadlines.ping, is_list=False).add_done_callback(self._ponged)

    def _ponged(self, answer: asyncio.Future[list[Frame]]) -> None:
        is_alive = not isinstance(answer.exception(), SwitchAway)
        if self._is_over:
            return
        if is_alive:
            self._ping_later()
        else:
            self._give_up("Asterisk no longer answers")

    def _give_up(self, why: str) -> None:
        log.warning("AMI session given up", why=why)
        self._stop_timer()
        self.abort()

    def _stop_timer(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None
