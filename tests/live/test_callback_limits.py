"""What leaves the house: only numbers that a team may call, so many at once, so often a number; nothing if stopped."""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from callback_book import api, ask_on_page, fresh_number, kept, of, until_life, wish
from callback_centre import ENTRY, MEMBERS, NUMBERS, SHOWN, teams
from callback_scenes import TALKS_LONG, TEAM, callback_lab, until_free, until_placeholders
from outside_world import TALKS_BRIEFLY, outside_world
from running_lab import RunningLab, until
from told_figures import journal

from facts.callback import CallbackMoved
from operations.mailbox.callback_requests import MOST_IN_ALL
from operations.mailbox.ports import Entry
from routing.callback import State
from telephony.lab.phones import PhoneEvent

REQUESTS = 500
HANDS = 8
AT_ONCE = 3
"""Fewer than members."""
PER_SECOND = 1
ALLOWED = 6
TAKES_ITS_TIME = replace(TALKS_BRIEFLY, ring_seconds=2.0, key_after_seconds=3.0)
"""So that more could be dialled meanwhile than may be."""
FORBIDDEN = (
    "09001234567",
    "0900 1 234567",
    "01805123456",
    "01371234567",
    "0700123456",
    "03212345678",
    "01912345",
    "0180 2 12345",
    "0800123456",
    "+33145678901",
    "0033145678901",
    "+43 1 5880",
    "+8816123456789",
    "110",
    "112",
    "115",
    "116117",
    "0211110",
    "0211112",
    "11833",
    "3101",
    "2101",
    "*9",
    "*92101",
    "19222",
    "teamline-callback",
    "0211555&PJSIP/09001234567@trunk",
    "0211555099@evil",
    "0211555099;user=phone",
    "0211555099,30,g",
    "${EXTEN}",
    "0211555099\r\nAction: Logoff",
    "\u0660\u0662\u0661\u0661\u0665\u0665\u0665\u0660\u0669\u0669",
)
"""Premium, shared-cost, televoting, personal, nationwide, toll-free, foreign, emergency, internal, and none at all."""
RULES = teams(at_once=AT_ONCE, per_second=PER_SECOND)
OWN = (ENTRY, SHOWN, f"+49{ENTRY[1:]}")
"""The centre would call itself."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    with callback_lab(tmp_path_factory.mktemp("limits"), text=RULES) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, what was answered, what is kept, who was rung."""

    of_one: Counter[int]
    """Statuses of 500 requests on the page with one number, each from an address of its own."""
    of_many: Mapping[str, int]
    """Statuses of 500 requests of a program, each with another number."""
    allowed: Sequence[str]
    kept_of_one: int
    kept: Sequence[Entry]
    """Before anybody was rung."""
    outside: Sequence[PhoneEvent]
    most_before_the_key: int
    moments: Sequence[float]
    """When each dial began, as the journal has it."""


@pytest.fixture(scope="module")
def asked(lab: RunningLab) -> Iterator[Asked]:
    one, allowed = fresh_number(), [fresh_number() for _ in range(ALLOWED)]
    with outside_world(lab, everybody=TAKES_ITS_TIME) as world, ThreadPoolExecutor(HANDS) as hands:
        of_one = Counter(hands.map(lambda _: ask_on_page(lab, one, _customer(0)), range(REQUESTS)))
        kept_of_one = len(kept(lab))
        with api(lab) as program:

            def ask(phone: str) -> int:
                return program.post("/callbacks", json={"phone": phone, "team": TEAM}).status_code

            numbers = _many(allowed)
            of_many = dict(zip(numbers, hands.map(ask, numbers), strict=True))
        everything = kept(lab)
        with lab.phones(*MEMBERS, habits=TALKS_LONG):
            world.until_over(one, *allowed, seconds=180)
            until_free(lab, *MEMBERS)
        for number in (one, *allowed):
            until_life(lab, number, State.REACHED)
        moved = [fact for fact in journal(lab).facts if isinstance(fact, CallbackMoved)]
        moments = [fact.at for fact in moved if fact.state == State.DIALLING]
        yield Asked(
            of_one, of_many, [one, *allowed], kept_of_one, everything, world.events(), world.most_dialled(), moments
        )


def _many(allowed: Sequence[str]) -> Sequence[str]:
    """500 numbers, these among them."""
    shaped = (f"{start}{place:07}" for place in itertools.count() for start in ("0900", "0180", "0137", "+331", "0700"))
    others = [*FORBIDDEN, *OWN]
    return [*allowed, *others, *itertools.islice(shaped, REQUESTS - len(allowed) - len(others))]


def _customer(place: int) -> str:
    return list(NUMBERS)[place]


