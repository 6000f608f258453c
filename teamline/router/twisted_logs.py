"""What Twisted tells of an error that nobody waited for, in a line of ours: its kind and its place, no value.

Until somebody takes its events, Twisted prints such errors with their sentence, which may hold anybody's number.
"""

import logging
from functools import cache
from typing import cast

from twisted.logger import ILogObserver, LogEvent, LogLevel, globalLogBeginner


@cache
def take() -> None:
    """Once a process, after `teamline.router.logs.configure`."""
    observers = [cast("ILogObserver", _told)]
    globalLogBeginner.beginLoggingTo(observers, discardBuffer=True, redirectStandardIO=False)


def _told(event: LogEvent) -> None:
    """Only what is critical, as Twisted itself does."""
    if event.get("log_level") is not LogLevel.critical:
        return
    failure = event.get("log_failure")
    error = (failure.type, failure.value, failure.getTracebackObject()) if failure is not None else None
    logging.getLogger("twisted").error("an error that nobody waited for", exc_info=error)
