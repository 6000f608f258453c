"""Callbacks on a real Asterisk keep the place: whoever hung up is served in turn, rung once, and talks."""

import re
import signal
import urllib.request
import wave
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from ami_record import AmiRecord
from callback_book import kept, of
from callback_centre import NUMBERS, SHOWN
from callback_scenes import (
    TALKS_LONG,
    TEAM,
    answered,
    asks_by_hash,
    callback_lab,
    heard,
    spoken,
    until_free,
    until_gone,
    until_heard,
    until_placeholders,
    wait_in_turn,
)
from known_callers import KnownCaller, known_callers
from left_behind import logs, stored
from outside_world import TALKS_BRIEFLY, OutsideWorld, outside_world
from running_lab import KEYS_OF_LETTERS, RunningLab, until
from told_figures import Metrics, metrics

from operations.mailbox.ports import Entry
from routing.callback import State
from telephony.lab.phones import PhoneEvent, Phones

IN_LINE = 10
TAKE_A_CALLBACK = (2, 6)
"""The third and the seventh."""
_WHISPERED = re.compile(r"<PJSIP/one-\S+> Playing '\S+/(whisper-[a-z]+-\d+)")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    with callback_lab(tmp_path_factory.mktemp("callbacks")) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Served:
    """Ten callers, two of whom hung up with a callback: what became of them."""

    came: Sequence[str]
    """Their numbers, in order of arrival."""
    shown: Sequence[PhoneEvent]
    """What the member's phone showed, answer by answer."""
    outside: Sequence[PhoneEvent]
    entries: Sequence[Entry]
    figures: Metrics
    told: bytes
    """All that AMI told the router's own account meanwhile."""
    logs: Mapping[str, bytes]
    stored: Sequence[bytes]
    scraped: bytes

    @property
    def called_back(self) -> Sequence[str]:
        return [self.came[place] for place in TAKE_A_CALLBACK]


@pytest.fixture(scope="module")
def served(lab: RunningLab) -> Iterator[Served]:
    everybody = outside_world(lab, everybody=TALKS_BRIEFLY)
    with AmiRecord(lab.told["ami"]) as ami, known_callers(lab) as callers, everybody as world:
        came = wait_in_turn(callers, IN_LINE)
        for place in TAKE_A_CALLBACK:
            asks_by_hash(lab, came[place])
            until_gone(lab, came[place])
        until_placeholders(lab, len(TAKE_A_CALLBACK))
        numbers = [each.number for each in came]
        with lab.phones("one", habits=TALKS_LONG) as phones:
            _serve(lab, came, world, phones)
            shown = phones.events("answered")
        entries = [of(lab, numbers[place]) for place in TAKE_A_CALLBACK]
        figures = until(lambda: _settled(metrics(lab)), 10, "both in the figures")
        with urllib.request.urlopen(lab.told["metrics"]) as answer:
            scraped = answer.read()
        left = ami.text(), logs(lab, "spoken"), stored(lab.told["redis"]), scraped
        yield Served(numbers, shown, world.events(), entries, figures, *left)  # type: ignore[arg-type]


def _serve(lab: RunningLab, came: Sequence[KnownCaller], world: OutsideWorld, phones: Phones) -> None:
    """Whoever is answered has a word and goes: callers by the test's hand, citizens of themselves."""
    for place, caller in enumerate(came):
        answered(phones, place + 1)
        if place in TAKE_A_CALLBACK:
            world.until_over(caller.number)
        else:
            caller.hang_up()
    until_free(lab, "one")


def _settled(told: Metrics) -> Metrics | None:
    return (
        told if told.total("teamline_callbacks_total", team=TEAM, outcome="reached") == len(TAKE_A_CALLBACK) else None
    )


def test_everybody_is_served_in_the_order_of_arrival(served: Served) -> None:
    assert served.came == [each.caller_number for each in served.shown]


def test_each_citizen_is_rung_once_and_nobody_else_is(served: Served) -> None:
    assert served.called_back == [each.user for each in served.outside if each.kind == "rang"]


