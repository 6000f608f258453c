import pytest

from routing.contact_rules import Condition, Goal, OverflowRule
from routing.teams.file import TeamsFileError, parse
from routing.teams.overflow_circles import circle_findings
from routing.teams.places import Document

FILE = """\
centre: {{name: Jobcenter Musterstadt, land: NW}}
entry: ["0211910000"]
general_line: general
{overflow}
sites: [{{id: nord, name: Nord}}]
areas:
  - {{id: A1, name: Nord 1, site: nord, benefit: [L01, L02], placement: V01}}
  - {{id: A2, name: Nord 2, site: nord, benefit: [L03, L04, L05], placement: V02, benefit_rule: customer-file}}
teams:
  general: {{name: Zentrale, kind: general, extension: "2000"{general}}}
  L01: {{name: Leistung 01, kind: benefit, extension: "2101"{L01}}}
  L02: {{name: Leistung 02, kind: benefit, extension: "2102"{L02}}}
  L03: {{name: Leistung 03, kind: benefit, extension: "2103"{L03}}}
  L04: {{name: Leistung 04, kind: benefit, extension: "2104"}}
  L05: {{name: Leistung 05, kind: benefit, extension: "2105"}}
  V01: {{name: Vermittlung 01, kind: placement, extension: "2201"{V01}}}
  V02: {{name: Vermittlung 02, kind: placement, extension: "2202"}}
members:
  m1: {{name: Platz 1, teams: [general, L01, L02, L03, L04, V01, V02], phone: "3101"}}
"""
NAMES = ("general", "L01", "L02", "L03", "V01")


def written(overflow: str = "", **rules: str) -> str:
    """teams.yaml with rules of the centre, and of teams: the text within the brackets."""
    own = {name: f", overflow: [{rules[name]}]" if name in rules else "" for name in NAMES}
    return FILE.format(overflow=f"overflow: [{overflow}]", **own)


def mistakes(overflow: str = "", **rules: str) -> list[tuple[str, str]]:
    with pytest.raises(TeamsFileError) as raised:
        parse(written(overflow, **rules))
    return [(mistake.what, mistake.cure) for mistake in raised.value.mistakes]


def mistake(overflow: str = "", **rules: str) -> str:
    """What is wrong: one thing only."""
    found = mistakes(overflow, **rules)
    assert len(found) == 1
    return found[0][0]


def test_sound_rules_are_read_in_their_order() -> None:
    rules = "{when: wait-over, seconds: 600, to: sister}, {when: line-over, callers: 20, to: V02}"
    centre = parse(written("{when: closed, to: message}", L01=rules))
    own = (
        OverflowRule(Condition.WAIT_OVER, Goal.SISTER, 600),
        OverflowRule(Condition.LINE_OVER, Goal.LINE, 20, "V02"),
    )
    assert own == centre.teams["L01"].overflow
    assert centre.teams["L02"].overflow == (OverflowRule(Condition.CLOSED, Goal.MESSAGE),)


@pytest.mark.parametrize(
    ("rule", "what", "cure"),
    [
        ("{when: wait-over, to: sister}", "wait-over without a limit", "write for example  seconds: 600"),
        ("{when: hold-over, to: sister}", "hold-over without a limit", "write for example  seconds: 600"),
        ("{when: line-over, to: sister}", "line-over without a limit", "write for example  callers: 20"),
        ("{when: line-over, callers: null, to: sister}", "line-over without a limit", "write for example  callers: 20"),
        ("{when: closed, seconds: 60, to: sister}", '"seconds" means nothing for closed', "remove it"),
        ("{when: no-members, callers: 6, to: sister}", '"callers" means nothing for no-members', "remove it"),
    ],
)
def test_a_limit_stands_where_it_means_something(rule: str, what: str, cure: str) -> None:
    assert mistakes(L01=rule) == [(what, cure)]
    assert mistakes(rule) == [(what, cure)]


def test_a_limit_of_the_wrong_kind_is_told_with_the_right_one() -> None:
    assert mistakes(L01="{when: wait-over, callers: 20, to: sister}")[-1] == (
        '"callers" means nothing for wait-over',
        "write  seconds: 600  instead",
    )


def test_an_unknown_team_is_told_with_the_nearest_name() -> None:
    what, cure = mistakes(L01="{when: closed, to: LO2}")[0]
    assert what == 'there is no team "LO2"'
    assert cure.startswith('did you mean "L02"?')


def test_a_word_that_is_no_goal_is_told_with_the_goals() -> None:
    what, cure = mistakes("{when: closed, to: nowhere}")[0]
    assert what == 'there is no team "nowhere"'
    assert "write sister, general, wide, callback, message, or one of general, L01" in cure


def test_a_team_that_sends_to_itself_is_a_mistake() -> None:
    assert mistake(L01="{when: closed, to: L01}") == 'team "L01" sends its contacts to itself'


@pytest.mark.parametrize("to", ["general"])
def test_the_general_line_cannot_send_to_itself(to: str) -> None:
    assert mistake(general=f"{{when: no-members, to: {to}}}") == "the general line sends its contacts to itself"


def test_the_centres_rule_to_the_general_line_is_for_the_others() -> None:
    assert parse(written("{when: closed, to: general}")).teams["general"].overflow


@pytest.mark.parametrize("to", ["sister", "wide"])
def test_only_one_of_two_benefit_teams_has_a_sister(to: str) -> None:
    assert mistake(V01=f"{{when: closed, to: {to}}}").startswith('team "V01" has no one sister: it is not one of two')
    three = 'team "L03" has no one sister: its area has 3 benefit teams'
    assert mistake(L03=f"{{when: closed, to: {to}}}") == three
    assert mistake(general=f"{{when: closed, to: {to}}}").startswith('team "general" has no one sister')


