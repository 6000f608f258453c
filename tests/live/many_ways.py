"""A centre with a team for every way out of a line, the dialplan that leads there, and the calls that take it.

Teamline's own dialplan has no time-out and no key exit yet: this one brings them, telling its visits as Teamline's
does. Its callers dial a number of their own and reach the team whose code is in their From, without a dialogue: so
they stand in line when SIPp hears the answer, and SIPp's clock knows how long.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from running_lab import RunningLab, citizen, rewrite, until
from small_centre import SmallCentre

from telephony.dialplan.extensions import QUEUE_OPTIONS
from telephony.dialplan.lines import Step, extension, section
from telephony.dialplan.steps import ARRIVAL, OUTSIDE_CALLER
from telephony.dialplan.visits import joins, left
from telephony.lab.calls import CitizenCall
from telephony.lab.phones import Habits, Manner

ENTRY = "0211910000"
DIRECT = "0211910001"
MEMBERS = 10
TARGET_SECONDS = 5
LONG_TARGET_SECONDS = 60
"""Of teams whose callers may wait for about TARGET_SECONDS."""
TIMEOUT_SECONDS = 2
SLICE_SECONDS = 1
SLICED_STAY = 3.6
AFTER_TIMEOUT_SECONDS = 1
CHOSEN_SECONDS = (1.0, 3.0, 7.0, 9.0)
"""None near the team's target or its short abandon, of five seconds both."""
PATIENCE = 100.0


@dataclass(frozen=True, slots=True)
class Way:
    """Callers who are to leave the line in one way. `stay`: seconds until they hang up, counted on from the answer."""

    team: str
    code: str
    count: int
    stays: Sequence[float] = (PATIENCE,)
    steps: tuple[str | float, ...] = ()

    @property
    def calls(self) -> Sequence[CitizenCall]:
        return [
            citizen(*self.steps, caller=self.caller(index), stay=self.stays[index % len(self.stays)])
            for index in range(self.count)
        ]

    def caller(self, index: int) -> str:
        return f"0211{self.code}{index:04d}"


LISTENS = 1.5


def _dialogue(number: str) -> tuple[str | float, ...]:
    """As people key: an answer a question; `#` cuts the announcement short."""
    return (f"{number}#", LISTENS, "1", LISTENS, "1", LISTENS, "#")


ASKS = Way("talks", "10", 20, steps=_dialogue("1021"))
"""Through the dialogue. Who is not understood there is answered, too, by the general line."""
NOT_IN_LINE = Way("nowhere", "11", 10, (1.5,))
"""Hang up in the dialogue: in nobody's books."""
TALKS = Way("talks", "12", 30)
PARTS = Way("parts", "13", 40, (3.0,))
BRIEF = Way("brief", "20", 25)
REJECTS = Way("rejects", "21", 20)
TOGETHER = Way("together", "22", 20)
GIVES_UP = Way("givesup", "23", 45, CHOSEN_SECONDS)
RINGS_ON = Way("ringson", "24", 20, (3.0,))
TIMES_OUT = Way("timesout", "25", 10)
STAYS_ON = Way("timesout", "26", 10)
SLICED = Way("sliced", "27", 10, (SLICED_STAY,))
KEYED = Way("keyed", "30", 20, steps=(1.5, "1"))
MOVED = Way("moved", "40", 15)
LOST = Way("lost", "41", 5)
LATE = Way("late", "42", 10)
TARGET_OF_MOVES = "taken"

AT_ONCE = (TALKS, PARTS, BRIEF, REJECTS, TOGETHER, GIVES_UP, RINGS_ON, TIMES_OUT, STAYS_ON, SLICED)
IN_LINE = (MOVED, LOST, LATE)
IN_BOOKS = (ASKS, *AT_ONCE, KEYED, *IN_LINE)
WAYS = (*IN_BOOKS, NOT_IN_LINE)
WAY_OF_CODE = {way.code: way for way in WAYS}

GENERAL = "general"
_FIRST = [TALKS.team, PARTS.team]
_OTHERS = [*dict.fromkeys(way.team for way in IN_BOOKS if way.team not in _FIRST), TARGET_OF_MOVES]
TEAMS = [GENERAL, *_FIRST, *_OTHERS]

_CENTRE = f"""\
centre: {{name: Testamt, land: NW, timezone: Europe/Berlin}}
entry: ["{ENTRY}"]
hours: {{default: always}}
languages: {{"1": de}}
numbers: {{customer: "99A9", household: "999BG99"}}
targets: {{answer_seconds: {TARGET_SECONDS}, short_abandon_seconds: {TARGET_SECONDS}}}
limits: {{ivr_seconds: 30}}
general_line: {GENERAL}
sites:
  - {{id: nord, name: Nord}}
areas:
  - {{id: A1, name: Nord 1, site: nord, benefit: [{TALKS.team}, {PARTS.team}], placement: work1}}
  - {{id: A2, name: Nord 2, site: nord, benefit: [{", ".join(_OTHERS)}], placement: work2, benefit_rule: customer-file}}
members: {{}}
teams:
  {GENERAL}: {{name: Zentrale, kind: general, extension: "2000", target_seconds: {LONG_TARGET_SECONDS}}}
  work1: {{name: Vermittlung 1, kind: placement, extension: "2001"}}
  work2: {{name: Vermittlung 2, kind: placement, extension: "2002"}}
"""

CUSTOMERS = """\
customer_number,household,area
10A1,100BG02,A1
"""

