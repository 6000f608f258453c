"""One difference between what we believe and what Asterisk says, and all kinds of it."""

from dataclasses import dataclass
from enum import StrEnum

from facts.call import CallerLeft, LeftBy
from facts.kinds import Fact


class Drift(StrEnum):
    """Every kind of difference: the label of teamline_live_drift_total."""

    CALLER_MISSING = "caller_missing"
    """In Asterisk's line, not in ours."""
    CALLER_GONE = "caller_gone"
    """In our line, the channel is gone: nobody saw the end."""
    CALLER_ELSEWHERE = "caller_elsewhere"
    """In our line, and in Asterisk in another one, or in none."""
    CALLER_STRANDED = "caller_stranded"
    """Waits in a queue that a reload took away and another brought back: the new one does not know them."""
    QUEUE_MISSING = "queue_missing"
    """Waits in a queue that a reload took away."""
    ANSWER_MISSING = "answer_missing"
    """In our line, or between two visits, and in Asterisk in talk."""
    CALL_GONE = "call_gone"
    """In no line of ours, and the channel is gone."""
    TALK_MISSING = "talk_missing"
    """In talk with a member, and we know nothing of it."""
    TALK_GONE = "talk_gone"
    """In talk with a member, whose channel is gone, or the caller's."""
    RING_GONE = "ring_gone"
    """A phone that rings no more."""
    MEMBER_MISSING = "member_missing"
    MEMBER_GONE = "member_gone"
    PAUSE = "pause"
    PHONE_STATE = "phone_state"
    ONE_QUEUE_PAUSE = "one_queue_pause"
    """Paused in some queues only: `operations.members.MemberDesk.reconcile` pauses in all."""
    MEMBER_STUCK = "member_stuck"
    """In use or in a call for Asterisk, which has no channel of theirs: they are never rung."""


NOT_HEALED = frozenset((Drift.CALLER_STRANDED, Drift.QUEUE_MISSING, Drift.ONE_QUEUE_PAUSE, Drift.MEMBER_STUCK))
"""What no fact heals: the model is right, and Asterisk is to be put right."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference, both sides as words for the log: calls, queues, ids of members, never a person or a number."""

    kind: Drift
    subject: str
    ours: str
    asterisks: str
    healing: tuple[Fact, ...] = ()
    """The facts that make our side like Asterisk's, in order."""
    cure: str = ""
    """What an administrator does, where no fact heals."""
    call: str = ""
    """The caller's channel, where the difference is about a caller in our line."""
    is_placeholder: bool = False
    """Whether that is only a callback's place; a citizen who was called back, and sent on, is a caller."""

    @property
    def key(self) -> tuple[Drift, str]:
        """The same whenever the same thing differs in the same way."""
        return self.kind, self.subject

    @property
    def is_end_unknown(self) -> bool:
        """Whether it heals by counting a caller as lost, for want of knowledge."""
        return any(isinstance(fact, CallerLeft) and fact.cause is LeftBy.LOST for fact in self.healing)
