from dataclasses import replace
from datetime import datetime, time
from itertools import count

import pytest

from routing.centre import Centre, Credits
from routing.contact_rules import Condition, EmergencyRules, Goal, OverflowRule
from routing.decision import Concern, Contact, Decision, Rule, Versions, decide, send_on
from routing.fair_line import priority
from routing.hours import OpeningHours, Span, WeeklyHours
from routing.number import NumberFormat
from routing.spoken import Spoken
from routing.way import ON_CALL_RANG, Step
from tests.fakes.router import CUSTOMERS, MONDAY_AT_NINE, NEVER, ZONE, small_centre

NOW = MONDAY_AT_NINE
KNOWN, UNKNOWN = "1232456789", "777456789"
AREA = ("L01", "L02", "V01")
ALL_CLOSED = dict.fromkeys((*AREA, "general"), NEVER)
AT_TEN = OpeningHours(WeeklyHours(ZONE, {0: (Span(time(10), time(11)),)}))


def with_service(centre: Centre, *numbers: str) -> Centre:
    return replace(centre, emergency=EmergencyRules(on_call=numbers or ("0211910999",)))


def decided(centre: Centre, keys: str | None = KNOWN, concern: Concern = Concern.EMERGENCY) -> Decision:
    number = NumberFormat().typed(keys) if keys else None
    contact = Contact(int(NOW.timestamp()), concern, number)
    return decide(contact, centre, CUSTOMERS, {}, NOW, "config-1")


def after(decision: Decision, centre: Centre, now: datetime = NOW) -> Decision:
    """Where a contact goes that did not find what was decided."""
    assert decision.standing
    gone_on = send_on(decision.standing, centre, {}, now, Versions("config-1", "customers-1"))
    assert gone_on
    return gone_on


def test_an_emergency_of_a_closed_centre_rings_the_emergency_service() -> None:
    decision = decided(with_service(small_centre(hours=ALL_CLOSED)))
    assert (decision.goal, decision.rule, decision.queue, decision.team) == (
        *(Goal.ON_CALL, Rule.EMERGENCY_ON_CALL, None),
        "L01",
    )
    assert decision.says == (Spoken("on-call"),)


def test_the_step_to_the_emergency_service_is_told() -> None:
    decision = decided(with_service(small_centre(hours=ALL_CLOSED)))
    assert decision.steps == (Step("L01", Rule.EMERGENCY_ON_CALL, Goal.ON_CALL, "L01"),)


def test_without_a_household_it_is_the_general_lines_emergency() -> None:
    decision = decided(with_service(small_centre(hours={"general": NEVER})), None)
    assert (Goal.ON_CALL, "general") == (decision.goal, decision.home)


@pytest.mark.parametrize("open_team", [*AREA, "general"])
def test_while_anybody_who_answers_is_open_nobody_out_of_hours_is_rung(open_team: str) -> None:
    hours = {team: NEVER for team in (*AREA, "general") if team != open_team}
    assert decided(with_service(small_centre(hours=hours))).goal is Goal.LINE


def test_without_numbers_a_closed_centre_says_when_it_opens() -> None:
    assert decided(small_centre(hours=ALL_CLOSED)).rule is Rule.CENTRE_CLOSED


def test_what_is_no_emergency_never_rings_the_emergency_service() -> None:
    centre = with_service(small_centre(hours=ALL_CLOSED))
    assert decided(centre, concern=Concern.MONEY).rule is Rule.CENTRE_CLOSED


def test_after_a_vain_try_a_message_for_the_households_team_is_asked_for() -> None:
    centre = with_service(small_centre(hours=ALL_CLOSED))
    decision = after(decided(centre), centre)
    assert (Goal.MESSAGE, Rule.EMERGENCY_ON_CALL, "L01") == (decision.goal, decision.rule, decision.team)


def test_whoever_leaves_no_message_hears_the_next_opening() -> None:
    centre = with_service(small_centre(hours={**ALL_CLOSED, "V01": AT_TEN}))
    decision = after(after(decided(centre), centre), centre)
    assert (Goal.GOODBYE, Rule.CENTRE_CLOSED) == (decision.goal, decision.rule)
    assert NOW.replace(hour=10) == decision.opens_at


def test_the_emergency_service_is_rung_once_a_call() -> None:
    centre = with_service(small_centre(hours=ALL_CLOSED))
    goals, decision = [], decided(centre)
    while decision.goal is not Goal.GOODBYE:
        goals.append(decision.goal)
        decision = after(decision, centre)
    assert goals == [Goal.ON_CALL, Goal.MESSAGE]


def test_a_team_that_has_opened_meanwhile_takes_the_emergency() -> None:
    centre = with_service(small_centre(hours={**ALL_CLOSED, "V01": AT_TEN}))
    assert after(decided(centre), centre, NOW.replace(hour=10)).queue == "A1-urgent"


def test_a_team_that_left_the_configuration_leaves_the_message_to_the_general_line() -> None:
    centre = with_service(small_centre(hours=ALL_CLOSED))
    standing = decided(centre).standing
    assert standing
    assert ON_CALL_RANG in standing.passed
    gone = send_on(replace(standing, home="gone", team="gone"), centre, {}, NOW, Versions("c", "d"))
    assert gone
    assert gone.team == "general"


def test_an_overflow_rule_to_a_mailbox_does_not_keep_an_emergency_from_the_service() -> None:
    centre = small_centre(hours=ALL_CLOSED)
    rule = OverflowRule(Condition.CLOSED, Goal.MESSAGE)
    teams = {id_: replace(team, overflow=(rule,)) for id_, team in centre.teams.items()}
    assert decided(with_service(replace(centre, teams=teams))).goal is Goal.ON_CALL


def test_the_arrival_and_credit_of_an_emergency_are_kept_over_the_service() -> None:
    centre = with_service(small_centre(hours={**ALL_CLOSED, "V01": AT_TEN}))
    first = decided(centre)
    later = after(first, centre, NOW.replace(hour=10))
    assert (first.arrival, 1800, first.priority) == (later.arrival, later.credit, later.priority)


def test_a_steady_stream_of_emergencies_delays_an_ordinary_caller_by_the_credit_at_most() -> None:
    came, every, served_in = 1_795_334_400, 40, 60  # one a minute is served, more emergencies than that come
    credit = Credits().emergency
    waiting = [(priority(came), came, "ordinary")]
    arrivals = (came + every * number for number in count())
    coming = next(arrivals)
    for now in count(came + served_in, served_in):
        while coming <= now:
            waiting.append((priority(coming, credit), coming, "emergency"))
            coming = next(arrivals)
        best = max(waiting)
        waiting.remove(best)
        if best[2] == "ordinary":
            assert now - came <= (credit / every + 2) * served_in
            assert all(arrival > came + credit for _, arrival, _ in waiting)
            return
