from pathlib import Path

from operations.ports import KnownCalls
from telephony.queue_log.past import QueueLog
from tests.fakes.small_centre import small_centre


async def test_a_log_that_is_not_set_tells_that_nobody_knows() -> None:
    assert await QueueLog(None, "pbx1", small_centre).read(0) is None


async def test_a_log_that_cannot_be_read_tells_that_nobody_knows(tmp_path: Path) -> None:
    assert await QueueLog(tmp_path / "queue_log", "pbx1", small_centre).read(0) is None


async def test_what_was_written_is_told(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_bytes(b"1795345163|1795345163.1|L01|NONE|ENTERQUEUE|||1\nnonsense\n")
    read = await QueueLog(log, "pbx1", small_centre).read(1795345000)

    assert read is not None
    assert read.is_whole
    (joined,) = await read.facts(KnownCalls(), ())
    assert "pbx1/1795345163.1/L01/1/CallerJoined" == joined.id
