"""What the dialplan tells about each visit to a line, live by events and for later by lines in queue_log.

The router reads the same text in both places, and from the channel itself (`Status` with TEAMLINE_PLACE). Its parts
are filtered and bounded by whoever sets them, stand in this order, and are divided by `:`, since `;` begins a
comment in extensions.conf and `,` divides an application's arguments.
"""

from telephony.dialplan.lines import Step

PARTS = (
    "TEAMLINE_VISIT",
    "TEAMLINE_TEAM",
    "TEAMLINE_ARRIVAL",
    "TEAMLINE_CREDIT",
    "TEAMLINE_RULE",
    "TEAMLINE_CONCERN",
    "TEAMLINE_LANGUAGE",
    "TEAMLINE_KIOSK",
)
"""The variables whose values make up TEAMLINE_PLACE, in order."""

_PLACE = ":".join(rf"${{FILTER(A-Za-z0-9_\-,${{{name}}})}}" for name in PARTS)


def joins(queue: str, label: str = "") -> tuple[Step, ...]:
    """Right before `Queue()`: counts the visit and tells where the call goes; `queue` as in the call of Queue()."""
    return (
        Step("Set(TEAMLINE_VISIT=$[0${TEAMLINE_VISIT} + 1])", "of this call, over all queues", label),
        Step(f"Set(TEAMLINE_PLACE={_PLACE})", "who reads it: telephony/place.py"),
        Step(f"Set(TEAMLINE_LINE={queue})", "where a key is pressed"),
        Step(f"UserEvent(TeamlineJoins,Queue: {queue},Place: ${{TEAMLINE_PLACE}})"),
        Step(
            f"QueueLog({queue},${{UNIQUEID}},NONE,TEAMLINE,${{TEAMLINE_PLACE}})",
            "the same for whoever reads queue_log",
        ),
        Step("Set(QUEUESTATUS=)", "else an earlier line's could be told"),
    )


def left(queue: str, status: str = "${QUEUESTATUS}") -> Step:
    """Right after `Queue()` returned unanswered: the caller is still there, and in line again in a moment."""
    return Step(f"UserEvent(TeamlineLeft,Queue: {queue},Place: ${{TEAMLINE_PLACE}},Status: {status})")
