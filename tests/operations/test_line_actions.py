from dataclasses import replace
from pathlib import Path

import pytest

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy
from facts.place import CALLBACK
from operations.line_actions import BeingRung, NotWaiting, WholeCredit
from operations.ports import SwitchAway, SwitchRefused
from routing.fair_line import priority
from tests.fakes.desk_house import DeskHouse


@pytest.fixture
def house(tmp_path: Path) -> DeskHouse:
    return DeskHouse(tmp_path)


async def test_a_raise_sets_what_the_next_slice_reads_before_the_place_changes(house: DeskHouse) -> None:
    place = house.waits("1.1")
    assert 600 == await house.line.add_credit("1.1", 600)
    raised = str(priority(place.arrival, 600))
    assert [
        ("set", "1.1", "TEAMLINE_CREDIT", "600"),
        ("set", "1.1", "QUEUE_PRIO", raised),
        ("raise", "L01", "1.1", raised),
    ] == house.switch.done


async def test_credits_add_up_to_an_hour_and_no_more(house: DeskHouse) -> None:
    house.waits("1.1", credit=300)
    assert [3300, 3600] == [await house.line.add_credit("1.1", each) for each in (3000, 3000)]
    with pytest.raises(WholeCredit):
        await house.line.add_credit("1.1", 1)


async def test_nobody_is_put_back_by_a_raise(house: DeskHouse) -> None:
    place = house.waits("1.1")
    house.switch.variables["1.1"]["QUEUE_PRIO"] = str(priority(place.arrival, 3000))
    await house.line.add_credit("1.1", 60)
    assert ("raise", "L01", "1.1", str(priority(place.arrival, 3000))) == house.switch.done[-1]


@pytest.mark.parametrize("garbled", ["", "-5", "9" * 30, "x", "٣"])
async def test_a_garbled_channel_variable_counts_as_what_was_known(house: DeskHouse, garbled: str) -> None:
    place = house.waits("1.1", credit=300)
    house.switch.variables["1.1"] |= dict.fromkeys(("TEAMLINE_CREDIT", "TEAMLINE_ARRIVAL", "QUEUE_PRIO"), garbled)
    assert 400 == await house.line.add_credit("1.1", 100)
    assert ("raise", "L01", "1.1", str(priority(place.arrival, 400))) == house.switch.done[-1]


async def test_between_two_slices_the_variables_are_enough(house: DeskHouse) -> None:
    place = house.waits("1.1")
    house.model.fold(CallerLeft(at=house.now, place=place, cause=LeftBy.TIMEOUT, hold_seconds=60, returns=True))
    house.switch.refuses = True
    assert 60 == await house.line.add_credit("1.1", 60)
    assert "60" == house.switch.variables["1.1"]["TEAMLINE_CREDIT"]


async def test_a_caller_who_left_meanwhile_is_told_as_such(house: DeskHouse) -> None:
    house.waits("1.1")
    house.switch.refuses = True
    with pytest.raises(SwitchRefused):
        await house.line.add_credit("1.1", 60)


async def test_a_move_names_team_and_queue_and_keeps_the_place(house: DeskHouse) -> None:
    house.waits("1.1")
    await house.line.move("1.1", house.router.centre.teams["general"])
    assert [
        ("set", "1.1", "TEAMLINE_VIA", "L01"),
        ("set", "1.1", "TEAMLINE_PASSED", ""),
        ("set", "1.1", "TEAMLINE_SINCE", ""),
        ("set", "1.1", "TEAMLINE_TEAM", "general"),
        ("set", "1.1", "TEAMLINE_QUEUE", "general-line"),
        ("send", "1.1"),
    ] == house.switch.done


async def test_no_rule_sends_a_moved_caller_back_to_where_they_came_from(house: DeskHouse) -> None:
    house.waits("1.1", "L02")
    house.switch.variables["1.1"]["TEAMLINE_VIA"] = "L01"
    await house.line.move("1.1", house.router.centre.teams["general"])
    assert "L01:L02" == house.switch.variables["1.1"]["TEAMLINE_VIA"]


async def test_whoever_is_rung_is_neither_moved_nor_taken_out(house: DeskHouse) -> None:
    house.rings(house.waits("1.1"))
    for change in (house.line.move("1.1", house.router.centre.teams["L02"]), house.line.withdraw("1.1")):
        with pytest.raises(BeingRung):
            await change
    assert [] == house.switch.done


