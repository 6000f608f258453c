"""What lies in teams' mailboxes: voice messages, documents, requests for a callback; as values, and how it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from facts.contact import LeftKind, LeftState


class MailboxAway(Exception):
    """The store or the disk cannot keep or tell anything just now: nothing was promised. Try again in a moment."""


class NoSuchEntry(Exception):
    """There is no such entry (any more)."""


class TakenAlready(Exception):
    """Somebody else has claimed it, or it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in a team's mailbox. Times are Unix seconds.

    `phone` and `number` (the customer's) are plain here, in memory; at rest they are encrypted with a key outside the
    store. `file` is a name within the mailbox folder, None where there is no content.
    """

    id: str
    """`m-` and 26 characters that sort by time; it is no secret and in no way derived from the person."""
    what: LeftKind
    team: str
    came_at: float
    arrival: int
    """First contact: a callback keeps its place by it."""
    concern: str = ""
    language: str = ""
    phone: str = ""
    number: str = ""
    file: str | None = None
    media_type: str = ""
    bytes: int = 0
    digest: str = ""
    """SHA-256 of the content in hex, for what must be recognised when it comes again."""
    seconds: float | None = None
    pages: int | None = None
    source: str = ""
    """The kiosk, scanner or page that it came from; empty for a call."""
    due_at: float | None = None
    """A callback: not before this (the next opening)."""
    credit: int = 0
    """A callback: seconds granted on top of its wait."""
    kiosk: str = ""
    """A callback that rings this kiosk's phone, in place of `phone`."""
    appointment_at: float | None = None
    """A callback for an agreed moment; its line begins then, whatever `arrival` says."""
    until_at: float | None = None
    """A callback expires then; None: by the centre's rule."""
    life: str = ""
    """A callback: `routing.callback.State`; empty for what only people call back."""
    placements: int = 0
    """A callback: how many placeholders have been asked of Asterisk."""
    attempts: int = 0
    """A callback: how often its citizen was dialled, the dial of now included."""
    uncounted: int = 0
    """A callback: how many of these dials do not count: the member hung up, or a fault of ours."""
    dialled_at: float | None = None
    """A callback: when the last dial began, noted before it did."""
    outcome: str = ""
    """A callback: how the last attempt ended (`routing.callback.Outcome`); empty before."""
    state: LeftState = LeftState.OPEN
    claimed_by: str = ""
    claimed_at: float | None = None
    done_at: float | None = None
    reminded_at: float | None = None


class KeptMail(Protocol):
    """The store's side. `put` and the changes return when they would survive a power cut. All raise MailboxAway."""

    async def put(self, entry: Entry) -> None:
        """A new entry; the same id again is the same entry."""
        ...

    async def get(self, entry: str) -> Entry:
        """Raises NoSuchEntry."""
        ...

    async def listed(self, team: str | None = None) -> Sequence[Entry]:
        """Everything that is not erased, oldest first; of one team, or of all."""
        ...

    async def change(self, before: Entry, after: Entry) -> None:
        """From exactly `before`; raises TakenAlready when it has changed meanwhile, NoSuchEntry."""
        ...

    async def erase(self, entry: str) -> None:
        """For ever; not there is no error."""
        ...

    async def same(self, team: str, digest: str, number: str, since: float) -> Entry | None:
        """The entry of this team with this content and customer number that came since then (the last one)."""
        ...