def test_both_have_pressed_the_key_and_talked(served: Served) -> None:
    assert served.called_back == [each.user for each in served.outside if each.kind == "pressed"]
    assert served.called_back == [each.user for each in served.outside if each.kind == "hung-up"]


def test_the_citizens_phones_show_the_teams_number(served: Served) -> None:
    assert {SHOWN} == {each.caller_number for each in served.outside}


def test_both_are_reached_at_the_first_attempt(served: Served) -> None:
    assert [(State.REACHED, "reached", 1)] * 2 == [(each.life, each.outcome, each.attempts) for each in served.entries]


def test_the_members_phone_shows_the_concern_of_a_callback_as_of_a_call(served: Served) -> None:
    called = {each.caller_name for each in served.shown if each.caller_number in served.called_back}
    calls = {each.caller_name for each in served.shown if each.caller_number not in served.called_back}
    assert called == calls != {""}


def test_the_books_balance(served: Served) -> None:
    assert 0 == served.figures.total("teamline_books_broken_total")


def test_placeholders_are_in_no_book_of_calls(served: Served) -> None:
    assert IN_LINE == served.figures.total("teamline_calls_offered_total", team=TEAM)
    assert IN_LINE - len(TAKE_A_CALLBACK) == served.figures.total("teamline_calls_answered_total", team=TEAM)
    assert len(TAKE_A_CALLBACK) == served.figures.total("teamline_calls_flowed_out_total", team=TEAM)


def _holding(served: Served, told: bytes) -> Sequence[bytes]:
    """Every line that holds a number of a telephone that is called back, or of its customer."""
    customers = [list(NUMBERS)[place] for place in TAKE_A_CALLBACK]
    keyed = [number.translate(KEYS_OF_LETTERS) for number in customers]
    words = [word.encode() for word in (*customers, *keyed, *(number[1:] for number in served.called_back))]
    return [line for line in told.split(b"\n") if any(word in line for word in words)]


def test_no_number_is_told_to_the_routers_own_account(served: Served) -> None:
    assert b"TeamlineCallback" in served.told
    assert [] == _holding(served, served.told)


def test_no_number_is_in_a_log(served: Served) -> None:
    assert {"full", "queue_log", "router.log"} <= served.logs.keys()
    assert {} == {name: lines for name, text in served.logs.items() if (lines := _holding(served, text))}


def test_no_number_lies_open_in_the_store_or_in_the_metrics(served: Served) -> None:
    assert any(served.entries[0].id.encode() in each for each in served.stored)
    assert [] == [each[:200] for each in (*served.stored, served.scraped) if _holding(served, each)]


def test_what_a_member_hears_before_the_citizen_is_dialled_takes_less_than_six_seconds(
    lab: RunningLab, served: Served
) -> None:
    assert served.entries
    whispered = set(_WHISPERED.findall(spoken(lab)))
    assert {"whisper-callback", "whisper-money"} == {name.rpartition("-")[0] for name in whispered}
    assert 6.0 > sum(_seconds(Path(lab.told["env"]["TEAMLINE_PROMPTS"], "de", f"{name}.wav")) for name in whispered)


def _seconds(file: Path) -> float:
    with wave.open(str(file)) as sound:
        return float(sound.getnframes() / sound.getframerate())


def test_while_nothing_can_be_kept_nothing_is_promised_and_the_place_stays(lab: RunningLab, served: Served) -> None:
    assert served.entries
    with known_callers(lab) as callers:
        (caller,) = wait_in_turn(callers, 1, IN_LINE)
        before = caller.until_in_line(TEAM)
        lab.signal("store", signal.SIGKILL)
        try:
            caller.press("#")
            until_heard(lab, caller, "line-choice")
            caller.press("1")
            until_heard(lab, caller, "callback-own-number")
            caller.press("1")
            until_heard(lab, caller, "not-possible-now")
            after = caller.until_in_line(TEAM)
        finally:
            lab.start("store")
        assert before.virtual_arrival == after.virtual_arrival
        assert "callback-noted" not in heard(lab, caller)
    assert {*served.called_back} == {f"0{each.phone.removeprefix('+49')}" for each in kept(lab)}
