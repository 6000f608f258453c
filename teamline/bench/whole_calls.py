"""What Asterisk's manager tells of whole calls, as bytes: members sign in, callers join, phones ring, talks, ends.

Names, order and headers of the events are those that an Asterisk 22.10 with the router's own filters sent in a lab.
Calls overlap, each has ids of its own, and a change of a phone's state is told once for each queue of its member.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from random import Random

from routing.centre import Centre, Member
from routing.teams.file import read
from teamline.example_files import example_teams

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
AT_ONCE = 200
DESKS_A_TEAM = 30
"""Members a team: with 28 teams a job centre of some 800."""
BEGUN = 1_795_334_649
"""Unix seconds of the first contact."""
SEED = 2026
ABANDONED_EVERY, REJECTED_EVERY, TIMED_OUT_EVERY = 7, 5, 11


def busy_centre() -> Centre:
    """The shipped teams.yaml with as many members as a real centre has."""
    centre = read(example_teams())
    members = (
        Member(f"{team.lower()}-{desk:02}", f"Platz {desk}", (team,), f"{3000 + place}")
        for place, team in enumerate(centre.teams)
        for desk in range(DESKS_A_TEAM)
    )
    return replace(centre, members={member.id: member for member in members})


def sign_ins(centre: Centre) -> Iterator[bytes]:
    """Everybody serves every queue of theirs."""
    for member in centre.members.values():
        for queue in centre.queues_of(member):
            yield _event("QueueMemberAdded", "agent", _member(queue, member), _STATE.format(status=1))


def calls(centre: Centre, count: int) -> Iterator[bytes]:
    """So many calls from their first event to their last, AT_ONCE of them under way at a time."""
    members = cycle(_spread(centre))
    chance = Random(SEED)
    waiting = (_Call(centre, number, next(members), next(members)).events() for number in range(count))
    running = list(islice(waiting, AT_ONCE))
    while running:
        place = chance.randrange(len(running))
        if event := next(running[place], None):
            yield event
        elif another := next(waiting, None):
            running[place] = another
        else:
            del running[place]


def _spread(centre: Centre) -> list[Member]:
    """Two members of each team after the other, so that many teams are busy at once."""
    teams = [centre.members_of(team) for team in centre.teams]
    return [member for desk in range(0, DESKS_A_TEAM, 2) for team in teams for member in team[desk : desk + 2]]


class _Call:
    """One citizen's call; who abandons, whose phone does not answer at first, who times out goes by its number."""

    def __init__(self, centre: Centre, number: int, first: Member, second: Member) -> None:
        self._queues = {member: centre.queues_of(member) for member in (first, second)}
        self._number, self._first, self._second = number, first, second
        self._line = self._queues[first][0]
        self._arrival = BEGUN + number // 10
        self._id = f"{self._arrival}.{10 * number}"
        trunk = f"PJSIP/trunk-{number:08x}"
        self._caller = _channel(trunk, "<unknown>", "teamline-line", self._id, self._id)

    def events(self) -> Iterator[bytes]:
        """All of them in order."""
        yield from self._joins(1)
        if self._number % ABANDONED_EVERY == 0:
            yield self._of_channel("HangupRequest", self._caller)
            yield from self._gives_up()
        else:
            if self._number % TIMED_OUT_EVERY == 0:
                yield from self._gives_up()
                yield self._own("TeamlineLeft", 1, "Status: TIMEOUT\n")
                yield from self._joins(2)
            if self._number % REJECTED_EVERY == 0:
                yield from self._rejected()
            yield from self._answered()
        yield self._of_channel("Hangup", self._caller, _NORMAL)

    def _joins(self, visit: int) -> Iterator[bytes]:
        yield self._own("TeamlineJoins", visit)
        yield self._in_line("QueueCallerJoin", "Position: 1\nCount: 1\n")

    def _gives_up(self) -> Iterator[bytes]:
        yield self._in_line("QueueCallerAbandon", "Position: 1\nOriginalPosition: 1\nHoldTime: 9\n")
        yield self._in_line("QueueCallerLeave", "Position: 1\nCount: 0\n")

    def _rejected(self) -> Iterator[bytes]:
        leg = _Leg(self._second, self._id, 10 * self._number + 1)
        yield self._of_leg("AgentCalled", leg)
        yield from self._phone(self._second, 3)
        yield self._of_leg("AgentRingNoAnswer", leg, "RingTime: 20000\n")
        yield self._of_channel("Hangup", leg.channel, _NORMAL)
        yield from self._phone(self._second, 1)

    def _answered(self) -> Iterator[bytes]:
        leg = _Leg(self._first, self._id, 10 * self._number + 2)
        yield self._of_leg("AgentCalled", leg)
        yield from self._phone(self._first, 3)
        yield self._in_line("QueueCallerLeave", "Position: 1\nCount: 0\n")
        yield self._of_leg("AgentConnect", leg, "HoldTime: 9\nRingTime: 2\n")
        yield self._of_channel("HangupRequest", leg.channel)
        yield self._of_leg("AgentComplete", leg, "HoldTime: 9\nTalkTime: 240\nReason: agent\n")
        for channel in (leg.channel, self._caller):
            yield self._of_channel("BridgeLeave", _BRIDGE + channel)
        yield self._of_channel("BridgeDestroy", _BRIDGE)
        yield self._of_channel("Hangup", leg.channel, _NORMAL)
        yield from self._phone(self._first, 1)

    def _own(self, name: str, visit: int, more: str = "") -> bytes:
        place = f"{visit}:{self._line}:{self._arrival}:0:household-team:money:de:"
        return _event(
            "UserEvent", "user", self._caller, f"UserEvent: {name}\nQueue: {self._line}\nPlace: {place}\n", more
        )

    def _in_line(self, name: str, more: str) -> bytes:
        return _event(name, "agent", self._caller, f"Queue: {self._line}\n", more)

    def _of_leg(self, name: str, leg: "_Leg", more: str = "") -> bytes:
        return _event(name, "agent", self._caller, leg.dest, _member(self._line, leg.member), more)

    def _of_channel(self, name: str, channel: str, more: str = "") -> bytes:
        return _event(name, "call", channel, more)

    def _phone(self, member: Member, status: int) -> Iterator[bytes]:
        for queue in self._queues[member]:
            yield _event("QueueMemberStatus", "agent", _member(queue, member), _STATE.format(status=status))


