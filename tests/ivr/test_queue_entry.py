from collections.abc import Sequence
from dataclasses import replace

import pytest

from ivr.line import CallEnded
from ivr.ports import CallbackWish
from ivr.queue_entry import go_on
from routing.centre import Centre, WaitRules
from routing.decision import Concern, Decision, Rule, Versions
from routing.fair_line import priority
from routing.spoken import Spoken
from routing.spoken_wait import WaitRange
from routing.wait_estimate import Expected
from tests.fakes.house import MemoryMailbox, NoCallbacks, house
from tests.fakes.line import FakeLine
from tests.fakes.router import SmallRouter, small_centre
from tests.fakes.waits import ScriptedWaits, minutes

ARRIVAL = 1_767_600_000
FIVE_TO_EIGHT = Expected(4, minutes(5.5, 7), 0)
CONNECTING = "say connecting"
HINT = "say line-hint"
KEEPS = "say callback-keeps-place"
OFFERED = "key callback-offer callback-own-number(0211555) callback-choice"
LONG = Expected(4, minutes(30, 40), 0)


def decided(credit: int = 0, team: str = "L01") -> Decision:
    return Decision(
        queue=team,
        team=team,
        concern=Concern.MONEY,
        rule=Rule.HOUSEHOLD_TEAM,
        arrival=ARRIVAL,
        credit=credit,
        priority=priority(ARRIVAL, credit),
        versions=Versions("config-1", "customers-1"),
        says=(Spoken("connecting"),),
    )


async def enter(
    line: FakeLine,
    expected: Expected | None,
    decision: Decision | None = None,
    centre: Centre | None = None,
    mailbox: MemoryMailbox | None = None,
    teams: Sequence[str] | None = None,
) -> ScriptedWaits:
    waits = ScriptedWaits([expected])
    router = SmallRouter(centre or small_centre())
    around = house(router, waits=waits, mailbox=mailbox, callbacks=NoCallbacks(teams=teams))
    await go_on(line, decision or decided(), around)
    return waits


def heard(line: FakeLine) -> list[str]:
    return [entry for entry in line.transcript if not entry.startswith("set")]


async def test_a_caller_hears_place_and_wait_before_the_line() -> None:
    line = FakeLine()
    waits = await enter(line, FIVE_TO_EIGHT)
    assert heard(line) == [CONNECTING, "say place(4) wait-range(5,8)", HINT]
    assert waits.has_told == [("L01", WaitRange(5, 8), decided())]


async def test_what_was_told_is_kept_for_the_next_slice() -> None:
    line = FakeLine()
    await enter(line, FIVE_TO_EIGHT)
    assert {name: line.variables[name] for name in ("TEAMLINE_TOLD", "TEAMLINE_TOLD_PLACE", "TEAMLINE_SLICE")} == {
        "TEAMLINE_TOLD": "5-8",
        "TEAMLINE_TOLD_PLACE": "4",
        "TEAMLINE_SLICE": "75",
    }


async def test_the_place_of_a_credited_caller_is_asked_for_by_their_virtual_arrival() -> None:
    line = FakeLine(waiting=9)
    waits = await enter(line, Expected(2, None, 0), decided(credit=1800))
    assert waits.asked == [("L01", ARRIVAL - 1800)]
    assert heard(line) == [CONNECTING, "say place(2)", HINT]


@pytest.mark.parametrize("position", [1, 2])
async def test_who_is_answered_at_once_hears_no_more(position: int) -> None:
    line = FakeLine()
    await enter(line, Expected(position, minutes(0.1), 2))
    assert heard(line) == [CONNECTING]


async def test_the_first_in_line_without_anybody_free_hears_the_wait() -> None:
    line = FakeLine()
    await enter(line, Expected(1, minutes(2.5, 4.5), 0))
    assert heard(line) == [CONNECTING, "say wait-range(2,5)"]


async def test_without_an_expectation_the_place_is_asterisks() -> None:
    line = FakeLine(waiting=3)
    waits = await enter(line, None)
    assert heard(line) == [CONNECTING, "waiting L01", "say place(4)", HINT]
    assert (waits.has_told, line.variables["TEAMLINE_SLICE"]) == ([], "")


async def test_a_centre_that_says_no_waits_still_says_the_place() -> None:
    line = FakeLine()
    waits = await enter(line, FIVE_TO_EIGHT, centre=replace(small_centre(), waits=WaitRules(spoken=False)))
    assert (heard(line), waits.has_told) == ([CONNECTING, "say place(4)", HINT], [])


@pytest.mark.parametrize("expected", [FIVE_TO_EIGHT, None])
@pytest.mark.parametrize(("patient", "quiet"), [(True, ""), (False, "1")])
async def test_what_was_cut_short_is_said_again_at_the_next_slice(
    expected: Expected | None, patient: bool, quiet: str
) -> None:
    line = FakeLine(waiting=3, patient=patient)
    await enter(line, expected)
    assert quiet == line.variables["TEAMLINE_QUIET"]


