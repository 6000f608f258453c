"""A team's line as its desk shows it."""

import asyncio
from dataclasses import replace

from facts.call import CallerJoined, MemberRang
from facts.place import Place
from metrics.live import LiveModel
from operations.desk.team_line import TeamLine
from operations.ports import SwitchAway, SwitchRefused

NOW = 1100.0
PLACE = Place(node="n", call="1.1", queue="L01", visit=1, team="L01", arrival=1000, concern="money")
CALLBACK = replace(PLACE, call="cb", rule="callback", arrival=900)
RAISED = replace(PLACE, call="1.2", credit=300)
OTHER = replace(PLACE, call="1.3", queue="V01", team="V01")


class Numbers:
    """Tells numbers, and counts how often it was asked."""

    def __init__(self, fault: type[Exception] | None = None) -> None:
        self.asked: list[str] = []
        self.fault = fault

    async def __call__(self, call: str) -> str:
        self.asked.append(call)
        if self.fault:
            raise self.fault
        await asyncio.sleep(0)
        return "…177"


def model() -> LiveModel:
    found = LiveModel()
    for place in (PLACE, CALLBACK, RAISED, OTHER):
        found.fold(CallerJoined(at=NOW, place=place))
    found.fold(MemberRang(at=NOW, place=RAISED, ring="9.1", member="m"))
    return found


def test_the_line_is_in_the_order_of_service_with_callbacks_at_their_places() -> None:
    line = TeamLine(model(), Numbers()).of("L01", NOW)
    assert [("1.2", 1), ("cb", 2), ("1.1", 3)] == [(each.call, each.place) for each in line]
    assert [(True, False), (False, True), (False, False)] == [(each.is_rung, each.is_callback) for each in line]
    assert [1000.0, 900.0, 1000.0] == [each.since for each in line]


async def test_a_number_is_asked_once_and_never_for_a_callback() -> None:
    numbers = Numbers()
    line = TeamLine(model(), numbers)
    for _ in range(2):
        await line.learn(line.unknown(line.of("L01", NOW)))
    assert ["1.2", "1.1"] == numbers.asked
    assert ["…177", "", "…177"] == [each.number for each in line.of("L01", NOW)]


async def test_who_is_gone_is_not_asked_for_again_but_a_switch_that_was_away_is() -> None:
    for fault, again in ((SwitchRefused, 2), (SwitchAway, 4)):
        numbers = Numbers(fault)
        line = TeamLine(model(), numbers)
        for _ in range(2):
            await line.learn(line.unknown(line.of("L01", NOW)))
        assert again == len(numbers.asked)


async def test_no_question_is_left_after_the_end() -> None:
    line = TeamLine(model(), Numbers())
    asked = asyncio.create_task(line.learn(["1.1"]))
    await asyncio.sleep(0)
    await line.stop()
    await asked
