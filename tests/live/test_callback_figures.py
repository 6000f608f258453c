"""Callbacks beside calls on a real Asterisk: each in its own books, whatever is killed, and nothing counted twice."""

import csv
import io
import json
import signal
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from callback_book import fresh_number, make_due, of, until_life, wish
from callback_centre import NUMBERS, teams
from callback_scenes import TALKS_LONG, TEAM, callback_lab, until_free, until_placeholders, wait_in_turn
from known_callers import known_callers
from outside_world import TALKS_BRIEFLY, outside_world
from router_beside import is_ready
from running_lab import RunningLab, until
from softphones import softphone
from told_figures import Metrics, journal, live, metrics

from facts.call import CallEnded, CallerJoined, CallFact
from facts.callback import CallbackMoved
from facts.place import VISITS_A_PLACEMENT
from routing.callback import State
from telephony.lab.called_citizens import BUSY

MEMBER, KIOSK = "one", "k-nord"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    kiosk = f'kiosks:\n  {KIOSK}: {{site: nord, phone: "3901", plain_numbers: true}}\n'
    with callback_lab(tmp_path_factory.mktemp("figures"), text=teams() + kiosk) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Told:
    """A caller, a citizen who was reached, and one whose phone was busy before and after the router was killed."""

    busy: str
    """The id of the last one's callback."""
    waiting: Mapping[str, Any]
    """The team as the board had it while a caller and two placeholders stood in line."""
    before: Metrics
    after: Metrics
    """As the router tells before it is killed, and in the end."""
    calls: Mapping[str, str]
    callbacks: Mapping[str, str]
    """The team's rows of the reports."""
    facts: Sequence[CallFact | CallbackMoved]


@pytest.fixture(scope="module")
def told(lab: RunningLab) -> Told:
    reached, busy = fresh_number(), fresh_number()
    with outside_world(lab, {reached: TALKS_BRIEFLY, busy: BUSY}) as world:
        wish(lab, reached)
        wish(lab, busy)
        until_placeholders(lab, 2)
        with known_callers(lab) as callers:
            wait_in_turn(callers, 1)
            waiting = until(lambda: _team(lab, waiting=1), 10, "the caller on the board")
            with lab.phones(MEMBER, habits=TALKS_LONG):
                world.until_over(reached, busy)
                until_life(lab, busy, State.RETRY)
                until(lambda: metrics(lab).total("teamline_calls_answered_total", team=TEAM) == 1, 60, "an answer")
                lab.hang_up_all()
                until_free(lab, MEMBER)
        before = until(lambda: _scrape_with(lab, "teamline_callback_attempts_total", 2), 20, "both attempts")
        lab.signal("router", signal.SIGKILL)
        lab.start("router")
        until(lambda: is_ready(lab), 60, "the router")
        make_due(lab, busy)
        until_placeholders(lab, 1, 60)
        with lab.phones(MEMBER, habits=TALKS_LONG):
            world.until("refused", busy, count=2)
            until_life(lab, busy, State.GIVEN_UP)
            until_free(lab, MEMBER)
    after = until(lambda: _scrape_with(lab, "teamline_callbacks_total", 1), 20, "the end of a callback")
    until(lambda: _ends(lab, of(lab, busy).id) == 2, 20, "both ends in the journal")
    return Told(
        busy=of(lab, busy).id,
        waiting=waiting,
        before=before,
        after=after,
        calls=_row(lab),
        callbacks=_row(lab, "--callbacks"),
        facts=[fact for fact in journal(lab).facts if isinstance(fact, CallFact | CallbackMoved)],
    )


def _team(lab: RunningLab, waiting: int) -> Mapping[str, Any] | None:
    team: Mapping[str, Any] = next(each for each in live(lab)["teams"] if each["id"] == TEAM)
    return team if team["waiting"] == waiting else None