def test_five_hundred_requests_with_one_number_are_one_callback(asked: Asked) -> None:
    assert 1 == asked.kept_of_one
    assert {303: MOST_IN_ALL, 429: REQUESTS - MOST_IN_ALL} == asked.of_one


def test_of_five_hundred_numbers_only_those_are_taken_that_a_team_may_call(asked: Asked) -> None:
    assert REQUESTS == len(asked.of_many)
    assert set(asked.allowed[1:]) == {number for number, status in asked.of_many.items() if status == 201}
    assert {422} == {status for status in asked.of_many.values() if status != 201}
    assert len(asked.allowed) == len(asked.kept)


def test_no_invite_leaves_to_a_number_that_is_not_allowed_and_each_is_rung_once(asked: Asked) -> None:
    assert Counter(asked.allowed) == Counter(each.user for each in asked.outside if each.kind == "rang")


def test_no_more_citizens_are_dialled_at_once_than_the_centre_allows(asked: Asked) -> None:
    assert AT_ONCE == asked.most_before_the_key


def test_no_more_dials_begin_within_a_second_than_the_centre_allows(asked: Asked) -> None:
    begun = sorted(asked.moments)
    assert len(asked.allowed) == len(begun)
    assert all(later - first >= 1.0 for first, later in zip(begun, begun[PER_SECOND:], strict=False))


def test_the_third_wish_of_a_number_within_a_day_is_not_kept(lab: RunningLab, asked: Asked) -> None:
    phone = asked.allowed[1]
    with api(lab) as program:
        second = program.post("/callbacks", json={"phone": phone, "team": TEAM})
        assert 201 == second.status_code
        assert 204 == program.delete(f"/callbacks/{second.json()['id']}").status_code
        assert 429 == program.post("/callbacks", json={"phone": phone, "team": TEAM}).status_code


@contextmanager
def starting_again(lab: RunningLab) -> Iterator[None]:
    """Whatever a test finds, the next one finds a centre that dials."""
    try:
        yield
    finally:
        lab.command("callbacks", "start")


def test_once_stopped_nothing_stands_in_line_and_nobody_is_dialled_until_it_is_started(lab: RunningLab) -> None:
    phones = [fresh_number() for _ in range(2)]
    for phone in phones:
        wish(lab, phone)
    until_placeholders(lab, len(phones))
    with outside_world(lab, everybody=TALKS_BRIEFLY) as world, starting_again(lab):
        assert 0 == lab.command("callbacks", "stop", "--reason", "test").returncode
        until_placeholders(lab, 0)
        with lab.phones("one", "two", habits=TALKS_LONG):
            until_free(lab, "one", "two")
            assert [] == world.rung()
            for phone in phones:
                until_life(lab, phone, State.CONFIRMED)
            assert 0 == lab.command("callbacks", "start").returncode
            world.until_over(*phones)
            assert sorted(phones) == sorted(world.rung())


def test_a_centre_that_stops_dialling_leaves_open_wishes_to_people(lab: RunningLab) -> None:
    phone = fresh_number()
    wish(lab, phone)
    until_placeholders(lab, 1)
    config = lab.folder.parent / "teams.yaml"
    config.write_text(teams(dial=False), encoding="utf-8")
    try:
        assert 0 == lab.command("activate", str(config)).returncode
        until_placeholders(lab, 0)
        with outside_world(lab) as world, lab.phones("one", habits=TALKS_LONG):
            until_free(lab, "one")
            later = fresh_number()
            wish(lab, later)
            assert "" == of(lab, later).life
            assert [] == world.rung()
    finally:
        config.write_text(RULES, encoding="utf-8")
        assert 0 == lab.command("activate", str(config)).returncode
    until_placeholders(lab, 1)


def test_who_waits_for_a_team_that_is_no_more_is_called_back_by_the_general_line(lab: RunningLab) -> None:
    phone = fresh_number()
    wish(lab, phone, "L02")
    until(lambda: len(lab.line("L02")) == 1, 30, "the placeholder in its own line")
    config = lab.folder.parent / "teams.yaml"
    config.write_text(RULES.replace("L02", "L08"), encoding="utf-8")
    assert 0 == lab.command("activate", str(config)).returncode
    until(lambda: len(lab.line("general-line")) == 1, 30, "the placeholder in the general line")
    with outside_world(lab, everybody=TALKS_BRIEFLY) as world, lab.phones("duty", habits=TALKS_LONG):
        world.until_over(phone)
        entry = until_life(lab, phone, State.REACHED)
        assert ([phone], "L02", ENTRY) == (world.rung(), entry.team, *world.shown())
