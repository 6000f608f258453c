from dataclasses import replace

import pytest

from ivr.after_queue import after_queue
from ivr.line import CallEnded
from routing.centre import WaitRules
from routing.contact_rules import Condition, Goal
from routing.fair_line import HORIZON
from routing.spoken_wait import WaitRange
from routing.wait_estimate import Expected
from tests.fakes.house import house
from tests.fakes.line import FakeLine
from tests.fakes.router import SmallRouter, small_centre
from tests.fakes.ruled_centre import rule, ruled
from tests.fakes.waits import ScriptedWaits, minutes

QUEUE = "L01"
ARRIVAL = 1_767_600_000
SLICE_OVER = {
    "TEAMLINE_QUEUE": QUEUE,
    "QUEUE_PRIO": str(HORIZON - ARRIVAL + 300),
    "QUEUESTATUS": "TIMEOUT",
    "TEAMLINE_LANGUAGE": "en",
}
TOLD = SLICE_OVER | {"TEAMLINE_TOLD": "5-8", "TEAMLINE_TOLD_PLACE": "4"}
FIVE_TO_EIGHT = Expected(4, minutes(5.5, 7), 0)


async def test_a_caller_goes_back_to_the_same_place() -> None:
    line = FakeLine(variables={"TEAMLINE_QUEUE": "A1-urgent", "QUEUE_PRIO": "42"})
    await after_queue(line, house())
    assert line.transcript == ["set TEAMLINE_SLICE=", "set TEAMLINE_QUEUE=A1-urgent"]
    assert line.variables["QUEUE_PRIO"] == "42"


@pytest.mark.parametrize("queue", [None, "", "gone"])
async def test_a_queue_that_is_gone_becomes_the_general_line(queue: str | None) -> None:
    line = FakeLine(variables={} if queue is None else {"TEAMLINE_QUEUE": queue})
    await after_queue(line, house())
    assert line.transcript == [
        "set TEAMLINE_RULE=team-gone",
        "set TEAMLINE_TEAM=general",
        "set TEAMLINE_HOME=general",
        "set TEAMLINE_VIA=",
        "set TEAMLINE_PASSED=",
        "set TEAMLINE_SINCE=",
        "set TEAMLINE_SLICE=",
        "set TEAMLINE_QUEUE=general-line",
    ]


WIDENED = {
    "TEAMLINE_QUEUE": "A9-wide",
    "TEAMLINE_TEAM": "L01",
    "TEAMLINE_HOME": "L02",
    "TEAMLINE_VIA": "L02",
    "TEAMLINE_PASSED": "0",
    "TEAMLINE_SINCE": "42",
    "TEAMLINE_RULE": "widened",
    "TEAMLINE_CONCERN": "money",
}


async def test_in_the_general_line_its_own_rules_count_from_the_beginning() -> None:
    line = FakeLine(variables=WIDENED | {"TEAMLINE_QUEUE": "gone"})
    router = SmallRouter(centre=ruled({"general": [rule(Condition.HOLD_OVER, Goal.MESSAGE, 30)]}))
    await after_queue(line, house(router))
    assert [("", ""), ("L02", "30")] == [
        (line.variables["TEAMLINE_PASSED"], line.variables["TEAMLINE_SINCE"]),
        (line.variables["TEAMLINE_HOME"], line.variables["TEAMLINE_SLICE"]),
    ]


async def test_whoever_waited_in_a_widened_line_that_is_gone_waits_on_for_the_own_team() -> None:
    line = FakeLine(variables=WIDENED)
    await after_queue(line, house())
    assert ["L01", "L01", "42"] == [line.variables[f"TEAMLINE_{name}"] for name in ("QUEUE", "TEAM", "SINCE")]


async def test_an_emergency_whose_area_is_called_otherwise_now_stays_urgent() -> None:
    line = FakeLine(variables=WIDENED | {"TEAMLINE_QUEUE": "A9-urgent", "TEAMLINE_CONCERN": "emergency"})
    await after_queue(line, house())
    assert line.variables["TEAMLINE_QUEUE"] == "A1-urgent"


@pytest.mark.parametrize("step", [1, 2, 3])
async def test_a_hang_up_changes_nothing(step: int) -> None:
    before = {"TEAMLINE_QUEUE": "L01", "TEAMLINE_TEAM": "L01"}
    line = FakeLine(variables=before, hangs_up_at=step)
    with pytest.raises(CallEnded):
        await after_queue(line, house())
    assert before == line.variables


async def back(line: FakeLine, *expected: Expected | None, router: SmallRouter | None = None) -> ScriptedWaits:
    waits = ScriptedWaits(expected)
    await after_queue(line, house(router, waits=waits))
    return waits


async def test_a_slice_that_is_over_is_the_moment_for_place_and_wait() -> None:
    line = FakeLine(variables=SLICE_OVER)
    waits = await back(line, FIVE_TO_EIGHT)
    assert line.transcript == [
        "speak en",
        "say place(4) wait-range(5,8)",
        "set TEAMLINE_TOLD=5-8",
        "set TEAMLINE_TOLD_PLACE=4",
        "set TEAMLINE_QUIET=",
        "set TEAMLINE_SLICE=75",
        "set TEAMLINE_QUEUE=L01",
    ]
    assert waits.has_told == [(QUEUE, WaitRange(5, 8), None)]


