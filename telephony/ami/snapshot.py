"""QueueStatus and Status to a Snapshot: callers, members and channels as Asterisk sees them now.

Headers as Asterisk 22.10 sends them (app_queue.c, manager_queues_status; manager.c, generate_status). A channel's
variable comes as `Variable: NAME=value`, `(null)` where it is not set. Queues that are not ours are left out, and so
is every entry whose ids are not sound.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

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


def snapshot(
    queue_frames: Iterable[Frame],
    status_frames: Iterable[Frame],
    node: str,
    centre: Centre,
    our_queues: Collection[str],
    at: float,
) -> Snapshot:
    """What Asterisk told at `at` (Unix seconds), asked for its queues first and its channels (with PLACE) after.

    A caller whose channel is gone, or stands in another line by now, is left out: the queues' answer is older.
    """
    ours = [frame for frame in queue_frames if frame.get("Queue") in our_queues]
    channels = _Channels(status_frames, node, centre, our_queues)
    return Snapshot(
        at=at,
        queues=frozenset(frame.get("Queue") for frame in ours if frame.name == "QueueParams"),
        callers=tuple(_callers(ours, channels)),
        members=tuple(_members(ours)),
        channels=channels.seen,
    )


class _Channels:
    """What Status told: the channels, what the dialplan said of each, and the line it stands in."""

    def __init__(self, frames: Iterable[Frame], node: str, centre: Centre, our_queues: Collection[str]) -> None:
        self._node = node
        self._centre = centre
        self._our_queues = our_queues
        self._told: dict[str, str] = {}
        self._queue: dict[str, str] = {}
        self.seen: dict[str, ChannelSeen] = {}
        for frame in frames:
            call, name = told.call_id(frame), frame.get("Channel")
            if frame.name == "Status" and call and _PRINTABLE.fullmatch(name):
                self._take(frame, call, name)

    def place(self, call: str, queue: str) -> Place:
        """The call's place in this queue, as far as its channel tells."""
        return read_place(self._node, call, queue, self._told[call], self._centre)

    def is_in(self, call: str, queue: str) -> bool:
        """Whether this channel lives, and does not stand in another line."""
        return call in self.seen and self._queue.get(call, queue) == queue

    def _take(self, frame: Frame, call: str, name: str) -> None:
        self._told[call] = _variables(frame).get(PLACE, "")
        queue = frame.get("Data").partition(",")[0] if frame.get("Application") == "Queue" else ""
        if queue:
            self._queue[call] = queue
        self.seen[call] = ChannelSeen(
            call=call,
            name=name,
            interface=_LAST_PART.sub("", name),
            state=frame.get("ChannelStateDesc"),
            bridge=told.call_id(frame, "BridgeID"),
            application=frame.get("Application"),
            place=self.place(call, queue) if queue in self._our_queues else None,
            seconds=float(told.whole(frame, "Seconds") or 0),
        )


def _variables(frame: Frame) -> Mapping[str, str]:
    assignments = (value.partition("=") for value in frame.all("Variable"))
    return {name: value for name, _, value in assignments}


def _callers(frames: Iterable[Frame], channels: _Channels) -> Iterator[CallerSeen]:
    for frame in frames:
        call, queue = told.call_id(frame), frame.get("Queue")
        if frame.name == "QueueEntry" and call and channels.is_in(call, queue):
            yield CallerSeen(
                place=channels.place(call, queue),
                channel=channels.seen[call].name,
                waiting_seconds=float(told.whole(frame, "Wait") or 0),
            )


def _members(frames: Iterable[Frame]) -> Iterator[MemberSeen]:
    for frame in frames:
        member, phone = told.member(frame, "Location"), told.phone(frame)
        if frame.name == "QueueMember" and member and phone is not None:
            yield MemberSeen(
                queue=frame.get("Queue"),
                member=member,
                interface=frame.get("Location"),
                paused=told.pause(frame),
                phone=phone,
                is_in_call=frame.get("InCall") == "1",
                last_call_at=float(told.whole(frame, "LastCall") or 0) or None,
            )
