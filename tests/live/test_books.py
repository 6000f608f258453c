"""Three hundred calls, out of line in every way: books, metrics, report and live model say what SIPp counted."""

import json
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import many_ways
import pytest
from many_ways import NOT_IN_LINE, TEAMS, WAYS, Way
from placed_day import CALLS, Day, SippStay, run_day, way_of
from running_lab import RunningLab, until
from told_figures import COUNTED, SHOWN, Figures, Metrics, figures, journal, live, metrics, of_call, report

from facts.call import CallEnded, CallerLeft, EndedBy, MemberAnswered, MemberRang, TalkEnded
from facts.kinds import Journalled
from metrics.stays import Outcome, StayClosed, Stays
from teamline.monitoring.fetch import programs
from teamline.monitoring.run import RunningPrometheus
from telephony.lab.ports import free_ports

CLOCKS_SECONDS = 1.0
"""So much may our durations differ from SIPp's."""
ROUNDED = 0.001 * CALLS
"""A record of the journal holds milliseconds."""
OTHERS = {"work1", "work2"}

PLANNED = {
    many_ways.ASKS: {Outcome.ANSWERED: 20},
    many_ways.TALKS: {Outcome.ANSWERED: 30},
    many_ways.PARTS: {Outcome.ANSWERED: 40},
    many_ways.BRIEF: {Outcome.ANSWERED: 25},
    many_ways.REJECTS: {Outcome.ANSWERED: 20},
    many_ways.TOGETHER: {Outcome.ANSWERED: 20},
    many_ways.GIVES_UP: {Outcome.ABANDONED: 45},
    many_ways.RINGS_ON: {Outcome.ABANDONED: 20},
    many_ways.TIMES_OUT: {Outcome.FLOWED_OUT: 10},
    many_ways.STAYS_ON: {Outcome.FLOWED_OUT: 10},
    many_ways.SLICED: {Outcome.ABANDONED: 10},
    many_ways.KEYED: {Outcome.FLOWED_OUT: 20},
    many_ways.MOVED: {Outcome.FLOWED_OUT: 15, Outcome.ANSWERED: 15},
    many_ways.LOST: {Outcome.LOST: 5},
    many_ways.LATE: {Outcome.ANSWERED: 10},
}


@dataclass(frozen=True, slots=True)
class Told:
    """The day, and what everybody says about it."""

    day: Day
    metrics: Metrics
    report: Mapping[str, Mapping[str, str]]
    live: dict[str, Any]
    facts: Sequence[Journalled]
    unreadable: int
    scraped: Mapping[str, Figures]
    """Team -> figures, as differences of what Prometheus has scraped."""

    @property
    def reported(self) -> Mapping[str, Figures]:
        return {team: figures(row) for team, row in self.report.items()}

    @property
    def today(self) -> Mapping[str, Figures]:
        return {team["id"]: team["today"] for team in self.live["teams"]}

    def answered_in(self, team: str) -> Sequence[SippStay]:
        return [stay for stay in self.day.stays if stay.team == team and stay.outcome is Outcome.ANSWERED]

    def talks_in(self, team: str) -> Sequence[TalkEnded]:
        return [fact for fact in self.facts if isinstance(fact, TalkEnded) and fact.place.team == team]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("books")
    with RunningLab(folder / "lab", *many_ways.centre(folder)) as running:
        many_ways.add_ways(running)
        yield running


