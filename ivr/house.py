"""What a conversation finds around it: everything that it may ask for, in one value."""

from dataclasses import dataclass

from ivr.ports import Attempts, Callbacks, Mailbox, Notices, Router, Waits, Within


@dataclass(frozen=True, slots=True)
class House:
    """Filled in by the composition root, anew for each call: `waits`, `mailbox`, `callbacks` are about this caller."""

    router: Router
    attempts: Attempts
    within: Within
    waits: Waits
    mailbox: Mailbox
    notices: Notices
    callbacks: Callbacks
