"""The dial of a callback: to the citizen by the trunk, or to a kiosk; asked for a key; told however it ends.

Nothing is dialled but a plain number of the German plan, one of `callbacks.also_allowed`, or a kiosk of teams.yaml,
whatever the variables hold: the second line of defence behind `routing.call_back_number`. One attempt dials once. Its
end is told by a hangup handler of the dialling end, and left in Asterisk's database for a router that was away:
one family a weekday, of which the last three are kept.
"""

from collections.abc import Iterator

from routing.centre import Centre
from telephony.dialled import dialled
from telephony.dialplan.callbacks import FIRST_END, LEFT_ALONE, SECOND_END, told
from telephony.dialplan.lines import Step, digits, extension, path, section, token
from telephony.dialplan.steps import NO_LIMIT, ask
from telephony.dialplan.wiring import Wiring

DIALS = "teamline-callback-dial"
"""Where the router sends the second end of a placeholder that a member has answered."""
REMEMBERS = "teamline-callback-result"
"""What is remembered of a callback's last attempt is told from here."""
ACCEPT_SECONDS = 4
"""For the key, after the words; they are said twice."""
RING_SECONDS = 30
LONG_SECONDS = 15
"""Whom a phone, or our question, has called in vain for so long was not reached, also if the member hangs up first."""
SUBSCRIBER = "^0([2-9][0-9]|1[5-7])[0-9]{4,12}$"
"""Fixed lines and mobiles, with their area code."""
NEVER = "^0(32|700|800|900)"
"""Nationwide, personal, toll-free and premium numbers among them."""

_ASKED = "teamline-callback-asked"
_SHOWN = "teamline-callback-shown"
_ENDED = "teamline-callback-ended"
_KEPT = "teamline-callback-kept"
_SORRY = "teamline-callback-sorry"
_FAMILY = "teamline-callback"
_TODAY = "${STRFTIME(${EPOCH},UTC,%w)}"
_KEY = "SHARED(TEAMLINE_KEY)"
_SINCE = "SHARED(TEAMLINE_SINCE)"
_CITIZEN = f"SHARED(TEAMLINE_CITIZEN,{FIRST_END})"
_RESULT = "${TEAMLINE_ATTEMPT}:${TEAMLINE_STATUS}:${TEAMLINE_CAUSE}:${TEAMLINE_PRESSED}"


def contexts(centre: Centre, wiring: Wiring) -> Iterator[str]:
    """From the dial to what is remembered of it."""
    yield _dials(centre, wiring)
    yield _shown(centre)
    yield _asked(wiring)
    yield _key_kept()
    yield _left_alone()
    yield _sorry(wiring)
    yield _ended()
    yield _remembers()


def _dials(centre: Centre, wiring: Wiring) -> str:
    steps = (
        NO_LIMIT,
        Step("StopPlayTones()"),
        Step("Set(TEAMLINE_NEXT=${FILTER(0-9,${TEAMLINE_NEXT}):0:3})", "which attempt this is"),
        Step('GotoIf($["${TEAMLINE_NEXT}" = "" | "${TEAMLINE_NEXT}" = "${TEAMLINE_ATTEMPT}"]?bye)', "each dials once"),
        Step("Set(__TEAMLINE_ATTEMPT=${TEAMLINE_NEXT})"),
        Step("Set(__TEAMLINE_CALLBACK=${UNIQUEID:0:-2})", "the id of the callback, without -2"),
        Step(r"Set(__TEAMLINE_LEG=${CUT(CHANNEL,\;,1)})"),
        Step(f"Set({_KEY}=)"),
        Step(f"Set({_SINCE}=${{EPOCH}})"),
        Step(f"Set(CHANNEL(hangup_handler_push)={_ENDED},s,1)"),
        Step("Set(_TEAMLINE_SHOWN=${FILTER(0-9+,${TEAMLINE_SHOWN}):0:32})", "compared on the leg that rings"),
        Step("Set(TEAMLINE_RINGS=${FILTER(0-9,${TEAMLINE_RINGS}):0:3})"),
        Step(f"ExecIf($[0${{TEAMLINE_RINGS}} = 0]?Set(TEAMLINE_RINGS={RING_SECONDS}))"),
        *_kiosks(centre),
        *(_outside(centre, token(wiring.trunk, "trunk")) if wiring.trunk else ()),
        Step(f"Set(TEAMLINE_OVER={'REFUSED' if wiring.trunk else 'CHANUNAVAIL'})", "nothing that may be dialled"),
        Step("Hangup()", label="bye"),
        Step("Set(TEAMLINE_OVER=${DIALSTATUS})", "else the member has hung up before the citizen", "over"),
        Step("Hangup()"),
        Step(
            'Set(TEAMLINE_OVER=${IF($["${DIALSTATUS}" = "CHANUNAVAIL"]?NOANSWER:${DIALSTATUS})})',
            "a kiosk that is off is nobody's fault here",
            "kiosk",
        ),
        Step("Hangup()"),
    )
    return section(
        f"[{DIALS}]", extension("s", *steps), "the second end of a placeholder, with the member on the first"
    )


