"""Who did what, and when: every change that a person or a machine makes over HTTP or by a command, kept and listed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol


class Deed(StrEnum):
    """What was done. A word once used keeps its meaning: it is in years of records."""

    SIGNED_IN = "signed-in"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGNED_OUT = "signed-out"
    CLOSED = "closed"
    OPENED = "opened"
    CALLER_RAISED = "caller-raised"
    CALLER_MOVED = "caller-moved"
    CALLER_WITHDRAWN = "caller-withdrawn"
    MEMBER_SIGNED_IN = "member-signed-in"
    MEMBER_SIGNED_OUT = "member-signed-out"
    MEMBER_PAUSED = "member-paused"
    MEMBER_RESUMED = "member-resumed"
    CALLBACK_MADE = "callback-made"
    CALLBACK_CANCELLED = "callback-cancelled"
    KIOSK_RUNG = "kiosk-rung"
    CALLBACKS_STOPPED = "callbacks-stopped"
    CALLBACKS_RESUMED = "callbacks-resumed"
    MESSAGE_CLAIMED = "message-claimed"
    MESSAGE_RELEASED = "message-released"
    MESSAGE_DONE = "message-done"
    MESSAGE_DELETED = "message-deleted"
    CONFIGURATION_ACTIVATED = "configuration-activated"
    CONFIGURATION_ROLLED_BACK = "configuration-rolled-back"
    DIRECTORY_IMPORTED = "directory-imported"
    CARD_MADE = "card-made"
    CARD_REVOKED = "card-revoked"
    DIRECTORY_ROLLED_BACK = "directory-rolled-back"
    CUSTOMER_EXPORTED = "customer-exported"
    CUSTOMER_ERASED = "customer-erased"
    ACCOUNT_MADE = "account-made"
    ACCOUNT_REVOKED = "account-revoked"
    ACCOUNT_CHANGED = "account-changed"
    ACCOUNT_DISABLED = "account-disabled"
    ACCOUNT_ENABLED = "account-enabled"
    ACCOUNT_PASSWORD_SET = "account-password-set"  # noqa: S105 - a deed, no secret
    ACCOUNT_TOKEN_MADE = "account-token-made"  # noqa: S105 - a deed, no secret
    ACCOUNT_TOKEN_ENDED = "account-token-ended"  # noqa: S105 - a deed, no secret
    ACCOUNT_SESSIONS_ENDED = "account-sessions-ended"
    OWN_PASSWORD_CHANGED = "own-password-changed"  # noqa: S105 - a deed, no secret
    OWN_SESSIONS_ENDED = "own-sessions-ended"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One deed. `at`: Unix seconds. `about`: a team, member, call, version; never a customer number or phone number."""

    at: float
    who: str
    """The account's name."""
    role: str
    deed: Deed
    team: str = ""
    about: str = ""
    told: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What else belongs to it: seconds, a reason, the team moved to."""
    id: str = ""
    """As the store gave it: later entries have later ids."""


class AuditAway(Exception):
    """What was done before cannot be listed just now: the store does not answer. Try again in a moment."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of the record. Empty: whatever it is. `since` (included) and `until` (not): Unix seconds."""

    team: str = ""
    who: str = ""
    since: float | None = None
    until: float | None = None

    def fits(self, entry: AuditEntry) -> bool:
        """Whether this entry is one of those."""
        return (
            self.team in ("", entry.team)
            and self.who in ("", entry.who)
            and (self.since is None or entry.at >= self.since)
            and (self.until is None or entry.at < self.until)
        )


@dataclass(frozen=True, slots=True)
class AuditPage:
    """The newest first. `next`: the `before` of the page after this; empty on the last.

    A page may hold fewer than were asked for, none even, and have a next: only so much is looked through at once.
    """

    entries: Sequence[AuditEntry]
    next: str = ""


class KeptAudit(Protocol):
    """The store's side. All raise AuditAway."""

    async def add(self, entry: AuditEntry) -> None:
        """Keep it, until its retention ends; the same one again is kept once."""
        ...

    async def listed(self, asked: Asked, most: int, before: str = "") -> AuditPage:
        """Those that were kept before the one with the id `before`."""
        ...


class Notes(Protocol):
    """Where those who act write it down. Never raises and never waits for the store."""

    def note(self, who: str, role: str, deed: Deed, *, team: str = "", about: str = "", **told: str) -> None:
        """It was done, now."""
        ...
