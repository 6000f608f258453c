"""AMI events to facts: each event is held against the live model, and against the little that no fact carries.

Theory of operation. Events of one Asterisk come in the order in which they happened, but the model may be ahead of
them: a snapshot is newer than events still on their way. So every join that an event tells says which visit the
events after it belong to; what belongs to a visit before the model's is passed over. An event that changes nothing
yields nothing, and a fact told again bears the same id. What is kept here is bounded, and goes when a channel ends.
"""

from collections.abc import Callable, Iterable, Mapping

from facts.call import LeftBy
from facts.kinds import Fact
from metrics.live import LiveModel
from metrics.stays import Stay
from routing.centre import Centre
from telephony.ami import told
from telephony.ami.leaving import ASK_SECONDS, BY_STATUS, OVERDUE_SECONDS
from telephony.ami.leg_facts import RING, LegFacts
from telephony.ami.line_facts import LineFacts
from telephony.ami.member_facts import MemberFacts
from telephony.ami.moment import Moment
from telephony.ami.our_queues import OurQueues
from telephony.ami.reader import Frame
from telephony.ami.remembered import OfCall, Remembered

_Facts = Iterable[Fact]


class EventFacts:
    """The events of one Asterisk (`node`).

    The model and `stays`, the books' view of open stays, must have folded what one read yields before the next.
    """

    def __init__(self, node: str, centre: Callable[[], Centre], model: LiveModel, stays: Mapping[str, Stay]) -> None:
        self._model = model
        self._queues = OurQueues(centre)
        self._calls: Remembered[OfCall] = Remembered(OfCall)
        self._legs = LegFacts(model, self._calls)
        self._line = LineFacts(node, centre, model, stays, self._calls, self._legs)
        members = MemberFacts(node, model)
        self._steps: dict[str, Callable[[Frame, Moment], _Facts]] = {
            "UserEvent": self._own,
            "QueueCallerJoin": self._joined,
            "QueueCallerAbandon": self._abandoned,
            "QueueCallerLeave": self._left,
            "AgentCalled": self._called,
            "AgentRingNoAnswer": self._ring_ended,
            "AgentDump": self._ring_ended,
            "AgentConnect": self._connected,
            "AgentComplete": self._legs.completed,
            "BlindTransfer": self._legs.transferred,
            "AttendedTransfer": self._legs.transferred,
            "HangupRequest": self._hang_up_requested,
            "Hangup": self._hung_up,
            "QueueMemberAdded": lambda frame, now: self._of_member(members.added, frame, now),
            "QueueMemberRemoved": lambda frame, now: self._of_member(members.removed, frame, now),
            "QueueMemberPause": lambda frame, now: self._of_member(members.paused, frame, now),
            "QueueMemberStatus": lambda frame, now: self._of_member(members.status, frame, now),
        }

    def read(self, frame: Frame, at: float, monotonic: float) -> list[Fact]:
        """What this event means; `at` in Unix seconds, `monotonic` for spans. Never raises, whatever it holds."""
        step = self._steps.get(frame.name)
        return [] if step is None else list(step(frame, Moment(at, monotonic)))

    @property
    def hears_announcements(self) -> bool:
        """Whether the newest caller in line was announced: else Asterisk runs other files or filters than ours."""
        return self._line.hears_announcements

    @property
    def unsettled(self) -> frozenset[str]:
        """Calls that have left their line, and nobody has told yet why."""
        return frozenset(call for call, memory in self._calls.items() if memory.leave)

    def questions(self, monotonic: float) -> list[str]:
        """Calls for which to ask Asterisk `Getvar QUEUESTATUS` (the Uniqueid serves as Channel), each once.

        They left their line without a hang-up, and no dialplan of ours has explained it. A call that somebody
        redirected is not among them: its QUEUESTATUS may be that of an earlier line.
        """
        asked = []
        for call, memory in self._calls.items():
            leave = memory.leave
            if leave is None or leave.is_asked or not leave.gave_up or leave.is_moved(memory.entered):
                continue
            if monotonic >= leave.monotonic + ASK_SECONDS:
                leave.is_asked = True
                asked.append(call)
        return asked

    def told(self, call: str, status: str, at: float, monotonic: float) -> list[Fact]:
        """Asterisk's answer to such a question; an empty one explains nothing."""
        cause = BY_STATUS.get(status)
        return [] if cause is None else list(self._line.settled(call, cause, Moment(at, monotonic)))

    def overdue(self, at: float, monotonic: float) -> list[Fact]:
        """Leaves that nobody has explained in time, though the call lives: moved to where no line of ours is."""
        now = Moment(at, monotonic)
        return [
            fact
            for call, memory in self._calls.items()
            if memory.leave and memory.leave.gave_up and monotonic >= memory.leave.monotonic + OVERDUE_SECONDS
            for fact in self._line.settled(call, LeftBy.MOVED, now)
        ]

    def forget_what_is_open(self) -> None:
        """The link was cut: what was announced, begun or left unexplained has gone on unseen."""
        for call, memory in self._calls.items():
            if call in self._model.places:
                memory.announced, memory.leave, memory.visit, memory.entered = None, None, 0, None
            else:
                self._calls.forget(call)

    def _caller(self, frame: Frame) -> tuple[str, str]:
        """Call and queue; the call is empty unless both are sound and the queue is ours."""
        queue = frame.get("Queue")
        return (told.call_id(frame) if queue in self._queues else ""), queue

    def _own(self, frame: Frame, now: Moment) -> _Facts:
        event = frame.get("UserEvent")
        call, queue = self._caller(frame)
        if call and event == "TeamlineJoins":
            self._line.announced(frame, call, queue)
        elif call and event == "TeamlineLeft" and (visit := self._line.open_visit(call, queue)):
            return self._line.returned(frame, visit, now)
        return ()

    def _joined(self, frame: Frame, now: Moment) -> _Facts:
        call, queue = self._caller(frame)
        return self._line.joined(frame, call, queue, now) if call else ()

    def _abandoned(self, frame: Frame, now: Moment) -> _Facts:
        visit = self._line.open_visit(*self._caller(frame))
        return self._line.abandoned(frame, visit, now) if visit else ()

    def _left(self, frame: Frame, now: Moment) -> _Facts:
        visit = self._line.open_visit(*self._caller(frame))
        return self._line.left(frame, visit, now) if visit else ()

    def _called(self, frame: Frame, now: Moment) -> _Facts:
        visit = self._line.open_visit(*self._caller(frame))
        return self._legs.rang(frame, visit.place, now) if visit else ()

    def _ring_ended(self, frame: Frame, now: Moment) -> _Facts:
        return self._legs.ring_ended(told.call_id(frame, RING), now)

    def _connected(self, frame: Frame, now: Moment) -> _Facts:
        visit = self._line.open_visit(*self._caller(frame))
        if visit:
            yield from self._line.answered(frame, visit, now)
            yield from self._legs.answered(frame, visit.place, now)

    def _hang_up_requested(self, frame: Frame, _now: Moment) -> _Facts:
        channel = told.call_id(frame)
        if channel in self._model.places or self._calls.known(channel):
            self._calls.of(channel).is_hang_up_requested = True
        self._legs.hang_up_requested(channel)
        return ()

    def _hung_up(self, frame: Frame, now: Moment) -> _Facts:
        channel = told.call_id(frame)
        yield from self._legs.hung_up(channel, now)
        if channel in self._model.places:
            yield from self._line.ended(frame, channel, now)
        self._calls.forget(channel)

    def _of_member(self, step: Callable[[Frame, str, float], _Facts], frame: Frame, now: Moment) -> _Facts:
        queue = frame.get("Queue")
        return step(frame, queue, now.at) if queue in self._queues else ()
