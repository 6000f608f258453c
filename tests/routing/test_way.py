from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from routing.centre import Centre
from routing.contact_rules import Closing, ClosingRule, Condition, Goal, OverflowRule
from routing.decision import Concern, Contact, Decision, Rule, Versions, decide, send_on
from routing.number import NumberFormat
from routing.spoken import Spoken
from routing.standing import Standing
from routing.team_state import TeamState, TeamStates
from routing.way import Step
from tests.fakes.router import CUSTOMERS, NEVER, small_centre
from tests.fakes.router import MONDAY_AT_NINE as NOW
from tests.fakes.ruled_centre import rule, ruled

ARRIVAL = int(NOW.timestamp()) - 40
TEAMS = ("L01", "L02", "V01", "L03", "L04", "V02", "general")
VERSIONS = Versions("config-1", "customers-1")
TO_SISTER = rule(Condition.CLOSED, Goal.SISTER)
FULL_TO_GENERAL = rule(Condition.LINE_OVER, Goal.GENERAL, 10)
FULL = {"L02": TeamState(waiting=11)}


def decided(
    centre: Centre, states: TeamStates | None = None, concern: Concern = Concern.MONEY, keys: str | None = "1232456789"
) -> Decision:
    number = NumberFormat().typed(keys) if keys else None
    return decide(Contact(ARRIVAL, concern, number), centre, CUSTOMERS, states or {}, NOW, "config-1")


def sent(standing: Standing | None, centre: Centre, states: TeamStates | None = None) -> Decision | None:
    assert standing is not None
    return send_on(standing, centre, states or {}, NOW, VERSIONS)


def where(decision: Decision | None) -> tuple[Goal, str | None, str | None, Rule]:
    assert decision is not None
    return decision.goal, decision.team, decision.queue, decision.rule


def closed(*teams: str, rules: dict[str, Sequence[OverflowRule]]) -> Centre:
    return ruled(rules, small_centre(hours=dict.fromkeys(teams, NEVER)))


def test_a_closed_team_sends_to_its_sister() -> None:
    decision = decided(closed("L01", rules={"L01": [TO_SISTER]}))
    assert where(decision) == (Goal.LINE, "L02", "L02", Rule.OVERFLOW_CLOSED)
    assert decision.steps == (Step("L01", Rule.OVERFLOW_CLOSED, Goal.LINE, "L02"),)
    assert decision.home == "L01"


def test_a_full_sister_sends_on_by_her_own_rule() -> None:
    decision = decided(closed("L01", rules={"L01": [TO_SISTER], "L02": [FULL_TO_GENERAL]}), FULL)
    assert where(decision) == (Goal.LINE, "general", "general-line", Rule.OVERFLOW_LINE)
    assert [(step.team, step.to) for step in decision.steps] == [("L01", "L02"), ("L02", "general")]


def test_two_overflows_keep_the_first_contact_the_credit_and_the_home() -> None:
    decision = decided(closed("L01", rules={"L01": [TO_SISTER], "L02": [FULL_TO_GENERAL]}), FULL)
    assert (ARRIVAL, 0, "L01") == (decision.arrival, decision.credit, decision.home)
    assert decided(small_centre()).priority == decision.priority


def test_sisters_who_help_each_other_send_nobody_back() -> None:
    help_each_other = [rule(Condition.WAIT_OVER, Goal.SISTER, 60)]
    centre = ruled({"L01": help_each_other, "L02": help_each_other})
    busy = {"L01": TeamState(estimated_wait_seconds=99.0), "L02": TeamState(estimated_wait_seconds=99.0)}
    assert where(decided(centre, busy)) == (Goal.LINE, "L02", "L02", Rule.OVERFLOW_WAIT)


def test_a_message_is_offered_for_the_home_and_says_nothing_before() -> None:
    decision = decided(closed("L01", rules={"L01": [rule(Condition.CLOSED, Goal.MESSAGE)]}))
    assert where(decision) == (Goal.MESSAGE, "L01", None, Rule.OVERFLOW_CLOSED)
    assert decision.says == ()


def test_a_declined_callback_leads_to_the_next_rule() -> None:
    rules = [rule(Condition.WAIT_OVER, Goal.CALLBACK, 60), rule(Condition.WAIT_OVER, Goal.SISTER, 60)]
    centre, busy = ruled({"L01": rules}), {"L01": TeamState(estimated_wait_seconds=99.0)}
    offered = decided(centre, busy)
    assert offered.goal is Goal.CALLBACK
    assert where(sent(offered.standing, centre, busy)) == (Goal.LINE, "L02", "L02", Rule.OVERFLOW_WAIT)


def test_a_declined_callback_leads_to_the_own_open_line_at_last() -> None:
    centre = ruled({"L01": [rule(Condition.WAIT_OVER, Goal.CALLBACK, 60)]})
    busy = {"L01": TeamState(estimated_wait_seconds=99.0)}
    declined = sent(decided(centre, busy).standing, centre, busy)
    assert where(declined) == (Goal.LINE, "L01", "L01", Rule.HOUSEHOLD_TEAM)


def test_a_declined_message_of_a_closed_team_leads_to_the_general_line() -> None:
    centre = closed("L01", rules={"L01": [rule(Condition.CLOSED, Goal.MESSAGE)]})
    declined = sent(decided(centre).standing, centre)
    assert where(declined) == (Goal.LINE, "general", "general-line", Rule.TEAM_CLOSED)


