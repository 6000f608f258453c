"""An emergency out of hours: the numbers of `emergency.on_call`, rung one after the other, each once.

Only numbers that teams.yaml names are ever dialled: each stands in the dialplan as it is, never as a pattern, never
taken from a channel. No endpoint and no transfer can name these contexts. A number of a member rings that phone; any
other one leaves by the trunk, through a Local channel, so that the caller hears ringing until a person has pressed
the key: a mobile phone's mailbox must not swallow an emergency.
"""

from collections.abc import Iterable, Iterator

from routing.centre import Centre
from routing.rules import Concern
from telephony.dialplan.lines import Step, digits, extension, path, section, token
from telephony.dialplan.steps import NO_LIMIT, ask
from telephony.dialplan.wiring import Wiring

START = "teamline-on-call,s,1"
WANTED = '"${TEAMLINE_END}${TEAMLINE_ON_CALL}" = "on-call"'
"""The router's wish, of a call that was not there before."""
ACCEPT_SECONDS = 4
"""For the key, after the words; they are said twice."""
ACCEPT_MOST_SECONDS = 30
"""The words and the key together: a call outside has so much longer than it rings."""

_TAKEN = "teamline-on-call-taken"
_ASKED = "teamline-on-call-asked"
_SHOWN = "teamline-on-call-shown"
_OUTSIDE = "teamline-on-call-outside"
_OVER = "teamline-on-call-over"


def contexts(centre: Centre, wiring: Wiring) -> Iterator[str]:
    """Every context of the emergency service; without numbers it is over before it begins."""
    yield _start(centre, wiring)
    yield _outside(centre, wiring)
    yield _asked(wiring)
    yield _taken()
    yield _shown(centre)
    yield _over(wiring)


def _start(centre: Centre, wiring: Wiring) -> str:
    steps = (
        NO_LIMIT,
        Step("Set(TEAMLINE_END=)"),
        Step("Set(TEAMLINE_ON_CALL=unanswered)", "nobody comes here twice: no loop"),
        Step("Set(TEAMLINE_QUEUE=)"),
        Step("Set(__TEAMLINE_CALL=${UNIQUEID})", "for whoever answers to name the call"),
        Step(f"Set(__TEAMLINE_CONCERN={Concern.EMERGENCY.value})", "for the phone that rings"),
        Step("Answer()"),
        *_rings(centre, wiring),
        Step(f"Goto({_OVER},s,1)"),
        Step("Hangup()", label="bye"),
    )
    late = Step("Goto(s,1)", "a limit that AMI armed too late: rung again, and without a limit now")
    lines = [*extension("s", *steps), *extension("T", late)]
    return section("[teamline-on-call]", lines, "an emergency while everybody is closed: each number once, in order")


def _rings(centre: Centre, wiring: Wiring) -> Iterator[Step]:
    phones = {member.phone: member.id for member in centre.members.values()}
    for number in centre.emergency.on_call:
        if number in phones:
            yield Step(_phone(token(phones[number], "member"), centre.emergency.ring_seconds))
        elif wiring.trunk:
            seconds = centre.emergency.ring_seconds + ACCEPT_MOST_SECONDS
            yield Step(f"Dial(Local/{digits(number, 'emergency.on_call')}@{_OUTSIDE},{seconds},riI)")
        else:
            continue
        yield Step('GotoIf($["${DIALSTATUS}" = "ANSWER"]?bye)', "somebody has talked with the caller")


def _phone(member: str, seconds: int) -> str:
    # r: the caller hears it ring; i, I: no call forward, no names; b: the concern for whoever answers
    return f"Dial(PJSIP/{member},{seconds},riIb(teamline-display^s^1)U({_TAKEN}^s^1))"


