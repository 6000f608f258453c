import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from operations.callbacks.ports import (
    AlreadyPlaced,
    AttemptEnded,
    CallbackSwitch,
    Connected,
    Dial,
    MemberTook,
    Placeholder,
    Placement,
)
from operations.ports import SwitchAway, SwitchRefused
from routing.callback import Outcome
from telephony.ami.callbacks import AmiCallbacks, callback_events
from telephony.ami.messages import Action, UnsafeAction
from telephony.ami.reader import Frame

PLACEMENT = Placement("m-1", "L01", "L01", 1_795_000_000, 60, "money", "de", 200, "+49211555")
DIAL = Dial("m-1", 2, "+49211555", "", "0211910101", 20)
OK = Frame(b"Response: Success\r\n\r\n")


def frame(*lines: str) -> Frame:
    return Frame("".join(f"{line}\r\n" for line in (*lines, "")).encode())


def end(number: int, name: str = "m-1", *, context: str = "", variable: str = "(null)", **more: str) -> Frame:
    own = name if number == 1 else f"{name}-2"
    channel = f"Channel: Local/s@teamline-callback-wait-0000000a;{number}"
    lines = [f"{header}: {value}" for header, value in more.items()]
    return frame("Event: Status", channel, f"Uniqueid: {own}", f"Context: {context}", *lines, f"Variable: {variable}")


class Asterisk:
    """Answers every action, tells `events` to `listener` right after an Originate."""

    def __init__(self) -> None:
        self.asked: list[Action] = []
        self.events: list[Frame] = []
        self.channels: list[Frame] = []
        self.refusal = ""
        self.callbacks = AmiCallbacks(self, seconds=0.05)

    async def request(self, action: Action) -> Frame:
        self.asked.append(action)
        if self.refusal:
            raise SwitchRefused(self.refusal)
        if action.name == "Originate":
            asyncio.get_running_loop().call_soon(self.tell)
        return OK

    async def collect(self, action: Action) -> list[Frame]:
        self.asked.append(action)
        return self.channels

    def tell(self) -> None:
        for event in self.events:
            self.callbacks.heard(event)

    def headers(self, place: int = 0) -> Sequence[tuple[str, str]]:
        return self.asked[place].headers


@pytest.fixture
def asterisk() -> Asterisk:
    return Asterisk()


def response(answer: str, call: str = "m-1") -> Frame:
    return frame("Event: OriginateResponse", f"Response: {answer}", f"Uniqueid: {call}")


def remembered(result: str) -> Frame:
    own = ("Event: UserEvent", "UserEvent: TeamlineCallback", "Callback: m-1", "What: remembered")
    return frame(*own, f"Result: {result}")


def test_it_is_what_operations_ask_for(asterisk: Asterisk) -> None:
    port: CallbackSwitch = asterisk.callbacks
    assert port is asterisk.callbacks


async def test_a_placeholder_is_a_local_pair_whose_ends_bear_the_callbacks_id(asterisk: Asterisk) -> None:
    asterisk.events = [response("Failure", "m-9"), response("Success")]
    await asterisk.callbacks.place(PLACEMENT)
    assert asterisk.headers() == (
        ("Channel", "Local/s@teamline-callback-wait/n"),
        ("Context", "teamline-callback"),
        ("Exten", "s"),
        ("Priority", "1"),
        ("ChannelId", "m-1"),
        ("OtherChannelId", "m-1-2"),
        ("Async", "true"),
        ("Variable", "TEAMLINE_QUEUE=L01"),
        ("Variable", "TEAMLINE_TEAM=L01"),
        ("Variable", "TEAMLINE_ARRIVAL=1795000000"),
        ("Variable", "TEAMLINE_CREDIT=60"),
        ("Variable", "TEAMLINE_CONCERN=money"),
        ("Variable", "TEAMLINE_LANGUAGE=de"),
        ("Variable", "TEAMLINE_VISIT=200"),
        ("Variable", "TEAMLINE_CALLER=0211555"),
    )