@pytest.fixture(scope="module")
def prometheus(lab: RunningLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real one that has scraped the lab once, and goes on."""
    folder = tmp_path_factory.mktemp("prometheus")
    running = RunningPrometheus(programs(lambda _percent, _doing: None), folder, free_ports(1)[0])
    try:
        running.start(lab.told["metrics"].removeprefix("http://").removesuffix("/metrics"))
        until(running.is_ready, 30, "Prometheus ready")
        until(lambda: _asked(running.url, "teamline_calls_offered_total"), 30, "a first scrape")
        yield running.url
    finally:
        running.stop()


@pytest.fixture(scope="module")
def told(lab: RunningLab, prometheus: str) -> Told:
    day = run_day(lab)
    kept = journal(lab)
    last = "min(timestamp(teamline_calls_offered_total))"
    until(lambda: float(_asked(prometheus, last)[0]["value"][1]) > day.ended_at, 30, "a last scrape")
    return Told(day, metrics(lab), report(lab), live(lab), kept.facts, kept.unreadable, _scraped(prometheus))


def _asked(url: str, query: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{url}/api/v1/query?{urllib.parse.urlencode({'query': query})}", timeout=10) as answer:
        found: list[dict[str, Any]] = json.load(answer)["data"]["result"]
    return found


def _scraped(url: str) -> Mapping[str, Figures]:
    """The last raw sample minus the first, summed over a team's series."""
    teams: dict[str, Counter[str]] = {}
    for name in COUNTED:
        for series in _asked(url, f"teamline_calls_{name}_total[1h]"):
            first, last = (float(series["values"][place][1]) for place in (0, -1))
            teams.setdefault(series["metric"]["team"], Counter())[name] += int(last - first)
    return teams


def _of_teams(told: Mapping[str, Figures], names: Sequence[str] = COUNTED) -> Mapping[str, Figures]:
    """These figures of the teams that were called."""
    return {team: {name: told[team][name] for name in names} for team in TEAMS}


def _outcomes(day: Day) -> Mapping[Way, Mapping[Outcome, int]]:
    found: dict[Way, Counter[Outcome]] = {}
    for stay in day.stays:
        found.setdefault(way_of(stay.call), Counter())[stay.outcome] += 1
    return found


def test_every_caller_left_the_line_in_the_chosen_way(told: Told) -> None:
    assert 300 == CALLS
    assert {way.code: way.count for way in WAYS} == Counter(way_of(call).code for call in told.day.calls.values())
    assert _outcomes(told.day) == PLANNED


def test_phones_were_picked_up_together_and_turned_down(told: Told) -> None:
    assert any(len(call.legs) > 1 for call in told.day.of(many_ways.TOGETHER))
    assert any(told.day.rings[call.caller] > 1 for call in told.day.of(many_ways.REJECTS))


def test_the_metrics_say_what_sipp_counted(told: Told) -> None:
    assert _of_teams(told.day.figures()) == _of_teams(told.metrics.teams())


def test_the_report_says_what_sipp_counted(told: Told) -> None:
    assert _of_teams(told.day.figures()) == _of_teams(told.reported)


def test_the_live_model_says_what_sipp_counted(told: Told) -> None:
    assert _of_teams(told.day.figures(), SHOWN) == _of_teams(told.today, SHOWN)


def test_prometheus_has_scraped_over_the_run_what_the_report_says(told: Told) -> None:
    assert told.reported == told.scraped


def test_no_other_team_was_called(told: Told) -> None:
    assert OTHERS == told.report.keys() - set(TEAMS)
    for source in (told.metrics.teams(), told.reported):
        assert {0} == {count for team in OTHERS for count in source[team].values()}


def test_who_hung_up_in_the_dialogue_is_in_nobodys_books(told: Told) -> None:
    assert NOT_IN_LINE.count == told.metrics.value("teamline_ivr_calls_total", outcome="hung_up")
    assert CALLS == sum(isinstance(fact, CallEnded) for fact in told.facts)


def test_each_flow_out_has_its_reason(told: Told) -> None:
    flowed = Counter((stay.team, stay.reason) for stay in told.day.stays if stay.reason)
    counted = {
        (labels["team"], labels["reason"]): value
        for (name, found), value in told.metrics.samples.items()
        if name == "teamline_calls_flowed_out_total" and value and (labels := dict(found))
    }
    assert flowed == counted


def test_report_and_live_model_say_the_same_service_level(told: Told) -> None:
    for team, row in told.report.items():
        written = None if row["service_level"] == "-" else float(row["service_level"])
        assert written == pytest.approx(told.today[team]["service_level"], abs=5e-5), team


def test_nobody_waits_and_every_teams_books_balance(told: Told) -> None:
    assert 0 == told.metrics.total("teamline_callers_waiting") == told.metrics.total("teamline_books_broken_total")
    assert {"0"} == {row["waiting"] for row in told.report.values()}
    assert {0} == {team["waiting"] for team in told.live["teams"]}
    for team, counts in told.metrics.teams().items():
        assert counts["offered"] == sum(counts[outcome] for outcome in Outcome), team


def test_nothing_drifted_and_nothing_is_old(told: Told) -> None:
    drift = [value for (name, _), value in told.metrics.samples.items() if name == "teamline_live_drift_total"]
    assert {0} == set(drift)
    assert (False, []) == (told.live["stale"], told.live["troubles"])


def test_the_journal_holds_every_fact_once(told: Told) -> None:
    twice = [fact_id for fact_id, count in Counter(fact.id for fact in told.facts).items() if count > 1]
    assert ([], 0) == (twice, told.unreadable)


def test_every_ringing_and_every_talk_is_told_once(told: Told) -> None:
    answered = sum(stay.outcome is Outcome.ANSWERED for stay in told.day.stays)
    assert answered == sum(isinstance(fact, MemberAnswered) for fact in told.facts)
    assert answered == sum(isinstance(fact, TalkEnded) for fact in told.facts)
    assert sum(told.day.rings.values()) == sum(isinstance(fact, MemberRang) for fact in told.facts)


def test_every_hold_time_is_that_of_sipps_clock(told: Told) -> None:
    compared = [(stay, _held(told, stay)) for stay in told.day.stays if stay.hold_seconds is not None]
    wrong = [(stay, held) for stay, held in compared if abs(held - (stay.hold_seconds or 0)) > CLOCKS_SECONDS]
    assert [] == wrong
    assert {many_ways.ASKS} == {way_of(stay.call) for stay in told.day.stays if stay.hold_seconds is None}


def _held(told: Told, stay: SippStay) -> float:
    """What the journal says when this call left this team for good."""
    *_, last = (
        fact.hold_seconds
        for fact in of_call(told.facts, stay.call.caller)
        if isinstance(fact, CallerLeft) and fact.place.team == stay.team
    )
    assert last is not None
    return last


def test_every_talk_lasted_as_long_as_by_sipps_clock(told: Told) -> None:
    """Sorted: the caller of a talk is not in the journal."""
    for team in TEAMS:
        ours = sorted(fact.talk_seconds or 0.0 for fact in told.talks_in(team))
        theirs = sorted(stay.call.talk.seconds for stay in told.answered_in(team))
        assert ours == pytest.approx(theirs, abs=CLOCKS_SECONDS), team


def test_each_talk_was_ended_by_whom_sipp_saw_hang_up(told: Told) -> None:
    for team in TEAMS:
        ended = Counter(EndedBy.MEMBER if stay.call.talk.hung_up else EndedBy.CALLER for stay in told.answered_in(team))
        assert ended == Counter(fact.ended_by for fact in told.talks_in(team)), team


def test_the_histograms_add_up_what_the_journal_says(told: Told) -> None:
    waited: Counter[tuple[str, str]] = Counter()
    stays = Stays()
    for turn in (turn for fact in told.facts for turn in stays.turns(fact) if isinstance(turn, StayClosed)):
        waited[turn.stay.team, turn.outcome] += turn.hold_seconds or 0.0  # type: ignore[assignment]
    for team in TEAMS:
        talked = sum(fact.talk_seconds or 0.0 for fact in told.talks_in(team))
        assert talked == pytest.approx(told.metrics.value("teamline_talk_seconds_sum", team=team), abs=ROUNDED)
        for outcome in Outcome:
            told_sum = told.metrics.value("teamline_wait_seconds_sum", team=team, outcome=outcome)
            assert waited[team, outcome] == pytest.approx(told_sum, abs=ROUNDED), (team, outcome)


def test_the_reports_mean_wait_is_that_of_sipps_clock(told: Told) -> None:
    for team in TEAMS:
        waits = [stay.hold_seconds for stay in told.answered_in(team)]
        known = [seconds for seconds in waits if seconds is not None]
        if known and known == waits:
            assert sum(known) / len(known) == pytest.approx(
                float(told.report[team]["asa_seconds"]), abs=CLOCKS_SECONDS
            ), team