def _row(lab: RunningLab, *options: str) -> Mapping[str, str]:
    """The team's row of a report; the gap of the kill is a note beside it."""
    told = lab.command("report", *options, "--format", "csv").stdout
    return next(row for row in csv.DictReader(io.StringIO(told)) if row["team"] == TEAM)


def _scrape_with(lab: RunningLab, name: str, count: int) -> Metrics | None:
    found = metrics(lab)
    return found if found.total(name, team=TEAM) == count else None


def _ends(lab: RunningLab, call: str) -> int:
    return sum(isinstance(fact, CallEnded) and fact.place.call == call for fact in journal(lab).facts)


def test_placeholders_are_open_callbacks_and_nobody_who_waits(told: Told) -> None:
    assert (1, 2) == (told.waiting["waiting"], told.waiting["callbacks_open"])


def test_the_team_was_offered_its_caller_alone(told: Told) -> None:
    assert ("1", "1", "0") == tuple(told.calls[name] for name in ("offered", "answered", "lost"))


def test_each_promise_is_in_the_books_of_callbacks_across_the_kill(told: Told) -> None:
    names = ("confirmed", "reached", "busy", "open", "attempts")
    assert {"confirmed": "2", "reached": "1", "busy": "1", "open": "0", "attempts": "3"} == {
        name: told.callbacks[name] for name in names
    }


def test_prometheus_counts_each_attempt_once(told: Told) -> None:
    outcomes = ("reached", "busy")
    counted = [
        tuple(figures.total("teamline_callback_attempts_total", outcome=outcome) for outcome in outcomes)
        for figures in (told.before, told.after)
    ]
    assert [(1, 1), (0, 1)] == counted


def test_the_wait_until_the_citizen_was_reached_is_counted_once(told: Told) -> None:
    assert 1 == told.before.total("teamline_callback_wait_seconds_count")


def test_the_books_balance_and_nothing_has_drifted(told: Told) -> None:
    names = ("teamline_books_broken_total", "teamline_live_drift_total")
    assert {0} == {figures.total(name) for figures in (told.before, told.after) for name in names}


def test_both_placeholders_of_one_callback_came_and_went(told: Told) -> None:
    kinds = (CallerJoined, CallEnded)
    way = [fact for fact in told.facts if isinstance(fact, kinds) and fact.place.call == told.busy]
    assert [(CallerJoined, 1), (CallEnded, 1), (CallerJoined, 2), (CallEnded, 2)] == [
        (type(fact), (fact.place.visit - 1) // VISITS_A_PLACEMENT + 1) for fact in way
    ]


def test_the_life_of_the_callback_is_in_the_journal_in_order(told: Told) -> None:
    way = [fact for fact in told.facts if isinstance(fact, CallbackMoved) and fact.callback == told.busy]
    assert all(now.state == then.before for now, then in pairwise(way))
    assert (State.CONFIRMED, State.GIVEN_UP) == (way[0].state, way[-1].state)


def test_a_call_from_a_kiosk_is_counted_once_for_its_site_and_in_the_report(lab: RunningLab, told: Told) -> None:
    (account,) = lab.told["accounts"]["kiosks"]
    _scan(lab, account["token"])
    with softphone(lab, KIOSK, shown=KIOSK, password=account["password"]) as phone:
        phone.order("call", "0")
        lab.until_waiting(TEAM, 1)
        phone.order("hang-up")
        lab.until_quiet()

    def counted() -> bool:
        return metrics(lab).value("teamline_kiosk_calls_total", site="nord", outcome="abandoned") == 1

    assert "0" == told.calls["abandoned"]
    assert until(counted, 20, "the call of the kiosk")
    row = json.loads(lab.command("report", "--kiosks", "--json").stdout)[0]
    assert (KIOSK, 1, 1) == (row["kiosk"], row["calls"], row["abandoned"])


def _scan(lab: RunningLab, token: str) -> None:
    asked = urllib.request.Request(
        f"{lab.told['http']}/api/v1/kiosks/{KIOSK}/scan",
        data=json.dumps({"code": next(iter(NUMBERS))}).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.status // 100 == 2
