"""extensions.conf: the way of a call, and where it lands when anything on that way is missing."""

from collections.abc import Iterator

from facts.place import FALLBACK
from routing.centre import Centre
from telephony.dialplan import callback_dial, callbacks, entrances, on_call, raised
from telephony.dialplan.lines import Step, document, extension, option, path, section, token
from telephony.dialplan.queue_application import queue
from telephony.dialplan.steps import (
    ARRIVAL,
    CLEAN_CALLER,
    HOUSE_CALLER,
    NO_LIMIT,
    NOTHING_DECIDED,
    OUTSIDE_CALLER,
    PLACE,
    RETURN_SECONDS,
    ask,
)
from telephony.dialplan.visits import joins, left
from telephony.dialplan.wiring import Wiring

PAUSE_SECONDS = 2
"""Between two tries to enter a line that returns at once: the caller stays, the processor rests."""

SHORTEST_SLICE_SECONDS = 5
"""A shorter one is none: 0 would let the caller out at once, again and again (`queue_exec` adds it to the start)."""

ALONE_SECONDS = 300
"""So long nobody is let out of line again for a router that is away; once it is back, its rules count again."""

QUEUE_OPTIONS = "iIb(teamline-display^s^1)"
"""i: no call forward by a phone; I: the caller learns no member's name; b: the concern for the member.

Not c (an ended talk would come back into line), t or T (transfers are REFER, in a context of their own),
x or X (nothing is recorded), h or H (`*` hangs nobody up).
"""

CONCERN_WORDS = {
    "de": {"money": "Geld", "job": "Arbeit", "documents": "Unterlagen", "emergency": "NOTFALL"},
    "en": {"money": "Money", "job": "Job", "documents": "Documents", "emergency": "EMERGENCY"},
}

CHOSEN = "${TEAMLINE_QUEUE}"
SLICE = "${TEAMLINE_SLICE}"

SLICED = (
    Step(
        f"Set(TEAMLINE_SLICE=${{FILTER(0-9,{SLICE}):0:4}})",
        "seconds in line until the router speaks again; empty: until answered",
    ),
    Step(f"ExecIf($[0{SLICE} < {SHORTEST_SLICE_SECONDS}]?Set(TEAMLINE_SLICE=))", "0 would be over at once"),
)

NOBODYS_DECISION = (
    Step("Set(TEAMLINE_TEAM=)", "what a router may have said before does not tell why the caller is here"),
    Step(f"Set(TEAMLINE_RULE={FALLBACK})"),
)

DECIDED = Step("Goto(teamline-decided,s,1)")

LATE_LIMIT = Step("Goto(s,1)", "a limit that AMI armed too late: in line again, with the same place")


def render(centre: Centre, wiring: Wiring) -> str:
    """The text of extensions.conf. Raises UnrenderableValue for what Asterisk could misread."""
    return document(wiring.version, [_globals(wiring), *entrances.contexts(centre), *_inner(centre, wiring)])


def _globals(wiring: Wiring) -> str:
    lines = [
        option("TEAMLINE_CONFIG", token(wiring.version, "configuration version"), "compared by readyz and doctor"),
        option(
            "TEAMLINE_PROMPTS",
            path(wiring.prompts, "prompts"),
            "the same: Asterisk and router share this folder",
        ),
    ]
    return section("[globals](+)", lines, "added to the globals that are there")


def _inner(centre: Centre, wiring: Wiring) -> Iterator[str]:
    yield _inbound(wiring)
    yield _kiosk_call(wiring)
    yield _decided()
    yield from on_call.contexts(centre, wiring)
    yield raised.context(centre)
    yield _line(wiring)
    yield _key()
    yield _after(wiring)
    yield from callbacks.contexts(wiring)
    yield from callback_dial.contexts(centre, wiring)
    yield _fallback(centre, wiring)
    yield _desk(wiring)
    yield _display(centre)


def _inbound(wiring: Wiring) -> str:
    question = _question(wiring, "inbound,${TEAMLINE_ARRIVAL},${TEAMLINE_TEXT}")
    return section(
        "[teamline-inbound]",
        [*extension("s", *ARRIVAL, *OUTSIDE_CALLER, *CLEAN_CALLER, *_opened(), *question), *_always_lands()],
        "a call from outside: noted, cleaned, then the router's",
    )


