import asyncio
from collections.abc import AsyncIterator

import pytest
from twisted.internet import reactor
from twisted.internet.endpoints import TCP4ClientEndpoint

from operations.ports import QueueMember, Switch, SwitchAway, SwitchRefused
from telephony.ami.connection import AmiConnection
from telephony.ami.protocol import Account
from telephony.ami.switch import AmiSwitch
from tests.fakes.asterisk_ami import FakeManager, playing


@pytest.fixture
async def manager() -> AsyncIterator[FakeManager]:
    async with playing(FakeManager(["L01", "L02"])) as asterisk:
        yield asterisk


@pytest.fixture
async def switch(manager: FakeManager) -> AsyncIterator[AmiSwitch]:
    endpoint = TCP4ClientEndpoint(reactor, "127.0.0.1", manager.port)
    connection = AmiConnection(endpoint, reactor, Account("router", "secret"))
    connected = asyncio.Event()
    connection.on_connected(connected.set)
    connection.start()
    await connected.wait()
    yield AmiSwitch(connection)
    await connection.stop()


async def test_it_is_what_operations_ask_for(switch: AmiSwitch) -> None:
    port: Switch = switch
    assert port is switch


async def test_a_member_added_is_there_as_added(switch: AmiSwitch) -> None:
    await switch.add_member("L01", "PJSIP/m1", "m1")
    await switch.add_member("L02", "PJSIP/m1", "m1", paused=True, reason="lunch")

    assert [
        QueueMember("L01", "PJSIP/m1", "m1", is_paused=False, paused_reason=""),
        QueueMember("L02", "PJSIP/m1", "m1", is_paused=True, paused_reason="lunch"),
    ] == await switch.members()


async def test_members_can_be_asked_by_queue_and_by_interface(switch: AmiSwitch) -> None:
    for queue, member in (("L01", "m1"), ("L01", "m2"), ("L02", "m1")):
        await switch.add_member(queue, f"PJSIP/{member}", member)

    assert [member.name for member in await switch.members("L01")] == ["m1", "m2"]
    assert [member.queue for member in await switch.members(interface="PJSIP/m1")] == ["L01", "L02"]


async def test_an_unknown_queue_has_no_members(switch: AmiSwitch) -> None:
    assert await switch.members("nope") == []


async def test_adding_twice_and_removing_twice_is_no_error(switch: AmiSwitch) -> None:
    for _ in range(2):
        await switch.add_member("L01", "PJSIP/m1", "m1")
    for _ in range(2):
        await switch.remove_member("L01", "PJSIP/m1")

    assert await switch.members() == []


async def test_a_queue_that_asterisk_does_not_have_refuses(switch: AmiSwitch) -> None:
    with pytest.raises(SwitchRefused, match="No such queue"):
        await switch.add_member("nope", "PJSIP/m1", "m1")
    with pytest.raises(SwitchRefused, match="No such queue"):
        await switch.remove_member("nope", "PJSIP/m1")


async def test_a_pause_names_no_queue_and_holds_in_all(switch: AmiSwitch, manager: FakeManager) -> None:
    await switch.add_member("L01", "PJSIP/m1", "m1")
    await switch.add_member("L02", "PJSIP/m1", "m1")
    await switch.pause("PJSIP/m1", True, "lunch")
    paused = {(member.is_paused, member.paused_reason) for member in await switch.members()}
    await switch.pause("PJSIP/m1", False)

    assert {(True, "lunch")} == paused
    assert {(False, "")} == {(member.is_paused, member.paused_reason) for member in await switch.members()}
    assert not any("Queue" in action for action in manager.received if action["Action"] == "QueuePause")


async def test_a_global_is_its_value_or_none(switch: AmiSwitch, manager: FakeManager) -> None:
    manager.variables["TEAMLINE_CONFIG"] = "v1"

    assert await switch.global_variable("TEAMLINE_CONFIG") == "v1"
    assert await switch.global_variable("UNSET") is None


async def test_hostile_values_are_refused_before_anything_is_sent(switch: AmiSwitch, manager: FakeManager) -> None:
    for work in (
        switch.add_member("L01\r\nPenalty: 9", "PJSIP/m1", "m1"),
        switch.add_member("L01", "PJSIP/m1|", "m1"),
        switch.add_member("L01", "PJSIP/m1", "m;1"),
        switch.remove_member("L 01", "PJSIP/m1"),
        switch.pause("PJSIP/m1", True, "a|b"),
        switch.members("L01,L02"),
        switch.global_variable("CHANNEL(name)"),
    ):
        with pytest.raises(SwitchRefused):
            await work

    assert manager.names() == ["Login"]


async def test_without_asterisk_the_switch_is_away(switch: AmiSwitch, manager: FakeManager) -> None:
    manager.closes_at = {"QueueAdd": b""}

    with pytest.raises(SwitchAway):
        await switch.add_member("L01", "PJSIP/m1", "m1")
