from dataclasses import replace
from datetime import datetime

import pytest

from ivr.inbound import inbound
from ivr.line import CallEnded
from ivr.on_call import on_call
from routing.centre import Centre
from routing.contact_rules import EmergencyRules
from routing.decision import Decision
from routing.standing import Standing
from tests.fakes.house import MemoryMailbox, house
from tests.fakes.line import FakeLine
from tests.fakes.router import MONDAY_AT_NINE, NEVER, SmallRouter, small_centre

EVERYBODY = ("L01", "L02", "V01", "L03", "L04", "V02", "general")
URGENT_KEYS = "1232456789#191"
RUNG_IN_VAIN = {
    "TEAMLINE_TEAM": "L01",
    "TEAMLINE_HOME": "L01",
    "TEAMLINE_PASSED": "-4",
    "TEAMLINE_CONCERN": "emergency",
    "TEAMLINE_CREDIT": "1800",
    "TEAMLINE_ON_CALL": "unanswered",
    "TEAMLINE_LANGUAGE": "en",
}


def closed_centre() -> Centre:
    centre = small_centre(hours=dict.fromkeys(EVERYBODY, NEVER))
    return replace(centre, emergency=EmergencyRules(on_call=("0211910999",)))


def router(centre: Centre | None = None, now: datetime = MONDAY_AT_NINE) -> SmallRouter:
    return SmallRouter(centre or closed_centre(), now=now)


async def test_an_emergency_out_of_hours_is_handed_to_the_emergency_service() -> None:
    line = FakeLine(URGENT_KEYS)
    await inbound(line, house(router()))
    assert "say on-call" in line.transcript
    kept = ("TEAMLINE_END", "TEAMLINE_TEAM", "TEAMLINE_CONCERN", "TEAMLINE_CREDIT", "TEAMLINE_PASSED")
    assert [line.variables[name] for name in kept] == ["on-call", "L01", "emergency", "1800", "-4"]
    assert "TEAMLINE_QUEUE" not in line.variables


async def test_whoever_reached_nobody_may_leave_a_message_for_the_households_team() -> None:
    mailbox = MemoryMailbox()
    line = FakeLine("1#1", variables=RUNG_IN_VAIN)
    await on_call(line, house(router(), mailbox=mailbox))
    assert ["speak en", "say on-call-nobody"] == line.transcript[:2]
    assert ["L01"] == [team for _, team in mailbox.kept]
    assert line.variables["TEAMLINE_END"] == "kept"


async def test_whoever_wants_to_leave_none_hears_goodbye() -> None:
    line = FakeLine("3", variables=RUNG_IN_VAIN)
    await on_call(line, house(router()))
    assert "say closed goodbye" in line.transcript
    assert line.variables["TEAMLINE_END"] == "closed"


async def test_a_mailbox_that_is_away_ends_in_a_goodbye_and_promises_nothing() -> None:
    line = FakeLine("1", variables=RUNG_IN_VAIN)
    await on_call(line, house(router(), mailbox=MemoryMailbox(is_away=True)))
    assert line.variables["TEAMLINE_END"] == "closed"
    assert not [each for each in line.transcript if "message-kept" in each]


async def test_the_emergency_service_is_never_rung_again() -> None:
    for passed in ("", "-4", "-4:-4", "hostile"):
        line = FakeLine("3", variables={**RUNG_IN_VAIN, "TEAMLINE_PASSED": passed})
        await on_call(line, house(router()))
        assert line.variables["TEAMLINE_END"] == "closed"


async def test_a_team_that_has_opened_meanwhile_takes_the_caller_with_arrival_and_credit() -> None:
    centre = replace(small_centre(), emergency=EmergencyRules(on_call=("0211910999",)))
    line = FakeLine(variables=RUNG_IN_VAIN)
    await on_call(line, house(router(centre)))
    assert (line.variables["TEAMLINE_QUEUE"], line.variables["TEAMLINE_CREDIT"]) == ("A1-urgent", "1800")
    assert line.variables["QUEUE_PRIO"] == str(2147483647 - line.arrival + 1800)


@pytest.mark.parametrize("kept", [None, "gone", "nobody's"])
async def test_a_team_that_the_channel_does_not_tell_is_the_general_line(kept: str | None) -> None:
    mailbox = MemoryMailbox()
    told = {} if kept is None else {"TEAMLINE_TEAM": kept, "TEAMLINE_LANGUAGE": "xx"}
    await on_call(FakeLine("1#1", variables=told), house(router(), mailbox=mailbox))
    assert ["general"] == [team for _, team in mailbox.kept]


async def test_a_hang_up_ends_it() -> None:
    with pytest.raises(CallEnded):
        await on_call(FakeLine("|", variables=RUNG_IN_VAIN), house(router()))


class UndecidedRouter(SmallRouter):
    """Knows no way."""

    def send_on(self, standing: Standing) -> Decision | None:
        assert standing.home
        return None


async def test_a_router_that_knows_no_way_leaves_the_last_word_to_the_dialplan() -> None:
    line = FakeLine(variables=RUNG_IN_VAIN)
    await on_call(line, house(UndecidedRouter(closed_centre())))
    assert "TEAMLINE_END" not in line.variables
