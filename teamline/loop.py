"""One loop for everything: asyncio on uvloop, with Twisted's reactor installed on it.

Import nothing that imports the reactor before `run` has installed it; without `set_event_loop` tasks silently
never run.
"""

import asyncio
import gc
import resource
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import uvloop

THREADS_TURN_SECONDS = 0.001
"""So long a thread that renders or reads may keep the interpreter while the loop waits for it: CPython's own 5 ms is
half of what the loop may ever wait."""
OPEN_FILES = 65_536
"""As deploy/teamline.service asks for: each call, stream and page is one."""


def run(main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run the coroutine on the reactor's loop until it ends; its result. Its exception is raised here."""
    sys.setswitchinterval(THREADS_TURN_SECONDS)
    open_more_files()
    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    from twisted.internet import asyncioreactor  # noqa: PLC0415 - the loop has to be set first

    asyncioreactor.install(loop)  # type: ignore[no-untyped-call]
    from twisted.internet import reactor  # noqa: PLC0415 - installed only now

    task: asyncio.Task[int] | None = None

    def begin() -> None:
        nonlocal task
        task = loop.create_task(main())
        task.add_done_callback(lambda _: reactor.callLater(0, reactor.stop))

    reactor.callWhenRunning(begin)
    reactor.run(installSignalHandlers=False)  # type: ignore[call-arg]
    if task is None:
        raise RuntimeError("the reactor ended before it began")
    return task.result()


def open_more_files() -> None:
    """A shell often grants a thousand: as many as we need, or as may be had."""
    may, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)
    if resource.RLIM_INFINITY != may < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def keep_what_is_loaded() -> None:
    """Let the garbage collector look no more at what there is now: it held the loop for 30 to 90 ms each time.

    Call it when everything is built, before anybody is served.
    """
    gc.collect()
    gc.freeze()
