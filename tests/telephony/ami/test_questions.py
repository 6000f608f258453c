"""What live truth asks of Asterisk, answered by one that has hundreds of members."""

import asyncio

from operations.ports import SwitchRefused
from operations.seen import Snapshot
from telephony.ami.messages import Action
from telephony.ami.questions import PIECE, AmiQuestions
from telephony.ami.reader import Frame
from tests.fakes.watched_line import CENTRE, START

MEMBERS = 20 * PIECE


class BigAsterisk:
    """Answers QueueStatus with many members, and Getvar as it is told to."""

    def __init__(self, answer: str | SwitchRefused = "TIMEOUT") -> None:
        self.asked: list[str] = []
        self._answer = answer

    async def collect(self, action: Action) -> list[Frame]:
        self.asked.append(action.name)
        return [_member(number) for number in range(MEMBERS)] if action.name == "QueueStatus" else []

    async def request(self, action: Action) -> Frame:
        self.asked.append(action.name)
        if isinstance(self._answer, SwitchRefused):
            raise self._answer
        return Frame(f"Response: Success\r\nValue: {self._answer}".encode())


def _member(number: int) -> Frame:
    return Frame(f"Event: QueueMember\r\nQueue: L01\r\nLocation: PJSIP/m{number}\r\nStatus: 1\r\nPaused: 0".encode())


def questions(asterisk: BigAsterisk) -> AmiQuestions:
    return AmiQuestions(asterisk, "pbx", lambda: CENTRE, lambda: START)


async def looked_at(asterisk: BigAsterisk) -> tuple[Snapshot, int]:
    """The snapshot, and how often the loop came round to other work meanwhile."""
    turns = 0
    look = asyncio.ensure_future(questions(asterisk).look())
    while not look.done():
        turns += 1
        await asyncio.sleep(0)
    return await look, turns


async def test_queues_are_asked_first_and_channels_after() -> None:
    asterisk = BigAsterisk()
    snapshot, _ = await looked_at(asterisk)
    assert (["QueueStatus", "Status"], MEMBERS, START) == (asterisk.asked, len(snapshot.members), snapshot.at)


async def test_the_loop_does_other_work_while_a_long_answer_is_read() -> None:
    _, turns = await looked_at(BigAsterisk())
    assert turns >= MEMBERS / PIECE


async def test_the_status_of_a_queue_is_that_of_its_variable() -> None:
    assert await questions(BigAsterisk()).queue_status("1795300001.1") == "TIMEOUT"


async def test_a_call_that_is_gone_has_no_status() -> None:
    assert await questions(BigAsterisk(SwitchRefused("No such channel"))).queue_status("1795300001.1") == ""
