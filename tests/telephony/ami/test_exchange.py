import asyncio

import pytest

from operations.ports import SwitchAway, SwitchRefused
from telephony.ami import exchange
from telephony.ami.exchange import Exchange
from telephony.ami.reader import Frame

START = Frame(b"Response: Success\r\nEventList: start")
ITEM = Frame(b"Event: QueueMember\r\nQueue: L01")
END = Frame(b"Event: QueueStatusComplete\r\nEventList: Complete")


def an_exchange(*, is_list: bool) -> Exchange:
    return Exchange(asyncio.get_running_loop().create_future(), is_list=is_list)


async def test_one_answer_ends_a_single_question() -> None:
    asked, answer = an_exchange(is_list=False), Frame(b"Response: Success\r\nPing: Pong")

    assert (True, [answer]) == (asked.take(answer), await asked.future)


async def test_a_list_is_its_items_and_ends_with_its_last_event() -> None:
    asked = an_exchange(is_list=True)

    assert [asked.take(frame) for frame in (START, ITEM, ITEM, END)] == [False, False, False, True]
    assert await asked.future == [ITEM, ITEM]


async def test_an_answer_that_opens_no_list_is_an_empty_one() -> None:
    asked = an_exchange(is_list=True)

    assert (asked.take(Frame(b"Response: Success")), await asked.future) == (True, [])


async def test_an_error_is_asterisks_own_sentence() -> None:
    asked = an_exchange(is_list=True)
    asked.take(Frame(b"Response: Error\r\nMessage: Permission denied\n"))

    with pytest.raises(SwitchRefused, match=r"^Permission denied$"):
        await asked.future


async def test_a_list_broken_off_is_a_refusal() -> None:
    asked = an_exchange(is_list=True)
    asked.take(START)
    asked.take(Frame(b"Event: QueueStatusComplete\r\nEventList: cancelled"))

    with pytest.raises(SwitchRefused, match="broke off"):
        await asked.future


async def test_an_endless_list_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MAX_LIST", 2)
    asked = an_exchange(is_list=True)
    taken = [asked.take(frame) for frame in (START, ITEM, ITEM, ITEM, ITEM, END)]

    assert taken == [False] * 5 + [True]
    with pytest.raises(SwitchRefused, match="more than 2"):
        await asked.future


async def test_what_comes_after_a_failure_changes_nothing() -> None:
    asked = an_exchange(is_list=False)
    asked.fail(SwitchAway("no answer in time"))

    assert asked.take(Frame(b"Response: Success"))
    with pytest.raises(SwitchAway):
        await asked.future


async def test_a_question_that_nobody_waits_for_any_more_ends_quietly() -> None:
    asked = an_exchange(is_list=False)
    asked.future.cancel()
    asked.fail(SwitchAway("lost"))

    assert asked.future.cancelled()