def _outside(centre: Centre, wiring: Wiring) -> str:
    phones = {member.phone for member in centre.members.values()}
    numbers = [number for number in centre.emergency.on_call if number not in phones] if wiring.trunk else []
    trunk = token(wiring.trunk, "trunk") if wiring.trunk else ""
    ring = f"{centre.emergency.ring_seconds},iIb({_SHOWN}^s^1)U({_ASKED}^s^1)"
    lines = [
        line
        for number in (digits(found, "emergency.on_call") for found in numbers)
        for line in extension(number, Step(f"Dial(PJSIP/{number}@{trunk},{ring})"), Step("Hangup()"))
    ]
    return section(
        f"[{_OUTSIDE}]", lines, "public numbers of teams.yaml exactly, by the trunk: reached from above only"
    )


def _asked(wiring: Wiring) -> str:
    words = "&".join(path(sound, "on-call sound") for sound in wiring.on_call_sounds)
    steps = (
        Step("Set(TEAMLINE_ACCEPT=)"),
        Step(f"Read(TEAMLINE_ACCEPT,{words},1,,2,{ACCEPT_SECONDS})", "a person presses 1, a mailbox does not"),
        Step(f'GotoIf($["${{TEAMLINE_ACCEPT}}" = "1"]?{_TAKEN},s,1)'),
        Step("Set(GOSUB_RESULT=CONTINUE)", "hang up here; the caller goes on to the next number"),
        Step("Return()"),
    )
    return section(f"[{_ASKED}]", extension("s", *steps), "on the leg outside, before the caller is joined to it")


def _taken() -> str:
    steps = (
        Step(r"UserEvent(TeamlineOnCall,Call: ${FILTER(0-9A-Za-z_.\-,${TEAMLINE_CALL})})", "for the books"),
        Step("Return()"),
    )
    return section(f"[{_TAKEN}]", extension("s", *steps), "on the leg of whoever takes the emergency")


def _shown(centre: Centre) -> str:
    general = centre.teams[centre.general_line]
    number = digits(general.outbound_caller_id or centre.entry[0], "outbound caller ID")
    steps = (
        Step(f"Set(CONNECTEDLINE(num,i)={number})", "ours: the citizen's number stays in the house"),
        Step("Set(CONNECTEDLINE(name,i)=)"),
        Step("Set(CONNECTEDLINE(pres,i)=allowed)"),
        Step("Return()"),
    )
    return section(f"[{_SHOWN}]", extension("s", *steps), "on the leg outside, before it rings")


def _goodbye(wiring: Wiring) -> Iterator[Step]:
    """No router: a word all the same, in the language that the caller chose; a missing file is passed over."""
    chosen = r"${FILTER(a-z\-,${TEAMLINE_LANGUAGE})}"
    for language, sounds in wiring.goodbye_sounds_in.items():
        said = _played(sounds)
        yield Step(f'GotoIf($["{chosen}" != "{token(language, "language")}"]?not-{language})')
        yield Step(said)
        yield Step("Hangup()")
        yield Step("NoOp()", label=f"not-{language}")
    if wiring.goodbye_sounds:
        yield Step(_played(wiring.goodbye_sounds), "no router: a word all the same")


def _played(sounds: Iterable[str]) -> str:
    return f"Playback({'&'.join(path(sound, 'goodbye sound') for sound in sounds)})"


def _over(wiring: Wiring) -> str:
    made = '"${TEAMLINE_QUEUE}${TEAMLINE_END}" != ""'
    asked = ask(wiring.agi, "on-call,${TEAMLINE_ARRIVAL}", "asked", made)
    after = (
        NO_LIMIT,
        Step(f"GotoIf($[{made}]?teamline-decided,s,1)", "the router said goodbye, or somebody has opened meanwhile"),
        *_goodbye(wiring),
        Step("Hangup()"),
    )
    lines = [
        *extension("s", *asked, Step(f"Goto({_OVER},over,1)", label="asked")),
        *extension("over", *after),
        *extension("T", Step(f"Goto({_OVER},over,1)", "the router fell silent")),
    ]
    return section(f"[{_OVER}]", lines, "nobody answered: the router asks for a message, then says goodbye")
