"""QueueStatus and Status, as Asterisk 22.10 answered, to what is seen."""

from collections.abc import Sequence

import pytest

from facts.member import PhoneState
from operations.seen import CallerSeen, ChannelSeen, MemberSeen, Snapshot
from telephony.ami.reader import Frame
from telephony.ami.snapshot import Looking
from telephony.place import read_place
from tests.fakes.watched_line import CENTRE, START

WAITS, TALKS, MEMBER = "1795300001.1", "1795300001.3", "1795300002.2"
BRIDGE = "dd5f8563-619c-443e-bff6-fa10c133df4a"
TOLD = "1:L01:1795300000:0:household-team:money:de:"
QUEUE = """
QueueParams|Queue: L01|Max: 0|Strategy: rrmemory|Calls: 1|Holdtime: 0|TalkTime: 0|Completed: 0|Abandoned: 10|Weight: 0
QueueMember|Queue: L01|Name: m0101|Location: PJSIP/m0101|StateInterface: PJSIP/m0101|Membership: dynamic|Penalty: 0\
|CallsTaken: 0|LastCall: 0|LastPause: 0|LoginTime: 1795345946|InCall: 1|Status: 3|Paused: 0|PausedReason: |Wrapuptime: 0
QueueMember|Queue: L01|Name: m0102|Location: PJSIP/m0102|LastCall: 1795299000|LastPause: 1795299100|InCall: 0|Status: 1\
|Paused: 1|PausedReason: lunch
QueueEntry|Queue: L01|Position: 1|Channel: PJSIP/trunk-00000024|Uniqueid: 1795300001.1|CallerIDNum: unknown|Wait: 17\
|Priority: 352137699
QueueParams|Queue: sales|Max: 0
QueueMember|Queue: sales|Name: m0101|Location: PJSIP/m0101|InCall: 0|Status: 1|Paused: 0|PausedReason:
QueueEntry|Queue: sales|Position: 1|Channel: PJSIP/trunk-00000099|Uniqueid: 1795300001.9|Wait: 1|Priority: 0
QueueStatusComplete|EventList: Complete|ListItems: 3
"""
WAITING_CHANNEL = (
    "Status|Privilege: Call|Channel: PJSIP/trunk-00000024|ChannelState: 6|ChannelStateDesc: Up|Context: teamline-line"
    "|Exten: s|Priority: 8|Uniqueid: 1795300001.1|Linkedid: 1795300001.1|Type: PJSIP|BridgeID: |Application: Queue"
    f"|Data: L01,iIb(teamline-display^s^1)|Seconds: 21|Variable: OTHER=(null)|Variable: TEAMLINE_PLACE={TOLD}\n"
)
STATUS = (
    WAITING_CHANNEL + f"Status|Channel: PJSIP/trunk-00000022|ChannelStateDesc: Up|Uniqueid: {TALKS}|BridgeID: {BRIDGE}"
    f"|Application: Queue|Data: L01,iI,,,|Seconds: 2|Variable: TEAMLINE_PLACE={TOLD}\n"
    + f"Status|Channel: PJSIP/m0101-00000023|ChannelStateDesc: Up|Uniqueid: {MEMBER}|BridgeID: {BRIDGE}"
    "|Application: AppQueue|Data: (Outgoing Line)|Seconds: 2|Variable: TEAMLINE_PLACE=(null)\n"
    "StatusComplete|EventList: Complete|ListItems: 3\n"
)
PLACE = read_place("pbx", WAITS, "L01", TOLD, CENTRE)


def frames(text: str) -> Sequence[Frame]:
    return [Frame(f"Event: {line}".replace("|", "\r\n").encode()) for line in text.split("\n") if line]


def seen(queues: str = QUEUE, status: str = STATUS) -> Snapshot:
    looking = Looking("pbx", CENTRE, CENTRE.queues)
    for frame in frames(queues):
        looking.take_queue(frame)
    for frame in frames(status):
        looking.take_channel(frame)
    return looking.snapshot(START)


def test_a_caller_is_seen_with_the_place_that_the_channel_tells() -> None:
    assert (CallerSeen(PLACE, "PJSIP/trunk-00000024", 17.0),) == seen().callers


