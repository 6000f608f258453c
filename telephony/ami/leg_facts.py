"""Ringings and talks of members as facts, each known by the Uniqueid of the member's channel.

AgentComplete is no good witness of a talk's end. It may come after both channels' Hangup and then names no channel;
after a Redirect of the caller it comes when that caller finally hangs up. So whatever ends a talk first ends it:
AgentComplete, a transfer, the Hangup of the member's channel. Nor is its word on who hung up: of a member who picks up
and hangs up at once it says the caller, and HangupRequest, which is never wrong, came before AgentConnect then.
"""

from collections.abc import Iterator, Mapping

from facts.call import EndedBy, MemberAnswered, MemberRang, RingEnded, TalkEnded
from facts.place import Place
from metrics.live import LiveModel
from telephony.ami import told
from telephony.ami.moment import Moment
from telephony.ami.reader import Frame
from telephony.ami.remembered import OfCall, OfRing, Remembered

RING = "DestUniqueid"

_REASONS: Mapping[str, EndedBy] = {
    "caller": EndedBy.CALLER,
    "agent": EndedBy.MEMBER,
    "transfer": EndedBy.TRANSFER,
}
"""`Reason` of AgentComplete (app_queue.c, send_agent_complete)."""

_TRANSFERERS = ("TransfererUniqueid", "OrigTransfererUniqueid", "SecondTransfererUniqueid")


class LegFacts:
    """One Asterisk's ringings and talks."""

    def __init__(self, model: LiveModel, calls: Remembered[OfCall]) -> None:
        self._model = model
        self._calls = calls
        self._rings: Remembered[OfRing] = Remembered(OfRing)

    def rang(self, frame: Frame, place: Place, now: Moment) -> Iterator[MemberRang]:
        """AgentCalled."""
        ring = told.call_id(frame, RING)
        if ring and ring not in self._model.rings and ring not in self._model.talks:
            self._rings.of(ring).rang = now.monotonic
            yield MemberRang(at=now.at, place=place, ring=ring, member=told.member(frame))

    def answered(self, frame: Frame, place: Place, now: Moment) -> Iterator[MemberAnswered]:
        """AgentConnect. Its RingTime is whole seconds (that of AgentRingNoAnswer would be milliseconds)."""
        ring = told.call_id(frame, RING)
        if not ring or ring in self._model.talks:
            return
        memory = self._rings.of(ring)
        memory.answered = now.monotonic
        told_seconds = told.whole(frame, "RingTime")
        seconds = _between(memory.rang, now) if memory.rang is not None else told_seconds
        yield MemberAnswered(at=now.at, place=place, ring=ring, member=told.member(frame), ring_seconds=seconds)

    def completed(self, frame: Frame, now: Moment) -> Iterator[TalkEnded]:
        """AgentComplete."""
        ring, by = told.call_id(frame, RING), _REASONS.get(frame.get("Reason"), EndedBy.UNKNOWN)
        if by is EndedBy.CALLER and self._asked(ring) == (True, False):
            by = EndedBy.MEMBER
        yield from self._talk_ended(ring, now, by, told.whole(frame, "TalkTime"))

    def transferred(self, frame: Frame, now: Moment) -> Iterator[TalkEnded]:
        """BlindTransfer, AttendedTransfer: the one who transfers talks with the caller no more."""
        if frame.get("Result") == "Success":
            for header in _TRANSFERERS:
                yield from self._talk_ended(told.call_id(frame, header), now, EndedBy.TRANSFER)

    def hang_up_requested(self, ring: str) -> None:
        """HangupRequest of a channel: remembered if it is one of ours."""
        if ring in self._model.talks or ring in self._model.rings:
            self._rings.of(ring).is_hang_up_requested = True

    def hung_up(self, ring: str, now: Moment) -> Iterator[RingEnded | TalkEnded]:
        """Hangup of a channel that may be a member's."""
        yield from self.ring_ended(ring, now)
        yield from self._talk_ended(ring, now, self._who_hung_up(ring))
        self._rings.forget(ring)

    def ring_ended(self, ring: str, now: Moment) -> Iterator[RingEnded]:
        """This phone rings no more."""
        if known := self._model.rings.get(ring):
            yield RingEnded(at=now.at, place=known.place, ring=ring, member=known.member)

    def rings_ended(self, call: str, now: Moment, answered: str = "") -> Iterator[RingEnded]:
        """No phone rings for this call any more; the one that `answered` does not count."""
        for ring, known in self._model.rings.items():
            if known.place.call == call and ring != answered:
                yield from self.ring_ended(ring, now)

    def talks_ended(self, call: str, now: Moment) -> Iterator[TalkEnded]:
        """The call is over: so is every talk of it."""
        for ring, known in self._model.talks.items():
            if known.place.call == call:
                yield from self._talk_ended(ring, now, self._who_hung_up(ring))

    def _talk_ended(self, ring: str, now: Moment, by: EndedBy, told_seconds: int | None = None) -> Iterator[TalkEnded]:
        talk = self._model.talks.get(ring)
        if talk is None:
            return
        memory, seconds = self._rings.known(ring), told_seconds
        if memory and memory.answered is not None:
            lasted = _between(memory.answered, now)
        else:
            lasted = max(0.0, now.at - talk.since) if seconds is None else float(seconds)
        yield TalkEnded(at=now.at, place=talk.place, ring=ring, member=talk.member, talk_seconds=lasted, ended_by=by)

    def _who_hung_up(self, ring: str) -> EndedBy:
        by_member, by_caller = self._asked(ring)
        return EndedBy.MEMBER if by_member else EndedBy.CALLER if by_caller else EndedBy.UNKNOWN

    def _asked(self, ring: str) -> tuple[bool, bool]:
        """Whether member and caller of this talk have hung up."""
        memory, talk = self._rings.known(ring), self._model.talks.get(ring)
        caller = self._calls.known(talk.place.call) if talk else None
        return bool(memory and memory.is_hang_up_requested), bool(caller and caller.is_hang_up_requested)


def _between(since: float, now: Moment) -> float:
    return max(0.0, now.monotonic - since)
