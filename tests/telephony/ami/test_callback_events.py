import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.callbacks.ports import AttemptEnded, CallbackEvent, Connected, MemberTook, PlaceholderGone
from routing.callback import Outcome
from telephony.ami.callback_events import CallbackEvents, attempt_ended
from telephony.ami.reader import Frame

FIRST = "Channel: Local/s@teamline-callback-wait-0000000a;1"
SECOND = "Channel: Local/s@teamline-callback-wait-0000000a;2"
OWN = "Event: UserEvent\r\nUserEvent: TeamlineCallback\r\n"


def heard(*frames: str) -> list[CallbackEvent]:
    events: list[CallbackEvent] = []
    listener = CallbackEvents(events.append)
    for frame in frames:
        listener(Frame(frame.encode() + b"\r\n"))
    return events


def gone(channel: str, name: str) -> str:
    return f"Event: Hangup\r\n{name}\r\nUniqueid: {channel}\r\n"


def test_a_member_who_has_heard_the_whisper_has_taken_it() -> None:
    assert heard(f"{OWN}Callback: m-1\r\nWhat: taken\r\n") == [MemberTook("m-1")]


def test_the_key_connects() -> None:
    assert heard(f"{OWN}Callback: m-1\r\nWhat: connected\r\nAttempt: 2\r\n") == [Connected("m-1", 2)]


def test_the_end_of_an_attempt_says_how_it_ended() -> None:
    ended = AttemptEnded("m-1", 2, Outcome.BUSY)
    assert heard(f"{OWN}Callback: m-1\r\nWhat: ended\r\nAttempt: 2\r\nResult: 2:BUSY:17:\r\n") == [ended]


@pytest.mark.parametrize(
    ("result", "outcome", "wish"),
    [
        ("1:ANSWER:16:1", Outcome.REACHED, "1"),
        ("1:CANCEL:16:1", Outcome.REACHED, "1"),
        ("1:ANSWER:16:2", Outcome.NO_ANSWER, "2"),
        ("1:ANSWER:16:3", Outcome.CANCELLED, "3"),
        ("1:CANCEL:16:3", Outcome.CANCELLED, "3"),
        ("1:ANSWER:16:0", Outcome.NO_ANSWER, ""),
        ("1:ANSWER:16:", Outcome.NO_ANSWER, ""),
        ("1:NOANSWER:16:", Outcome.NO_ANSWER, ""),
        ("1:NOANSWER:3:", Outcome.NO_ANSWER, ""),
        ("1:CHANUNAVAIL:19:", Outcome.NO_ANSWER, ""),
        ("1:BUSY:17:", Outcome.BUSY, ""),
        ("1:BUSY:0:", Outcome.BUSY, ""),
        ("1:CHANUNAVAIL:21:", Outcome.REFUSED, ""),
        ("1:CHANUNAVAIL:1:", Outcome.INVALID, ""),
        ("1:CONGESTION:28:", Outcome.INVALID, ""),
        ("1:REFUSED:16:", Outcome.INVALID, ""),
        ("1:CHANUNAVAIL:3:", Outcome.FAILED, ""),
        ("1:CONGESTION:34:", Outcome.FAILED, ""),
        ("1:CANCEL:16:", Outcome.FAILED, ""),
        ("1:CANCEL:1:", Outcome.FAILED, ""),
        ("1:::", Outcome.FAILED, ""),
    ],
)
def test_status_cause_and_key_make_the_outcome(result: str, outcome: Outcome, wish: str) -> None:
    ended = attempt_ended("m-1", result)
    assert ended is not None
    assert (1, outcome, wish) == (ended.attempt, ended.outcome, ended.wish)


@pytest.mark.parametrize(
    ("result", "is_fault"),
    [
        ("1:CHANUNAVAIL:0:", True),
        ("1:CHANUNAVAIL:3:", True),
        ("1:CONGESTION:34:", True),
        ("1:CANCEL:16:", False),
        ("1:CANCEL:0:", False),
        ("1:CONGESTION:21:", False),
        ("1:CHANUNAVAIL:1:", False),
        ("1:NOANSWER:0:", False),
        ("1:BUSY:17:", False),
        ("1:ANSWER:16:", False),
    ],
)
def test_a_call_that_did_not_get_out_is_a_fault_and_a_member_who_hangs_up_is_none(result: str, is_fault: bool) -> None:
    ended = attempt_ended("m-1", result)
    assert ended is not None
    assert is_fault is ended.is_fault


def test_a_placeholder_is_gone_with_the_last_of_its_ends_whichever_it_is() -> None:
    ends = [gone("m-1", FIRST), gone("m-1-2", SECOND)]
    assert heard(*ends) == heard(*reversed(ends)) == [PlaceholderGone("m-1")]
    assert heard(ends[0]) == heard(ends[1]) == []


def test_a_placeholder_that_came_again_goes_again() -> None:
    ends = [gone("m-1", FIRST), gone("m-1-2", SECOND)]
    assert heard(*ends, *ends) == [PlaceholderGone("m-1")] * 2


def test_halves_that_never_find_each_other_are_forgotten_some_time() -> None:
    others = [gone(f"m-{count}", FIRST) for count in range(1000)]
    assert heard(gone("m-old", FIRST), *others, gone("m-old-2", SECOND)) == []


@pytest.mark.parametrize(
    "frame",
    [
        gone("1795300000.1", "Channel: PJSIP/trunk-00000001"),
        gone("m-1", SECOND),
        gone("", FIRST),
        gone("m-1", "Channel: Local/s@teamline-callback-wait-;1"),
        "Event: UserEvent\r\nUserEvent: TeamlineJoins\r\nCallback: m-1\r\nWhat: taken\r\n",
        f"{OWN}Callback: m;1\r\nWhat: taken\r\n",
        f"{OWN}What: taken\r\n",
        f"{OWN}Callback: m-1\r\nWhat: sung\r\n",
        f"{OWN}Callback: m-1\r\nWhat: connected\r\nAttempt: many\r\n",
        f"{OWN}Callback: m-1\r\nWhat: ended\r\nResult: \r\n",
        f"{OWN}Callback: m-1\r\nWhat: ended\r\nResult: 1:busy:17:\r\n",
        f"{OWN}Callback: m-1\r\nWhat: ended\r\nResult: 1:BUSY:17:11\r\n",
    ],
)
def test_what_is_not_as_it_should_be_was_not_told(frame: str) -> None:
    assert heard(frame) == []


@given(st.text(max_size=40))
def test_no_result_whatever_it_holds_does_any_harm(result: str) -> None:
    ended = attempt_ended("m-1", result)
    assert ended is None or ended.attempt >= 0
