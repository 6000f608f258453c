import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from math import isnan
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from facts.call import CallerJoined, CallerLeft, LeftBy, TalkEnded
from facts.place import Place
from facts.wait import WaitProved
from metrics.board import Board, TodayFigures, board
from metrics.call_counts import OUTCOMES, REASONS, CallCounts
from metrics.callback_counts import CallbackCounts
from metrics.estimate_counts import ERROR_BOUNDS, EstimateCounts
from metrics.exporter import Exporter
from metrics.exposition import Page, labels
from metrics.kiosk_counts import KioskCounts
from metrics.live import LiveModel
from metrics.live_figures import LiveFigures
from metrics.member_state import MemberState
from metrics.stays import Stays
from routing.centre import Centre
from routing.decision import Rule
from routing.teams.file import read
from teamline.monitoring.fetch import programs

ROOT = Path(__file__).resolve().parents[2]
CENTRE = read(ROOT / "teams.yaml")
DRIFT = ("caller-missing", "member-extra")
ROW = re.compile(r"^\| `(teamline_\w+|target_info)` \| (\w+) \|([^|]*)\|([^|]*)\|$", re.MULTILINE)


class Day:
    """Facts folded as the router folds them."""

    def __init__(self, centre: Centre = CENTRE) -> None:
        self.centre, self.model, self.stays = centre, LiveModel(), Stays()
        self.counts = CallCounts(centre.teams.values())
        self.estimates = EstimateCounts(centre.teams.values())

    def take(self, *facts: CallerJoined | CallerLeft | TalkEnded) -> None:
        for fact in facts:
            self.model.fold(fact)
            for turn in self.stays.turns(fact):
                self.counts.turn(turn)
            self.counts.fold(fact)

    def board(self, now: float) -> Board:
        return board(self.centre, self.model, lambda _: TodayFigures(), now)

    def figures(self, now: float = 1000.0) -> LiveFigures:
        return LiveFigures(
            centre=self.centre,
            board=self.board(now),
            counted=self.counts.copy(),
            estimates=self.estimates.copy(),
            callbacks=CallbackCounts(self.centre.teams.values()).copy(),
            kiosk_calls=KioskCounts(self.centre.sites).copy(),
            drift=dict.fromkeys(DRIFT, 0),
            age_seconds=0.5,
        )


def place(call: str, team: str = "L01") -> Place:
    return Place("pbx1", call, team, 1, team, arrival=400, rule=Rule.HOUSEHOLD_TEAM.value)


def an_answered_call(call: str, team: str = "L01", hold: float = 12.0) -> tuple[CallerJoined, CallerLeft, TalkEnded]:
    where = place(call, team)
    return (
        CallerJoined(at=400.0, place=where),
        CallerLeft(at=400.0 + hold, place=where, cause=LeftBy.ANSWERED, hold_seconds=hold),
        TalkEnded(at=500.0, place=where, ring=f"{call}.m", talk_seconds=70.0),
    )


def rendered(day: Day) -> str:
    exporter = Exporter("1.2.3", node="pbx1")
    exporter.ami_connected.labels("pbx1").set(1)
    exporter.show(day.figures())
    return exporter.render().decode()


def families(text: str) -> list[Metric]:
    parsed: Iterator[Metric] = text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
    return list(parsed)


def series(text: str) -> dict[str, float]:
    lines = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    assert len(lines) == len({name for name, _ in lines})
    return {name: float(value) for name, value in lines}


@pytest.fixture(scope="module")
def idle() -> str:
    return rendered(Day())


def test_the_exposition_is_openmetrics(idle: str) -> None:
    assert idle.endswith("# EOF\n")
    assert len(families(idle)) == len(re.findall("^# TYPE", idle, re.MULTILINE))


def test_without_live_figures_the_lasting_series_stand_alone() -> None:
    text = Exporter("1.2.3").render().decode()
    assert "teamline_build_info" in {family.name + "_info" for family in families(text)}
    assert "target_info" not in text


def test_the_node_is_told_once_as_the_targets_own_label(idle: str) -> None:
    assert series(idle)['target_info{node="pbx1"}'] == 1


@pytest.mark.parametrize(
    "name",
    ["offered", "answered", "answered_in_target", "abandoned", "abandoned_short", "lost"],
)
def test_every_team_has_its_call_counters_from_zero(idle: str, name: str) -> None:
    told = series(idle)
    assert [0.0] * 28 == [told[f'teamline_calls_{name}_total{{team="{team}"}}'] for team in CENTRE.teams]


