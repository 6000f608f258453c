"""queue_log's lines told as facts: the same ids as those of the events, seconds as Asterisk counted them.

Theory of operation. A line names call and queue, our own line TEAMLINE the visit; so each visit is followed from
ENTERQUEUE to the line that ends it. The lines begin in mid-day: what is known of the calls from before goes on
from there, unless the lines show a later visit begin, since then what stands before that was told by events. Two
things queue_log does not say are taken from elsewhere. It writes ABANDON for a caller who hangs up and for one who
is redirected: whoever is in a line again later, or whose channel lives, was moved. And it never writes that a call
has ended: a call that is in no line any more and whose channel is gone has. Checked against a real Asterisk 22.10;
the events are those of apps/app_queue.c.
"""

from collections.abc import Collection, Iterator, Sequence

from facts.call import CallEnded, CallerJoined, CallerLeft, EndedBy, LeftBy, MemberAnswered, Source, TalkEnded
from facts.kinds import CallKind
from facts.place import Place
from metrics.stays import Stays
from operations.ports import KnownCalls
from routing.centre import Centre
from telephony.place import is_call, read_place
from telephony.queue_log.calls import Ahead, Call, life, look_ahead, open_calls
from telephony.queue_log.lines import AsteriskStarted, CallerLine, Line

_WAIT = {"EXITWITHTIMEOUT": 2, "EXITWITHKEY": 3, "EXITEMPTY": 2, "WITHDRAW": 2, "ABANDON": 2, "SYSCOMPAT": 0}
"""Event -> the field with the seconds in line."""

_BACK_IN_DIALPLAN = {
    "EXITWITHTIMEOUT": LeftBy.TIMEOUT,
    "EXITWITHKEY": LeftBy.KEY,
    "EXITEMPTY": LeftBy.EMPTY,
    "WITHDRAW": LeftBy.WITHDRAWN,
}
"""Queue() returned."""

_ENDED_BY = {
    "COMPLETECALLER": EndedBy.CALLER,
    "COMPLETEAGENT": EndedBy.MEMBER,
    "BLINDTRANSFER": EndedBy.TRANSFER,
    "ATTENDEDTRANSFER": EndedBy.TRANSFER,
}
"""The ends of a talk. All have `...|hold seconds|talk seconds|place at the join` at their end."""

_TALK_SECONDS = -2


def tell(
    lines: Sequence[Line], node: str, centre: Centre, known: KnownCalls, living: Collection[str]
) -> list[CallKind]:
    """The facts that these lines tell, in order; see `operations.ports.PastRead.facts`."""
    story = _Story(node, centre, look_ahead(lines), living)
    story.go_on_from(known)
    return [fact for number, line in enumerate(lines) for fact in story.read(number, line)]


