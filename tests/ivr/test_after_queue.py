import pytest

from ivr.after_queue import after_queue
from ivr.line import CallEnded
from tests.fakes.line import FakeLine
from tests.fakes.router import SmallRouter
from tests.fakes.waits import ScriptedWaits


async def test_a_caller_goes_back_to_the_same_place() -> None:
    line = FakeLine(variables={"TEAMLINE_QUEUE": "A1-urgent", "QUEUE_PRIO": "42"})
    await after_queue(line, SmallRouter(), ScriptedWaits())
    assert line.transcript == ["set TEAMLINE_SLICE=", "set TEAMLINE_QUEUE=A1-urgent"]
    assert line.variables["QUEUE_PRIO"] == "42"


@pytest.mark.parametrize("queue", [None, "", "gone"])
async def test_a_queue_that_is_gone_becomes_the_general_line(queue: str | None) -> None:
    line = FakeLine(variables={} if queue is None else {"TEAMLINE_QUEUE": queue})
    await after_queue(line, SmallRouter(), ScriptedWaits())
    assert line.transcript == [
        "set TEAMLINE_SLICE=",
        "set TEAMLINE_RULE=team-gone",
        "set TEAMLINE_TEAM=general",
        "set TEAMLINE_QUEUE=general-line",
    ]


@pytest.mark.parametrize("step", [1, 2, 3])
async def test_a_hang_up_changes_nothing(step: int) -> None:
    before = {"TEAMLINE_QUEUE": "L01", "TEAMLINE_TEAM": "L01"}
    line = FakeLine(variables=before, hangs_up_at=step)
    with pytest.raises(CallEnded):
        await after_queue(line, SmallRouter(), ScriptedWaits())
    assert before == line.variables
