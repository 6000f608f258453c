"""Asterisk's queue_log: it tells what happened while the router was away."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from teamline.doctor.findings import Verdict, ok, warn
from teamline.doctor.premises import Premises

LOSS = "calls that end while the router is away count as lost"


async def queue_log(on: Premises) -> Sequence[Verdict]:
    """It is named, readable, and the file that Asterisk writes."""
    path = on.settings.queue_log
    if path is None:
        return [warn(f"TEAMLINE_QUEUE_LOG is not set: {LOSS}", "name the file, usually /var/log/asterisk/queue_log")]
    return [await asyncio.to_thread(_readable, path)]


def _readable(path: Path) -> Verdict:
    try:
        with path.open("rb") as opened:
            opened.read(1)
        written_at = path.stat().st_mtime
    except FileNotFoundError:
        return warn(
            f"{path}: no such file: {LOSS}",
            "correct TEAMLINE_QUEUE_LOG, or `queue_log = yes` in [general] of logger.conf, then `logger reload`",
        )
    except OSError as error:
        return warn(
            f"{path}: {error.strerror}: {LOSS}",
            f"add the router's user to the group of {path} (`ls -l` names it), see that its folder may be entered, "
            "start the router again",
        )
    return _written(path, written_at)


def _written(path: Path, written_at: float) -> Verdict:
    """A log that was moved aside goes on being written under its new name until Asterisk is told."""
    moved = [each for each in path.parent.glob(f"{path.name}.*") if each.is_file()]
    newer = [each for each in moved if each.stat().st_mtime > written_at]
    if newer:
        return warn(
            f"{newer[0]} is written, not {path}: {LOSS}",
            "`asterisk -rx 'logger reload'`, and the same after each rotation (postrotate of logrotate)",
        )
    written = datetime.fromtimestamp(written_at).astimezone()
    return ok(f"{path}: readable, last written {written:%Y-%m-%d %H:%M:%S}")
