import re
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.centre import Centre, Credits
from routing.contact_rules import Goal
from routing.decision import EXPLAINED, Concern, Contact, ContactKind, Decision, Rule, Versions, decide
from routing.directory import Assignment, Match
from routing.fair_line import CREDIT_LIMIT, HORIZON
from routing.hours import OpeningHours, Span, WeeklyHours
from routing.number import NumberFormat
from routing.spoken import Spoken, Upcoming
from routing.standing import Standing
from routing.team_state import TeamState
from tests.fakes.router import CUSTOMERS, MONDAY_AT_NINE, NEVER, ZONE, SmallDirectory, small_centre

NOW = MONDAY_AT_NINE
ARRIVAL = int(NOW.timestamp()) - 40
RULES = Path(__file__).parents[2] / "docs" / "rules.md"
KNOWN, UNKNOWN = "1232456789", "777456789"
SHARED_KEYS, SAME_TEAMS, GONE = "222456789", "333456789", "999000000"
EVERYWHERE = ("L01", "L02", "V01", "L03", "L04", "V02", "general")


def opens_at(hour: int) -> OpeningHours:
    """Closed at nine, opens on the same day at that hour."""
    return OpeningHours(WeeklyHours(ZONE, {0: (Span(time(hour), time(hour + 1)),)}))


def decided(
    keys: str | None = KNOWN,
    concern: Concern = Concern.MONEY,
    *,
    centre: Centre | None = None,
    letter: str | None = None,
    without_number: Rule = Rule.NO_NUMBER,
    kind: ContactKind = ContactKind.CALL,
    arrival: int = ARRIVAL,
    directory: SmallDirectory = CUSTOMERS,
    now: datetime = NOW,
) -> Decision:
    number = NumberFormat().typed(keys) if keys else None
    contact = Contact(arrival, concern, number, letter, without_number, kind)
    return decide(contact, centre or small_centre(), directory, {"L01": TeamState(0, 99)}, now, "config-1")


def way(decision: Decision) -> tuple[str | None, str | None, Rule, int]:
    return (decision.queue, decision.team, decision.rule, decision.credit)


@pytest.mark.parametrize(
    ("concern", "team"),
    [(Concern.MONEY, "L01"), (Concern.DOCUMENTS, "L01"), (Concern.JOB, "V01")],
)
@pytest.mark.parametrize("keys", ["1232456789", "123456789", "12345240001234", "123450001234"])
def test_a_known_number_reaches_the_households_team_for_the_concern(keys: str, concern: Concern, team: str) -> None:
    assert way(decided(keys, concern)) == (team, team, Rule.HOUSEHOLD_TEAM, 0)


def test_a_decision_is_complete() -> None:
    expected = Decision(
        queue="L01",
        team="L01",
        concern=Concern.MONEY,
        rule=Rule.HOUSEHOLD_TEAM,
        arrival=ARRIVAL,
        credit=0,
        priority=2147483647 - ARRIVAL,
        versions=Versions("config-1", "customers-1"),
        says=(Spoken("connecting"),),
        opens_at=None,
        home="L01",
        standing=Standing("L01", "L01", Concern.MONEY, ARRIVAL, 0),
    )
    assert expected == decided()


def test_an_emergency_reaches_the_urgent_queue_of_its_area_with_the_credit() -> None:
    decision = decided(concern=Concern.EMERGENCY)
    assert way(decision) == ("A1-urgent", "L01", Rule.EMERGENCY_AREA, 1800)
    assert decision.priority == 2147483647 - ARRIVAL + 1800


@pytest.mark.parametrize("keys", [None, UNKNOWN, SHARED_KEYS])
def test_an_emergency_without_a_household_reaches_the_general_line_with_the_credit(keys: str | None) -> None:
    decision = decided(keys, Concern.EMERGENCY)
    assert way(decision) == ("general-line", "general", Rule.EMERGENCY_GENERAL, 1800)


@pytest.mark.parametrize("rule", [Rule.NO_NUMBER, Rule.TRIES_USED_UP, Rule.OVER_LIMIT])
def test_without_a_number_the_general_line_answers(rule: Rule) -> None:
    assert way(decided(None, without_number=rule)) == ("general-line", "general", rule, 0)


def test_an_unknown_number_reaches_the_general_line() -> None:
    assert way(decided(UNKNOWN)) == ("general-line", "general", Rule.UNKNOWN_NUMBER, 0)


def test_keys_that_fit_customers_with_different_teams_reach_the_general_line() -> None:
    assert way(decided(SHARED_KEYS)) == ("general-line", "general", Rule.AMBIGUOUS_NUMBER, 0)


@pytest.mark.parametrize(("letter", "team"), [("A", "L01"), ("B", "L03"), ("D", "L01")])
def test_the_letter_tells_customers_apart(letter: str, team: str) -> None:
    assert way(decided(SHARED_KEYS, letter=letter)) == (team, team, Rule.HOUSEHOLD_TEAM, 0)


