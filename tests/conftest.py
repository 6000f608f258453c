"""One event loop for the whole run: Twisted's reactor cannot change loops (docs/decisions/fastagi.md).

The loop is made, set and given to the reactor before any test module can import the reactor.
"""

import asyncio
from collections.abc import Callable, Mapping

import structlog
import uvloop
from hypothesis import settings
from twisted.internet import asyncioreactor


class LastingLoop(uvloop.Loop):
    """The run's only loop: whoever borrows it cannot close it."""

    def close(self) -> None:
        """Stay open; the process end closes it."""

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - asyncio names it
        """Keep the threads for the next borrower (a runner ends them before it closes a loop)."""


# The richest traceback of a fault that a test makes on purpose, all its values drawn, takes seconds.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)

settings.register_profile("teamline", deadline=None)  # no test asserts on wall-clock time
settings.load_profile("teamline")

LOOP = LastingLoop()
asyncio.set_event_loop(LOOP)
asyncioreactor.install(LOOP)


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Every async test runs on the reactor's loop."""
    return {"uvloop": lambda: LOOP}
