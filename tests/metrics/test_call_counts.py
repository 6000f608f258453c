from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.call import CallerJoined, TalkEnded
from facts.place import Place
from facts.watch import GapSeen
from metrics.call_counts import OUTCOMES, REASONS, CallCounts, TeamCounted
from metrics.spans import SpanCounts, bounds_with
from metrics.stays import FlowReason, Outcome, Stay, StayClosed, StayOpened
from routing.centre import Team, TeamKind
from routing.hours import OpeningHours, WeeklyHours

HOURS = OpeningHours(WeeklyHours(ZoneInfo("Europe/Berlin"), {}, always=True))
L01 = Team("L01", "Leistung 01", TeamKind.BENEFIT, "2101", "", HOURS, 30, 5, 20, 0)
L02 = replace(L01, id="L02", target_seconds=25)


def a_stay(team: str = "L01", rule: str = "household-team") -> Stay:
    return Stay(Place("pbx1", "c.1", team, 1, team, rule=rule), 100.0)


def closed(outcome: Outcome, hold: float | None, reason: FlowReason | None = None, team: str = "L01") -> StayClosed:
    return StayClosed(a_stay(team), 200.0, outcome, hold, reason)


def counted(counts: CallCounts, team: str = "L01") -> TeamCounted:
    return {each.team: each for each in counts.copy().teams}[team]


def within(counts: CallCounts, outcome: Outcome, bound: float, team: str = "L01") -> int:
    place = counts.copy().bounds.index(bound)
    return counted(counts, team).waits[OUTCOMES.index(outcome)].cumulative[place]


def talk_ended(seconds: float | None, team: str = "L01") -> TalkEnded:
    return TalkEnded(at=300.0, place=a_stay(team).place, ring="r.1", talk_seconds=seconds)


def test_every_team_begins_at_zero() -> None:
    fresh = counted(CallCounts([L01]))
    assert (0, 0, 0) == (fresh.offered, fresh.answered_in_target, fresh.abandoned_short)
    assert (0,) * 4 == fresh.ended
    assert (0,) * 8 == fresh.flowed_out
    assert all(not any(spans.counts) and spans.total_seconds == 0 for spans in (*fresh.waits, fresh.talks))


def test_a_stay_that_opens_is_offered() -> None:
    counts = CallCounts([L01])
    counts.turn(StayOpened(a_stay()))
    assert counted(counts).offered == 1


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_stay_ends_in_one_of_four_ways(outcome: Outcome) -> None:
    counts = CallCounts([L01])
    counts.turn(closed(outcome, 12.0))
    assert [int(each is outcome) for each in OUTCOMES] == list(counted(counts).ended)
    assert within(counts, outcome, 15.0) == 1
    assert within(counts, outcome, 10.0) == 0


@pytest.mark.parametrize("reason", REASONS)
def test_who_flows_out_is_counted_by_reason(reason: FlowReason) -> None:
    counts = CallCounts([L01])
    counts.turn(closed(Outcome.FLOWED_OUT, 12.0, reason))
    assert [int(each is reason) for each in REASONS] == list(counted(counts).flowed_out)


def test_flowing_out_for_no_told_reason_is_a_move_as_in_the_books() -> None:
    counts = CallCounts([L01])
    counts.turn(closed(Outcome.FLOWED_OUT, 12.0))
    assert counted(counts).flowed_out[REASONS.index(FlowReason.MOVED)] == 1


@pytest.mark.parametrize(("hold", "in_target"), [(29.9, 1), (30.0, 1), (30.1, 0), (None, 0)])
def test_an_answer_within_the_target_is_one_of_at_most_the_target(hold: float | None, in_target: int) -> None:
    counts = CallCounts([L01])
    counts.turn(closed(Outcome.ANSWERED, hold))
    assert in_target == counted(counts).answered_in_target
    assert in_target == within(counts, Outcome.ANSWERED, 30.0)


@pytest.mark.parametrize(("hold", "short"), [(5.0, 1), (5.1, 0), (None, 0)])
def test_a_short_abandon_is_one_of_at_most_the_teams_limit(hold: float | None, short: int) -> None:
    counts = CallCounts([L01])
    counts.turn(closed(Outcome.ABANDONED, hold))
    assert short == counted(counts).abandoned_short


def test_a_hold_time_that_nobody_knows_is_in_no_bucket() -> None:
    counts = CallCounts([L01])
    counts.turn(closed(Outcome.LOST, None))
    assert not any(counted(counts).waits[OUTCOMES.index(Outcome.LOST)].counts)


def test_a_talk_is_counted_when_it_ends() -> None:
    counts = CallCounts([L01])
    counts.fold(talk_ended(61.5))
    assert counted(counts).talks.total_seconds == 61.5
    assert sum(counted(counts).talks.counts) == 1


def test_a_talk_of_unknown_length_is_not_counted() -> None:
    counts = CallCounts([L01])
    counts.fold(talk_ended(None))
    assert sum(counted(counts).talks.counts) == 0


