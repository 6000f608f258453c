import os
import sys
from pathlib import Path

import pytest

from teamline.router.administration_work import ChildWork
from teamline.router.child import NoAnswer, ask
from tests.fakes.admin_house import RENAMED, TEAMS, WRONG
from web.admin.ports import WorkFailed, WorkRefused

AROUND = dict(os.environ)


@pytest.fixture(scope="module")
def work() -> ChildWork:
    return ChildWork(AROUND)


async def test_a_text_is_checked_and_compared_in_a_process_of_its_own(work: ChildWork) -> None:
    right = await work.checked(RENAMED, TEAMS)
    assert ([], ['teams.L01.name: "Leistung 01" -> "Leistung Eins"'], 3) == (
        right.mistakes,
        right.changes,
        right.teams,
    )


async def test_a_wrong_text_is_answered_with_its_mistakes(work: ChildWork) -> None:
    wrong = await work.checked(WRONG, TEAMS)
    assert (13, 1) == (wrong.mistakes[0].line, wrong.mistakes_count)


async def test_a_version_that_is_no_longer_right_is_compared_as_text_alone(work: ChildWork) -> None:
    found = await work.differences(WRONG, TEAMS)
    assert found.changes is None
    assert any(line.startswith("-") for line in found.text)


async def test_a_team_that_is_not_there_is_refused_with_the_nearest_name(work: ChildWork) -> None:
    with pytest.raises(WorkRefused, match='did you mean "L01"'):
        await work.year(TEAMS, 2026, "L0l")


async def test_a_child_that_breaks_is_told_with_its_cure(work: ChildWork) -> None:
    with pytest.raises(WorkFailed, match="teamline check"):
        await work.year(WRONG, 2026, "")


async def test_a_process_that_does_not_end_in_time_is_ended(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    program = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    with pytest.raises(NoAnswer):
        await ask((sys.executable, "-S", "-c", program), b"", AROUND, 3.0)
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


async def test_a_program_that_is_not_there_is_told_by_its_exit_code() -> None:
    assert 0 != (await ask(("/nowhere",), b"", AROUND, 20.0)).code