def test_a_letter_that_nobody_has_leaves_the_number_ambiguous() -> None:
    assert decided(SHARED_KEYS, letter="Z").rule is Rule.AMBIGUOUS_NUMBER


def test_customers_who_share_their_keys_and_their_teams_need_no_letter() -> None:
    assert way(decided(SAME_TEAMS)) == ("L01", "L01", Rule.HOUSEHOLD_TEAM, 0)


@pytest.mark.parametrize("concern", [Concern.MONEY, Concern.JOB])
def test_a_household_whose_team_is_gone_reaches_the_general_line(concern: Concern) -> None:
    assert way(decided(GONE, concern)) == ("general-line", "general", Rule.TEAM_GONE, 0)


@pytest.mark.parametrize("household", [Assignment("gone", "L01", "V01"), Assignment("A1", "gone", "V01")])
def test_an_emergency_whose_area_or_team_is_gone_keeps_its_credit(household: Assignment) -> None:
    directory = SmallDirectory({"123456789": (Match(household, "A"),)})
    decision = decided(concern=Concern.EMERGENCY, directory=directory)
    assert way(decision) == ("general-line", "general", Rule.TEAM_GONE, 1800)


def test_only_the_team_that_the_concern_needs_has_to_exist() -> None:
    directory = SmallDirectory({"123456789": (Match(Assignment("gone", "L01", "gone"), "A"),)})
    assert decided(directory=directory).rule is Rule.HOUSEHOLD_TEAM


def test_a_closed_team_hands_over_to_the_open_general_line() -> None:
    centre = small_centre(hours={"L01": opens_at(14)})
    assert way(decided(centre=centre)) == ("general-line", "general", Rule.TEAM_CLOSED, 0)


def test_an_emergency_is_taken_while_any_team_of_its_area_is_open() -> None:
    centre = small_centre(hours={"L01": NEVER, "L02": NEVER, "general": NEVER})
    assert decided(concern=Concern.EMERGENCY, centre=centre).queue == "A1-urgent"


def test_an_emergency_of_a_closed_area_reaches_the_general_line_with_the_credit() -> None:
    centre = small_centre(hours={"L01": NEVER, "L02": NEVER, "V01": NEVER})
    decision = decided(concern=Concern.EMERGENCY, centre=centre)
    assert way(decision) == ("general-line", "general", Rule.TEAM_CLOSED, 1800)


def test_a_closed_centre_takes_nobody_and_says_when_the_first_line_opens() -> None:
    centre = small_centre(hours={"L01": opens_at(14), "general": opens_at(10), "L02": opens_at(9)})
    decision = decided(centre=centre)
    ten = NOW.replace(hour=10)
    assert way(decision) == (None, None, Rule.CENTRE_CLOSED, 0)
    assert ten == decision.opens_at
    assert decision.says == (Spoken("closed-until", {"opens": Upcoming(ten, NOW)}), Spoken("goodbye"))
    assert decision.priority == 2147483647 - ARRIVAL


def test_a_closed_centre_tells_an_emergency_when_the_first_team_of_its_area_opens() -> None:
    hours = {"L01": opens_at(14), "L02": opens_at(12), "V01": opens_at(11), "general": opens_at(13)}
    decision = decided(concern=Concern.EMERGENCY, centre=small_centre(hours=hours))
    assert NOW.replace(hour=11) == decision.opens_at


def test_a_centre_that_never_opens_says_closed() -> None:
    decision = decided(centre=small_centre(hours=dict.fromkeys(EVERYWHERE, NEVER)))
    assert decision.says == (Spoken("closed"), Spoken("goodbye"))


def test_without_a_household_only_the_general_lines_hours_count() -> None:
    decision = decided(None, centre=small_centre(hours={"general": opens_at(10)}))
    assert (decision.queue, decision.opens_at) == (None, NOW.replace(hour=10))


def test_a_team_without_members_hands_over_to_the_general_line() -> None:
    centre = small_centre(without_members=("L01",))
    assert way(decided(centre=centre)) == ("general-line", "general", Rule.TEAM_WITHOUT_MEMBERS, 0)


def test_a_team_without_members_keeps_its_callers_if_the_general_line_has_none_either() -> None:
    centre = small_centre(without_members=("L01", "general"))
    assert decided(centre=centre).team == "L01"


def test_a_team_without_members_is_closed_while_the_general_line_is() -> None:
    centre = small_centre(without_members=("L01",), hours={"general": opens_at(10)})
    decision = decided(centre=centre)
    assert (decision.rule, decision.opens_at) == (Rule.CENTRE_CLOSED, NOW.replace(hour=10))