def test_a_fact_of_an_unknown_team_makes_no_series() -> None:
    counts = CallCounts([L01])
    before = counts.copy()
    counts.turn(StayOpened(a_stay("X99")))
    counts.turn(closed(Outcome.ANSWERED, 3.0, team="X99"))
    counts.fold(talk_ended(3.0, team="X99"))
    assert before == counts.copy()


def test_other_facts_say_nothing_here() -> None:
    counts = CallCounts([L01])
    before = counts.copy()
    counts.fold(CallerJoined(at=1.0, place=a_stay().place))
    assert before == counts.copy()


@pytest.mark.parametrize(("rule", "fallback"), [("household-team", 0), ("", 0), ("fallback", 1)])
def test_a_call_that_no_router_has_decided_came_by_the_fallback(rule: str, fallback: int) -> None:
    counts = CallCounts([L01])
    counts.turn(StayOpened(a_stay(rule=rule)))
    assert fallback == counts.copy().fallback_calls


@pytest.mark.parametrize(("filled", "told"), [(True, (1, 0)), (False, (0, 1))])
def test_gaps_are_counted_by_whether_they_were_filled(filled: bool, told: tuple[int, int]) -> None:
    counts = CallCounts([L01])
    counts.fold(GapSeen(at=9.0, node="pbx1", since=1.0, filled=filled))
    assert told == (counts.copy().gaps_filled, counts.copy().gaps_open)


def test_a_copy_does_not_change_any_more() -> None:
    counts = CallCounts([L01])
    copied = counts.copy()
    counts.turn(closed(Outcome.ANSWERED, 3.0))
    assert sum(copied.teams[0].ended) == 0


def test_every_teams_target_is_a_bound_of_all_teams() -> None:
    assert 25.0 in CallCounts([L01, L02]).copy().bounds
    assert len(counted(CallCounts([L01, L02])).talks.counts) == 17


def test_a_new_team_begins_at_zero_and_the_others_go_on() -> None:
    counts = CallCounts([L01])
    counts.turn(closed(Outcome.ANSWERED, 28.0))
    counts.configure([L01, L02])
    assert ["L01", "L02"] == [each.team for each in counts.copy().teams]
    assert within(counts, Outcome.ANSWERED, 30.0) == 1
    assert within(counts, Outcome.ANSWERED, 25.0) == 0


def test_a_team_that_is_gone_stays_while_it_has_counted_something() -> None:
    counts = CallCounts([L01, L02])
    counts.turn(closed(Outcome.ANSWERED, 3.0))
    counts.configure([])
    counts.turn(closed(Outcome.ANSWERED, 4.0))
    assert [("L01", 2)] == [(each.team, sum(each.ended)) for each in counts.copy().teams]


def test_another_target_counts_from_now_on() -> None:
    counts = CallCounts([L01])
    counts.configure([replace(L01, target_seconds=10, short_abandon_seconds=1)])
    counts.turn(closed(Outcome.ANSWERED, 12.0))
    counts.turn(closed(Outcome.ABANDONED, 2.0))
    assert (0, 0) == (counted(counts).answered_in_target, counted(counts).abandoned_short)


def test_a_bound_that_goes_gives_its_count_to_the_next() -> None:
    counts = CallCounts([L01, L02])
    counts.turn(closed(Outcome.ANSWERED, 22.0))
    counts.configure([L01])
    assert 25.0 not in counts.copy().bounds
    assert within(counts, Outcome.ANSWERED, 20.0) == 0
    assert within(counts, Outcome.ANSWERED, 30.0) == 1


@given(
    spans=st.lists(st.floats(0, 4000)),
    before=st.lists(st.integers(1, 2000), max_size=5),
    now=st.lists(st.integers(1, 2000), max_size=5),
)
def test_with_other_bounds_no_bucket_that_stays_changes(spans: list[float], before: list[int], now: list[int]) -> None:
    old, new = bounds_with(before), bounds_with(now)
    counts = SpanCounts(old)
    for span in spans:
        counts.observe(span, old)
    was = dict(zip(old, counts.copy().cumulative, strict=False))
    counts.change_bounds(old, new)
    told = dict(zip(new, counts.copy().cumulative, strict=False))
    assert {bound: was[bound] for bound in was.keys() & told.keys()} == {
        bound: told[bound] for bound in was.keys() & told.keys()
    }
    assert len(spans) == counts.copy().cumulative[-1]


@pytest.mark.parametrize("span", [float("nan"), float("inf"), None])
def test_a_span_that_is_no_number_is_not_counted(span: float | None) -> None:
    counts = SpanCounts((5.0,))
    counts.observe(span, (5.0,))
    assert (0, 0) == counts.copy().counts


def test_a_clock_that_went_back_never_lowers_the_sum() -> None:
    counts = SpanCounts((5.0,))
    counts.observe(-3.0, (5.0,))
    assert counts.copy().total_seconds == 0.0
    assert (1, 0) == counts.copy().counts
