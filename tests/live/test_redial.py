"""`#` in line, the offer before it, and who calls again: on a real Asterisk one person waits once, at one place."""

import signal
from collections.abc import Iterator
from contextlib import closing

import pytest
from callback_book import api, of, until_life
from callback_centre import NUMBERS, teams
from callback_scenes import (
    TALKS_LONG,
    TEAM,
    answered,
    asks_by_hash,
    callback_lab,
    heard,
    spoken,
    until_gone,
    until_heard,
    until_placeholders,
    wait_in_turn,
)
from earlier_talks import write_talks
from known_callers import KnownCaller, KnownCallers, known_callers
from router_beside import is_ready
from running_lab import KEYS_OF_LETTERS, RunningLab, Waiting, until

from routing.callback import State

WITHOUT_NUMBER = "0#1#"
WITHHELD = "anonymous"
LONG_TALK_SECONDS = 300.0
"""With five in line longer than this centre lets people wait before it offers a callback."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    text = teams().replace("repeat_seconds: 0", "repeat_seconds: 0, callback_from_seconds: 60")
    with callback_lab(tmp_path_factory.mktemp("redial"), text=text) as running:
        yield running


@pytest.fixture
def callers(lab: RunningLab) -> Iterator[KnownCallers]:
    with known_callers(lab) as all_of_them:
        yield all_of_them


def keyed(place: int) -> str:
    """The customer number, right, money: nothing ahead of what follows."""
    return f"{list(NUMBERS)[place].translate(KEYS_OF_LETTERS)}#11"


def again(callers: KnownCallers, place: int) -> KnownCaller:
    """The same customer from a phone that has never called."""
    (caller,) = callers.dial(keyed(place))
    return caller


def in_line(lab: RunningLab, caller: KnownCaller) -> Waiting:
    return next(each for each in lab.line(TEAM) if each.channel == caller.channel)


def told_of_a_former_place(lab: RunningLab) -> int:
    return spoken(lab).count("/redial-")


def test_the_key_and_a_change_of_mind_keep_the_place(lab: RunningLab, callers: KnownCallers) -> None:
    first, second = wait_in_turn(callers, 2, first=10)
    before = in_line(lab, first)
    first.press("#")
    until_heard(lab, first, "line-choice")
    until(lambda: [each.channel for each in lab.line(TEAM)] == [second.channel], 10, "only the second in line")
    first.press("3")
    assert before == first.until_in_line(TEAM)


def test_a_callback_taken_in_line_is_found_by_the_customer_number_alone_and_waits_once(
    lab: RunningLab, callers: KnownCallers
) -> None:
    ahead, caller = wait_in_turn(callers, 2, first=20)
    place = in_line(lab, caller)
    asks_by_hash(lab, caller)
    until_gone(lab, caller)
    until_placeholders(lab, 1)
    assert (place.virtual_arrival, list(NUMBERS)[21]) == (of(lab, caller.number).arrival, of(lab, caller.number).number)

    with closing(lab.call(WITHOUT_NUMBER, caller=caller.number, stay=60)):
        lab.until_waiting("general-line", 1)
    assert told_of_a_former_place(lab) == 0
    with closing(lab.call(keyed(21), caller=WITHHELD, stay=60)):
        until(lambda: told_of_a_former_place(lab), 40, "the former place told")

    taken = again(callers, 21)
    until_heard(lab, taken, "redial-choice")
    assert "redial-place" in heard(lab, taken)
    taken.press("2")
    now = taken.until_in_line(TEAM)
    assert (place.priority, 2) == (now.priority, now.place)
    until_life(lab, caller.number, State.CANCELLED)
    until_placeholders(lab, 0)
    assert ahead.channel == lab.line(TEAM)[0].channel


def test_who_was_cut_off_in_line_has_the_old_place_though_the_router_started_anew(
    lab: RunningLab, callers: KnownCallers
) -> None:
    lost, other = wait_in_turn(callers, 2, first=40)
    before = in_line(lab, lost)
    lost.hang_up()
    until(lambda: len(lab.line(TEAM)) == 1, 10, "one in line")
    _restart(lab)
    back = again(callers, 40)
    now = back.until_in_line(TEAM, 40)
    assert "redial-place-kept" in heard(lab, back)
    assert (before.priority, 1) == (now.priority, now.place)
    assert other.channel == lab.line(TEAM)[1].channel


def test_a_long_wait_brings_the_offer_and_a_key_ahead_does_not_take_it(lab: RunningLab, callers: KnownCallers) -> None:
    with lab.phones("one", habits=TALKS_LONG) as phones:
        callers.dial(*(f"{keyed(place)}#" for place in range(50, 56)))
        answered(phones, 1)
        lab.until_waiting(TEAM, 5)
        _restart(lab, LONG_TALK_SECONDS)
        hasty, offered = callers.dial(f"{keyed(57)}1111", keyed(58))
        until_heard(lab, offered, "callback-own-number")
        offered.press("1")
        until_heard(lab, offered, "callback-noted")
        until_gone(lab, offered)
        until_placeholders(lab, 1)
        hasty.until_in_line(TEAM, 60)
        assert "callback-keeps-place" in heard(lab, hasty)
        assert "callback-noted" not in heard(lab, hasty)
    with api(lab) as program:
        assert program.delete(f"/callbacks/{of(lab, offered.number).id}").is_success
    until_placeholders(lab, 0)


def _restart(lab: RunningLab, talk_seconds: float = 0.0) -> None:
    lab.signal("router", signal.SIGKILL)
    until(lambda: not is_ready(lab), 60, "no router")
    if talk_seconds:
        write_talks(lab, 0.2, talk_seconds)
    lab.start("router")
    until(lambda: is_ready(lab), 60, "a router that takes calls")
