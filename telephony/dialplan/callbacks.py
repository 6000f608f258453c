"""Callbacks in the dialplan: a placeholder in line, the whisper to whoever answers it, the wait for the dial.

Theory of operation. A placeholder is a pair of Local channels that never optimises away (`/n`). Its first end stands in
line like a caller; the second one waits. A member who answers hears on their own leg what it is about; then the second
end is moved on, where it rings for the member's ear and gives up by itself if no router dials. The router keeps a
record of the attempt and moves the second end to where it dials (`callback_dial`). No endpoint and no transfer can
name these contexts; what the router sets is filtered all the same.
"""

from collections.abc import Iterator, Mapping

from facts.place import CALLBACK
from routing.fair_line import CREDIT_LIMIT
from telephony.dialplan.lines import Step, extension, path, section, token
from telephony.dialplan.queue_application import queue
from telephony.dialplan.steps import NO_LIMIT, PLACE
from telephony.dialplan.visits import joins, left
from telephony.dialplan.wiring import Wiring

PLACED = "teamline-callback"
"""Where the first end of a placeholder begins."""
WAITS = "teamline-callback-wait"
"""Where the second one does."""
TAKEN = "teamline-callback-taken"

LEFT_ALONE = "teamline-callback-alone"
"""Run when the first end is gone: a citizen who has just answered hears why nobody is there."""

UNDIALLED_SECONDS = 15
"""So long a member waits for a router that does not dial."""
PAUSE_SECONDS = 2
"""Between two tries to enter a line that returns at once."""

CHOSEN = "${TEAMLINE_QUEUE}"
OPTIONS = "iIb(teamline-display^s^1)"
"""As for callers: no call forward, no names, the concern and the number on the member's phone."""
FIRST_END = r"${TEAMLINE_LEG}\;1"
SECOND_END = r"${TEAMLINE_LEG}\;2"
RINGING = "425/1000,0/4000"

_LINE = "teamline-callback-line"
_WHISPER = "teamline-callback-whisper"
_TEAM = "teamline-callback-team"


def contexts(wiring: Wiring) -> Iterator[str]:
    """The placeholder's contexts."""
    yield _placed()
    yield _line(wiring)
    yield _waits()
    yield _whisper(wiring)
    yield _team(wiring.team_sounds)
    yield _taken()


def told(what: str, *more: str) -> Step:
    """One event for the router: `what` has become of this callback."""
    return Step(
        f"UserEvent({','.join(('TeamlineCallback', 'Callback: ${TEAMLINE_CALLBACK}', f'What: {what}', *more))})"
    )


def _placed() -> str:
    tokens = (("TEAMLINE_QUEUE", ""), ("TEAMLINE_TEAM", "__"), ("TEAMLINE_CONCERN", "__"), ("TEAMLINE_LANGUAGE", "__"))
    steps = (
        *(Step(rf"Set({kind}{name}=${{FILTER(A-Za-z0-9_\-,${{{name}}})}})") for name, kind in tokens),
        Step("Set(__TEAMLINE_ARRIVAL=${FILTER(0-9,${TEAMLINE_ARRIVAL}):0:10})", "of the first contact"),
        Step("ExecIf($[0${TEAMLINE_ARRIVAL} = 0]?Set(__TEAMLINE_ARRIVAL=${EPOCH}))"),
        Step("Set(TEAMLINE_CREDIT=${FILTER(0-9,${TEAMLINE_CREDIT}):0:4})"),
        Step(f"ExecIf($[0${{TEAMLINE_CREDIT}} > {CREDIT_LIMIT}]?Set(TEAMLINE_CREDIT={CREDIT_LIMIT}))"),
        Step("Set(TEAMLINE_VISIT=${FILTER(0-9,${TEAMLINE_VISIT}):0:5})", "a hundred for each placeholder before"),
        Step("Set(_TEAMLINE_CALLER=${FILTER(0-9+,${TEAMLINE_CALLER}):0:32})", "for the phone that rings, and no event"),
        Step(f"Set(TEAMLINE_RULE={CALLBACK})", "nobody on the line: only the place"),
        Step("Set(__TEAMLINE_CALLBACK=${UNIQUEID})", "the id of the callback, for every attempt"),
        Step(r"Set(__TEAMLINE_LEG=${CUT(CHANNEL,\;,1)})", "for the member's leg to find the second end"),
        Step(f"Set(CHANNEL(hangup_handler_push)={LEFT_ALONE},s,1)"),
        Step(f"Goto({_LINE},s,1)"),
    )
    return section(f"[{PLACED}]", extension("s", *steps), "the router's AMI user alone begins here, for a callback")