def _kiosk_call(wiring: Wiring) -> str:
    question = _question(wiring, "kiosk,${TEAMLINE_ARRIVAL},${TEAMLINE_KIOSK}")
    return section(
        "[teamline-kiosk-call]",
        [*extension("s", *ARRIVAL, *HOUSE_CALLER, *CLEAN_CALLER, *_opened(), *question), *_always_lands()],
        "a kiosk: the same; TEAMLINE_KIOSK comes from its endpoint",
    )


def _opened() -> tuple[Step, ...]:
    return (
        *NOTHING_DECIDED,
        Step("Set(__TRANSFER_CONTEXT=teamline-transfer)", "else a REFER runs in the phone's own context"),
        Step("Set(TIMEOUT(digit)=3)"),
        Step("Set(TIMEOUT(response)=5)"),
    )


def _question(wiring: Wiring, question: str) -> list[Step]:
    made = '"${TEAMLINE_QUEUE}${TEAMLINE_END}" != ""'
    return [*ask(wiring.agi, question, "decided", made), Step(DECIDED.application, label="decided")]


def _always_lands() -> list[str]:
    return [
        *extension(
            "T",
            Step(DECIDED.application, "the router fell silent: a complete decision counts, else fallback"),
        ),
        *extension("i", DECIDED),
        *extension("t", DECIDED),
        *extension("e", DECIDED),
    ]


def _decided() -> str:
    steps = (
        NO_LIMIT,
        Step(
            'GotoIf($["${TEAMLINE_END}" = "closed" | "${TEAMLINE_END}" = "kept"]?bye)',
            "told when we open again, or a message or a wish to be called is saved: no other goodbye",
        ),
        Step(f"GotoIf($[{on_call.WANTED}]?{on_call.START})", "an emergency while all are closed; once a call"),
        Step(
            r"Set(TEAMLINE_QUEUE=${FILTER(A-Za-z0-9_\-,${TEAMLINE_QUEUE})})",
            "the router sets it last: then all is set",
        ),
        Step("GotoIf($[${DIALPLAN_EXISTS(teamline-queue,${TEAMLINE_QUEUE},1)}]?teamline-queue,${TEAMLINE_QUEUE},1)"),
        Step("Goto(teamline-fallback,s,1)"),
        Step("Hangup()", label="bye"),
    )
    return section("[teamline-decided]", extension("s", *steps), "what the router decided, or the general line")


def _line(wiring: Wiring) -> str:
    steps = (
        NO_LIMIT,
        *PLACE,
        Step("Answer()", "Queue does not answer by itself"),
        Step(
            "GotoIf($[${QUEUE_EXISTS(${TEAMLINE_QUEUE})}]?:teamline-fallback,s,1)",
            "a queue taken away by a reload",
        ),
        *SLICED,
        Step("Set(TEAMLINE_JOINED=${EPOCH})"),
        Step(
            'ExecIf($["${TEAMLINE_SINCE}" = ""]?Set(TEAMLINE_SINCE=${EPOCH}))',
            "the first stay of this call with this team; its rules count from here",
        ),
        *joins(CHOSEN),
        Step(queue(CHOSEN, wiring.asterisk, QUEUE_OPTIONS, timeout=SLICE)),
        Step(
            "GotoIf($[0${ANSWEREDTIME_MS} > 0]?bye)",
            "a talk has ended; QUEUESTATUS is empty for a lost queue too",
        ),
        left(CHOSEN),
        Step(
            f"ExecIf($[${{EPOCH}} - ${{TEAMLINE_JOINED}} < {PAUSE_SECONDS}]?Wait({PAUSE_SECONDS}))",
            "a queue that returns at once must not become a busy loop",
        ),
        Step("Goto(teamline-after,s,1)"),
        Step("Hangup()", label="bye"),
    )
    lines = [*extension("s", *steps), *extension("T", left(CHOSEN, "TIMEOUT"), LATE_LIMIT)]
    return section("[teamline-line]", lines, "in line for TEAMLINE_QUEUE, as long as the caller stays")


def _key() -> str:
    steps = (
        Step("Set(TEAMLINE_QUEUE=${TEAMLINE_LINE})", "the line that it was pressed in"),
        Step("Set(QUEUESTATUS=KEY)", "app_queue leaves it as it was"),
        left(CHOSEN),
        Step("Goto(teamline-after,s,1)"),
    )
    return section(
        "[teamline-key]", extension("#", *steps), "the only key that counts in line: other ways to be helped"
    )


