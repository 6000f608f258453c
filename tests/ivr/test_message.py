import asyncio

import pytest

from ivr.line import CallEnded
from ivr.message import EMPTY_RECORDINGS, RECORDINGS, leave_message
from ivr.ports import MailboxAway
from tests.fakes.house import MemoryMailbox, house
from tests.fakes.line import FakeLine

OFFER = "key message-offer"
SPEAK = ["say message-speak", "record recording-1 120 5"]
KEPT = "say message-kept goodbye"


async def left(line: FakeLine, mailbox: MemoryMailbox) -> bool:
    return await leave_message(line, "L01", house(mailbox=mailbox))


@pytest.mark.parametrize("script", ["11", "1.", "", ".1", "*9"])
async def test_a_message_is_saved_before_it_is_confirmed(script: str) -> None:
    line, mailbox = FakeLine(script), MemoryMailbox()
    assert await left(line, mailbox)
    assert line.transcript == [OFFER, *SPEAK, "key message-choice", KEPT]
    assert (mailbox.kept, mailbox.dropped) == ([("recording-1", "L01")], [])


async def test_whoever_wants_no_message_is_asked_nothing_more() -> None:
    line, mailbox = FakeLine("3"), MemoryMailbox()
    assert not await left(line, mailbox)
    assert (line.transcript, mailbox.begun) == ([OFFER], 0)


async def test_a_message_is_spoken_again_and_the_first_one_is_gone() -> None:
    mailbox = MemoryMailbox()
    assert await left(FakeLine("121"), mailbox)
    assert (mailbox.kept, mailbox.dropped) == ([("recording-2", "L01")], ["recording-1"])


async def test_a_message_that_is_taken_back_is_gone() -> None:
    line, mailbox = FakeLine("13"), MemoryMailbox()
    assert not await left(line, mailbox)
    assert (mailbox.kept, mailbox.dropped) == ([], ["recording-1"])
    assert KEPT not in line.transcript


async def test_whoever_is_never_content_leaves_none() -> None:
    mailbox = MemoryMailbox()
    assert not await left(FakeLine("1" + "2" * RECORDINGS), mailbox)
    assert ([], RECORDINGS) == (mailbox.kept, len(mailbox.dropped))


async def test_silence_is_asked_once_more_and_never_kept() -> None:
    line, mailbox = FakeLine(), MemoryMailbox(seconds=0.0)
    assert not await left(line, mailbox)
    assert line.transcript.count("say message-nothing-heard") == EMPTY_RECORDINGS
    assert (mailbox.kept, mailbox.dropped) == ([], ["recording-1", "recording-2"])


@pytest.mark.parametrize("script", ["1|", "|"])
async def test_a_hang_up_keeps_what_was_said(script: str) -> None:
    mailbox = MemoryMailbox()
    with pytest.raises(CallEnded):
        await left(FakeLine(script), mailbox)
    assert (script != "|") == bool(mailbox.kept)


@pytest.mark.parametrize("seconds", [0.0, 4.0])
async def test_a_hang_up_at_every_step_keeps_a_message_once_or_not_at_all(seconds: float) -> None:
    for step in range(1, 6):
        mailbox = MemoryMailbox(seconds=seconds)
        with pytest.raises(CallEnded):
            await left(FakeLine("1", hangs_up_at=step), mailbox)
        assert len(mailbox.kept) == (seconds > 0 and step > 1)
        assert not set(mailbox.dropped) & {name for name, _ in mailbox.kept}


async def test_without_a_mailbox_nothing_is_recorded() -> None:
    line = FakeLine("1")
    assert not await left(line, MemoryMailbox(is_away=True))
    assert line.transcript == [OFFER, "say not-possible-now"]


class FullMailbox(MemoryMailbox):
    """Takes recordings, and has no room for them in the end."""

    async def keep(self, name: str, team: str, line: object) -> None:
        assert name
        assert team
        assert line
        raise MailboxAway


async def test_what_cannot_be_saved_is_not_promised() -> None:
    line, mailbox = FakeLine("11"), FullMailbox()
    assert not await left(line, mailbox)
    assert line.transcript[-1] == "say message-not-kept"
    assert ["recording-1"] == mailbox.dropped


async def test_a_hang_up_at_a_mailbox_that_is_away_is_a_hang_up() -> None:
    with pytest.raises(CallEnded):
        await left(FakeLine("1|"), FullMailbox())


class SlowMailbox(MemoryMailbox):
    """Saves once it is let."""

    async def keep(self, name: str, team: str, line: object) -> None:
        assert line
        await asyncio.sleep(0.3)  # longer than a caller would not notice
        self.kept.append((name, team))


async def test_whoever_waits_for_the_store_is_told_so() -> None:
    line = FakeLine("11")
    assert await left(line, SlowMailbox())
    assert line.transcript[-2:] == ["say please-wait", KEPT]


async def test_a_hang_up_while_it_is_saved_lets_it_be_saved() -> None:
    mailbox = SlowMailbox()
    with pytest.raises(CallEnded):
        await left(FakeLine("11", hangs_up_at=5), mailbox)
    assert mailbox.kept == [("recording-1", "L01")]