class _Story:
    """All calls, line by line."""

    def __init__(self, node: str, centre: Centre, ahead: Ahead, living: Collection[str]) -> None:
        self._node = node
        self._centre = centre
        self._ahead = ahead
        self._living = living
        self._calls: dict[str, Call] = {}
        self._told: dict[str, CallerLine] = {}
        self._stays = Stays()

    def go_on_from(self, known: KnownCalls) -> None:
        """Begin with the open calls that the lines do not begin anew."""
        opened = open_calls(known).items()
        self._calls = {name: call for name, call in opened if not self._was_told_by_events(call)}
        for stay in known.stays.values():
            self._stays.turns(CallerJoined(at=stay.joined_at, place=stay.place))

    def read(self, number: int, line: Line) -> Iterator[CallKind]:
        """What one line tells."""
        for fact in self._facts(number, line):
            self._stays.turns(fact)
            yield fact

    def _was_told_by_events(self, call: Call) -> bool:
        """Whether the lines show this visit, or an earlier one, begin."""
        place = call.place
        told = self._ahead.first_told.get(life(place))
        return (
            told is not None
            and read_place(self._node, place.call, place.queue, told, self._centre).visit <= place.visit
        )

    def _facts(self, number: int, line: Line) -> Iterator[CallKind]:
        if isinstance(line, AsteriskStarted):
            yield from self._started(line.at)
        elif line.event == "TEAMLINE":
            self._told[line.call] = line
        elif line.event == "ENTERQUEUE":
            yield from self._joined(line)
        elif call := self._calls.get(line.call):
            if call.place.queue == line.queue:
                yield from self._went_on(number, line, call)
            if number == self._ahead.last_line[self._ahead.lives[number]]:
                yield from self._perhaps_ended(number, line, call)

    def _joined(self, line: CallerLine) -> Iterator[CallKind]:
        before, told = self._calls.get(line.call), self._told.pop(line.call, None)
        if told is None and (line.queue not in self._centre.queues or _was_before(line, before)):
            return
        text = told.data[0] if told and told.queue == line.queue else ""
        visit = before.place.visit + 1 if before else 1
        joined = read_place(self._node, line.call, line.queue, text, self._centre, visit)
        if before and joined.outlives(before.place):
            yield from self._lost(before, line.at)
        elif before and before.ring:
            yield self._talk_ended(before, line.at, None, EndedBy.UNKNOWN)  # redirected in talk
        self._calls[line.call] = Call(joined, line.at, is_waiting=True)
        yield CallerJoined(at=line.at, place=joined, source=Source.QUEUE_LOG)

    def _went_on(self, number: int, line: CallerLine, call: Call) -> Iterator[CallKind]:
        if line.event in _ENDED_BY and call.ring:
            yield self._talk_ended(call, line.at, line.seconds(_TALK_SECONDS), _ENDED_BY[line.event])
        elif not call.is_waiting:
            return
        elif line.event == "CONNECT":
            yield from self._answered(line, call)
        elif line.event in _WAIT:
            yield self._left(number, line, call)

    def _answered(self, line: CallerLine, call: Call) -> Iterator[CallKind]:
        hold, ring_seconds = self._hold(line, 0), line.seconds(2)
        call.is_waiting = False
        yield CallerLeft(
            at=line.at, place=call.place, cause=LeftBy.ANSWERED, hold_seconds=hold, source=Source.QUEUE_LOG
        )
        ring = line.data[1] if len(line.data) > 1 else ""
        if is_call(ring):
            call.ring = ring
            call.member = line.member if line.member in self._centre.members else ""
            yield MemberAnswered(
                at=line.at,
                place=call.place,
                ring=ring,
                member=call.member,
                ring_seconds=ring_seconds,
                source=Source.QUEUE_LOG,
            )

    def _left(self, number: int, line: CallerLine, call: Call) -> CallerLeft:
        cause, returns = self._cause(number, line, call.place)
        hold = self._hold(line, _WAIT[line.event])
        call.is_waiting = False
        return CallerLeft(
            at=line.at, place=call.place, cause=cause, hold_seconds=hold, returns=returns, source=Source.QUEUE_LOG
        )

    def _cause(self, number: int, line: CallerLine, place: Place) -> tuple[LeftBy, bool]:
        """Why, and whether the dialplan has the caller back: ours, which told an arrival, will bring them back."""
        is_back = self._ahead.last_entrance.get(self._ahead.lives[number], -1) > number
        if cause := _BACK_IN_DIALPLAN.get(line.event):
            return cause, is_back or place.arrival > 0
        if line.event == "SYSCOMPAT":
            return LeftBy.LOST, False
        is_moved = is_back or self._lives(number)
        return (LeftBy.MOVED, is_back) if is_moved else (LeftBy.ABANDONED, False)

    def _hold(self, line: CallerLine, field_: int) -> float | None:
        """Seconds since the first join to this team: over several visits more than the line says."""
        told, stay = line.seconds(field_), self._stays.open.get(line.call)
        since = line.at - stay.joined_at if stay else None
        known = [seconds for seconds in (told, since) if seconds is not None]
        return max(0.0, *known) if known else None

    def _talk_ended(self, call: Call, at: float, seconds: float | None, ended_by: EndedBy) -> TalkEnded:
        ended = TalkEnded(
            at=at,
            place=call.place,
            ring=call.ring,
            member=call.member,
            talk_seconds=seconds,
            ended_by=ended_by,
            source=Source.QUEUE_LOG,
        )
        call.ring = call.member = ""
        return ended

    def _lives(self, number: int) -> bool:
        """Whether the channel of this line's call is there still, and not only that of a later placeholder."""
        call, placement = self._ahead.lives[number]
        return call in self._living and placement == self._ahead.newest.get(call, 0)

    def _perhaps_ended(self, number: int, line: CallerLine, call: Call) -> Iterator[CallKind]:
        if not (call.is_waiting or call.ring or self._lives(number)):
            del self._calls[line.call]
            yield CallEnded(at=line.at, place=call.place, source=Source.QUEUE_LOG)

    def _started(self, at: float) -> Iterator[CallKind]:
        """Asterisk ended, in whatever way, and with it every call of before."""
        for name, call in list(self._calls.items()):
            if call.since <= at and name not in self._living:
                del self._calls[name]
                yield from self._lost(call, at)
        self._told.clear()

    def _lost(self, call: Call, at: float) -> Iterator[CallKind]:
        if call.is_waiting:
            yield CallerLeft(at=at, place=call.place, cause=LeftBy.LOST, hold_seconds=None, source=Source.QUEUE_LOG)
        if call.ring:
            yield self._talk_ended(call, at, None, EndedBy.UNKNOWN)
        yield CallEnded(at=at, place=call.place, source=Source.QUEUE_LOG)


def _was_before(line: CallerLine, call: Call | None) -> bool:
    """Whether an entrance that names no visit is one that is known of the call already, or an earlier one."""
    return call is not None and line.at <= call.since
