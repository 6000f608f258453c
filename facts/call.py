"""What happened to a call: it joined a line, rang a member, was answered, left, ended.

Every fact has an `id` that depends on what happened alone, not on who told it or when: an event, a snapshot and
Asterisk's queue_log tell the same fact under the same id. `at` is Unix seconds. Spans are seconds of a monotonic
clock where one process saw both ends, else Asterisk's own; None where nobody knows: nothing is invented.
"""

from dataclasses import dataclass
from enum import StrEnum

from facts.place import Place


class Source(StrEnum):
    """Who told the fact."""

    EVENT = "event"
    SNAPSHOT = "snapshot"
    QUEUE_LOG = "queue-log"


class LeftBy(StrEnum):
    """The true cause why a visit to a queue ended."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    """The caller hung up while waiting."""
    TIMEOUT = "timeout"
    KEY = "key"
    """The caller pressed a key that leaves the queue."""
    EMPTY = "empty"
    """leavewhenempty or joinempty: nobody there to answer."""
    WITHDRAWN = "withdrawn"
    """QueueWithdrawCaller."""
    MOVED = "moved"
    """Redirected while waiting."""
    LOST = "lost"
    """A technical fault ended the call, or nobody saw how it ended."""


class EndedBy(StrEnum):
    """Who ended a talk."""

    CALLER = "caller"
    MEMBER = "member"
    TRANSFER = "transfer"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFact:
    """What all facts about a call have."""

    at: float
    place: Place
    source: Source = Source.EVENT

    @property
    def id(self) -> str:
        """What happened, independent of who told it."""
        return f"{self.place.key}/{type(self).__name__}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerJoined(CallFact):
    """A caller stands in line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerLeft(CallFact):
    """The visit ended: exactly one a visit, an answered one included.

    `hold_seconds`: since this call's first join to this team (a slice, `#` and back do not begin anew).
    `returns`: the dialplan has the caller back in a moment; only what follows (another join, or the call's end)
    decides whether the team has lost them.
    """

    cause: LeftBy
    hold_seconds: float | None
    returns: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(CallFact):
    """The caller's channel is gone. `place` is the call's last one.

    `hold_seconds` only when the call was between two visits: since its first join to this team.
    """

    hold_seconds: float | None = None

    @property
    def id(self) -> str:
        """A call ends once, whatever its last place; a callback's placeholder once a placement."""
        call = f"{self.place.node}/{self.place.call}"
        return f"{call}/{self.place.placement}/CallEnded" if self.place.placement else f"{call}/CallEnded"


@dataclass(frozen=True, slots=True, kw_only=True)
class RingFact(CallFact):
    """What all facts about one ringing of one member have.

    `ring` is the Uniqueid of the member's channel, `member` their id, empty where it is not kept (the journal).
    """

    ring: str
    member: str = ""

    @property
    def id(self) -> str:
        """One ringing of one phone happens once."""
        return f"{self.place.node}/{self.ring}/{type(self).__name__}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRang(RingFact):
    """A member's phone began to ring for this caller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RingEnded(RingFact):
    """It stopped without an answer: not picked up, rejected, the caller gone, or somebody else was faster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAnswered(RingFact):
    """Member and caller talk. Comes with CallerLeft(ANSWERED), and right after it."""

    ring_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkEnded(RingFact):
    """The talk with this member is over (after a transfer the call itself may go on)."""

    talk_seconds: float | None
    ended_by: EndedBy = EndedBy.UNKNOWN