def _kiosks(centre: Centre) -> Iterator[Step]:
    for kiosk in centre.kiosks:
        id_ = token(kiosk, "kiosk")
        yield Step(f'ExecIf($["${{TEAMLINE_RING_KIOSK}}" = "{id_}"]?{_dial(f"PJSIP/{id_}")})')
        yield Step(f'GotoIf($["${{TEAMLINE_RING_KIOSK}}" = "{id_}"]?kiosk)')


def _outside(centre: Centre, trunk: str) -> Iterator[Step]:
    number = "${TEAMLINE_DIAL}"
    yield Step(f'Set(TEAMLINE_MAY=${{REGEX("{SUBSCRIBER}" {number})}})', "the house's own plan, once more")
    yield Step(f'ExecIf(${{REGEX("{NEVER}" {number})}}?Set(TEAMLINE_MAY=0))')
    for also in centre.callbacks.also_allowed:
        exactly = digits(dialled(_with_plus(also)), "callbacks.also_allowed")
        yield Step(f'ExecIf($["{number}" = "{exactly}"]?Set(TEAMLINE_MAY=1))')
    yield Step(f"ExecIf(${{TEAMLINE_MAY}}?{_dial(f'PJSIP/{number}@{trunk}')})")
    yield Step("GotoIf(${TEAMLINE_MAY}?over)")


def _with_plus(number: str) -> str:
    """As records have it: `0049...` is dialled as `+49...` is."""
    return f"+{number[2:]}" if number.startswith("00") else number


def _dial(whom: str) -> str:
    # i, I: no call forward, no names; r: the member hears it ring; g: whoever hangs up there, it is told here
    return f"Dial({whom},${{TEAMLINE_RINGS}},riIgb({_SHOWN}^s^1)U({_ASKED}^s^1))"


def _shown(centre: Centre) -> str:
    ours = [centre.entry[0], *(team.outbound_caller_id for team in centre.teams.values() if team.outbound_caller_id)]
    first, *others = dict.fromkeys(digits(number, "outbound caller ID") for number in ours)
    steps = (
        Step(f"Set(CONNECTEDLINE(num,i)={first})"),
        *(
            Step(f'ExecIf($["${{TEAMLINE_SHOWN}}" = "{number}"]?Set(CONNECTEDLINE(num,i)={number}))')
            for number in others
        ),
        Step("Set(CONNECTEDLINE(name,i)=)"),
        Step("Set(CONNECTEDLINE(pres,i)=allowed)"),
        Step("Return()"),
    )
    return section(f"[{_SHOWN}]", extension("s", *steps), "on the citizen's leg before it rings: a number of ours")


def _asked(wiring: Wiring) -> str:
    words = "&".join(path(sound, "callback sound") for sound in wiring.callback_sounds)
    answered = '"${TEAMLINE_ACCEPT}" != ""'
    steps = (
        Step("Set(TEAMLINE_ACCEPT=)"),
        Step(f"Set(CHANNEL(hangup_handler_push)={_KEPT},s,1)"),
        Step(f"Set({_CITIZEN}=${{CHANNEL}})", "for the member's end, should it go"),
        Step(f"Set(SHARED(TEAMLINE_SINCE,{SECOND_END})=${{EPOCH}})", "somebody has picked up: we begin to ask"),
        *ask(wiring.agi, "callback,${TEAMLINE_CALLBACK}", "asked", answered),
        Step(f"GotoIf($[{answered}]?heard)", label="asked"),
        NO_LIMIT,
        Step(
            f"Read(TEAMLINE_ACCEPT,{words},1,,2,{ACCEPT_SECONDS})", "no router: a person presses 1, a machine does not"
        ),
        Step("Set(TEAMLINE_ACCEPT=${FILTER(0-9,${TEAMLINE_ACCEPT}):0:1})", label="heard"),
        NO_LIMIT,
        Step(f"Set(SHARED(TEAMLINE_KEY,{SECOND_END})=${{TEAMLINE_ACCEPT}})", "for the end that dials"),
        Step(f"Set({_CITIZEN}=)"),
        Step(f'GotoIf($["${{TEAMLINE_ACCEPT}}" = "1" & ${{CHANNEL_EXISTS({FIRST_END})}}]?talk)'),
        Step("Set(GOSUB_RESULT=CONTINUE)", "hang up here; the attempt is over"),
        Step("Return()"),
        Step(f"Set(DB({_FAMILY}-{_TODAY}/${{TEAMLINE_CALLBACK}})=${{TEAMLINE_ATTEMPT}}:ANSWER:0:1)", "", "talk"),
        told("connected", "Attempt: ${TEAMLINE_ATTEMPT}"),
        Step("Return()"),
    )
    return section(f"[{_ASKED}]", extension("s", *steps), "on the citizen's leg, before the member is joined to it")


