"""Joins and leaves of callers as facts. Why somebody left is in `telephony.ami.leaving`."""

from collections.abc import Callable, Iterator, Mapping

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy
from facts.kinds import CallKind
from facts.place import Place
from metrics.live import LiveModel, Visit
from metrics.stays import Stay
from routing.centre import Centre
from telephony.ami import told
from telephony.ami.leaving import Leave, is_key_exit, spot, without_a_leave
from telephony.ami.leg_facts import LegFacts
from telephony.ami.moment import Moment
from telephony.ami.reader import Frame
from telephony.ami.remembered import OfCall, Remembered
from telephony.place import read_place


class LineFacts:
    """One Asterisk's callers in line. `call` and `queue` are sound, and the queue is one of ours."""

    def __init__(
        self,
        node: str,
        centre: Callable[[], Centre],
        model: LiveModel,
        stays: Mapping[str, Stay],
        calls: Remembered[OfCall],
        legs: LegFacts,
    ) -> None:
        self._node = node
        self._centre = centre
        self._model = model
        self._stays = stays
        self._calls = calls
        self._legs = legs
        self.hears_announcements = True
        """Whether the newest join was announced by our dialplan; nothing is known against it before the first."""

    def announced(self, frame: Frame, call: str, queue: str) -> None:
        """TeamlineJoins: what our dialplan says of the join that follows."""
        self._calls.of(call).announced = queue, frame.get("Place")

    def joined(self, frame: Frame, call: str, queue: str, now: Moment) -> Iterator[CallKind]:
        """QueueCallerJoin: a new visit, unless the model is there already or even further."""
        memory, visit, last = self._calls.of(call), self._model.visits.get(call), self._model.places.get(call)
        place = self._joined_place(call, queue, memory, visit, last)
        if last and last.visit > place.visit:
            memory.joined(place.visit, spot(frame))  # the model is ahead: what follows belongs to that old visit
            return
        if visit and visit.place.key != place.key:
            yield from self._left_for(visit, memory, now)
        memory.joined(place.visit, spot(frame))
        memory.stays(place.team, *self._began(place, now))
        if visit is None or visit.place.key != place.key:
            yield CallerJoined(at=now.at, place=place)

    def open_visit(self, call: str, queue: str) -> Visit | None:
        """The visit that an event of this call and queue means; None if it is over, or belongs to one before it."""
        visit, memory = self._model.visits.get(call), self._calls.known(call)
        if visit is None or visit.place.queue != queue:
            return None
        return None if memory and 0 < memory.visit < visit.place.visit else visit

    def abandoned(self, frame: Frame, visit: Visit, now: Moment) -> Iterator[CallKind]:
        """QueueCallerAbandon: the caller's hang-up if one was told, else anything but an answer and a key."""
        memory = self._calls.of(visit.place.call)
        leave = self._leave(frame, visit, now, gave_up=True)
        if memory.is_hang_up_requested:
            yield from self._out(visit, leave, LeftBy.ABANDONED, now)
        elif memory.leave is None:
            memory.leave = leave

    def left(self, frame: Frame, visit: Visit, now: Moment) -> Iterator[CallKind]:
        """QueueCallerLeave: without an Abandon before it a key, or an answer that AgentConnect will tell."""
        memory = self._calls.of(visit.place.call)
        if memory.leave is not None:
            return
        leave = self._leave(frame, visit, now, gave_up=False)
        if is_key_exit(frame):
            # arrival: the dialplan that told the place is ours, and has the caller back in line
            yield from self._out(visit, leave, LeftBy.KEY, now, returns=visit.place.arrival > 0)
        else:
            memory.leave = leave

    def returned(self, frame: Frame, visit: Visit, now: Moment) -> Iterator[CallKind]:
        """TeamlineLeft: our dialplan has the caller, and will bring them back in a moment."""
        place = visit.place
        text = frame.get("Place")
        meant = read_place(self._node, place.call, place.queue, text, self._centre(), visit=place.visit)
        memory = self._calls.of(place.call)
        if meant.visit < place.visit:
            memory.leave = None  # it belongs to a visit before the model's
            return
        leave = memory.leave or self._leave(frame, visit, now, gave_up=True)
        yield from self._out(visit, leave, leave.by_dialplan(frame.get("Status")), now, returns=True)

    def answered(self, frame: Frame, visit: Visit, now: Moment) -> Iterator[CallKind]:
        """AgentConnect, the caller's side."""
        leave = self._leave(frame, visit, now, gave_up=False)
        yield from self._out(visit, leave, LeftBy.ANSWERED, now, ring=told.call_id(frame, "DestUniqueid"))

    def settled(self, call: str, cause: LeftBy, now: Moment) -> Iterator[CallKind]:
        """Somebody explained an open leave, or nobody will: the caller does not come back."""
        memory, visit = self._calls.known(call), self._model.visits.get(call)
        if memory and memory.leave and visit:
            yield from self._out(visit, memory.leave, cause, now)

    def ended(self, frame: Frame, call: str, now: Moment) -> Iterator[CallKind]:
        """Hangup of the caller's channel."""
        memory, visit, last = self._calls.of(call), self._model.visits.get(call), self._model.places[call]
        between = None if visit else self._between(last, now)
        if visit:
            leave, entered, asked = memory.leave, memory.entered, memory.is_hang_up_requested
            cause = leave.by_hang_up(spot(frame), entered, asked) if leave else without_a_leave(asked)
            yield from self._out(visit, leave or self._leave(frame, visit, now, gave_up=True), cause, now)
        yield from self._legs.talks_ended(call, now)
        yield CallEnded(at=now.at, place=last, hold_seconds=between)

    def _joined_place(self, call: str, queue: str, memory: OfCall, visit: Visit | None, last: Place | None) -> Place:
        """What the dialplan announced; nothing from another's, whose joins are counted here."""
        if memory.announced and memory.announced[0] == queue:
            text, self.hears_announcements = memory.announced[1], True
        elif visit and visit.place.queue == queue and memory.leave is None:
            return visit.place  # a snapshot told this join, or this event comes twice
        else:
            text, self.hears_announcements = "", False
        return read_place(self._node, call, queue, text, self._centre(), visit=last.visit + 1 if last else 1)

    def _left_for(self, visit: Visit, memory: OfCall, now: Moment) -> Iterator[CallKind]:
        """Moved: the call stands in another line, or anew in this one, and nobody said why it left."""
        leave = memory.leave
        at, hold = (leave.at, leave.hold_seconds) if leave else (now.at, self._hold(visit, now, None))
        yield from self._legs.rings_ended(visit.place.call, now)
        yield CallerLeft(at=at, place=visit.place, cause=LeftBy.MOVED, hold_seconds=hold, returns=True)

    def _leave(self, frame: Frame, visit: Visit, now: Moment, *, gave_up: bool) -> Leave:
        hold = self._hold(visit, now, told.whole(frame, "HoldTime"))
        return Leave(now.at, now.monotonic, hold, spot(frame), gave_up)

    def _began(self, place: Place, now: Moment) -> tuple[int, float]:
        """With which visit the stay began that this join belongs to, and when, by the monotonic clock."""
        stay = self._stay(place)
        if stay is None:
            return place.visit, now.monotonic
        return stay.place.visit, now.monotonic - max(0.0, now.at - stay.joined_at)

    def _hold(self, visit: Visit, now: Moment, told_seconds: int | None) -> float:
        """Since the stay's first join if this process saw it; else as Asterisk or the clock on the wall tell.

        Asterisk tells of this visit alone: of several, the first of which was before this process, it knows the last.
        """
        place, stay = visit.place, self._stay(visit.place)
        seen = self._seen(stay, now) if stay else None
        if seen is not None:
            return seen
        if stay and stay.place.visit != place.visit:
            return max(0.0, now.at - stay.joined_at)
        return max(0.0, now.at - visit.joined_at) if told_seconds is None else float(told_seconds)

    def _between(self, last: Place, now: Moment) -> float | None:
        """The same for a call whose visit is over already; None if it was to come back to no line."""
        stay = self._stay(last)
        if stay is None:
            return None
        seen = self._seen(stay, now)
        return max(0.0, now.at - stay.joined_at) if seen is None else seen

    def _seen(self, stay: Stay, now: Moment) -> float | None:
        memory = self._calls.known(stay.place.call)
        return memory.stay_seconds(stay.team, stay.place.visit, now.monotonic) if memory else None

    def _stay(self, place: Place) -> Stay | None:
        """The stay in this team's line, None if the call stands in none."""
        stay = self._stays.get(place.call)
        return stay if stay and stay.team == place.team else None

    def _out(
        self, visit: Visit, leave: Leave, cause: LeftBy, now: Moment, *, returns: bool = False, ring: str = ""
    ) -> Iterator[CallKind]:
        memory = self._calls.of(visit.place.call)
        memory.leave = None
        if not returns:
            memory.since = None
        yield from self._legs.rings_ended(visit.place.call, now, ring)
        yield CallerLeft(at=leave.at, place=visit.place, cause=cause, hold_seconds=leave.hold_seconds, returns=returns)
