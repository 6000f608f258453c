"""The journal: what reports are made from, and the folder where it waits while the store is away."""

import asyncio
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from operations.journal import JournalAway
from operations.spool import FILE
from teamline.doctor.findings import Verdict, fail, ok, warn
from teamline.doctor.premises import Premises


async def journal(on: Premises) -> Sequence[Verdict]:
    """The store tells its days, and today is among them once somebody has called."""
    stored = await on.stored()
    try:
        days = await stored.journal.days()
    except JournalAway as error:
        return [fail(str(error), "see `store`; its user needs +@read +@write +evalsha +script|load on teamline:*")]
    keeps = on.settings.journal_days
    kept = f"kept for {keeps} days (TEAMLINE_JOURNAL_DAYS)" if keeps else "kept for ever (TEAMLINE_JOURNAL_DAYS=0)"
    if not days:
        return [ok(f"nothing has happened yet; {kept}")]
    return [ok(f"{len(days)} days, from {days[0]} to {days[-1]}, {kept}")]


async def spool(on: Premises) -> Sequence[Verdict]:
    """Facts can wait on disk, and none has waited for long."""
    folder = on.settings.journal_spool
    return [await asyncio.to_thread(_folder, folder)]


def _folder(folder: Path) -> Verdict:
    if not folder.is_dir():
        return ok(f"{folder}: not made yet, the router makes it at its first start")
    if not os.access(folder, os.W_OK | os.X_OK):
        return fail(
            f"{folder}: not writable: what happens while the store is away would be lost",
            f"chown -R to the router's user, chmod u+rwx {folder}; look again as that user",
        )
    file = folder / FILE
    waiting = file.stat().st_size if file.exists() else 0
    if waiting:
        since = datetime.fromtimestamp(file.stat().st_mtime).astimezone()
        return warn(
            f"{file}: {waiting} bytes of facts wait for the store, the newest from {since:%Y-%m-%d %H:%M:%S}",
            "see `store`; a running router hands them on by itself",
        )
    return ok(f"{folder}: writable, nothing waits")