def _key_kept() -> str:
    said = '"${TEAMLINE_ACCEPT}" = "2" | "${TEAMLINE_ACCEPT}" = "3"'
    kept = f"SHARED(TEAMLINE_KEY,{SECOND_END})=${{TEAMLINE_ACCEPT}}"
    steps = (
        Step(f"ExecIf($[{said}]?Set({kept}))", "also of whoever hangs up in the goodbye"),
        Step(f"Set({_CITIZEN}=)"),
        Step("Return()"),
    )
    return section(f"[{_KEPT}]", extension("s", *steps), "the citizen's leg is gone")


def _left_alone() -> str:
    citizen = "${SHARED(TEAMLINE_CITIZEN)}"
    steps = (
        Step(f'ExecIf($["{citizen}" != ""]?ChannelRedirect({citizen},{_SORRY},s,1))', "still at the question"),
        Step("Return()"),
    )
    return section(f"[{LEFT_ALONE}]", extension("s", *steps), "the placeholder's first end is gone, the member with it")


def _sorry(wiring: Wiring) -> str:
    words = "&".join(path(sound, "callback sound") for sound in wiring.later_sounds)
    steps = (*((Step(f"Playback({words})"),) if words else ()), Step("Hangup()"))
    return section(f"[{_SORRY}]", extension("s", *steps), "a citizen whose member has hung up before the key")


def _ended() -> str:
    steps = (
        Step("Set(TEAMLINE_STATUS=${FILTER(A-Z,${TEAMLINE_OVER})})"),
        Step('GotoIf($["${TEAMLINE_STATUS}" != ""]?told)'),
        Step(
            f"Set(TEAMLINE_STATUS=${{IF($[${{EPOCH}} - 0${{{_SINCE}}} < {LONG_SECONDS}]?CANCEL:NOANSWER)}})",
            "the member was first",
        ),
        Step("Set(TEAMLINE_CAUSE=${FILTER(0-9,${HANGUPCAUSE}):0:3})", label="told"),
        Step(f"Set(TEAMLINE_PRESSED=${{FILTER(0-9,${{{_KEY}}}):0:1}})"),
        Step(f"Set(DB({_FAMILY}-{_TODAY}/${{TEAMLINE_CALLBACK}})={_RESULT})", "for a router that was away"),
        told("ended", "Attempt: ${TEAMLINE_ATTEMPT}", f"Result: {_RESULT}"),
        Step(
            f"QueueLog(${{TEAMLINE_QUEUE}},${{TEAMLINE_CALLBACK}},NONE,TEAMLINE_CALLBACK,{_RESULT})",
            "the same for whoever reads queue_log",
        ),
        *(Step(f"DBdeltree({_FAMILY}-$[({_TODAY} + {days}) % 7])") for days in range(1, 5)),
        Step("Return()"),
    )
    return section(f"[{_ENDED}]", extension("s", *steps), "the dialling end is gone, whoever hung up")


def _remembers() -> str:
    found = f"DB({_FAMILY}-{_TODAY}/${{TEAMLINE_CALLBACK}})"
    before = f"DB({_FAMILY}-$[({_TODAY} + 6) % 7]/${{TEAMLINE_CALLBACK}})"
    steps = (
        Step(r"Set(TEAMLINE_CALLBACK=${FILTER(A-Za-z0-9_\-,${TEAMLINE_CALLBACK})})"),
        Step(f"Set(TEAMLINE_RESULT=${{{found}}})"),
        Step(f'ExecIf($["${{TEAMLINE_RESULT}}" = ""]?Set(TEAMLINE_RESULT=${{{before}}}))', "begun before midnight"),
        told("remembered", "Result: ${TEAMLINE_RESULT}"),
        Step("Hangup()"),
    )
    return section(f"[{REMEMBERS}]", extension("s", *steps), "a manager user may not read the database, an event tells")
