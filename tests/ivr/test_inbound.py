import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.inbound import inbound
from ivr.line import CallEnded
from ivr.ports import Within
from routing.decision import Concern, Decision, Rule
from routing.spoken import Spoken
from tests.fakes.house import house
from tests.fakes.line import FakeLine
from tests.fakes.router import (
    MONDAY_AT_NINE,
    NEVER,
    CountedAttempts,
    SmallRouter,
    all_the_time,
    no_time,
    small_centre,
)
from tests.fakes.waits import ScriptedWaits

ARRIVAL = int(MONDAY_AT_NINE.timestamp()) - 30
GREETING = "key welcome privacy language-choice"
KEYED = "1232456789"
READ_BACK = f"key you-typed({KEYED}) right-or-again"
MOST_QUESTIONS = 40
EVERYWHERE = ("L01", "L02", "V01", "L03", "L04", "V02", "general")
FULL_DIALOGUE = f"*2*.{KEYED}#.191"


async def call(
    line: FakeLine,
    router: SmallRouter | None = None,
    attempts: CountedAttempts | None = None,
    within: Within = all_the_time,
    waits: ScriptedWaits | None = None,
) -> Decision:
    return await inbound(line, house(router, attempts=attempts, within=within, waits=waits))


async def test_a_call_reads_from_the_first_ring_to_the_queue() -> None:
    line = FakeLine(f"{KEYED}#11", arrival=ARRIVAL, waiting=3)
    await call(line)
    assert line.transcript == [
        "answer",
        GREETING,
        "keys customer-number",
        READ_BACK,
        "key concern",
        "say connecting",
        "waiting L01",
        "say place(4)",
        "say line-hint",
        "set TEAMLINE_TOLD=",
        "set TEAMLINE_TOLD_PLACE=4",
        "set TEAMLINE_QUIET=",
        "set TEAMLINE_SLICE=",
        "set TEAMLINE_CALLBACK_DUE=",
        "set TEAMLINE_LANGUAGE=de",
        "set TEAMLINE_CONCERN=money",
        "set TEAMLINE_RULE=household-team",
        "set TEAMLINE_TEAM=L01",
        "set TEAMLINE_HOME=L01",
        "set TEAMLINE_VIA=",
        "set TEAMLINE_PASSED=",
        "set TEAMLINE_SINCE=",
        "set TEAMLINE_CREDIT=0",
        f"set QUEUE_PRIO={2147483647 - ARRIVAL}",
        "set TEAMLINE_QUEUE=L01",
    ]


async def test_a_silent_caller_hears_every_question_and_lands_in_the_general_line() -> None:
    line = FakeLine("", arrival=ARRIVAL)
    decision = await call(line)
    assert line.transcript[:9] == [
        "answer",
        GREETING,
        "keys customer-number",
        "keys customer-number-again",
        "key concern",
        "key concern",
        "key concern",
        "say connecting",
        "waiting general-line",
    ]
    assert (decision.rule, line.variables["TEAMLINE_QUEUE"]) == (Rule.NO_NUMBER, "general-line")


@pytest.mark.parametrize(
    ("script", "queue", "rule"),
    [
        (f"{KEYED}#11", "L01", Rule.HOUSEHOLD_TEAM),
        (f"{KEYED}.1.1", "L01", Rule.HOUSEHOLD_TEAM),
        (f"{KEYED}#12", "V01", Rule.HOUSEHOLD_TEAM),
        (f"{KEYED}#13", "L01", Rule.HOUSEHOLD_TEAM),
        (f"{KEYED}#191", "A1-urgent", Rule.EMERGENCY_AREA),
        (f".{KEYED}#11", "L01", Rule.HOUSEHOLD_TEAM),
        (f"*3{KEYED}#11", "L01", Rule.HOUSEHOLD_TEAM),
        ("12345240001234#12", "V01", Rule.HOUSEHOLD_TEAM),
        ("0#1", "general-line", Rule.NO_NUMBER),
        ("0.2", "general-line", Rule.NO_NUMBER),
        ("0#91", "general-line", Rule.EMERGENCY_GENERAL),
        ("777456789#11", "general-line", Rule.UNKNOWN_NUMBER),
        ("777456789#191", "general-line", Rule.EMERGENCY_GENERAL),
        ("12#345#1234567890123456789#1", "general-line", Rule.TRIES_USED_UP),
        ("222456789#121", "L03", Rule.HOUSEHOLD_TEAM),
        ("222456789#1.1", "general-line", Rule.AMBIGUOUS_NUMBER),
        ("999000000#11", "general-line", Rule.TEAM_GONE),
    ],
)
async def test_a_caller_lands_where_the_rules_say(script: str, queue: str, rule: Rule) -> None:
    line = FakeLine(script, arrival=ARRIVAL)
    decision = await call(line)
    assert (queue, rule) == (line.variables["TEAMLINE_QUEUE"], decision.rule)


