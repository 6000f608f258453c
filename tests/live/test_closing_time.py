"""Closing time with ten people in line, for each rule: served, called back, or asked for a message; told in time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest
from closing_centre import ASKED, BEGINS, CALLED_BACK, CUSTOMERS, SERVED, TEAMS, keys
from known_callers import KnownCaller, KnownCallers, known_callers
from running_lab import RunningLab, until
from sip_client import HUMMING
from small_centre import SmallCentre
from told_figures import journal, metrics

from facts.contact import ContactDecided, LeftKind, LeftState, LeftWithUs
from telephony.lab.phones import Habits

PEOPLE = 10
QUICK = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(0.3, 0.4))
IN_LINE_SECONDS = 60.0
SAVED_SECONDS = 40.0
SPOKEN_BYTES = 16_000
"""A second of it."""


@dataclass(frozen=True, slots=True)
class Noon:
    """What has been at closing time: who was in which line, and what the lab tells of it."""

    lab: RunningLab
    callers: KnownCallers
    of: dict[str, list[KnownCaller]]
    told: dict[str, str]
    """Channel -> TEAMLINE_CLOSING_TOLD while in line."""


@pytest.fixture(scope="module")
def noon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Noon]:
    """Thirty people, in line some seconds before their teams close."""
    folder = tmp_path_factory.mktemp("closing")
    options = [*SmallCentre(folder).write(TEAMS, CUSTOMERS).options, "--hours", "--at", BEGINS]
    with RunningLab(folder / "lab", *options) as lab, known_callers(lab, HUMMING) as callers:
        everybody = callers.dial(*(keys(team) for team in (SERVED, CALLED_BACK, ASKED) for _ in range(PEOPLE)))
        of = {team: everybody[n * PEOPLE : (n + 1) * PEOPLE] for n, team in enumerate((SERVED, CALLED_BACK, ASKED))}
        for team in of:
            lab.until_waiting(team, PEOPLE)
        told = {each.channel: lab.variable(each.channel, "TEAMLINE_CLOSING_TOLD") for each in everybody}
        yield Noon(lab, callers, of, told)


def _left(lab: RunningLab, kind: LeftKind, team: str) -> int:
    facts = (fact for fact in journal(lab).facts if isinstance(fact, LeftWithUs))
    return sum(fact.what is kind and fact.team == team and fact.state is LeftState.OPEN for fact in facts)


def _recorded(folder: Path) -> int:
    """Recordings that somebody speaks into."""
    return sum(each.stat().st_size > SPOKEN_BYTES for each in folder.rglob("m-*.wav"))


def _until_let_out(noon: Noon, team: str) -> None:
    until(lambda: not noon.lab.line(team), IN_LINE_SECONDS, f"nobody in line of {team}")


def test_everybody_was_told_of_the_closing_before_it_came(noon: Noon) -> None:
    told = [noon.told[each.channel].partition("/")[0] for each in chain.from_iterable(noon.of.values())]
    assert Counter({SERVED: PEOPLE, CALLED_BACK: PEOPLE, ASKED: PEOPLE}) == Counter(told)


def test_people_in_line_are_called_back_at_the_next_opening(noon: Noon) -> None:
    _until_let_out(noon, CALLED_BACK)
    noon.callers.press_all(noon.of[CALLED_BACK], "1")
    until(lambda: _left(noon.lab, LeftKind.CALLBACK, CALLED_BACK) == PEOPLE, SAVED_SECONDS, "ten callbacks")


def test_people_in_line_are_asked_for_a_message_and_leave_one(noon: Noon) -> None:
    _until_let_out(noon, ASKED)
    noon.callers.press_all(noon.of[ASKED], "1")
    folder = noon.lab.folder
    until(lambda: _recorded(folder) == PEOPLE, SAVED_SECONDS, "ten recordings")
    noon.callers.press_all(noon.of[ASKED], "#1")
    until(lambda: _left(noon.lab, LeftKind.VOICE, ASKED) == PEOPLE, SAVED_SECONDS, "ten messages")


def test_everybody_in_line_is_served_after_the_closing_in_order(noon: Noon) -> None:
    lab = noon.lab
    in_line = [lab.variable(each.channel, "TEAMLINE_CALLER") for each in lab.until_waiting(SERVED, PEOPLE)]
    with lab.phones("one", habits=QUICK) as phones:
        events = phones.until(lambda seen: sum(each.kind == "answered" for each in seen) >= PEOPLE, 60)
        assert in_line == [each.caller_number for each in events if each.kind == "answered"]
        lab.until_quiet(30)


def test_whoever_was_sent_away_has_flowed_out_and_the_books_balance(noon: Noon) -> None:
    now = metrics(noon.lab)
    teams = now.teams()
    assert {SERVED: (PEOPLE, 0), CALLED_BACK: (0, PEOPLE), ASKED: (0, PEOPLE)} == {
        team: (teams[team]["answered"], teams[team]["flowed_out"]) for team in noon.of
    }
    for team in (CALLED_BACK, ASKED):
        assert now.value("teamline_calls_flowed_out_total", team=team, reason="closed") == PEOPLE
    assert now.total("teamline_books_broken_total") == 0
    rules = Counter(fact.rule for fact in journal(noon.lab).facts if isinstance(fact, ContactDecided))
    assert rules["closing-time"] == 2 * PEOPLE
