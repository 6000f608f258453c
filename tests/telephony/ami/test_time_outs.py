import asyncio

import pytest

from operations.ports import SwitchAway, SwitchRefused
from telephony.ami.messages import Action
from telephony.ami.reader import Frame, Reader
from telephony.ami.time_outs import ChannelTimeOuts

CHANNEL = "PJSIP/trunk-00000001"


def _frame() -> Frame:
    [frame] = Reader().feed(b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n\r\n")
    return frame


class Manager:
    """Takes actions, answers or refuses."""

    def __init__(self, *, error: Exception | None = None, is_connected: bool = True) -> None:
        self.error = error
        self.is_connected = is_connected
        self.asked: list[bytes] = []

    async def request(self, action: Action) -> Frame:
        self.asked.append(action.to_bytes("1"))
        if self.error:
            raise self.error
        return _frame()


async def _rearmed(manager: Manager, channel: str = CHANNEL) -> tuple[ChannelTimeOuts, bool]:
    time_outs = ChannelTimeOuts(manager.request, lambda: manager.is_connected)
    began = time_outs.rearm(channel, 13) is not None
    await asyncio.gather(*time_outs._running)
    return time_outs, began


async def test_the_absolute_time_out_of_a_channel_is_set() -> None:
    manager = Manager()
    _, began = await _rearmed(manager)
    assert began
    assert b"Action: Setvar\r\n" in manager.asked[0]
    assert b"Channel: PJSIP/trunk-00000001\r\n" in manager.asked[0]
    assert b"Variable: TIMEOUT(absolute)\r\nValue: 13\r\n" in manager.asked[0]


async def test_without_a_connection_the_line_keeps_its_own_watch() -> None:
    _, began = await _rearmed(Manager(is_connected=False))
    assert not began


async def test_without_the_right_it_is_tried_once_a_session() -> None:
    time_outs, _ = await _rearmed(Manager(error=SwitchRefused("Permission denied")))
    assert not time_outs.rearm(CHANNEL, 13)
    time_outs.connected()
    assert time_outs.rearm(CHANNEL, 13)
    await asyncio.gather(*time_outs._running)


@pytest.mark.parametrize("error", [SwitchAway("gone"), SwitchRefused("No such channel")])
async def test_a_lost_answer_or_a_caller_who_hung_up_is_no_missing_right(error: Exception) -> None:
    time_outs, _ = await _rearmed(Manager(error=error))
    assert time_outs.rearm(CHANNEL, 13)
    await asyncio.gather(*time_outs._running)


async def test_a_channel_name_that_would_break_the_action_is_never_sent() -> None:
    manager = Manager()
    _, began = await _rearmed(manager, "PJSIP/x\r\nAction: Originate")
    assert not began
    assert [] == manager.asked


async def test_stop_leaves_nothing_running() -> None:
    started = asyncio.Event()

    async def never(_: Action) -> Frame:
        started.set()
        return await asyncio.get_running_loop().create_future()

    time_outs = ChannelTimeOuts(never, lambda: True)
    time_outs.rearm(CHANNEL, 13)
    await started.wait()
    await time_outs.stop()
    assert not time_outs._running
