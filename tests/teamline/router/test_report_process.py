import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from teamline.router.report_process import ReportProcess
from web.reports.worker import ReportsAway

CHILD = """
import json, os, sys
print("R", flush=True)
for line in sys.stdin:
    asked = json.loads(line) if line.strip() else None
    if asked is None:
        print("F gone", flush=True)
    elif asked["do"] == "die":
        os._exit(1)
    elif asked["do"] == "away":
        print("F away", flush=True)
    elif asked["do"] == "talk":
        print("what is this", flush=True)
    elif asked["do"] == "work":
        print("P 1 2", flush=True)
    else:
        print("P 2 2", flush=True)
        print(f"A {len(str(os.getpid()))}", flush=True)
        print(os.getpid(), end="", flush=True)
"""


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[ReportProcess]:
    (tmp_path / "child.py").write_text(CHILD)
    process = ReportProcess({}, (sys.executable, str(tmp_path / "child.py")))
    yield process
    await process.stop()


def untold(_done: int, _of: int) -> None:
    """Nobody listens."""


async def test_one_process_answers_one_question_after_the_other(process: ReportProcess) -> None:
    heard: list[tuple[int, int]] = []
    first = await process.answer({"do": "tell"}, lambda done, of: heard.append((done, of)))
    assert (first, [(2, 2)]) == (await process.answer({"do": "tell"}, untold), heard)


@pytest.mark.parametrize("fault", ["die", "talk"])
async def test_after_a_fault_the_next_question_has_a_new_process(process: ReportProcess, fault: str) -> None:
    before = await process.answer({"do": "tell"}, untold)
    with pytest.raises(ReportsAway):
        await process.answer({"do": fault}, untold)
    assert before != await process.answer({"do": "tell"}, untold)


async def test_a_journal_that_is_away_keeps_the_process(process: ReportProcess) -> None:
    before = await process.answer({"do": "tell"}, untold)
    with pytest.raises(ReportsAway):
        await process.answer({"do": "away"}, untold)
    assert before == await process.answer({"do": "tell"}, untold)


async def test_what_is_called_off_leaves_the_process_for_the_next(process: ReportProcess) -> None:
    before = await process.answer({"do": "tell"}, untold)
    works = asyncio.Event()
    asked = asyncio.ensure_future(process.answer({"do": "work"}, lambda _done, _of: works.set()))
    await works.wait()
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    assert before == await process.answer({"do": "tell"}, untold)


async def test_a_process_that_cannot_begin_is_told_as_away() -> None:
    with pytest.raises(ReportsAway):
        await ReportProcess({}, ("/nowhere/at/all",)).answer({"do": "tell"}, untold)