async def test_a_placeholder_that_is_alive_is_not_made_again(asterisk: Asterisk) -> None:
    asterisk.events, asterisk.channels = [response("Failure")], [end(1)]
    with pytest.raises(AlreadyPlaced):
        await asterisk.callbacks.place(PLACEMENT)


async def test_a_placeholder_that_asterisk_cannot_make_is_refused(asterisk: Asterisk) -> None:
    asterisk.events = [response("Failure")]
    with pytest.raises(SwitchRefused, match="no placeholder"):
        await asterisk.callbacks.place(PLACEMENT)


async def test_an_answer_that_does_not_come_is_a_switch_that_is_away(asterisk: Asterisk) -> None:
    with pytest.raises(SwitchAway):
        await asterisk.callbacks.place(PLACEMENT)
    with pytest.raises(SwitchAway):
        await asterisk.callbacks.result("m-1")
    asterisk.callbacks.heard(response("Success"))  # too late, and no harm


async def test_an_answer_that_comes_twice_is_the_first_one(asterisk: Asterisk) -> None:
    asterisk.events = [response("Success"), response("Failure")]
    await asterisk.callbacks.place(PLACEMENT)


async def test_a_value_that_would_be_two_variables_leaves_nothing_behind(asterisk: Asterisk) -> None:
    with pytest.raises(UnsafeAction):
        await asterisk.callbacks.place(replace(PLACEMENT, caller="1,TEAMLINE_QUEUE=x"))
    assert asterisk.asked == []


async def test_the_second_end_is_told_whom_to_dial_before_it_is_sent_there(asterisk: Asterisk) -> None:
    await asterisk.callbacks.dial(DIAL)
    *told, redirect = asterisk.asked
    assert [(dict(each.headers)["Variable"], dict(each.headers)["Value"]) for each in told] == [
        ("TEAMLINE_NEXT", "2"),
        ("TEAMLINE_DIAL", "0211555"),
        ("TEAMLINE_RING_KIOSK", ""),
        ("TEAMLINE_SHOWN", "0211910101"),
        ("TEAMLINE_RINGS", "20"),
    ]
    assert {dict(each.headers)["Channel"] for each in asterisk.asked} == {"m-1-2"}
    assert (redirect.name, dict(redirect.headers)["Context"]) == ("Redirect", "teamline-callback-dial")


async def test_a_kiosk_is_rung_by_its_id_and_no_number(asterisk: Asterisk) -> None:
    await asterisk.callbacks.dial(replace(DIAL, kiosk="k-nord-1"))
    values = {dict(each.headers).get("Variable"): dict(each.headers).get("Value") for each in asterisk.asked}
    assert (values["TEAMLINE_DIAL"], values["TEAMLINE_RING_KIOSK"]) == ("", "k-nord-1")


async def test_no_number_is_in_what_an_action_or_a_dial_says_of_itself(asterisk: Asterisk) -> None:
    await asterisk.callbacks.dial(DIAL)
    assert "211555" not in repr((asterisk.asked, DIAL, PLACEMENT))


async def test_a_placeholder_is_let_go_and_none_there_is_no_error(asterisk: Asterisk) -> None:
    await asterisk.callbacks.let_go("m-1")
    assert (asterisk.asked[0].name, asterisk.headers()) == ("Hangup", (("Channel", "m-1"),))
    asterisk.refusal = "No such channel"
    await asterisk.callbacks.let_go("m-1")
    asterisk.refusal = "Permission denied"
    with pytest.raises(SwitchRefused):
        await asterisk.callbacks.let_go("m-1")