@pytest.mark.parametrize(
    ("expected", "is_due"),
    [
        (Expected(4, minutes(10.1, 12), 0), "1"),
        (Expected(4, minutes(10, 12), 0), ""),
        (Expected(4, None, 0), ""),
        (None, ""),
    ],
)
async def test_a_callback_is_due_beyond_the_teams_limit(expected: Expected | None, is_due: str) -> None:
    line = FakeLine()
    await enter(line, expected)
    assert is_due == line.variables["TEAMLINE_CALLBACK_DUE"]


async def test_a_team_that_a_new_configuration_has_not_offers_no_callback() -> None:
    line = FakeLine()
    await enter(line, Expected(4, minutes(30, 40), 0), decided(team="gone"))
    assert (line.variables["TEAMLINE_CALLBACK_DUE"], line.variables["TEAMLINE_QUEUE"]) == ("", "gone")


async def test_a_long_wait_brings_the_offer_of_a_callback_with_the_place() -> None:
    line, mailbox = FakeLine("1"), MemoryMailbox()
    await enter(line, LONG, decided(credit=300), mailbox=mailbox)
    assert heard(line) == [CONNECTING, "say place(4) wait-range(30,40)", KEEPS, OFFERED, "say callback-noted goodbye"]
    assert mailbox.wishes == [CallbackWish("L01", "0211555", arrival=ARRIVAL, credit=300)]
    assert line.variables == {"TEAMLINE_END": "kept"}


@pytest.mark.parametrize("script", ["3", "..", "1~.."])
async def test_whoever_takes_no_callback_is_in_line_and_hears_of_the_key(script: str) -> None:
    line, mailbox = FakeLine(script), MemoryMailbox()
    await enter(line, LONG, mailbox=mailbox)
    assert heard(line)[-2:] == ["say please-stay back-in-line", HINT]
    assert (mailbox.wishes, line.variables["TEAMLINE_QUEUE"]) == ([], "L01")


async def test_a_callback_that_cannot_be_kept_leaves_the_caller_in_line() -> None:
    line = FakeLine("1")
    await enter(line, LONG, mailbox=MemoryMailbox(is_away=True))
    assert heard(line)[-3:] == ["say not-possible-now", "say please-stay back-in-line", HINT]
    assert line.variables["TEAMLINE_QUEUE"] == "L01"


async def test_whoever_only_presses_keys_is_in_line_without_an_offer() -> None:
    line, mailbox = FakeLine("1111", patient=False), MemoryMailbox()
    await enter(line, LONG, mailbox=mailbox)
    assert heard(line)[-3:] == [KEEPS] * 3
    assert (mailbox.wishes, line.variables["TEAMLINE_QUEUE"]) == ([], "L01")


async def test_without_callbacks_the_key_is_for_a_message() -> None:
    line = FakeLine()
    await enter(line, LONG, teams=())
    assert heard(line) == [CONNECTING, "say place(4) wait-range(30,40)", "say line-hint-message"]


async def test_an_emergency_is_not_put_off_by_an_offer() -> None:
    line = FakeLine()
    await enter(line, LONG, replace(decided(), concern=Concern.EMERGENCY))
    assert OFFERED not in heard(line)


async def test_the_key_pressed_while_it_is_told_of_brings_the_choice() -> None:
    line, mailbox = FakeLine("~#11", cuts="line-hint"), MemoryMailbox()
    await enter(line, FIVE_TO_EIGHT, mailbox=mailbox)
    assert "key line-choice" in heard(line)
    assert len(mailbox.wishes) == 1


async def test_another_key_meanwhile_does_nothing() -> None:
    line = FakeLine("5", cuts="line-hint")
    await enter(line, FIVE_TO_EIGHT)
    assert ("key line-choice" in heard(line), line.variables["TEAMLINE_QUEUE"]) == (False, "L01")


async def test_who_cuts_place_and_wait_short_is_in_line_at_once() -> None:
    line = FakeLine("#", patient=False)
    await enter(line, FIVE_TO_EIGHT)
    assert heard(line) == [CONNECTING, "say place(4) wait-range(5,8)"]


async def test_a_former_arrival_stays_with_the_channel() -> None:
    line = FakeLine(arrival=ARRIVAL + 500)
    await enter(line, FIVE_TO_EIGHT)
    assert line.variables["__TEAMLINE_ARRIVAL"] == str(ARRIVAL)


async def test_a_hang_up_in_mid_phrase_tells_nothing_and_sets_nothing() -> None:
    for step in (1, 2):
        line = FakeLine(hangs_up_at=step)
        waits = ScriptedWaits([FIVE_TO_EIGHT])
        with pytest.raises(CallEnded):
            await go_on(line, decided(), house(waits=waits))
        assert (waits.has_told, line.variables) == ([], {})


async def test_a_caller_is_on_the_way_into_the_line_before_anything_is_said() -> None:
    waits = ScriptedWaits()
    with pytest.raises(CallEnded):
        await go_on(FakeLine(hangs_up_at=1), decided(credit=300), house(waits=waits))
    assert waits.coming == [("L01", ARRIVAL - 300)]