async def test_whoever_is_between_two_slices_is_not_moved(house: DeskHouse) -> None:
    place = house.waits("1.1")
    house.model.fold(CallerLeft(at=house.now, place=place, cause=LeftBy.TIMEOUT, hold_seconds=60, returns=True))
    with pytest.raises(BeingRung):
        await house.line.withdraw("1.1")


async def test_taken_out_is_for_good(house: DeskHouse) -> None:
    house.waits("1.1")
    await house.line.withdraw("1.1")
    assert [("set", "1.1", "TEAMLINE_END", "closed"), ("withdraw", "L01", "1.1")] == house.switch.done


async def test_whoever_could_not_be_taken_out_goes_on_as_before(house: DeskHouse) -> None:
    house.waits("1.1")
    house.switch.refuses = True
    with pytest.raises(SwitchRefused):
        await house.line.withdraw("1.1")
    assert "" == house.switch.variables["1.1"]["TEAMLINE_END"]


@pytest.mark.parametrize("call", ["", "1.2", "1.1\r\nAction: Command", "../1.1", "x" * 10_000])
async def test_nobody_by_another_id_is_touched(house: DeskHouse, call: str) -> None:
    house.waits("1.1")
    with pytest.raises(NotWaiting):
        await house.line.add_credit(call, 60)
    assert [] == house.switch.done


async def test_a_call_that_has_ended_waits_no_more(house: DeskHouse) -> None:
    place = house.waits("1.1")
    house.model.fold(CallEnded(at=house.now, place=place))
    with pytest.raises(NotWaiting):
        house.line.place("1.1")


async def test_while_asterisk_is_away_that_is_said(house: DeskHouse) -> None:
    house.waits("1.1")
    house.switch.is_away = True
    with pytest.raises(SwitchAway):
        await house.line.withdraw("1.1")


async def test_a_line_is_shown_in_the_order_of_service(house: DeskHouse) -> None:
    came = int(house.now)
    house.waits("1.1", arrival=came - 10)
    house.waits("1.2", arrival=came - 100)
    house.waits("1.3", arrival=came - 5, credit=200)
    house.rings(house.waits("1.4", "L02"))
    assert ["1.3", "1.2", "1.1"] == [each.place.call for each in house.line.line("L01", house.now)]
    assert [True] == [each.is_rung for each in house.line.line("L02", house.now)]


@pytest.mark.parametrize(("number", "expected"), [("02115550100", "…100"), ("", ""), ("12345", "")])
async def test_of_a_number_three_digits_are_shown(house: DeskHouse, number: str, expected: str) -> None:
    house.waits("1.1")
    house.switch.variables["1.1"]["TEAMLINE_CALLER"] = number
    assert expected == await house.line.number("1.1")


async def test_a_callback_is_no_caller_whom_a_lead_could_move(house: DeskHouse) -> None:
    callback = replace(house.waits("1.1"), call="m-1", rule=CALLBACK)
    house.model.fold(CallerJoined(at=house.now, place=callback))
    assert ["1.1"] == [each.place.call for each in house.line.line("L01", house.now)]
    with pytest.raises(NotWaiting):
        house.line.place("m-1")


async def test_a_line_shows_whoever_was_raised_where_they_stand_now(house: DeskHouse) -> None:
    came = int(house.now) - 600
    for call, arrival in [("1.1", came), ("1.2", came + 60)]:
        house.waits(call, arrival=arrival)
    await house.line.add_credit("1.2", 300)
    assert [("1.2", 300), ("1.1", 0)] == [
        (one.place.call, one.place.credit) for one in house.line.line("L01", house.now)
    ]
    assert 1 == house.line.place_of("L01", "1.2")


async def test_every_place_in_every_line_is_told_in_one_look(house: DeskHouse) -> None:
    came = int(house.now) - 600
    for call, team, arrival in [("1.1", "L01", came), ("1.2", "L01", came + 60), ("1.3", "V01", came + 90)]:
        house.waits(call, team, arrival=arrival)
    await house.line.add_credit("1.2", 300)
    expected = {("L01", "1.2"): 1, ("L01", "1.1"): 2, ("V01", "1.3"): 1}
    assert expected == house.line.places()
    assert expected == {place: house.line.place_of(*place) for place in expected}
