"""QueueStatus and Status to a Snapshot: callers, members and channels as Asterisk sees them now.

Headers as Asterisk 22.10 sends them (app_queue.c, manager_queues_status; manager.c, generate_status). A channel's
variable comes as `Variable: NAME=value`, `(null)` where it is not set. Queues that are not ours are left out, and so
is every entry whose ids are not sound.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from facts.place import Place
from operations.seen import CallerSeen, ChannelSeen, MemberSeen, Snapshot
from routing.centre import Centre
from telephony.ami import told
from telephony.ami.reader import Frame
from telephony.place import read_place

PLACE = "TEAMLINE_PLACE"
"""The variable to ask Status for."""

_PRINTABLE = re.compile(r"[!-~]{1,128}")
_LAST_PART = re.compile(r"-[0-9a-f]{8,}(;[12])?\Z")
"""What makes a channel's name unique: `PJSIP/trunk-0000002a`, `Local/s@hold-dial-00000001;1`."""


class Looking:
    """One look at Asterisk, taken in frame by frame: hundreds of members are too many to read in one go.

    Ask for its queues first and its channels (with PLACE) after. A caller whose channel is gone, or stands in another
    line by now, is left out: the queues' answer is older.
    """

    def __init__(self, node: str, centre: Centre, our_queues: Collection[str]) -> None:
        self._node = node
        self._centre = centre
        self._our_queues = our_queues
        self._told: dict[str, str] = {}
        self._queue: dict[str, str] = {}
        self._entries: list[Frame] = []
        self._queues: set[str] = set()
        self._members: list[MemberSeen] = []
        self._channels: dict[str, ChannelSeen] = {}

    def take_queue(self, frame: Frame) -> None:
        """One frame of QueueStatus."""
        kind, queue = frame.name, frame.get("Queue")
        if queue not in self._our_queues:
            return
        if kind == "QueueParams":
            self._queues.add(queue)
        elif kind == "QueueEntry":
            self._entries.append(frame)
        elif kind == "QueueMember":
            self._members.extend(_member(frame, queue))

    def take_channel(self, frame: Frame) -> None:
        """One frame of Status: the channel, what the dialplan said of it, and the line it stands in."""
        call, name = told.call_id(frame), frame.get("Channel")
        if not (frame.name == "Status" and call and _PRINTABLE.fullmatch(name)):
            return
        self._told[call] = _variables(frame).get(PLACE, "")
        application = frame.get("Application")
        queue = frame.get("Data").partition(",")[0] if application == "Queue" else ""
        if queue:
            self._queue[call] = queue
        self._channels[call] = ChannelSeen(
            call=call,
            name=name,
            interface=_LAST_PART.sub("", name),
            state=frame.get("ChannelStateDesc"),
            bridge=told.call_id(frame, "BridgeID"),
            application=application,
            place=self._place(call, queue) if queue in self._our_queues else None,
            seconds=float(told.whole(frame, "Seconds") or 0),
        )

    def snapshot(self, at: float) -> Snapshot:
        """What Asterisk told at `at` (Unix seconds)."""
        return Snapshot(
            at=at,
            queues=frozenset(self._queues),
            callers=tuple(self._callers()),
            members=tuple(self._members),
            channels=self._channels,
        )

    def _callers(self) -> Iterator[CallerSeen]:
        for frame in self._entries:
            call, queue = told.call_id(frame), frame.get("Queue")
            if call in self._channels and self._queue.get(call, queue) == queue:
                yield CallerSeen(
                    place=self._place(call, queue),
                    channel=self._channels[call].name,
                    waiting_seconds=float(told.whole(frame, "Wait") or 0),
                )

    def _place(self, call: str, queue: str) -> Place:
        """The call's place in this queue, as far as its channel tells."""
        return read_place(self._node, call, queue, self._told[call], self._centre)


def _variables(frame: Frame) -> Mapping[str, str]:
    assignments = (value.partition("=") for value in frame.all("Variable"))
    return {name: value for name, _, value in assignments}


def _member(frame: Frame, queue: str) -> Iterator[MemberSeen]:
    member, phone = told.member(frame, "Location"), told.phone(frame)
    if member and phone is not None:
        yield MemberSeen(
            queue=queue,
            member=member,
            interface=frame.get("Location"),
            paused=told.pause(frame),
            phone=phone,
            is_in_call=frame.get("InCall") == "1",
            last_call_at=float(told.whole(frame, "LastCall") or 0) or None,
            last_pause_at=float(told.whole(frame, "LastPause") or 0) or None,
        )
