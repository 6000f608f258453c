"""This machine: the secret, the data folder, the disk, the clock."""

import shutil
import stat
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from teamline.doctor.findings import Verdict, fail, ok, warn
from teamline.doctor.premises import Premises
from teamline.secret_file import LENGTH

WRITTEN = 2026
"""The year in which this was written: no clock that is right shows an earlier one."""
PRIORITIES_END_SOON = 2036
"""QUEUE_PRIO is `2147483647 - virtual arrival` and ends in January 2038 (routing.fair_line)."""
LITTLE_MIB, TOO_LITTLE_MIB = 1024, 128


async def secret(on: Premises) -> Sequence[Verdict]:
    """It is there, long enough, and nobody else may read it."""
    path = on.settings.key_file
    content = await on.secret()
    if len(content) < LENGTH:
        return [
            fail(
                f"{path}: it holds {len(content)} bytes, fewer than {LENGTH}",
                "restore it from your backup; with a new one every customer has to be imported again",
            )
        ]
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return [fail(f"{path}: others may read it (mode {mode:04o})", f"chmod 600 {path}")]
    return [ok(f"{path}: {len(content)} bytes, mode {mode:04o}")]


async def data(on: Premises) -> Sequence[Verdict]:
    """The data folder is there, and closed to others."""
    folder = on.settings.data
    if not folder.is_dir():
        return [fail(f"{folder}: no such folder", "start `teamline serve` once, or correct TEAMLINE_DATA")]
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & stat.S_IRWXO:
        return [warn(f"{folder}: everybody on this machine may read it (mode {mode:04o})", f"chmod o= {folder}")]
    return [ok(f"{folder}: mode {mode:04o}")]


async def disk(on: Premises) -> Sequence[Verdict]:
    """There is room for the store and for recordings."""
    folder = _existing(on.settings.data)
    free = shutil.disk_usage(folder).free >> 20
    told, cure = f"{free} MiB are free below {folder}", "make room, or move TEAMLINE_DATA to a larger disk"
    if free < TOO_LITTLE_MIB:
        return [fail(told, cure)]
    return [warn(told, cure) if free < LITTLE_MIB else ok(told)]


async def clock(on: Premises) -> Sequence[Verdict]:
    """The clock is believable, and before the end of the priorities."""
    return [year_verdict(datetime.now(UTC)), *_shifted(on)]


def year_verdict(now: datetime) -> Verdict:
    """What this time says about the clock, and about QUEUE_PRIO."""
    told = f"it is {now:%Y-%m-%d %H:%M:%S} UTC"
    if now.year < WRITTEN:
        return fail(told, "set the clock: opening hours and places in line hang on it (chrony, systemd-timesyncd)")
    if now.year >= PRIORITIES_END_SOON:
        return warn(f"{told}; QUEUE_PRIO ends in January 2038", "install a Teamline that counts from a later year")
    return ok(told)


def _shifted(on: Premises) -> Sequence[Verdict]:
    if on.settings.clock_at is None:
        return []
    return [warn("the router's clock begins at TEAMLINE_CLOCK_AT", "unset it outside of a lab")]


def _existing(folder: Path) -> Path:
    folder = folder.absolute()
    return next(path for path in (folder, *folder.parents) if path.exists())