def test_an_emergency_needs_one_member_in_its_area() -> None:
    emergency = Concern.EMERGENCY
    assert decided(concern=emergency, centre=small_centre(without_members=("L01", "L02"))).queue == "A1-urgent"
    nobody = small_centre(without_members=("L01", "L02", "V01"))
    assert decided(concern=emergency, centre=nobody).rule is Rule.TEAM_WITHOUT_MEMBERS


def test_a_team_whose_members_are_signed_out_keeps_its_callers() -> None:
    contact = Contact(ARRIVAL, number=NumberFormat().typed(KNOWN))
    states = {"L01": TeamState(members_signed_in=0)}
    assert decide(contact, small_centre(), CUSTOMERS, states, NOW, "1").team == "L01"


@pytest.mark.parametrize(
    ("kind", "concern", "granted", "credit"),
    [
        (ContactKind.KIOSK, Concern.MONEY, Credits(), 300),
        (ContactKind.KIOSK, Concern.EMERGENCY, Credits(), 1800),
        (ContactKind.KIOSK, Concern.EMERGENCY, Credits(emergency=60, kiosk=120), 120),
        (ContactKind.CALL, Concern.EMERGENCY, Credits(emergency=9999), CREDIT_LIMIT),
        (ContactKind.CALL, Concern.EMERGENCY, Credits(emergency=-1), 0),
    ],
)
def test_the_largest_credit_counts_within_its_bound(
    kind: ContactKind, concern: Concern, granted: Credits, credit: int
) -> None:
    assert credit == decided(concern=concern, kind=kind, centre=small_centre(credits_=granted)).credit


@pytest.mark.parametrize("arrival", [0, -1, int(NOW.timestamp()) + 61, 2**31, 10**20])
def test_an_impossible_arrival_counts_as_now(arrival: int) -> None:
    assert decided(arrival=arrival).arrival == int(NOW.timestamp())


@pytest.mark.parametrize("keys", [None, KNOWN, UNKNOWN, SHARED_KEYS, GONE])
def test_known_and_unknown_numbers_sound_the_same(keys: str | None) -> None:
    assert decided(keys).says == (Spoken("connecting"),)
    assert decided(keys, Concern.EMERGENCY).says == (Spoken("connecting-urgent"),)


@given(
    keys=st.sampled_from([None, KNOWN, UNKNOWN, SHARED_KEYS, GONE]),
    concern=st.sampled_from(Concern),
    kind=st.sampled_from([ContactKind.CALL, ContactKind.KIOSK]),
    arrival=st.integers(),
    letter=st.none() | st.text(max_size=2),
    closed=st.sets(st.sampled_from(EVERYWHERE)),
    empty=st.sets(st.sampled_from(EVERYWHERE)),
)
def test_every_contact_has_a_configured_queue_or_a_goodbye(
    keys: str | None,
    concern: Concern,
    kind: ContactKind,
    arrival: int,
    letter: str | None,
    closed: set[str],
    empty: set[str],
) -> None:
    centre = small_centre(hours=dict.fromkeys(closed, NEVER), without_members=tuple(empty))
    decision = decided(keys, concern, kind=kind, arrival=arrival, letter=letter, centre=centre)
    assert (decision.queue in centre.queues) != (decision.says[-1] == Spoken("goodbye"))
    assert (decision.rule is Rule.CENTRE_CLOSED) == (decision.queue is None)
    assert 0 < decision.priority <= HORIZON


@pytest.mark.parametrize(("kind", "goal"), [(ContactKind.DOCUMENT, Goal.MESSAGE), (ContactKind.REQUEST, Goal.CALLBACK)])
def test_what_waits_for_people_goes_home_whatever_the_hours_and_rules(kind: ContactKind, goal: Goal) -> None:
    centre = small_centre(hours=dict.fromkeys(EVERYWHERE, NEVER), without_members=EVERYWHERE)
    decision = decided(kind=kind, centre=centre)
    assert (goal, "L01", None, ()) == (decision.goal, decision.team, decision.queue, decision.steps)
    assert decision.rule is Rule.HOUSEHOLD_TEAM


def test_a_time_after_2038_still_has_a_decision() -> None:
    assert decided(now=NOW.replace(year=2040)).team == "L01"
    assert decided(arrival=0, now=NOW.replace(year=2040)).priority == 1


def test_a_language_alone_makes_no_number_ambiguous() -> None:
    english = replace(CUSTOMERS.customers["123456789"][0].assignment, language="en")
    directory = SmallDirectory({"123456789": (*CUSTOMERS.customers["123456789"], Match(english, "B"))})
    assert decided("123456789", directory=directory).rule is Rule.HOUSEHOLD_TEAM


def test_every_rule_has_a_sentence() -> None:
    assert set(EXPLAINED) == set(Rule)


def test_the_documented_rules_are_the_rules() -> None:
    documented = re.findall(r"^\| `([a-z-]+)` \|", RULES.read_text(encoding="utf-8"), re.MULTILINE)
    assert documented == [rule.value for rule in Rule]
