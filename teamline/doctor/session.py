"""One login to Asterisk's manager, with the project's own client; no second try, no reconnecting."""

import asyncio
import socket
from typing import Any

from operations.ports import SwitchAway
from teamline.doctor.missing import Missing
from telephony.ami.messages import UnsafeAction
from telephony.ami.protocol import Account, AmiProtocol, Deadlines
from telephony.ami.reader import Frame

CONNECT_SECONDS = 2
SECONDS = 4.5
DEADLINES = Deadlines(login=2.5, action=2.0, list=4.0)


class Session:
    """Owns one AmiProtocol (telephony.ami.protocol.SessionOwner) and hears how its login went."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self._established: asyncio.Future[AmiProtocol] = loop.create_future()
        self._over = loop.create_future()
        self.is_refused = False
        """Whether Asterisk said no."""

    async def established(self) -> AmiProtocol:
        """The session to ask questions of. Raises SwitchAway."""
        return await asyncio.shield(self._established)

    async def end(self) -> None:
        """Close the connection; returns when no timer of it is left."""
        if self._established.done() and not self._established.exception():
            self._established.result().abort()
            await self._over

    def logged_in(self, session: AmiProtocol) -> None:
        """Questions may be asked."""
        self._established.set_result(session)

    def login_refused(self) -> None:
        """Asterisk does not know this user, or not from here."""
        self.is_refused = True

    def heard(self) -> None:
        """Bytes came."""

    def event(self, frame: Frame) -> None:
        """News that nobody asked for."""

    def ended(self, session: AmiProtocol) -> None:  # noqa: ARG002 - there is one
        """The session is over."""
        if not self._established.done():
            self._established.set_exception(SwitchAway("the session is over"))
        if not self._over.done():
            self._over.set_result(None)


async def open_session(host: str, port: int, user: str, secret: str) -> Session:
    """Log in. Raises Missing with the cure for each way in which this can go wrong."""
    where = f"{host}:{port}"
    session = Session()
    try:
        async with asyncio.timeout(SECONDS):
            await _connect(host, port, AmiProtocol(Account(user, secret), session, _reactor(), DEADLINES))
            await session.established()
    except UnsafeAction as error:
        raise Missing("ami", f"user or secret: {error}", "choose ones of letters and digits") from error
    except (SwitchAway, TimeoutError) as error:
        why = "the login was refused" if session.is_refused else "no login: it is silent, or closes the connection"
        raise Missing("ami", f"{where}: {why}", _cure(session, user)) from error
    except _NotThere as error:
        raise Missing(
            "ami",
            f"{where}: Asterisk's manager is not there",
            "start Asterisk; `enabled=yes` in [general] of manager.conf; check TEAMLINE_AMI_HOST and _PORT",
        ) from error
    return session


def _cure(session: Session, user: str) -> str:
    if session.is_refused:
        return f"teamline render --reload: user {user}, its secret and its `permit` must be the rendered ones"
    return "see whether Asterisk hangs, or another program has that port"


class _NotThere(Exception):
    """No connection."""


def _reactor() -> Any:  # noqa: ANN401 - Twisted's reactor has as many interfaces as it has uses
    from twisted.internet import reactor  # noqa: PLC0415 - teamline.loop installs it first

    return reactor


async def _connect(host: str, port: int, protocol: AmiProtocol) -> None:
    """Resolved by asyncio: Twisted's resolver waits for ever on a loop that its reactor does not run."""
    from twisted.internet.endpoints import TCP4ClientEndpoint, TCP6ClientEndpoint, connectProtocol  # noqa: PLC0415
    from twisted.internet.error import ConnectError  # noqa: PLC0415 - the same

    loop = asyncio.get_running_loop()
    try:
        family, *_, address = (await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM))[0]
        kind = TCP6ClientEndpoint if family == socket.AF_INET6 else TCP4ClientEndpoint
        endpoint = kind(_reactor(), str(address[0]), port, timeout=CONNECT_SECONDS)
        connecting = connectProtocol(endpoint, protocol)  # type: ignore[no-untyped-call]  # Twisted leaves it untyped
        await connecting.asFuture(loop)
    except (OSError, ConnectError) as error:
        raise _NotThere from error