@pytest.mark.parametrize("to", ["sister", "wide"])
def test_the_centres_rule_to_a_sister_is_for_those_who_have_one(to: str) -> None:
    assert parse(written(f"{{when: closed, to: {to}}}"))


def test_a_team_without_members_is_no_help() -> None:
    what = 'nobody could answer there: team "L05" has no member'
    assert mistake(L01="{when: closed, to: L05}") == what
    assert mistake("{when: closed, to: L05}") == what


def test_a_rule_to_the_same_place_by_another_name_does_nothing() -> None:
    rules = "{when: wait-over, seconds: 600, to: sister}, {when: wait-over, seconds: 300, to: L02}"
    what, cure = mistakes(L01=rules)[0]
    assert what == 'wait-over sends to "L02" a second time (first in line 11), so this rule does nothing'
    assert cure == "keep one of the two, with the lower limit"


def test_a_second_rule_for_closed_to_the_same_place_does_nothing() -> None:
    what, cure = mistakes("{when: closed, to: message}, {when: closed, to: message}")[0]
    assert what == 'closed sends to "message" a second time (first in line 4), so this rule does nothing'
    assert cure == "keep one of the two"


def test_the_same_place_on_other_conditions_and_other_places_on_the_same_are_sound() -> None:
    rules = (
        "{when: no-members, to: sister}, {when: wait-over, seconds: 60, to: sister}, {when: no-members, to: wide},"
        "{when: no-members, to: message}, {when: no-members, to: callback}, {when: no-members, to: general}"
    )
    assert len(parse(written(L01=rules)).teams["L01"].overflow) == 6


def test_sister_teams_may_help_each_other() -> None:
    both = "{when: closed, to: sister}"
    assert parse(written(L01=both, L02=both))
    assert parse(written(both))


def circle(overflow: str = "", **rules: str) -> str:
    what, cure = mistakes(overflow, **rules)[0]
    assert "take one of these rules out" in cure
    return what.removeprefix("overflow rules in a loop: ")


def test_two_teams_that_name_each_other_send_in_a_circle() -> None:
    assert circle(L01="{when: closed, to: L02}", L02="{when: closed, to: L01}") == "L01 -> L02 -> L01"


def test_a_longer_circle_is_spelt_out() -> None:
    rules = {"L01": "{when: closed, to: V01}", "V01": "{when: closed, to: L03}", "L03": "{when: closed, to: L01}"}
    assert circle(**rules) == "L01 -> V01 -> L03 -> L01"


def test_a_very_long_circle_is_not_spelt_to_its_end() -> None:
    names = [f"T{place}" for place in range(20)]
    teams = {name: {"overflow": [{"when": "closed", "to": names[place - 1]}]} for place, name in enumerate(names)}
    (finding,) = circle_findings(Document("teams.yaml", {"teams": teams}))
    assert finding.what.endswith("T0 -> T19 -> T18 -> T17 -> T16 -> T15 -> T14 -> T13 -> T12 -> T11 -> … -> T0")


def test_a_circle_over_the_general_line_is_one() -> None:
    found = circle("{when: closed, to: general}", general="{when: closed, to: L01}")
    assert found == "general -> L01 -> general"


def test_a_circle_over_a_sister_is_one() -> None:
    assert circle(L01="{when: closed, to: sister}", L02="{when: closed, to: L01}") == "L02 -> L01 -> L02"


def test_each_circle_is_told_once() -> None:
    rules = {"L01": "{when: closed, to: L02}", "L02": "{when: closed, to: L01}, {when: closed, to: L03}"}
    found = mistakes(**rules, L03="{when: closed, to: L02}")
    assert [what.rpartition(": ")[2] for what, _ in found] == ["L01 -> L02 -> L01", "L02 -> L03 -> L02"]


def test_a_chain_that_ends_is_no_circle() -> None:
    assert parse(written(L01="{when: closed, to: L02}", L02="{when: closed, to: general}"))


def test_two_circles_with_a_way_between_them_are_two() -> None:
    rules = {
        "L01": "{when: closed, to: L02}",
        "L02": "{when: closed, to: L01}, {when: closed, to: L03}, {when: no-members, to: L04}",
        "L03": "{when: closed, to: V01}, {when: closed, to: general}, {when: closed, to: L04}",
        "V01": "{when: closed, to: L03}, {when: closed, to: general}",
    }
    assert [what.rpartition(": ")[2] for what, _ in mistakes(**rules)] == ["L01 -> L02 -> L01", "L03 -> V01 -> L03"]


def test_no_list_of_rules_is_told_by_its_shape() -> None:
    with pytest.raises(TeamsFileError):
        parse(written().replace("overflow: []", "overflow: 7"))


@pytest.mark.parametrize("overflow", ["7", "{when: closed}", "{when: often, to: L01}", "{when: closed, to: [L01]}"])
def test_rules_of_no_shape_are_told_by_their_shape(overflow: str) -> None:
    assert mistakes(overflow)


@pytest.mark.parametrize("gone", ["members:\n", "teams:\n", "areas:\n", "general_line: general\n"])
def test_a_file_without_its_sections_is_still_checked(gone: str) -> None:
    text = written("{when: wait-over, to: sister}", L01="{when: closed, to: general}").replace(gone, f"{gone[:3]}")
    with pytest.raises(TeamsFileError):
        parse(text)


def test_a_loop_is_told_though_nobody_could_answer_on_it() -> None:
    found = mistakes(L03="{when: closed, to: L05}", overflow="{when: closed, to: L03}")
    assert any(what.startswith("overflow rules in a loop: ") for what, _ in found), found
