"""What Asterisk's queues tell of members, as facts; only what the live model does not know already.

A member serves several queues, and Asterisk tells a pause or a device state once for each of them.
"""

from collections.abc import Iterator

from facts.kinds import MemberKind
from facts.member import MemberPaused, MemberResumed, MemberSignedIn, MemberSignedOut, PhoneChanged
from metrics.live import LiveModel, MemberNow
from telephony.ami import told
from telephony.ami.reader import Frame


class MemberFacts:
    """One Asterisk's members. `queue` is one of ours, `at` in Unix seconds."""

    def __init__(self, node: str, model: LiveModel) -> None:
        self._node = node
        self._members = model.members

    def added(self, frame: Frame, queue: str, at: float) -> Iterator[MemberKind]:
        """QueueMemberAdded: serves this queue, perhaps paused from the beginning."""
        member = told.member(frame)
        if not member:
            return
        known = self._members.get(member, MemberNow())
        if queue not in known.queues:
            yield MemberSignedIn(at=at, node=self._node, member=member, queue=queue)
        yield from self._phone(member, known, frame, at)
        reason = told.pause(frame)
        if reason is not None and reason != known.paused:
            yield MemberPaused(at=at, node=self._node, member=member, reason=reason)

    def removed(self, frame: Frame, queue: str, at: float) -> Iterator[MemberKind]:
        """QueueMemberRemoved."""
        member = told.member(frame)
        known = self._members.get(member)
        if known and queue in known.queues:
            yield MemberSignedOut(at=at, node=self._node, member=member, queue=queue)

    def paused(self, frame: Frame, _queue: str, at: float) -> Iterator[MemberKind]:
        """QueueMemberPause: the beginning or the end of one."""
        member = told.member(frame)
        known, reason = self._members.get(member), told.pause(frame)
        if known is None or known.paused == reason:
            return
        if reason is None:
            yield MemberResumed(at=at, node=self._node, member=member)
        else:
            yield MemberPaused(at=at, node=self._node, member=member, reason=reason)

    def status(self, frame: Frame, _queue: str, at: float) -> Iterator[MemberKind]:
        """QueueMemberStatus: the phone's device state."""
        member = told.member(frame)
        if known := self._members.get(member):
            yield from self._phone(member, known, frame, at)

    def _phone(self, member: str, known: MemberNow, frame: Frame, at: float) -> Iterator[MemberKind]:
        phone = told.phone(frame)
        if phone is not None and phone != known.phone:
            yield PhoneChanged(at=at, node=self._node, member=member, phone=phone)