def test_flow_out_has_every_reason_from_zero(idle: str) -> None:
    told = series(idle)
    for team in CENTRE.teams:
        for reason in REASONS:
            assert told[f'teamline_calls_flowed_out_total{{team="{team}",reason="{reason}"}}'] == 0


def test_wait_has_every_outcome_and_bucket_from_zero(idle: str) -> None:
    told = series(idle)
    targets = {team.target_seconds for team in CENTRE.teams.values()}
    bounds = {5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1200, 1800} | targets
    for team in CENTRE.teams:
        for outcome in OUTCOMES:
            head = f'teamline_wait_seconds_bucket{{team="{team}",outcome="{outcome}",le='
            assert {f'{head}"{float(bound)}"}}' for bound in bounds} | {f'{head}"+Inf"}}'} == {
                name for name in told if name.startswith(head)
            }


def test_members_have_every_state_from_zero(idle: str) -> None:
    told = series(idle)
    for state in MemberState:
        assert told[f'teamline_members{{team="L01",state="{state}"}}'] == 0


def test_drift_has_every_kind_from_zero(idle: str) -> None:
    assert [0.0, 0.0] == [series(idle)[f'teamline_live_drift_total{{kind="{kind}"}}'] for kind in DRIFT]


def test_an_answered_call_stands_in_every_figure_that_it_concerns() -> None:
    day = Day()
    day.take(*an_answered_call("c.1"))
    told = series(rendered(day))
    assert told['teamline_calls_offered_total{team="L01"}'] == 1
    assert told['teamline_calls_answered_total{team="L01"}'] == 1
    assert told['teamline_calls_answered_in_target_total{team="L01"}'] == 1
    assert told['teamline_wait_seconds_sum{team="L01",outcome="answered"}'] == 12
    assert told['teamline_wait_seconds_count{team="L01",outcome="answered"}'] == 1
    assert told['teamline_talk_seconds_sum{team="L01"}'] == 70
    assert told["teamline_fallback_calls_total"] == 0


def test_who_waits_is_shown_with_the_longest_wait() -> None:
    day = Day()
    day.take(CallerJoined(at=410.0, place=place("c.1")))
    told = series(rendered(day))
    assert told['teamline_callers_waiting{team="L01"}'] == 1
    assert told['teamline_longest_wait_seconds{team="L01"}'] == 600


def test_the_answered_bucket_at_the_target_is_the_answered_in_target() -> None:
    day = Day()
    for n, hold in enumerate((1.0, 29.9, 30.0, 30.1, 400.0)):
        day.take(*an_answered_call(f"c.{n}", hold=hold))
    told = series(rendered(day))
    assert told['teamline_calls_answered_in_target_total{team="L01"}'] == 3
    assert told['teamline_wait_seconds_bucket{team="L01",outcome="answered",le="30.0"}'] == 3


def test_ten_thousand_callers_add_no_series(idle: str) -> None:
    day = Day()
    teams = tuple(CENTRE.teams)
    for n in range(10_000):
        day.take(*an_answered_call(f"c.{n}", team=teams[n % 28] if n % 10 else f"X{n}"))
    text = rendered(day)
    assert series(idle).keys() == series(text).keys()
    assert sum(value for name, value in series(text).items() if "_calls_offered_total" in name) == 9000


def test_every_team_has_every_series_of_estimates_from_zero(idle: str) -> None:
    told = series(idle)
    for team in CENTRE.teams:
        for name in ("", "_kept", "_broken", "_said_seconds", "_waited_seconds"):
            assert told[f'teamline_wait_estimates{name}_total{{team="{team}"}}'] == 0
        for bound in (*(str(bound) for bound in ERROR_BOUNDS), "+Inf"):
            assert told[f'teamline_wait_estimate_error_seconds_bucket{{team="{team}",le="{bound}"}}'] == 0


def test_a_wait_that_was_told_and_kept_stands_in_every_figure_that_it_concerns() -> None:
    day = Day()
    day.estimates.fold(told_wait(mean=300.0, waited=280.0))
    shown = series(rendered(day))
    assert shown['teamline_wait_estimates_total{team="L01"}'] == 1
    assert shown['teamline_wait_estimates_kept_total{team="L01"}'] == 1
    assert shown['teamline_wait_estimates_broken_total{team="L01"}'] == 0
    assert shown['teamline_wait_estimate_error_seconds_bucket{team="L01",le="15.0"}'] == 0
    assert shown['teamline_wait_estimate_error_seconds_bucket{team="L01",le="30.0"}'] == 1
    assert shown['teamline_wait_estimate_error_seconds_bucket{team="L01",le="+Inf"}'] == 1
    assert shown['teamline_wait_estimates_said_seconds_total{team="L01"}'] == 300
    assert shown['teamline_wait_estimates_waited_seconds_total{team="L01"}'] == 280


