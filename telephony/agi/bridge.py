"""The only place where Twisted's Deferreds and reactor meet asyncio."""

import asyncio
from typing import Any, cast

from twisted.internet.defer import maybeDeferred
from twisted.internet.interfaces import IListeningPort, IReactorTCP


def installed_reactor() -> IReactorTCP:
    """Return the reactor that the process installed on its loop."""
    from twisted.internet import reactor  # noqa: PLC0415 (importing it installs one, so not before it is needed)

    return cast("IReactorTCP", reactor)


async def closed(port: IListeningPort) -> None:
    """Stop listening; returns when the socket is closed."""
    stopping: Any = maybeDeferred(port.stopListening)
    await stopping.asFuture(asyncio.get_running_loop())