async def test_known_and_unknown_numbers_hear_the_same() -> None:
    heard = []
    for number in ("1232456789", "1233456789", "7772456789"):
        line = FakeLine(f"{number}#11")
        await call(line)
        words = [entry for entry in line.transcript if not entry.startswith(("set", "waiting"))]
        heard.append([entry.replace(number, "NUMBER") for entry in words])
    assert heard[0] == heard[1] == heard[2]


async def test_an_emergency_is_told_no_place() -> None:
    line = FakeLine(f"{KEYED}#191", waiting=5)
    await call(line)
    assert "say connecting-urgent" in line.transcript
    assert not [entry for entry in line.transcript if "place" in entry or "waiting" in entry]
    assert line.variables["TEAMLINE_CREDIT"] == "1800"


@pytest.mark.parametrize("waiting", [None, 0])
async def test_the_first_in_line_or_an_unknown_place_hears_nothing_about_it(waiting: int | None) -> None:
    line = FakeLine(f"{KEYED}#11", waiting=waiting)
    await call(line)
    assert not [entry for entry in line.transcript if "place" in entry]


async def test_a_closed_centre_says_when_it_opens_and_lets_the_dialplan_end_the_call() -> None:
    line = FakeLine(f"{KEYED}#11")
    closed = small_centre(hours=dict.fromkeys(EVERYWHERE, NEVER))
    decision = await call(line, SmallRouter(closed))
    assert line.transcript[-2:] == ["say closed goodbye", "set TEAMLINE_END=closed"]
    assert line.variables == {"TEAMLINE_END": "closed"}
    assert decision.rule is Rule.CENTRE_CLOSED


async def test_a_caller_over_the_hourly_limit_goes_straight_from_the_greeting_to_the_general_line() -> None:
    attempts = CountedAttempts(most=1)
    attempts.count("0211555")
    line = FakeLine(f"{KEYED}#191")
    decision = await call(line, attempts=attempts)
    assert line.transcript[:3] == ["answer", GREETING, "say connecting"]
    assert (decision.rule, decision.concern, decision.queue) == (
        Rule.OVER_LIMIT,
        Concern.MONEY,
        "general-line",
    )


async def test_a_dialogue_that_takes_too_long_ends_in_the_general_line() -> None:
    line = FakeLine(f"{KEYED}#191", arrival=ARRIVAL)
    decision = await call(line, within=no_time)
    assert (decision.rule, decision.queue, decision.credit) == (Rule.NO_NUMBER, "general-line", 0)
    assert line.variables["QUEUE_PRIO"] == str(2147483647 - ARRIVAL)


class StuckLine(FakeLine):
    """A caller whose number never ends."""

    async def keys(self, *spoken: Spoken) -> str:
        await super().keys(*spoken)
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_question_that_is_cut_off_by_the_time_limit_leaves_the_caller_in_line() -> None:
    line = StuckLine(KEYED)
    decision = await call(line, within=lambda _seconds: asyncio.timeout(0))
    assert (decision.rule, line.variables["TEAMLINE_QUEUE"]) == (Rule.NO_NUMBER, "general-line")


async def test_a_hang_up_at_every_step_ends_the_call_and_sets_nothing() -> None:
    whole = FakeLine(FULL_DIALOGUE)
    await call(whole)
    for step in range(1, whole.steps + 1):
        line = FakeLine(FULL_DIALOGUE, hangs_up_at=step)
        with pytest.raises(CallEnded):
            await call(line)
        assert line.variables == {}


async def test_a_hang_up_after_every_key_ends_the_call_and_sets_nothing() -> None:
    for pressed in range(len(FULL_DIALOGUE)):
        line = FakeLine(FULL_DIALOGUE[:pressed] + "|")
        with pytest.raises(CallEnded):
            await call(line)
        assert line.variables == {}


@settings(deadline=None)
@given(st.text("0123456789*#.", max_size=120), st.booleans())
async def test_any_keys_end_in_a_decision_after_a_bounded_number_of_questions(script: str, is_over: bool) -> None:
    line = FakeLine(script)
    router = SmallRouter()
    decision = await call(line, router, CountedAttempts(most=0 if is_over else 10))
    assert [decision] == router.decided
    assert decision.queue == line.variables["TEAMLINE_QUEUE"]
    assert line.questions <= MOST_QUESTIONS


async def test_the_most_stubborn_caller_is_asked_a_bounded_number_of_questions() -> None:
    number = "*#*#.222456789#."
    line = FakeLine("*7*7*7" + f"{number}2" * 2 + f"{number}.4" + "..979797")
    await call(line)
    assert line.questions == 33
    assert line.questions <= MOST_QUESTIONS