ANSWERS = Habits(ring_seconds=(0.1, 0.3), talk_seconds=(0.5, 2.5))
WAITS_FOR_THE_CALLER = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(PATIENCE, PATIENCE))
HANGS_UP_AT_ONCE = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(0.0, 0.0))
PICKS_UP_TOGETHER = Habits(ring_seconds=(0.2, 0.2), talk_seconds=(0.3, 0.3))
RINGS = Habits(Manner.RINGS_ON)
TURNS_DOWN = Habits(Manner.TURNS_DOWN)


def team_of(member: str) -> str:
    """Of a member that the lab has invented."""
    return member.split("-")[1]


def members(team: str, count: int, after: int = 0) -> Sequence[str]:
    """Some of the members that the lab invents."""
    return [f"lab-{team}-{number}" for number in range(after + 1, after + count + 1)]


_ANSWERING = [
    *(*members(GENERAL, 2), *members(TALKS.team, 6)),
    *(*members(REJECTS.team, 3, after=2), *members(TARGET_OF_MOVES, 5)),
]
PHONES: Sequence[tuple[Habits, Sequence[str]]] = (
    (ANSWERS, _ANSWERING),
    (WAITS_FOR_THE_CALLER, members(PARTS.team, 10)),
    (HANGS_UP_AT_ONCE, members(BRIEF.team, 2)),
    (PICKS_UP_TOGETHER, members(TOGETHER.team, 2)),
    (RINGS, members(RINGS_ON.team, 4)),
    (TURNS_DOWN, members(REJECTS.team, 2)),
)
"""Who is there from the beginning; the members of `late` come later, and nobody else ever."""
LATE_MEMBERS = members(LATE.team, 4)


def target_of(team: str) -> int:
    """Seconds."""
    return LONG_TARGET_SECONDS if team in (GENERAL, TALKS.team, PARTS.team, TARGET_OF_MOVES) else TARGET_SECONDS


def centre(folder: Path) -> Sequence[str]:
    """The options of a lab of this centre, written below `folder`."""
    teams = [
        f'  {team}: {{name: Team {team}, kind: benefit, extension: "{number}", target_seconds: {target_of(team)}}}'
        for number, team in enumerate(TEAMS[1:], start=2101)
    ]
    written = SmallCentre(folder).write(_CENTRE + "\n".join(teams) + "\n", CUSTOMERS)
    return ["--config", str(written.teams), "--customers", str(written.customers), "--members", str(MEMBERS)]


def add_ways(lab: RunningLab) -> None:
    """Teach the running Asterisk what Teamline has not yet."""
    etc = lab.folder / "asterisk" / "etc"
    _append(etc / "extensions.conf", "\n".join(_dialplan()))
    queues = etc / "teamline.d" / "queues.conf"
    rewrite(queues, _with_ways(queues.read_text(encoding="utf-8")))
    lab.console("dialplan reload")
    lab.console("queue reload all")
    until(lambda: "'in'" in lab.console("dialplan show ways"), 10, "the dialplan of the ways")
    until(lambda: "'ringall'" in lab.console(f"queue show {TOGETHER.team}"), 10, "phones that ring together")


def _append(file: Path, text: str) -> None:
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{text}\n", encoding="utf-8")


def _with_ways(rendered: str) -> str:
    """queues.conf with a team whose phones ring all at once, and one whose line a key leaves."""
    team = rendered[rendered.index("[teamline-team](!)") :].partition("\n[")[0]
    together = team.replace("teamline-team", "ways-together").replace("strategy = rrmemory", "strategy = ringall")
    text = rendered.replace(team, f"{team}\n{together}")  # app_queue.c takes the first strategy of a queue
    text = text.replace(f"[{TOGETHER.team}](teamline-team)", f"[{TOGETHER.team}](ways-together)")
    return text + section(f"[{KEYED.team}](+)", ["context = ways-keys"])


def _dialplan() -> Iterator[str]:
    yield section("[teamline-in](+)", extension(DIRECT, Step("Goto(ways,in,1)")))
    named = (
        Step("Answer(,i)", "at once, not when sound comes: SIPp's clock begins here"),
        Step("Set(TEAMLINE_RULE=${TEAMLINE_CALLER})", "whose call a fact is about"),
        Step("Goto(ways,${TEAMLINE_CALLER:4:2},1)"),
    )
    lines = extension("in", *ARRIVAL, *OUTSIDE_CALLER, *named)
    for way in (*AT_ONCE, KEYED, *IN_LINE):
        if way not in (TIMES_OUT, STAYS_ON, SLICED):
            lines += extension(way.code, Step(f"Goto(teamline-queue,{way.team},1)"))
    queue = f"Queue({TIMES_OUT.team},{QUEUE_OPTIONS},,,{TIMEOUT_SECONDS})"
    line = (*joins(TIMES_OUT.team), Step(queue))
    lines += extension(TIMES_OUT.code, *line, Step("Hangup()"))
    lines += extension(STAYS_ON.code, *line, Step(f"Wait({AFTER_TIMEOUT_SECONDS})"), Step("Hangup()"))
    again = (
        *joins(SLICED.team, "line"),
        Step(f"Queue({SLICED.team},{QUEUE_OPTIONS},,,{SLICE_SECONDS})"),
        left(SLICED.team),
        Step("Goto(line)"),
    )
    lines += extension(SLICED.code, *again)
    yield section("[ways]", lines)
    yield section("[ways-keys]", extension("1", Step("Hangup()")))


def mixed(*ways: Way) -> Sequence[CitizenCall]:
    """The calls of all these ways, each way spread evenly over the whole."""
    placed = [((index + 0.5) / way.count, call) for way in ways for index, call in enumerate(way.calls)]
    return [call for _, call in sorted(placed, key=lambda each: each[0])]
