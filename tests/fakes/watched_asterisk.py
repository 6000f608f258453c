"""An Asterisk with callers, members and a queue_log, that tells events as facts while the link is up.

What it answers when asked, what it writes and what it tells come from the same few lists, as in the real one.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from facts.call import CallEnded, CallerJoined, CallerLeft, EndedBy, LeftBy, MemberAnswered, TalkEnded
from facts.kinds import Fact
from facts.member import MemberSignedIn, PhoneState
from facts.place import Place
from operations.ports import SwitchAway
from operations.seen import CallerSeen, ChannelSeen, MemberSeen, Snapshot
from telephony.place import read_place
from tests.fakes.small_centre import small_centre

NODE = "pbx1"


class FakeTime:
    """A wall clock and a monotonic one that move only when somebody sleeps; `meanwhile` runs in the next sleep."""

    def __init__(self, now: float = 1_795_345_000.0) -> None:
        self.now = now
        self.meanwhile: list[Callable[[], object]] = []

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now - 1_795_000_000.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        due, self.meanwhile = self.meanwhile, []
        for happen in due:
            happen()
        await asyncio.sleep(0)


class WatchedAsterisk:
    """`tell` gets each event's facts while `is_linked`; `log` is its queue_log, None if it writes none."""

    def __init__(self, time: FakeTime, tell: Callable[[Sequence[Fact]], object], log: Path | None) -> None:
        self._time = time
        self._tell = tell
        self._log = log
        self._count = 0
        self.in_mid_step: Callable[[], object] = lambda: None
        """Runs after each line of queue_log: whoever reads it may do so between two lines of one step."""
        self.is_linked = True
        self.is_away = False
        self.fault: Exception | None = None
        self.looks = 0
        self.status: dict[str, str] = {}
        self.queues = set(small_centre().queues)
        self.waiting: dict[str, tuple[Place, float]] = {}
        self.channels: dict[str, ChannelSeen] = {}
        self.members: list[MemberSeen] = []

    async def look(self) -> Snapshot:
        self.looks += 1
        if self.fault:
            raise self.fault
        if self.is_away or not self.is_linked:
            raise SwitchAway("not connected")
        now = self._time.now
        callers = [
            CallerSeen(place, "", now - since) for place, since in self.waiting.values() if place.queue in self.queues
        ]
        return Snapshot(now, frozenset(self.queues), tuple(callers), tuple(self.members), dict(self.channels))

    async def queue_status(self, call: str) -> str:
        if self.is_away:
            raise SwitchAway("not connected")
        return self.status.get(call, "")

    def joins(self, queue: str = "L01", call: str = "", visit: int = 1) -> str:
        """A caller comes into line; the call."""
        call = call or self._channel()
        told = f"{visit}:{queue}:{int(self._time.now)}:0:household-team:money:de:"
        place = read_place(NODE, call, queue, told, small_centre())
        self._write(call, queue, "NONE|TEAMLINE", told)
        self._write(call, queue, "NONE|ENTERQUEUE", "||1")
        self.waiting[call] = (place, self._time.now)
        self.channels[call] = ChannelSeen(call, f"PJSIP/trunk-{call}", "PJSIP/trunk", "Up", "", "Queue", place)
        self._told(CallerJoined(at=self._time.now, place=place))
        return call

    def answers(self, call: str, member: str = "one") -> str:
        """A member and the caller talk; the member's channel."""
        place, since = self.waiting.pop(call)
        ring, hold = self._channel(), self._time.now - since
        self._write(call, place.queue, f"{member}|CONNECT", f"{int(hold)}|{ring}|1")
        bridged = self.channels[call]
        self.channels[call] = ChannelSeen(
            call, bridged.name, bridged.interface, "Up", f"b{call}", "Queue", bridged.place
        )
        self.channels[ring] = ChannelSeen(ring, f"PJSIP/{member}-1", f"PJSIP/{member}", "Up", f"b{call}", "AppQueue")
        self._told(
            CallerLeft(at=self._time.now, place=place, cause=LeftBy.ANSWERED, hold_seconds=hold),
            MemberAnswered(at=self._time.now, place=place, ring=ring, member=member, ring_seconds=1.0),
        )
        return ring

    def talk_ends(self, call: str, ring: str, talk_seconds: int = 5) -> None:
        """The member hangs up, and with it the call."""
        caller, phone = self.channels.pop(call), self.channels.pop(ring)
        assert caller.place is not None
        place, member = caller.place, phone.interface.removeprefix("PJSIP/")
        self._write(call, place.queue, f"{member}|COMPLETEAGENT", f"1|{talk_seconds}|1")
        ended = TalkEnded(
            at=self._time.now,
            place=place,
            ring=ring,
            member=member,
            talk_seconds=float(talk_seconds),
            ended_by=EndedBy.MEMBER,
        )
        self._told(ended, CallEnded(at=self._time.now, place=place))

    def hangs_up(self, call: str) -> None:
        """A caller leaves the line by hanging up."""
        place, since = self.waiting.pop(call)
        del self.channels[call]
        hold = self._time.now - since
        self._write(call, place.queue, "NONE|ABANDON", f"1|1|{int(hold)}")
        self._told(
            CallerLeft(at=self._time.now, place=place, cause=LeftBy.ABANDONED, hold_seconds=hold),
            CallEnded(at=self._time.now, place=place),
        )

    def times_out(self, call: str) -> None:
        """A slice is over: the dialplan has the caller."""
        place, since = self.waiting.pop(call)
        hold = self._time.now - since
        self._write(call, place.queue, "NONE|EXITWITHTIMEOUT", f"1|1|{int(hold)}")
        self._told(
            CallerLeft(at=self._time.now, place=place, cause=LeftBy.TIMEOUT, hold_seconds=hold, returns=True),
        )

    def transfers(self, call: str, ring: str) -> None:
        """The member sends the caller elsewhere."""
        caller, phone = self.channels[call], self.channels.pop(ring)
        assert caller.place is not None
        member = phone.interface.removeprefix("PJSIP/")
        self._write(call, caller.place.queue, f"{member}|BLINDTRANSFER", "2102|teamline-transfer|1|2|1")
        self._told(
            TalkEnded(
                at=self._time.now,
                place=caller.place,
                ring=ring,
                member=member,
                talk_seconds=2.0,
                ended_by=EndedBy.TRANSFER,
            )
        )

    def signs_in(self, member: str, queue: str = "L01") -> None:
        self.members.append(MemberSeen(queue, member, f"PJSIP/{member}", None, PhoneState.IDLE, is_in_call=False))
        self._told(MemberSignedIn(at=self._time.now, node=NODE, member=member, queue=queue))

    def restarts(self) -> None:
        """It is killed and begins anew: no call is left, no event tells of it; sign-ins survive."""
        self.waiting.clear()
        self.channels.clear()
        self._log_line(f"{int(self._time.now)}|NONE|NONE|NONE|QUEUESTART|")

    def _channel(self) -> str:
        self._count += 1
        return f"{int(self._time.now)}.{self._count}"

    def _told(self, *facts: Fact) -> None:
        if self.is_linked:
            self._tell(facts)

    def _write(self, call: str, queue: str, event: str, data: str) -> None:
        self._log_line(f"{int(self._time.now)}|{call}|{queue}|{event}|{data}")

    def _log_line(self, line: str) -> None:
        if self._log:
            with self._log.open("a") as log:
                log.write(line + "\n")
        self.in_mid_step()