class _Leg:
    """A member's channel that rings for a call: as its own events tell it, and as the call's."""

    def __init__(self, member: Member, call: str, number: int) -> None:
        self.member = member
        self.channel = _channel(
            f"PJSIP/{member.id}-{number:08x}", member.name, "teamline-member", f"{BEGUN}.{number}", call
        )
        self.dest = "".join(f"Dest{line}\n" for line in self.channel.splitlines())


def _channel(name: str, shown: str, context: str, call: str, linked: str) -> str:
    return (
        f"Channel: {name}\nChannelState: 6\nChannelStateDesc: Up\nCallerIDNum: {shown}\nCallerIDName: {shown}\n"
        f"ConnectedLineNum: <unknown>\nConnectedLineName: <unknown>\nLanguage: de\nAccountCode: \n"
        f"Context: {context}\nExten: s\nPriority: 13\nUniqueid: {call}\nLinkedid: {linked}\n"
    )


def _member(queue: str, member: Member) -> str:
    return f"Queue: {queue}\nMemberName: {member.id}\nInterface: PJSIP/{member.id}\n"


def _event(name: str, privilege: str, *headers: str) -> bytes:
    told = f"Event: {name}\nPrivilege: {privilege},all\n{''.join(headers)}\n"
    return told.replace("\n", "\r\n").encode()


_STATE = """\
StateInterface: PJSIP/phone
Membership: dynamic
Penalty: 0
CallsTaken: 7
LastCall: 1795334640
LastPause: 0
LoginTime: 1795330000
InCall: 0
Status: {status}
Paused: 0
PausedReason:\x20
Ringinuse: 0
Wrapuptime: 30
"""
_NORMAL = "Cause: 16\nCause-txt: Normal Clearing\n"
_BRIDGE = """\
BridgeUniqueid: 89e90189-fa13-488b-b302-8472296f78ab
BridgeType: basic
BridgeTechnology: native_rtp
BridgeCreator: <unknown>
BridgeName: <unknown>
BridgeNumChannels: 1
BridgeVideoSourceMode: none
"""
