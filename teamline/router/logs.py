"""Logs: one structured line an event, on stderr. No event carries a customer's or a caller's number."""

import logging
import os
import re
import sys
import traceback
from copy import copy
from pathlib import Path

import structlog
from structlog.typing import ExcInfo


def configure(log_format: str, level: int = logging.INFO) -> None:
    """JSON lines for machines, or a console for people (colour only on a terminal without NO_COLOR)."""
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty() and "NO_COLOR" not in os.environ)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.ExceptionRenderer(_where),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    foreign = logging.StreamHandler(sys.stderr)
    foreign.setFormatter(_Foreign("%(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[foreign])
    logging.getLogger("python_multipart").setLevel(logging.CRITICAL)  # what a sender got wrong is answered, not logged


class _Foreign(logging.Formatter):
    """For libraries that log by themselves."""

    def format(self, record: logging.LogRecord) -> str:
        """Asyncio tells tasks with their error's sentence, and callbacks with what they were called with: not here."""
        if record.name == "asyncio":
            record = copy(record)
            record.msg, record.args = re.split(r"[\n(]", record.getMessage(), maxsplit=1)[0], ()
        return super().format(record)

    def formatException(self, ei: ExcInfo) -> str:  # type: ignore[override]  # noqa: N802 - as logging names it
        """As in our own lines."""
        return _where(ei)


def _where(exc_info: ExcInfo) -> str:
    """The error's kind and the way to it, innermost first: its sentence and the locals may hold anybody's number."""
    kind, _, trace = exc_info
    way = (f"{Path(step.filename).name}:{step.lineno} {step.name}" for step in reversed(traceback.extract_tb(trace)))
    return " < ".join([kind.__name__, *way])
