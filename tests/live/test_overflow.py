"""Every overflow rule by telephone: where it sends, that the place is kept, that the books balance."""

import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack

import pytest
from earlier_talks import write_talks
from known_callers import known_callers
from overflow_centre import CUSTOMERS, GENERAL, TEAMS, WAIT_SECONDS, keys
from router_beside import is_ready
from running_lab import RunningLab, Waiting, citizen, until
from sip_client import HUMMING
from small_centre import SmallCentre
from staffed_lab import until_rung
from told_figures import journal, metrics
from wait_scenes import in_metrics

from facts.contact import ContactDecided, LeftKind, LeftWithUs
from telephony.lab.phones import Habits, Phones

QUICK = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(0.3, 0.4))
LONG_TALK = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(120.0, 120.0))
STAY = 600.0
WEDNESDAY = "2026-11-18T10:00+01:00"
SPOKEN_TO_SECONDS = 90.0
"""A long wait brings the offer of a callback, which callers who press nothing hear twice."""
LONG_SECONDS = 300.0
"""Talks as they were yesterday: whoever waits behind one must expect longer than any limit here."""
GENERAL_LINE = "general-line"
A_SECOND = 16_000
"""Bytes of speech."""

CALLS = {
    "0211610060": keys("L06"),
    "0211610001": keys("L01"),
    "0211610011": GENERAL,
    "0211610012": GENERAL,
    "0211610003": keys("L03"),
    "0211610021": keys("V01"),
    "0211610051": keys("L05"),
    "0211610052": keys("L05"),
    "0211610053": keys("L05"),
    "0211610023": keys("V03") + "1",
    "0211610061": keys("L06"),
}
"""Who calls, in this order, and what they key. The first one talks for as long as the test lasts."""

