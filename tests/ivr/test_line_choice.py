import pytest

from ivr.after_queue import after_queue
from ivr.line import CallEnded
from ivr.ports import CallbackWish
from routing.fair_line import HORIZON
from tests.fakes.house import MemoryMailbox, NoCallbacks, house
from tests.fakes.line import FakeLine

ARRIVAL = 1_767_600_000
CREDIT = 300
PRESSED = {
    "TEAMLINE_QUEUE": "L01",
    "TEAMLINE_TEAM": "L01",
    "TEAMLINE_HOME": "L02",
    "QUEUE_PRIO": str(HORIZON - ARRIVAL + CREDIT),
    "QUEUESTATUS": "KEY",
    "TEAMLINE_LANGUAGE": "en",
}
STAYS = ["say please-stay back-in-line", "set TEAMLINE_SLICE=", "set TEAMLINE_QUEUE=L01"]


async def pressed(
    script: str, mailbox: MemoryMailbox | None = None, callbacks: NoCallbacks | None = None, **variables: str
) -> FakeLine:
    line = FakeLine(script, arrival=ARRIVAL, variables=PRESSED | variables)
    await after_queue(line, house(mailbox=mailbox, callbacks=callbacks))
    return line


async def test_a_callback_by_the_home_team_keeps_the_very_place() -> None:
    mailbox = MemoryMailbox()
    line = await pressed("11", mailbox)
    assert mailbox.wishes == [CallbackWish("L02", "0211555", arrival=ARRIVAL, credit=CREDIT)]
    assert line.transcript == [
        "speak en",
        "key line-choice",
        "key callback-offer callback-own-number(0211555) callback-choice",
        "say callback-noted goodbye",
        "set TEAMLINE_END=kept",
    ]


async def test_a_message_ends_the_wait_too() -> None:
    mailbox = MemoryMailbox()
    line = await pressed("211", mailbox)
    assert (mailbox.kept, line.variables["TEAMLINE_END"]) == ([("recording-1", "L02")], "kept")


@pytest.mark.parametrize("script", ["3", "", "7.", "77", "13", "23"])
async def test_whoever_takes_nothing_is_back_at_the_same_place(script: str) -> None:
    mailbox = MemoryMailbox()
    line = await pressed(script, mailbox)
    assert line.transcript[-3:] == STAYS
    assert (mailbox.wishes, mailbox.kept, line.variables["QUEUE_PRIO"]) == ([], [], PRESSED["QUEUE_PRIO"])


@pytest.mark.parametrize("script", ["11", "21"])
async def test_what_cannot_be_kept_is_said_honestly_and_the_place_stays(script: str) -> None:
    line = await pressed(script, MemoryMailbox(is_away=True))
    assert line.transcript[-4:] == ["say not-possible-now", *STAYS]


async def test_while_nobody_can_be_called_back_there_is_still_the_message() -> None:
    mailbox = MemoryMailbox()
    line = await pressed("1211", mailbox, NoCallbacks(teams=()))
    assert line.transcript[1:4] == ["key line-choice-message", "key line-choice-message", "key message-offer"]
    assert len(mailbox.kept) == 1


async def test_a_raised_place_is_kept_with_a_bounded_credit() -> None:
    mailbox = MemoryMailbox()
    await pressed("11", mailbox, QUEUE_PRIO=str(HORIZON - ARRIVAL + 9000))
    assert mailbox.wishes[0].credit == 3600


async def test_a_hang_up_in_the_choice_sets_nothing() -> None:
    mailbox = MemoryMailbox()
    with pytest.raises(CallEnded):
        await pressed("|", mailbox)
    assert mailbox.wishes == []
