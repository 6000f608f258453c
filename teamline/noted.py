"""What a command did goes into the record of who did what, as that of the operating system's user."""

import contextlib
import getpass
import os
import time

from operations.audit import AuditAway, Deed
from operations.audit_log import written
from teamline.stored import Stored

COMMAND = "command"
"""The role of whoever works on the machine itself."""


async def noted(stored: Stored, deed: Deed, *, team: str = "", about: str = "", **told: str) -> None:
    """It was done, now. Never fails: what was done is done."""
    with contextlib.suppress(AuditAway):
        await stored.audit.add(written(time.time(), login(), COMMAND, deed, team, about, told))


def login() -> str:
    """Who runs this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user who stands in no passwd; OSError from Python 3.13 on
        return f"uid {os.getuid()}"