async def test_the_wait_is_asked_for_at_the_place_that_the_line_keeps() -> None:
    assert (await back(FakeLine(variables=SLICE_OVER), None)).asked == [(QUEUE, ARRIVAL - 300)]


@pytest.mark.parametrize("priority", ["", "0", "-1", "12x", "2147483648", "99999999999", "٣"])
async def test_a_garbled_priority_counts_as_the_first_contact(priority: str) -> None:
    line = FakeLine(arrival=ARRIVAL, variables=SLICE_OVER | {"QUEUE_PRIO": priority})
    assert (await back(line, None)).asked == [(QUEUE, ARRIVAL)]


@pytest.mark.parametrize("language", ["", "fr"])
async def test_a_language_that_the_centre_does_not_speak_changes_nothing(language: str) -> None:
    line = FakeLine(variables=SLICE_OVER | {"TEAMLINE_LANGUAGE": language})
    await back(line, FIVE_TO_EIGHT)
    assert line.language == "de"


async def test_the_identical_sentence_comes_every_second_time() -> None:
    line = FakeLine(variables=TOLD)
    heard = []
    for _ in range(4):
        before = len(line.transcript)
        await back(line, FIVE_TO_EIGHT)
        heard.append([entry for entry in line.transcript[before:] if entry.startswith("say")])
    assert heard == [[], ["say place(4) wait-range(5,8)"], [], ["say place(4) wait-range(5,8)"]]


@pytest.mark.parametrize(
    ("expected", "heard"),
    [
        (Expected(3, minutes(5.5, 7), 0), "say place(3) wait-range(5,8)"),
        (Expected(4, minutes(4.5, 7), 0), "say place(4) wait-range(4,8)"),
        (Expected(5, minutes(4.5, 7), 0), "say wait-range(4,8)"),
        (Expected(3, minutes(9, 12), 0), "say place(3)"),
        (Expected(3, None, 0), "say place(3)"),
    ],
)
async def test_a_better_place_or_wait_is_told_at_once(expected: Expected, heard: str) -> None:
    line = FakeLine(variables=TOLD)
    await back(line, expected)
    assert heard in line.transcript


@pytest.mark.parametrize("quiet", ["", "1"])
async def test_a_worse_place_and_wait_are_never_told(quiet: str) -> None:
    line = FakeLine(variables=TOLD | {"TEAMLINE_QUIET": quiet})
    await back(line, Expected(5, minutes(9, 12), 0))
    assert line.transcript == ["speak en", "set TEAMLINE_QUIET=1", "set TEAMLINE_SLICE=75", "set TEAMLINE_QUEUE=L01"]
    assert (line.variables["TEAMLINE_TOLD"], line.variables["TEAMLINE_TOLD_PLACE"]) == ("5-8", "4")


@pytest.mark.parametrize(
    ("expected", "seconds"),
    [(None, ""), (Expected(3, minutes(5.5, 7), 1), "150"), (Expected(1, minutes(1, 2), 0), "150")],
)
async def test_who_may_be_answered_in_a_moment_is_back_in_line_silently(
    expected: Expected | None, seconds: str
) -> None:
    line = FakeLine(variables=SLICE_OVER)
    await back(line, expected)
    assert line.transcript == ["speak en", f"set TEAMLINE_SLICE={seconds}", "set TEAMLINE_QUEUE=L01"]


@pytest.mark.parametrize("status", ["", "WITHDRAWN", "JOINEMPTY", "CONTINUE"])
async def test_only_a_slice_that_ran_out_is_a_moment_to_speak(status: str) -> None:
    line = FakeLine(variables=SLICE_OVER | {"QUEUESTATUS": status})
    await back(line, FIVE_TO_EIGHT)
    assert line.transcript == ["set TEAMLINE_SLICE=75", "set TEAMLINE_QUEUE=L01"]


async def test_a_centre_that_does_not_repeat_itself_lets_nobody_out_again() -> None:
    line = FakeLine(variables=SLICE_OVER)
    centre = replace(small_centre(), waits=WaitRules(repeat_seconds=0))
    await back(line, FIVE_TO_EIGHT, router=SmallRouter(centre))
    assert line.variables["TEAMLINE_SLICE"] == ""


async def test_a_hang_up_in_mid_phrase_tells_nothing() -> None:
    whole = FakeLine(variables=SLICE_OVER)
    await back(whole, FIVE_TO_EIGHT)
    for step in range(1, whole.steps):
        line = FakeLine(variables=SLICE_OVER, hangs_up_at=step)
        waits = ScriptedWaits([FIVE_TO_EIGHT])
        with pytest.raises(CallEnded):
            await after_queue(line, house(waits=waits))
        assert (waits.has_told, line.variables) == ([], SLICE_OVER)


async def test_a_sentence_that_was_cut_short_comes_again_at_the_next_moment() -> None:
    line = FakeLine(variables=SLICE_OVER, patient=False)
    await back(line, FIVE_TO_EIGHT)
    await back(line, FIVE_TO_EIGHT)
    assert line.transcript.count("say place(4) wait-range(5,8)") == 2
