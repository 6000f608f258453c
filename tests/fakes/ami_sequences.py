"""Events of whole calls, in the order and with the headers that an Asterisk 22.10 sent them; numbers are invented.

One line an event: its name, then `Header=value`. `{c}` is the caller's channel, `{m}` the member's, `{q}` the queue,
`{u}` the member, `{v}` the visit, `{p}` where in the dialplan Queue() runs. Recorded with all events on; headers that
nobody reads are left out.
"""

from collections.abc import Sequence

from telephony.ami.reader import Frame

IN_LINE = "Context=teamline-line Exten=s"

JOINS = f"""
UserEvent UserEvent=TeamlineJoins Queue={{q}} Uniqueid={{c}} Place={{v}}:{{q}}:1795300000:0:household-team:money:de:
QueueCallerJoin Queue={{q}} Uniqueid={{c}} Position=1 Count=1 {IN_LINE} Priority=8
"""
JOINS_FOREIGN = """
QueueCallerJoin Queue={q} Uniqueid={c} Position=1 Count=1 Context=theirs Exten=1 Priority=3
"""
RINGS = """
AgentCalled Queue={q} Uniqueid={c} DestUniqueid={m} MemberName={u} Interface=PJSIP/{u}
QueueMemberStatus Queue={q} MemberName={u} Interface=PJSIP/{u} Status=3 InCall=0 Paused=0
"""
CONNECTS = f"""
QueueCallerLeave Queue={{q}} Uniqueid={{c}} Position=1 Count=0 {IN_LINE} Priority=8
AgentConnect Queue={{q}} Uniqueid={{c}} DestUniqueid={{m}} MemberName={{u}} Interface=PJSIP/{{u}} HoldTime=7 RingTime=1
"""
FREE = "QueueMemberStatus Queue={q} MemberName={u} Interface=PJSIP/{u} Status=1 InCall=0 Paused=0\n"
COMPLETES = (
    "AgentComplete Queue={q} Uniqueid={c} DestUniqueid={m} Interface=PJSIP/{u} HoldTime=7 TalkTime=3 Reason={why}\n"
)
CALLER_GONE = f"Hangup Uniqueid={{c}} Cause=16 {IN_LINE} Priority=8\n"
MEMBER_GONE = "Hangup Uniqueid={m} Cause=16 Context=teamline-member Exten={q} Priority=1\n"
GAVE_UP = f"""
QueueCallerAbandon Queue={{q}} Uniqueid={{c}} Position=1 OriginalPosition=1 HoldTime=2 {IN_LINE} Priority=8
QueueCallerLeave Queue={{q}} Uniqueid={{c}} Position=1 Count=0 {IN_LINE} Priority=8
"""
RETURNED = (
    "UserEvent UserEvent=TeamlineLeft Queue={q} Uniqueid={c} Status={status} "
    "Place={v}:{q}:1795300000:0:household-team:money:de:\n"
)

