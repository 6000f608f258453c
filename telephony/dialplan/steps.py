"""Steps that several contexts share: the place in the fair line, a clean caller ID, the router's turn."""

from collections.abc import Sequence

from routing.fair_line import HORIZON
from telephony.dialplan.lines import Step, address

STEP_SECONDS = 10
"""How long the router may be silent before the dialplan goes on (it re-arms this for longer prompts)."""

RETURN_SECONDS = 3
"""The same for somebody who has left the line for a moment: whoever is away cannot be served."""

NO_LIMIT = Step("Set(TIMEOUT(absolute)=0)", "else the time-out of the IVR runs on and ends a call in line")

ARRIVAL = (
    Step("Set(__TEAMLINE_ARRIVAL=${EPOCH})", "first contact; every later order is this minus a credit"),
    Step(
        f"Set(QUEUE_PRIO=$[{HORIZON} - ${{TEAMLINE_ARRIVAL}}])",
        "without it the fallback would queue with 0, overtaken for ever",
    ),
)

FROM_ARRIVAL = f"$[{HORIZON} - ${{TEAMLINE_ARRIVAL}} + 0${{TEAMLINE_CREDIT}}]"

NO_ARRIVAL = Step(
    'ExecIf($["${TEAMLINE_ARRIVAL}" = ""]?Set(__TEAMLINE_ARRIVAL=${EPOCH}))',
    "a colleague calls: arrives now",
)

PLACE = (
    NO_ARRIVAL,
    Step(
        f'ExecIf($["${{QUEUE_PRIO}}" = ""]?Set(QUEUE_PRIO={FROM_ARRIVAL}))',
        "a place once given, raised or not, is kept over transfers and re-entry",
    ),
    Step("Set(__TEAMLINE_CONCERN=${FILTER(a-z,${TEAMLINE_CONCERN})})", "with __ the member's leg inherits it"),
)

_FROM = "CHANNEL(pjsip,remote_uri)"
_ADDRESS = f"CUT({_FROM},<,${{FIELDQTY({_FROM},<)}})"  # the last `<`: a name may hold others

OUTSIDE_CALLER = (
    Step(
        rf"Set(_TEAMLINE_CALLER=${{FILTER(0-9+:,${{CUT(CUT(CUT({_ADDRESS},@,1),\;,1),%,1)}})}})",
        "From's user, up to its parameters or an escaped character: the network's word is hostile; `_`: for one leg",
    ),
    Step("Set(_TEAMLINE_CALLER=${CUT(TEAMLINE_CALLER,:,2):0:32})", "between scheme and password, and not too long"),
    Step(
        f'ExecIf($[0${{REGEX("<(sips?:[^>@]*@|tel:)" ${{{_FROM}}})}} = 0]?Set(_TEAMLINE_CALLER=))',
        "a host alone is nobody's number",
    ),
)
"""A call from the trunk: its number is in From alone, never on the channel (`callerid` in pjsip.py)."""

HOUSE_CALLER = (Step("Set(_TEAMLINE_CALLER=${FILTER(0-9+,${CALLERID(num)})})", "as configured for this phone"),)

CLEAN_CALLER = (
    Step(
        "Set(TEAMLINE_PRIVACY=${TOLOWER(${FILTER(a-zA-Z,${PJSIP_HEADER(read,Privacy)})})})",
        "RFC 3323; PJSIP itself heeds it only where it trusts the trunk (res_pjsip_caller_id.c)",
    ),
    Step(
        'ExecIf($["${TEAMLINE_PRIVACY}" != "" & "${TEAMLINE_PRIVACY}" != "none"]?Set(_TEAMLINE_CALLER=))',
        "the same wish, said by a header",
    ),
    Step("Set(CALLERID(num)=)", "AMI and queue_log repeat it; from here on only TEAMLINE_CALLER knows"),
    Step("Set(CALLERID(num-pres)=allowed)", "nothing is left to withhold; else phones show no name either"),
    Step("Set(CALLERID(num-valid)=no)", "else the phone's INVITE has no user"),
    *(
        Step(f"Set({function}=)", why)
        for function, why in (
            ("CALLERID(name)", "free text from outside, in front of AMI, logs and phones"),
            ("CALLERID(subaddr)", "the same, in fields that nobody looks at"),
            ("CALLERID(tag)", ""),
            ("CALLERID(ani-all)", "CALLERID(ani)"),
            ("CALLERID(ani-subaddr)", ""),
            ("CALLERID(dnid)", ""),
            ("CALLERID(dnid-subaddr)", ""),
            ("CALLERID(rdnis)", ""),
            ("REDIRECTING(from-num,i)", "the Diversion header"),
            ("REDIRECTING(from-name,i)", ""),
            ("REDIRECTING(from-tag,i)", ""),
            ("REDIRECTING(to-num,i)", ""),
            ("REDIRECTING(to-name,i)", ""),
            ("REDIRECTING(to-tag,i)", ""),
            ("REDIRECTING(orig-num,i)", ""),
            ("REDIRECTING(orig-name,i)", ""),
            ("REDIRECTING(orig-tag,i)", ""),
            ("SIPDOMAIN", "the request's host"),
        )
    ),
)

NOTHING_DECIDED = tuple(
    Step(f"Set({name}=)", why)
    for name, why in (
        ("TEAMLINE_QUEUE", "believed only because our router sets it"),
        ("TEAMLINE_END", ""),
        ("TEAMLINE_ON_CALL", ""),
        ("TEAMLINE_CREDIT", ""),
        ("TEAMLINE_SLICE", ""),
        ("TEAMLINE_SINCE", ""),
        ("__TEAMLINE_CONCERN", ""),
    )
)


def _armed(seconds: int) -> tuple[Step, ...]:
    return (
        Step("Set(AGIEXITONHANGUP=yes)", "else Asterisk waits for a silent router for ever, even past the time-out"),
        Step(f"Set(TIMEOUT(absolute)={seconds})", "the router's silence ends in T, not in the caller's"),
    )


def ask(routers: Sequence[str], question: str, until: str, answered: str, seconds: int = STEP_SECONDS) -> list[Step]:
    """`AGI()` on each router in turn until the expression `answered` holds, then on to the label `until`.

    Each may be silent for so many seconds until its first step.
    A router that is away fails at once or after 2 s; one killed in mid-call counts as SUCCESS in AGISTATUS
    (res_agi.c, run_agi), so what it has set decides, not what it says.
    """
    steps: list[Step] = []
    for router in routers:
        if steps:
            steps.append(Step(f"GotoIf($[{answered}]?{until})", "else the second router"))
        steps += [*_armed(seconds), Step(f"AGI(agi://{address(router, 'router')}/{question})")]
    return steps