IN_LINE = {
    GENERAL_LINE: ["0211610001", "0211610011", "0211610012", "0211610053", "0211610061"],
    "A2-wide": ["0211610003"],
    "V02": ["0211610021"],
    "L05": ["0211610051", "0211610052"],
}
"""Where they stand once every rule has done its work."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("overflow")
    options = [*SmallCentre(folder).write(TEAMS, CUSTOMERS).options, "--hours", "--at", WEDNESDAY]
    with RunningLab(folder / "lab", *options) as running, ExitStack() as calls:
        with running.phones():
            running.until_signed_in()
        for queue in ("V01", "A1-urgent"):
            running.console(f"queue remove member PJSIP/away from {queue}")
        write_talks(running, 1.0, LONG_SECONDS)
        running.signal("router", signal.SIGKILL)
        running.start("router")
        until(lambda: is_ready(running), 30, "a router that has learned")
        talking, *others = [citizen(wish, caller=caller, stay=STAY) for caller, wish in CALLS.items()]
        six = calls.enter_context(running.phones("six", habits=LONG_TALK))
        until_rung(running, "six", "L06")
        until(lambda: in_metrics(running).get("L06", 0) < WAIT_SECONDS, 30, "no wait while a member is free")
        calls.enter_context(running.in_turn([talking]))
        _answered(six, 1)
        until(lambda: in_metrics(running).get("L06", 0) > WAIT_SECONDS, 30, "a long wait of whoever comes next")
        calls.enter_context(running.in_turn(others))
        for queue, callers in IN_LINE.items():
            running.until_waiting(queue, len(callers), SPOKEN_TO_SECONDS)
        yield running


def _callers_in(lab: RunningLab, queue: str) -> Sequence[str]:
    return [lab.variable(each.channel, "TEAMLINE_CALLER") for each in lab.line(queue)]


def _waiting(lab: RunningLab, caller: str) -> Waiting:
    in_line = (each for queue in IN_LINE for each in lab.line(queue))
    return next(each for each in in_line if lab.variable(each.channel, "TEAMLINE_CALLER") == caller)


def _kept(lab: RunningLab, caller: str, *names: str) -> Sequence[str]:
    channel = _waiting(lab, caller).channel
    return [lab.variable(channel, f"TEAMLINE_{name}") for name in names]


def _answered(phones: Phones, count: int) -> Sequence[str]:
    events = phones.until(lambda seen: sum(each.kind == "answered" for each in seen) >= count, 60)
    return [each.caller_number for each in events if each.kind == "answered"]


@pytest.mark.parametrize("queue", list(IN_LINE))
def test_everybody_stands_where_the_rules_say_in_the_order_of_first_contact(lab: RunningLab, queue: str) -> None:
    assert IN_LINE[queue] == _callers_in(lab, queue)


@pytest.mark.parametrize(
    ("caller", "rule", "home", "via"),
    [
        ("0211610001", "overflow-hold", "L01", "L01:L02"),
        ("0211610003", "widened", "L03", ""),
        ("0211610021", "overflow-no-members", "V01", "V01"),
        ("0211610053", "overflow-line", "L05", "L05"),
        ("0211610061", "overflow-wait", "L06", "L06"),
    ],
)
def test_each_was_sent_by_the_rule_of_the_team(lab: RunningLab, caller: str, rule: str, home: str, via: str) -> None:
    assert [rule, home, via] == _kept(lab, caller, "RULE", "HOME", "VIA")


@pytest.mark.parametrize("caller", ["0211610001", "0211610003", "0211610021", "0211610053", "0211610061"])
def test_whoever_was_sent_on_keeps_the_first_contact(lab: RunningLab, caller: str) -> None:
    assert [str(_waiting(lab, caller).virtual_arrival)] == _kept(lab, caller, "ARRIVAL")


def test_a_caller_of_a_closed_team_is_called_back(lab: RunningLab) -> None:
    left = [fact for fact in journal(lab).facts if isinstance(fact, LeftWithUs)]
    assert [("V03", LeftKind.CALLBACK)] == [(fact.team, fact.what) for fact in left]


def test_after_two_overflows_a_caller_is_answered_before_those_who_came_later(lab: RunningLab) -> None:
    with lab.phones("g01", habits=QUICK) as phones:
        assert IN_LINE[GENERAL_LINE] == _answered(phones, len(IN_LINE[GENERAL_LINE]))
        until(lambda: metrics(lab).teams()["general"]["answered"] == len(IN_LINE[GENERAL_LINE]), 10, "all counted")


def test_a_widened_caller_is_answered_by_the_sisters_member(lab: RunningLab) -> None:
    with lab.phones("four", habits=QUICK) as phones:
        assert IN_LINE["A2-wide"] == _answered(phones, 1)
        until(lambda: metrics(lab).teams()["L03"]["answered"] == 1, 10, "counted for the own team")


def test_every_rule_is_in_the_journal(lab: RunningLab) -> None:
    decided = [(fact.rule, fact.goal, fact.team) for fact in journal(lab).facts if isinstance(fact, ContactDecided)]
    assert {
        ("overflow-hold", "line", "L02"),
        ("overflow-hold", "line", "general"),
        ("widened", "wide", "L03"),
        ("overflow-no-members", "line", "V02"),
        ("overflow-line", "line", "general"),
        ("overflow-wait", "line", "general"),
        ("overflow-closed", "callback", "V03"),
    } <= set(decided)


def test_each_team_was_offered_its_callers_once_and_the_books_balance(lab: RunningLab) -> None:
    lab.hang_up_all()
    told = until(lambda: (now := metrics(lab)) and _waiting_by_books(now.teams()) == 0 and now, 10, "nobody in line")
    teams = told.teams()  # type: ignore[attr-defined]
    assert {"L01": (1, 1), "L02": (1, 1), "L03": (1, 0), "L05": (2, 0), "L06": (1, 0), "V02": (1, 0)} == {
        team: (teams[team]["offered"], teams[team]["flowed_out"]) for team in ("L01", "L02", "L03", "L05", "L06", "V02")
    }
    assert told.total("teamline_books_broken_total") == 0  # type: ignore[attr-defined]
    assert told.value("teamline_calls_flowed_out_total", team="L01", reason="overflow") == 1  # type: ignore[attr-defined]


def test_a_router_that_dies_while_a_message_is_recorded_leaves_the_caller_in_the_general_line(lab: RunningLab) -> None:
    with known_callers(lab, HUMMING) as callers:
        another_customer_of_v03 = f"{keys('L06')[:-1]}2"  # the first one has a callback now, and is asked about it
        [caller] = callers.dial(f"{another_customer_of_v03}31")  # no callback, a message
        until(lambda: _spoken_bytes(lab) > A_SECOND, 40, "somebody speaks")
        lab.signal("router", signal.SIGKILL)
        callers.press_all([caller], "#")
        caller.until_in_line(GENERAL_LINE)
        assert _spoken_bytes(lab) > A_SECOND


def _spoken_bytes(lab: RunningLab) -> int:
    return max((each.stat().st_size for each in lab.folder.rglob("m-*.wav")), default=0)


def _waiting_by_books(teams: Mapping[str, Mapping[str, int]]) -> int:
    ended = ("answered", "abandoned", "flowed_out", "lost")
    return sum(counts["offered"] - sum(counts[way] for way in ended) for counts in teams.values())