def _after(wiring: Wiring) -> str:
    question = "after-queue,${TEAMLINE_ARRIVAL},${TEAMLINE_QUEUE},${QUEUESTATUS},${TEAMLINE_TEXT}"
    alone = Step(f"Set(TEAMLINE_SLICE={ALONE_SECONDS})", "a router that is away is seldom asked again, not never")
    asked = ask(wiring.agi, question, "again", '"${AGISTATUS}" = "SUCCESS"', RETURN_SECONDS)
    again = Step(DECIDED.application, "the same queue with the same place, unless the router chose another", "again")
    return section(
        "[teamline-after]",
        [*extension("s", alone, *asked, again), *_always_lands()],
        "left the line unanswered",
    )


def _fallback(centre: Centre, wiring: Wiring) -> str:
    sounds = "&".join(path(sound, "fallback sound") for sound in wiring.fallback_sounds)
    spoken = (Step(f"Playback({sounds})", "a missing file is passed over"),) if sounds else ()
    general = token(centre.teams[centre.general_line].queue, "general line")
    steps = (
        NO_LIMIT,
        *PLACE,
        *NOBODYS_DECISION,
        Step("Answer()"),
        *spoken,
        *joins(general, "line"),
        Step(queue(general, wiring.asterisk, QUEUE_OPTIONS)),
        Step("GotoIf($[0${ANSWEREDTIME_MS} > 0]?bye)", "a talk has ended"),
        left(general),
        Step(f"Wait({PAUSE_SECONDS})", "full, withdrawn or being reloaded: never a busy loop, never a hang-up"),
        Step("Goto(line)"),
        Step("Hangup()", label="bye"),
    )
    lines = [*extension("s", *steps), *extension("T", left(general, "TIMEOUT"), LATE_LIMIT)]
    return section("[teamline-fallback]", lines, "no decision: the general line, in the caller's place")


def _desk(wiring: Wiring) -> str:
    lines: list[str] = []
    for wish in ("sign", "pause", "more", "announce"):
        question = ask(wiring.agi, f"member,{wish},${{TEAMLINE_MEMBER}}", "bye", '"${AGISTATUS}" != "FAILURE"')
        away = Step('ExecIf($["${AGISTATUS}" = "FAILURE"]?Congestion(5))', "the tone says: the desk is away", "bye")
        lines += extension(wish, *question, away, Step("Hangup()"))
    rings = "teamline-kiosk-ring,${TEAMLINE_RUNG},1"
    lines += extension(
        "ring",
        Step("Set(TEAMLINE_REFUSED=)"),
        *ask(wiring.agi, "member,ring,${TEAMLINE_RUNG}", "asked", '"${AGISTATUS}" != "FAILURE"'),
        Step(NO_LIMIT.application, label="asked"),
        Step(f'GotoIf($["${{TEAMLINE_REFUSED}}" = ""]?{rings})', "a router that is away has nothing against it"),
        Step("Hangup()"),
    )
    silent = Step(f'GotoIf($["${{TEAMLINE_RUNG}}" != ""]?{rings})', "a kiosk is rung, whoever is silent")
    lines += extension("T", NO_LIMIT, silent, Step("Congestion(5)"), Step("Hangup()"))
    return section("[teamline-desk]", lines, "who calls is said by the endpoint (TEAMLINE_MEMBER), never by From")


def _display(centre: Centre) -> str:
    words = CONCERN_WORDS["de" if centre.default_language.startswith("de") else "en"]
    word = [
        Step(f'ExecIf($["${{TEAMLINE_CONCERN}}" = "{concern}"]?Set(CONNECTEDLINE(name,i)={shown}))')
        for concern, shown in words.items()
    ]
    steps = (
        *word,
        Step(
            'ExecIf($["${TEAMLINE_CALLER}" != ""]?Set(CONNECTEDLINE(priv-num,i)=${TEAMLINE_CALLER}))',
            "private: From shows it, events do not; withheld, or a colleague, has none",
        ),
        Step("Return()"),
    )
    return section(
        "[teamline-display]",
        extension("s", *steps),
        "on the member's leg before it rings: a word and the number; AMI repeats what is not private",
    )