ANSWERED_CALLER_HANGS_UP = (
    JOINS
    + RINGS
    + CONNECTS
    + "HangupRequest Uniqueid={c}\n"
    + COMPLETES.replace("{why}", "caller")
    + "SoftHangupRequest Uniqueid={c} Cause=16\n"
    + CALLER_GONE
    + MEMBER_GONE
    + FREE
)
ANSWERED_MEMBER_HANGS_UP = (
    JOINS
    + RINGS
    + CONNECTS
    + "HangupRequest Uniqueid={m}\n"
    + COMPLETES.replace("{why}", "agent")
    + "SoftHangupRequest Uniqueid={c} Cause=16\n"
    + MEMBER_GONE
    + FREE
    + CALLER_GONE
)
ANSWERED_MEMBER_HANGS_UP_AT_ONCE = (
    JOINS
    + RINGS
    + "HangupRequest Uniqueid={m}\n"
    + CONNECTS
    + COMPLETES.replace("{why}", "caller")
    + MEMBER_GONE
    + FREE
    + CALLER_GONE
)
"""The hang-up is told before the answer, and AgentComplete takes it for the caller's."""
COMPLETED_LAST = (
    JOINS
    + RINGS
    + CONNECTS
    + "HangupRequest Uniqueid={c}\nSoftHangupRequest Uniqueid={c} Cause=16\n"
    + MEMBER_GONE
    + CALLER_GONE
    + "AgentComplete Queue={q} MemberName={u} Interface=PJSIP/{u} HoldTime=7 TalkTime=3 Reason=caller\n"
    + FREE
)
"""AgentComplete after both channels' Hangup: it names none of them any more."""
HANGS_UP = "HangupRequest Uniqueid={c}\n" + GAVE_UP + "SoftHangupRequest Uniqueid={c} Cause=16\n"
ABANDONED = JOINS + HANGS_UP + CALLER_GONE
ABANDONED_RINGING = JOINS + RINGS + HANGS_UP + CALLER_GONE + MEMBER_GONE + FREE
REJECTED = JOINS + (
    RINGS
    + "HangupRequest Uniqueid={m} Cause=17\n"
    + "AgentRingNoAnswer Queue={q} Uniqueid={c} DestUniqueid={m} Interface=PJSIP/{u} RingTime=0\n"
    + MEMBER_GONE
    + FREE
)
"""486; the caller waits on."""
NOT_PICKED_UP = REJECTED.replace("HangupRequest Uniqueid={m} Cause=17\n", "").replace("RingTime=0", "RingTime=20000")
TIMED_OUT = JOINS + GAVE_UP + RETURNED.replace("{status}", "TIMEOUT")
EMPTIED = TIMED_OUT.replace("TIMEOUT", "LEAVEEMPTY")
WITHDRAWN = TIMED_OUT.replace("TIMEOUT", "WITHDRAW")
REFUSED = JOINS.partition("QueueCallerJoin")[0] + RETURNED.replace("{status}", "JOINEMPTY")
"""An empty line that lets nobody in: no QueueCallerJoin at all."""
LATE_LIMIT = JOINS + GAVE_UP + RETURNED.replace("{status}", "")
"""An absolute time-out in line, which the dialplan's T brings back: no hang-up, no QUEUESTATUS."""
TORN = JOINS + GAVE_UP + "SoftHangupRequest Uniqueid={c} Cause=16\n" + CALLER_GONE
"""AMI's Hangup, or an absolute time-out without T: nothing tells a hang-up before the channel's end."""
FOREIGN_GAVE_UP = GAVE_UP.replace(f"{IN_LINE} Priority=8", "Context=theirs Exten=1 Priority=3")
FOREIGN_TIMED_OUT = JOINS_FOREIGN + FOREIGN_GAVE_UP
FOREIGN_GONE = "Hangup Uniqueid={c} Cause=16 Context=theirs Exten=1 Priority=5\n"
KEY_EXIT = JOINS + "QueueCallerLeave Queue={q} Uniqueid={c} Position=1 Count=0 Context=keys Exten=5 Priority=0\n"
FOREIGN_KEY_EXIT = JOINS_FOREIGN + KEY_EXIT.removeprefix(JOINS)
REDIRECTED = JOINS + GAVE_UP.replace(f"{IN_LINE} Priority=8", "Context=teamline-queue Exten=L02 Priority=1")
"""The channel is at its new place in the dialplan already; TeamlineJoins and a join in L02 follow."""
REDIRECTED_IN_TALK = JOINS + RINGS + CONNECTS
"""A join in L02 follows, then MEMBER_GONE; in the end LATE_COMPLETE."""
LATE_COMPLETE = "AgentComplete Queue={q} Uniqueid={c} Interface=PJSIP/{u} HoldTime=7 TalkTime=9 Reason=caller\n"
BLIND_TRANSFER = (
    JOINS
    + RINGS
    + CONNECTS
    + "BlindTransfer Result=Success TransfererUniqueid={m} TransfereeUniqueid={c} Extension=2102\n"
    + MEMBER_GONE
    + "AgentComplete Queue={q} Uniqueid={c} Interface=PJSIP/{u} HoldTime=7 TalkTime=1 Reason=transfer\n"
)
SIGNED_IN = "QueueMemberAdded Queue={q} MemberName={u} Interface=PJSIP/{u} Status=1 InCall=0 Paused=0 LastCall=0\n"


def frames(
    text: str, c: str = "1795300001.1", m: str = "1795300002.2", q: str = "L01", u: str = "m0101", v: int = 1
) -> Sequence[Frame]:
    """The events of a sequence."""
    filled = text.format(c=c, m=m, q=q, u=u, v=v)
    return [_frame(line) for line in filled.split("\n") if line]


def _frame(line: str) -> Frame:
    event, *headers = line.split(" ")
    pairs = [header.split("=", 1) for header in headers]
    return Frame("\r\n".join([f"Event: {event}", *(f"{name}: {value}" for name, value in pairs)]).encode())