def test_members_are_seen_with_pause_and_phone() -> None:
    assert (
        MemberSeen("L01", "m0101", "PJSIP/m0101", None, PhoneState.IN_USE, True, None),
        MemberSeen("L01", "m0102", "PJSIP/m0102", "lunch", PhoneState.IDLE, False, 1795299000.0, 1795299100.0),
    ) == seen().members


def test_channels_are_seen_with_bridge_application_and_place() -> None:
    channels = seen().channels
    assert [WAITS, TALKS, MEMBER] == list(channels)
    talks = read_place("pbx", TALKS, "L01", TOLD, CENTRE)
    assert (
        ChannelSeen(TALKS, "PJSIP/trunk-00000022", "PJSIP/trunk", "Up", BRIDGE, "Queue", talks, 2.0) == channels[TALKS]
    )
    expected = ChannelSeen(MEMBER, "PJSIP/m0101-00000023", "PJSIP/m0101", "Up", BRIDGE, "AppQueue", None, 2.0)
    assert expected == channels[MEMBER]


def test_only_our_queues_that_asterisk_has_are_seen() -> None:
    assert (frozenset({"L01"}), START) == (seen().queues, seen().at)


def test_a_caller_whose_channel_is_gone_is_not_in_line() -> None:
    assert () == seen(status=STATUS.replace(WAITING_CHANNEL, "")).callers


def test_a_caller_who_stands_in_another_line_by_now_is_not_in_this_one() -> None:
    assert () == seen(status=STATUS.replace("Data: L01,iIb", "Data: L02,iIb")).callers


def test_a_caller_whose_queue_was_called_by_another_application_is_in_line_all_the_same() -> None:
    (caller,) = seen(status=STATUS.replace("Application: Queue|Data: L01,iIb", "Application: ExecIf|Data: 1?Q")).callers
    assert PLACE == caller.place


def test_a_caller_without_our_variable_is_in_line_with_nothing_known() -> None:
    (caller,) = seen(status=STATUS.replace(f"TEAMLINE_PLACE={TOLD}", "TEAMLINE_PLACE=(null)")).callers
    assert read_place("pbx", WAITS, "L01", "", CENTRE) == caller.place


def test_a_channel_in_a_queue_that_is_not_ours_has_no_place() -> None:
    assert seen(status=STATUS.replace("Data: L01,iI,,,", "Data: sales")).channels[TALKS].place is None


def test_both_ends_of_a_local_channel_belong_to_its_interface() -> None:
    status = STATUS.replace("PJSIP/m0101-00000023", "Local/s@hold-dial-00000001;2")
    assert "Local/s@hold-dial" == seen(status=status).channels[MEMBER].interface


@pytest.mark.parametrize("spoilt", ["", "a b", "x" * 200, "a/b", "\x00", "a\u2028b"])
def test_ids_that_are_not_sound_are_left_out(spoilt: str) -> None:
    queues = QUEUE.replace(WAITS, spoilt).replace("PJSIP/m0101", f"PJSIP/{spoilt}")
    told = seen(queues, STATUS.replace(MEMBER, spoilt))
    assert ((), ["m0102"], 2) == (told.callers, [member.member for member in told.members], len(told.channels))


@pytest.mark.parametrize("name", ["", "PJSIP/a b", "x" * 200, "PJSIP/\u2028"])
def test_a_channel_without_a_name_to_ask_by_is_left_out(name: str) -> None:
    assert WAITS not in seen(status=STATUS.replace("PJSIP/trunk-00000024", name)).channels


def test_a_member_without_a_device_state_is_left_out() -> None:
    assert ["m0102"] == [member.member for member in seen(QUEUE.replace("Status: 3", "Status: x")).members]


def test_numbers_that_are_none_are_nothing() -> None:
    told = seen(QUEUE.replace("Wait: 17", "Wait: x"), STATUS.replace("Seconds: 21", "Seconds: "))
    assert (0.0, 0.0) == (told.callers[0].waiting_seconds, told.channels[WAITS].seconds)


def test_of_nothing_nothing_is_seen() -> None:
    assert Snapshot(at=START, queues=frozenset()) == seen("", "")