@pytest.mark.parametrize(
    ("channels", "seen"),
    [
        (
            [
                end(1, Application="Queue", Data="L01,iIb(teamline-display^s^1)"),
                end(2, context="teamline-callback-wait"),
            ],
            (True, False, 0, False, "L01"),
        ),
        ([end(1, Application="Queue"), end(2, context="teamline-callback-wait")], (True, False, 0, False)),
        (
            [end(1, Application="Queue", Data="L01,iI"), end(2, context="teamline-callback-taken")],
            (False, True, 0, False),
        ),
        ([end(1, Application="Wait", Data="2"), end(2, context="teamline-callback-wait")], (False, False, 0, False)),
        ([end(1, Application="Wait"), end(2, context="teamline-callback-wait")], (False, False, 0, False)),
        ([end(1, Application="Queue")], (True, False, 0, False)),
        ([end(2, context="teamline-callback-taken"), end(1, Application="Queue")], (False, True, 0, False)),
        (
            [end(1, Application="Queue"), end(2, context="teamline-callback-dial", variable="TEAMLINE_ATTEMPT=2")],
            (False, True, 2, False),
        ),
        (
            [
                end(1, Application="Queue", BridgeID="b-1"),
                end(2, context="teamline-callback-dial", variable="TEAMLINE_ATTEMPT=2", BridgeID="b-2"),
            ],
            (False, True, 2, True),
        ),
        (
            [end(1, Application="Queue"), end(2, context="teamline-callback-dial", variable="TEAMLINE_ATTEMPT=x")],
            (False, True, 0, False),
        ),
    ],
)
async def test_both_ends_tell_how_far_a_placeholder_is(
    asterisk: Asterisk,
    channels: list[Frame],
    seen: tuple[bool, bool, int, bool] | tuple[bool, bool, int, bool, str],
) -> None:
    asterisk.channels = channels
    assert await asterisk.callbacks.placeholders() == {"m-1": Placeholder("m-1", *seen)}


async def test_other_channels_are_no_placeholders(asterisk: Asterisk) -> None:
    other = frame("Event: Status", "Channel: PJSIP/trunk-00000001", "Uniqueid: 1795300000.1")
    nameless = frame("Event: Status", "Channel: Local/s@teamline-callback-wait-0000000a;1", "Uniqueid: m;1")
    asterisk.channels = [other, nameless, end(2), frame("Event: StatusComplete")]
    assert await asterisk.callbacks.placeholders() == {}


@pytest.mark.parametrize(
    ("told", "result"),
    [
        ("", None),
        ("nonsense", None),
        ("2:BUSY:17:", AttemptEnded("m-1", 2, Outcome.BUSY)),
        ("2:ANSWER:0:1", Connected("m-1", 2)),
    ],
)
async def test_what_asterisk_remembers_is_asked_of_a_channel_that_reads_it(
    asterisk: Asterisk, told: str, result: AttemptEnded | Connected | None
) -> None:
    asterisk.events = [remembered(told), response("Failure", "m-1-asked")]
    assert result == await asterisk.callbacks.result("m-1")
    assert dict(asterisk.headers())["Channel"] == "Local/s@teamline-callback-result/n"
    assert ("Variable", "TEAMLINE_CALLBACK=m-1") in asterisk.headers()


def test_a_listener_hears_events_as_values() -> None:
    heard: list[object] = []
    listener = callback_events(heard.append)
    listener(frame("Event: UserEvent", "UserEvent: TeamlineCallback", "Callback: m-1", "What: taken"))
    assert heard == [MemberTook("m-1")]


async def test_other_events_answer_nothing_and_of_two_who_ask_at_once_the_later_one_is_answered(
    asterisk: Asterisk,
) -> None:
    asterisk.events = [frame("Event: Hangup", "Uniqueid: m-1"), remembered("2:BUSY:17:")]
    first, second = await asyncio.gather(
        asterisk.callbacks.result("m-1"), asterisk.callbacks.result("m-1"), return_exceptions=True
    )
    assert isinstance(first, SwitchAway)
    assert second == AttemptEnded("m-1", 2, Outcome.BUSY)
