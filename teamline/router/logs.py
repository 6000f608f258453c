"""Logs: one structured line an event, on stderr. No event carries a customer's or a caller's number."""

import logging
import os
import sys
import traceback
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
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)


def _where(exc_info: ExcInfo) -> str:
    """The error's kind and the way to it, innermost first: its sentence and the locals may hold anybody's number."""
    kind, _, trace = exc_info
    way = (f"{Path(step.filename).name}:{step.lineno} {step.name}" for step in reversed(traceback.extract_tb(trace)))
    return " < ".join([kind.__name__, *way])
