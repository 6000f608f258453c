"""What is left of calls: the journal's facts, the report's rows, Asterisk's own queue_log, the router's log."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import redis
from running_lab import RunningLab, until

from facts.call import CallerJoined, CallerLeft, CallFact, MemberRang, RingEnded
from facts.kinds import Journalled
from facts.record import fact_from
from facts.wait import EstimateFact
from facts.watch import GapSeen
from store.journal import PREFIX

FIGURES = ("offered", "answered", "abandoned", "flowed_out", "lost", "waiting")
JOURNAL_SECONDS = 10
CONNECTED = "AMI connected"


def journal(lab: RunningLab) -> Sequence[Journalled]:
    """Every fact of the store, in order; no id stands in it twice."""
    with redis.Redis.from_url(lab.told["redis"]) as store:
        days = sorted(key for key in store.scan_iter(match=f"{PREFIX}*") if store.type(key) == b"stream")
        facts = [fact_from(fields[b"f"]) for day in days for _, fields in store.xrange(day)]
    twice = [fact_id for fact_id, count in Counter(fact.id for fact in facts).items() if count > 1]
    assert [] == twice
    return facts


def story(facts: Sequence[Journalled], call: str) -> Sequence[str]:
    """What became of a call, ringing and what was said of its wait left out: `joined L01`, `abandoned`, `CallEnded`."""
    own = [fact for fact in facts if isinstance(fact, CallFact) and fact.place.call == call]
    return [_word(fact) for fact in own if not isinstance(fact, MemberRang | RingEnded | EstimateFact)]


def _word(fact: CallFact) -> str:
    if isinstance(fact, CallerJoined):
        return f"joined {fact.place.queue}"
    if isinstance(fact, CallerLeft):
        return f"{fact.cause} and returns" if fact.returns else str(fact.cause)
    return type(fact).__name__


def until_told(lab: RunningLab, wanted: Mapping[str, Sequence[str]]) -> None:
    """Wait until the journal tells exactly these stories of these calls."""
    wrong: dict[str, Sequence[str]] = {}

    def are_told() -> bool:
        facts = journal(lab)
        told = {call: story(facts, call) for call in wanted}
        wrong.clear()
        wrong.update({call: told[call] for call in wanted if told[call] != [*wanted[call]]})
        return not wrong

    try:
        until(are_told, JOURNAL_SECONDS, "the stories in the journal")
    except AssertionError:
        raise AssertionError(f"told {wrong}, wanted { ({call: [*wanted[call]] for call in wrong}) }") from None


def newest_gap(lab: RunningLab) -> GapSeen:
    """The gap that the router told last, out of the journal."""
    since = said(lab, "gap_closed")[-1]["since"]

    def told() -> GapSeen | None:
        gaps = (fact for fact in journal(lab) if isinstance(fact, GapSeen))
        return next((gap for gap in gaps if gap.since == since), None)

    return until(told, JOURNAL_SECONDS, "the gap in the journal")  # type: ignore[return-value]


def report(lab: RunningLab) -> Mapping[str, Counter[str]]:
    """`teamline report` of today: team -> figures, each of which balances."""
    done = lab.command("report", "--format", "json")
    assert 0 == done.returncode, done.stderr
    rows = {row["team"]: Counter({name: row[name] for name in FIGURES}) for row in json.loads(done.stdout)}
    assert [] == [team for team, row in rows.items() if 2 * row["offered"] != row.total()]
    return rows


def entrances(lab: RunningLab) -> Counter[str]:
    """By Asterisk's own queue_log, as a reader who knows nothing of us: queue -> calls that entered it."""
    log = lab.folder / "asterisk" / "log" / "queue_log"
    lines = [line.split("|") for line in log.read_text(errors="replace").splitlines()]
    joined = {(queue, call) for _, call, queue, _, event, *_ in lines if event == "ENTERQUEUE"}
    return Counter(queue for queue, _ in joined)


@dataclass(frozen=True, slots=True)
class Begun:
    """Report and queue_log at one moment."""

    figures: Mapping[str, Counter[str]]
    entered: Counter[str]

    @classmethod
    def now(cls, lab: RunningLab) -> Self:
        """Both as they are."""
        return cls(report(lab), entrances(lab))

    @classmethod
    def nothing(cls, lab: RunningLab) -> Self:
        """Before the first call of the lab."""
        return cls({team: Counter() for team in lab.centre.teams}, Counter())

    def changed(self, lab: RunningLab) -> Mapping[str, Mapping[str, int]]:
        """As `reported`; everybody offered has entered by queue_log, and the other way round."""
        found, entered = self.reported(lab), entrances(lab) - self.entered
        queues = {team.id: team.queue for team in lab.centre.teams.values()}
        assert entered == Counter({queues[team]: row["offered"] for team, row in found.items() if "offered" in row})
        return found

    def reported(self, lab: RunningLab) -> Mapping[str, Mapping[str, int]]:
        """By how much the figures of each team have grown; teams that stayed as they were are left out."""
        after = report(lab)
        grown = {team: dict(after[team] - self.figures[team]) for team in after}
        return {team: row for team, row in grown.items() if row}


def said(lab: RunningLab, event: str) -> Sequence[Mapping[str, Any]]:
    """Every line with this event in the router's log."""
    lines = [line for line in lab.router_log().splitlines() if line.startswith("{") and line.endswith("}")]
    return [told for line in lines if (told := json.loads(line))["event"] == event]


def at(told: Mapping[str, Any]) -> float:
    """Unix seconds of a line in the log."""
    return datetime.fromisoformat(told["timestamp"]).timestamp()


def until_caught_up(lab: RunningLab, happening: Callable[[], object], seconds: float = 40) -> float:
    """Seconds, by the router's log, from the login that this brings about until the gap before it is closed."""
    before = len(said(lab, CONNECTED))
    happening()

    def caught_up() -> float:
        logins, closed = said(lab, CONNECTED), said(lab, "gap_closed")
        is_new = len(logins) > before and closed and at(closed[-1]) > at(logins[-1])
        return at(closed[-1]) - at(logins[-1]) if is_new else 0.0

    return until(caught_up, seconds, "a router that has caught up")


def until_said(lab: RunningLab, event: str, happening: Callable[[], object], seconds: float = 20) -> None:
    """Wait for the line in the log that this brings about."""
    before = len(said(lab, event))
    happening()
    until(lambda: len(said(lab, event)) > before, seconds, event)