def test_a_declined_message_of_a_closed_centre_is_a_goodbye() -> None:
    centre = closed(*TEAMS, rules={"L01": [rule(Condition.CLOSED, Goal.MESSAGE)]})
    declined = sent(decided(centre).standing, centre)
    assert where(declined) == (Goal.GOODBYE, None, None, Rule.CENTRE_CLOSED)
    assert declined is not None
    assert declined.says == (Spoken("closed"), Spoken("goodbye"))


def test_whoever_stays_in_line_gets_no_decision() -> None:
    standing = decided(small_centre()).standing
    assert standing is not None
    assert sent(replace(standing, held_seconds=900.0), small_centre()) is None


def test_whoever_held_too_long_is_widened_at_the_same_place() -> None:
    centre = ruled({"L01": [rule(Condition.HOLD_OVER, Goal.WIDE, 60)]})
    first = decided(centre)
    assert first.standing is not None
    widened = sent(replace(first.standing, held_seconds=60.0), centre)
    assert where(widened) == (Goal.WIDE, "L01", "A1-wide", Rule.WIDENED)
    assert widened is not None
    assert widened.priority == first.priority


def test_a_closed_team_whose_sister_is_there_is_answered_in_the_wide_line() -> None:
    centre = closed("L01", rules={"L01": [rule(Condition.CLOSED, Goal.WIDE)]})
    assert where(decided(centre)) == (Goal.WIDE, "L01", "A1-wide", Rule.WIDENED)


def test_whoever_declines_a_callback_in_the_wide_line_stays_there() -> None:
    rules = [rule(Condition.NO_MEMBERS, Goal.WIDE), rule(Condition.NO_MEMBERS, Goal.CALLBACK)]
    centre, nobody = ruled({"L01": rules}), dict.fromkeys(("L01", "L02"), TeamState(members_signed_in=0))
    wide = decided(centre, nobody).standing
    assert wide is not None
    offered = sent(wide, centre, nobody)
    assert offered is not None
    assert offered.goal is Goal.CALLBACK
    assert where(sent(offered.standing, centre, nobody))[:3] == (Goal.WIDE, "L01", "A1-wide")


def test_an_emergency_sent_on_by_the_general_line_stands_in_the_urgent_queue() -> None:
    rules = {"general": [rule(Condition.CLOSED, "L03")]}
    decision = decided(closed("general", rules=rules), concern=Concern.EMERGENCY, keys=None)
    assert where(decision) == (Goal.LINE, "L03", "A2-urgent", Rule.OVERFLOW_CLOSED)
    assert decision.says == (Spoken("connecting-urgent"),)


def test_a_team_that_is_gone_leaves_its_line_to_the_general_one() -> None:
    gone = Standing("L98", "L97", Concern.MONEY, ARRIVAL, 0, passed=(0,))
    decision = sent(gone, small_centre())
    assert where(decision) == (Goal.LINE, "general", "general-line", Rule.TEAM_GONE)
    assert decision is not None
    assert decision.home == "general"


_goals: st.SearchStrategy[Goal | str] = st.sampled_from(
    [Goal.SISTER, Goal.GENERAL, Goal.WIDE, Goal.CALLBACK, Goal.MESSAGE, *TEAMS]
)
_rules = st.builds(rule, st.sampled_from(Condition), _goals, st.integers(0, 30))
_states = st.builds(
    TeamState,
    st.none() | st.integers(0, 3),
    st.none() | st.integers(0, 60),
    st.none() | st.floats(0, 60),
)


@given(
    rules=st.dictionaries(st.sampled_from(TEAMS), st.lists(_rules, max_size=4)),
    states=st.dictionaries(st.sampled_from(TEAMS), _states),
    shut=st.sets(st.sampled_from(TEAMS)),
    empty=st.sets(st.sampled_from(TEAMS)),
    concern=st.sampled_from(Concern),
    closing=st.sampled_from(ClosingRule),
    held=st.lists(st.floats(0, 60), max_size=12),
)
def test_whatever_the_rules_a_contact_is_sent_on_fewer_times_than_there_are_teams(
    rules: dict[str, list[OverflowRule]],
    states: dict[str, TeamState],
    shut: set[str],
    empty: set[str],
    concern: Concern,
    closing: ClosingRule,
    held: list[float],
) -> None:
    centre = small_centre(hours=dict.fromkeys(shut, NEVER), without_members=tuple(empty))
    centre = ruled(rules, centre, Closing(closing, within_minutes=0))
    decision = decided(centre, states, concern)
    lines = [decision]
    for seconds in held:
        _is_sound(decision, centre)
        standing = decision.standing
        if decision.goal is Goal.GOODBYE or standing is None:
            break
        if decision.goal in (Goal.LINE, Goal.WIDE):
            standing = replace(standing, held_seconds=seconds, expected_seconds=seconds)
        following = send_on(standing, centre, states, NOW, VERSIONS)
        assert following is not None or standing.held_seconds is not None
        if following is not None:
            lines.append(following)
            decision = following
    moves = [step for each in lines for step in each.steps if step.goal is Goal.LINE]
    assert len(moves) < len(centre.teams)
    assert len({step.team for step in moves}) == len(moves)
    assert all(each.standing and each.standing.arrival == ARRIVAL for each in lines)
    assert len({(each.home, each.credit, each.priority) for each in lines}) == 1


def _is_sound(decision: Decision, centre: Centre) -> None:
    assert (decision.queue in centre.queues) == (decision.goal in (Goal.LINE, Goal.WIDE))
    assert (decision.team is None) == (decision.goal is Goal.GOODBYE)
    if decision.concern is Concern.EMERGENCY:
        assert decision.goal in (Goal.LINE, Goal.GOODBYE)