def test_an_estimate_that_nobody_has_is_not_a_number() -> None:
    assert isnan(series(rendered(Day()))['teamline_estimated_wait_seconds{team="L01"}'])


def test_the_estimate_is_that_of_the_board() -> None:
    figures = Day().figures()
    teams = tuple(replace(team, estimated_wait_seconds=95.0) for team in figures.board.teams)
    exporter = Exporter("1")
    exporter.show(replace(figures, board=replace(figures.board, teams=teams)))
    assert series(exporter.render().decode())['teamline_estimated_wait_seconds{team="L01"}'] == 95


def told_wait(mean: float, waited: float) -> WaitProved:
    return WaitProved(
        at=1000.0 + waited,
        place=place("c.1"),
        position=4,
        mean_seconds=mean,
        p50_seconds=mean * 0.9,
        p80_seconds=mean * 1.3,
        p90_seconds=mean * 1.6,
        told_at=1000.0,
        low_seconds=240.0,
        high_seconds=420.0,
        waited_seconds=waited,
        outcome=LeftBy.ANSWERED,
    )


def test_live_data_never_seen_is_endlessly_old() -> None:
    exporter = Exporter("1")
    day = Day()
    exporter.show(LiveFigures(centre=CENTRE, board=day.board(0.0), counted=day.counts.copy()))
    assert "teamline_live_age_seconds +Inf\n" in exporter.render().decode()


def test_a_label_value_cannot_end_its_quotes() -> None:
    page = Page()
    page.family("teamline_x", "gauge", "invented")
    page.sample("teamline_x", labels(team='a"} 1\nb\\'), 2)
    (sample,) = families(page.text + "# EOF\n")[0].samples
    assert {"team": 'a"} 1\nb\\'} == sample.labels


def test_a_copy_of_the_counts_is_no_list_of_theirs() -> None:
    day = Day()
    figures = day.figures()
    day.take(*an_answered_call("c.1"))
    assert sum(team.offered for team in figures.counted.teams) == 0


def test_the_docs_list_every_metric_and_no_other(idle: str) -> None:
    told = {(name, kind, labelled) for name, kind, labelled in documented()}
    assert told == {(name, kind, labelled) for name, kind, labelled in exposed(idle)}


@pytest.mark.live
def test_promtool_finds_nothing_to_improve(idle: str) -> None:
    registry = CollectorRegistry()
    registry.register(Parsed(idle))
    found = programs(lambda _percent, _doing: None)
    done = subprocess.run(
        [found.promtool, "check", "metrics"], input=generate_latest(registry), capture_output=True, check=False
    )
    assert (0, b"", b"") == (done.returncode, done.stdout, done.stderr)


class Parsed:
    """An OpenMetrics text as a collector: promtool 2.42 lints the older text format only."""

    def __init__(self, text: str) -> None:
        self._families = families(text)

    def collect(self) -> list[Metric]:
        return self._families


def documented() -> Iterator[tuple[str, str, str]]:
    """Name, type and labels of each row of docs/metrics.md."""
    for name, kind, _, labelled in ROW.findall((ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")):
        yield name, kind, ",".join(sorted(re.findall(r"`(\w+)`", labelled)))


def exposed(text: str) -> Iterator[tuple[str, str, str]]:
    """Name (as Prometheus knows it), type and labels of each family."""
    endings = {"counter": "_total", "info": "_info"}
    for family in families(text):
        named = {name for sample in family.samples for name in sample.labels} - {"le"}
        yield family.name + endings.get(family.type, ""), family.type, ",".join(sorted(named))


def test_a_call_through_the_dialogue_is_counted_by_how_it_left() -> None:
    exporter = Exporter("1")
    exporter.ivr_ended("hung_up", 12.0)
    told = series(exporter.render().decode())
    assert told['teamline_ivr_calls_total{outcome="hung_up"}'] == 1
    assert told["teamline_ivr_seconds_sum"] == 12


def test_a_decision_is_counted_by_its_rule() -> None:
    exporter = Exporter("1")
    exporter.decided(Rule.NO_NUMBER, 0.0001)
    told = series(exporter.render().decode())
    assert told['teamline_decisions_total{rule="no-number"}'] == 1
    assert told["teamline_decision_seconds_count"] == 1