def _line(wiring: Wiring) -> str:
    steps = (
        NO_LIMIT,
        *PLACE,
        Step(f"GotoIf($[${{QUEUE_EXISTS({CHOSEN})}}]?:bye)", "taken away by a reload: the router finds another line"),
        *joins(CHOSEN),
        Step(queue(CHOSEN, wiring.asterisk, OPTIONS, gosub=_WHISPER)),
        Step("GotoIf($[0${ANSWEREDTIME_MS} > 0]?bye)", "a member has had it"),
        left(CHOSEN),
        Step(f"Wait({PAUSE_SECONDS})", "withdrawn, or being reloaded: in line again, with the same place"),
        Step("Goto(s,1)"),
        Step("Hangup()", label="bye"),
    )
    return section(f"[{_LINE}]", extension("s", *steps), "in line for a citizen who is called back")


def _waits() -> str:
    steps = (
        NO_LIMIT,
        Step("Answer()"),
        Step("Wait(3600)", label="wait"),
        Step("Goto(wait)"),
    )
    return section(f"[{WAITS}]", extension("s", *steps), "the second end of a placeholder, until a member answers")


def _whisper(wiring: Wiring) -> str:
    steps = (
        *_said(wiring.whisper_sounds.get("", ())),
        Step(f"GosubIf($[${{DIALPLAN_EXISTS({_TEAM},${{TEAMLINE_TEAM}},1)}}]?{_TEAM},${{TEAMLINE_TEAM}},1)"),
        *(
            step
            for concern, own in wiring.whisper_sounds.items()
            if concern and own
            for step in (
                Step(f'GotoIf($["${{TEAMLINE_CONCERN}}" != "{token(concern, "concern")}"]?not-{concern})'),
                *_said(own),
                Step("NoOp()", label=f"not-{concern}"),
            )
        ),
        Step(f"ChannelRedirect({SECOND_END},{TAKEN},s,1)"),
        Step('GotoIf($["${CHANNELREDIRECT_STATUS}" = "SUCCESS"]?:bye)'),
        told("taken"),
        Step("Return()", label="bye"),
    )
    return section(
        f"[{_WHISPER}]", extension("s", *steps), "on the member's leg: what it is about, before anybody rings"
    )


def _team(sounds: Mapping[str, str]) -> str:
    lines = [
        line
        for team, sound in sounds.items()
        for line in extension(token(team, "team"), *_said((sound,)), Step("Return()"))
    ]
    return section(f"[{_TEAM}]", lines, "whose callback it is, where members serve several teams")


def _said(sounds: tuple[str, ...]) -> tuple[Step, ...]:
    files = "&".join(path(sound, "whispered sound") for sound in sounds)
    return (Step(f"Playback({files})", "a missing file is passed over"),) if files else ()


def _taken() -> str:
    steps = (
        NO_LIMIT,
        Step(f"PlayTones({RINGING})", "for the member's ear"),
        Step(f"Wait({UNDIALLED_SECONDS})", "the router dials; where it cannot, the member is free again"),
        Step("Hangup()"),
    )
    return section(f"[{TAKEN}]", extension("s", *steps), "a member is on the other end, nobody is dialled yet")
