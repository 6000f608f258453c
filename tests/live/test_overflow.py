"""Every overflow rule by telephone: where it sends, that the place is kept, that the books balance."""

import signal
from collections.abc import Iterator, Mapping

import pytest
from earlier_talks import write_talks
from overflow_centre import CUSTOMERS, GENERAL, HOLD_SECONDS, TEAMS, keys
from router_beside import is_ready
from running_lab import RunningLab, citizen, until
from small_centre import SmallCentre
from told_figures import journal, metrics, report

from facts.contact import ContactDecided
from telephony.lab.calls import CitizenCall
from telephony.lab.phones import Habits, Phones

QUICK = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(0.3, 0.4))
LONG_TALK = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(90.0, 90.0))
STAY = 120.0
WEDNESDAY = "2026-11-18T10:00"
LONG_SECONDS = 300.0
"""Talks as they were yesterday: whoever is second in line must expect longer than any limit here."""
GENERAL_LINE = "general-line"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("overflow")
    options = [*SmallCentre(folder).write(TEAMS, CUSTOMERS).options, "--hours", "--at", WEDNESDAY]
    with RunningLab(folder / "lab", *options) as running:
        with running.phones():
            running.until_signed_in()
        for queue in ("V01", "A1-urgent"):
            running.console(f"queue remove member PJSIP/away from {queue}")
        write_talks(running, 1.0, LONG_SECONDS)
        running.signal("router", signal.SIGKILL)
        running.start("router")
        until(lambda: is_ready(running), 30, "a router that has learned")
        yield running


@pytest.fixture(autouse=True)
def nobody_in_line(lab: RunningLab) -> Iterator[None]:
    yield
    lab.hang_up_all()


def _call(wish: str, number: int) -> CitizenCall:
    return citizen(wish, caller=f"02116100{number:02}", stay=STAY)


def _answered(phones: Phones, count: int) -> list[str]:
    events = phones.until(lambda seen: sum(each.kind == "answered" for each in seen) >= count, 60)
    return [each.caller_number for each in events if each.kind == "answered"]


def _callers_in(lab: RunningLab, queue: str) -> list[str]:
    return [lab.variable(each.channel, "TEAMLINE_CALLER") for each in lab.line(queue)]


def _moved(lab: RunningLab, before: Mapping[str, Mapping[str, int]]) -> Mapping[str, Mapping[str, int]]:
    """Team -> what has changed since then."""
    now = metrics(lab).teams()
    changed = {
        team: {name: now[team][name] - counts[name] for name in counts if now[team][name] != counts[name]}
        for team, counts in before.items()
    }
    return {team: counts for team, counts in changed.items() if counts}


def _rules(lab: RunningLab) -> list[tuple[str, str, str]]:
    """Rule, goal and team of every decision in the journal, in order."""
    return [(fact.rule, fact.goal, fact.team) for fact in journal(lab).facts if isinstance(fact, ContactDecided)]


def test_two_overflows_in_a_row_keep_the_place_among_younger_callers(lab: RunningLab) -> None:
    before = metrics(lab).teams()
    older, *younger = [_call(keys("L01"), 0), _call(GENERAL, 1), _call(GENERAL, 2)]
    with lab.in_turn([older, *younger]):
        lab.until_waiting(GENERAL_LINE, 3, 40)
        assert [f"02116100{place:02}" for place in range(3)] == _callers_in(lab, GENERAL_LINE)
        first = lab.line(GENERAL_LINE)[0]
        assert int(lab.variable(first.channel, "TEAMLINE_ARRIVAL")) == first.virtual_arrival
        assert ("L01:L02", "overflow-hold") == tuple(
            lab.variable(first.channel, name) for name in ("TEAMLINE_VIA", "TEAMLINE_RULE")
        )
        with lab.phones("g01", habits=QUICK) as phones:
            assert [f"02116100{place:02}" for place in range(3)] == _answered(phones, 3)
            lab.until_quiet()
    assert {
        "L01": {"offered": 1, "flowed_out": 1},
        "L02": {"offered": 1, "flowed_out": 1},
        "general": {"offered": 3, "answered": 3},
    }.items() <= {team: _without_target(counts) for team, counts in _moved(lab, before).items()}.items()
    assert [("overflow-hold", "line", "L02"), ("overflow-hold", "line", "general")] == [
        each for each in _rules(lab) if each[0] == "overflow-hold"
    ]


def _without_target(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if name != "answered_in_target"}


def test_a_widened_caller_keeps_the_place_and_the_sisters_member_answers(lab: RunningLab) -> None:
    before = metrics(lab).teams()
    with lab.in_turn([_call(keys("L03"), 10)]):
        [waiting] = lab.until_waiting("A2-wide", 1, 30)
        assert int(lab.variable(waiting.channel, "TEAMLINE_ARRIVAL")) == waiting.virtual_arrival
        assert lab.variable(waiting.channel, "TEAMLINE_TEAM") == "L03"
        with lab.phones("four", habits=QUICK) as phones:
            assert ["0211610010"] == _answered(phones, 1)
            lab.until_quiet()
    assert {"L03": {"offered": 1, "answered": 1}} == {
        team: _without_target(counts) for team, counts in _moved(lab, before).items()
    }


def test_where_nobody_is_signed_in_another_team_takes_the_caller(lab: RunningLab) -> None:
    with lab.in_turn([_call(keys("V01"), 20)]):
        [waiting] = lab.until_waiting("V02", 1)
        assert ("V01", "V01", "overflow-no-members") == tuple(
            lab.variable(waiting.channel, name) for name in ("TEAMLINE_HOME", "TEAMLINE_VIA", "TEAMLINE_RULE")
        )


def test_a_line_that_is_too_long_sends_who_comes_next_elsewhere(lab: RunningLab) -> None:
    calls = [_call(keys("L05"), 30 + number) for number in range(10)]  # the team's figures are 5 s old at most
    with lab.in_turn(calls):
        lines = until(lambda: sum(len(lab.line(each)) for each in ("L05", GENERAL_LINE)) == len(calls), 30, "all there")
        assert lines
        assert ["0211610030", "0211610031"] == _callers_in(lab, "L05")[:2]
        assert "0211610039" == _callers_in(lab, GENERAL_LINE)[-1]
        assert {"overflow-line"} == {lab.variable(each.channel, "TEAMLINE_RULE") for each in lab.line(GENERAL_LINE)}


def test_who_must_expect_a_long_wait_is_sent_elsewhere(lab: RunningLab) -> None:
    with lab.phones("six", habits=LONG_TALK) as phones:
        calls = [_call(keys("L06"), 40 + number) for number in range(8)]
        with lab.in_turn(calls):
            assert ["0211610040"] == _answered(phones, 1)
            until(lambda: "0211610047" in _callers_in(lab, GENERAL_LINE), 20, "the last one in the general line")
            assert {"overflow-wait"} == {lab.variable(each.channel, "TEAMLINE_RULE") for each in lab.line(GENERAL_LINE)}


def test_the_books_of_every_team_balance(lab: RunningLab) -> None:
    for team, row in report(lab).items():
        gone = sum(int(row[name]) for name in ("answered", "abandoned", "flowed_out", "lost", "waiting"))
        assert int(row["offered"]) == gone, team
    assert metrics(lab).total("teamline_books_broken_total") == 0
    assert HOLD_SECONDS
