import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from operations.directory_import import FILE_LIMIT_BYTES
from operations.sign_in.accounts import Account, Role
from teamline.router.directory_job import DirectoryJob
from web.admin.ports import ImportEnded, ImportNow, ImportRunning, ImportState, TooLarge

ADMIN = Account("anna", Role.ADMIN)
READS = (
    "import json,sys; asked=json.load(sys.stdin); size=len(open(asked['path'],'rb').read());"
    "sys.stderr.write('progress reading 50 100\\n');"
)
IMPORTS = READS + "print(json.dumps({'version': 'd-1', 'customers': size, 'numbers': 2}))"
REFUSES = READS + "print(json.dumps({'bad_lines': 7, 'mistakes': [{'line': 3, 'what': 'w', 'cure': 'c'}]}))"
DIES = READS + "sys.exit(3)"
WAITS = "import sys, time; sys.stdin.read(); time.sleep(600)"


async def arriving(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def breaking_off() -> AsyncIterator[bytes]:
    yield b"half"
    raise ConnectionResetError


class Office:
    """A job whose child is this program; what it told."""

    def __init__(self, folder: Path, program: str) -> None:
        self.folder = folder / "uploads"
        self.told: list[tuple[str, str]] = []
        self.job = DirectoryJob(self.folder, dict(os.environ), self._ended, (sys.executable, "-c", program))

    async def take(self, *parts: bytes, dry: bool = False) -> None:
        await self.job.take(arriving(*parts), None, ADMIN, dry=dry)

    async def over(self) -> ImportNow:
        while self.job.now.state is ImportState.RUNNING:  # noqa: ASYNC110 - the job tells its end by its state alone
            await asyncio.sleep(0)
        return self.job.now

    @property
    def files(self) -> list[Path]:
        return list(self.folder.glob("*")) if self.folder.exists() else []

    def _ended(self, account: Account, now: ImportNow) -> None:
        self.told.append((account.name, now.version))


async def test_what_was_imported_is_told_and_the_file_is_gone(tmp_path: Path) -> None:
    office = Office(tmp_path, IMPORTS)
    await office.take(b"abc", b"de")
    now = await office.over()
    assert (ImportState.DONE, "d-1", 5) == (now.state, now.version, now.customers)
    assert ([], [("anna", "d-1")]) == (office.files, office.told)


async def test_the_file_is_for_nobody_else(tmp_path: Path) -> None:
    office = Office(tmp_path, WAITS)
    await office.take(b"abc")
    assert [0o600] == [file.stat().st_mode & 0o777 for file in office.files]
    assert 0o700 == office.folder.stat().st_mode & 0o777
    await office.job.cancel()


async def test_a_dry_run_changes_nothing_that_is_worth_a_note(tmp_path: Path) -> None:
    office = Office(tmp_path, IMPORTS)
    await office.take(b"abc", dry=True)
    assert ImportState.DONE is (await office.over()).state
    assert [] == office.told


async def test_bad_lines_are_told_and_the_file_is_gone(tmp_path: Path) -> None:
    office = Office(tmp_path, REFUSES)
    await office.take(b"abc")
    now = await office.over()
    assert (ImportState.REFUSED, 7, [3]) == (now.state, now.bad_lines, [each.line for each in now.mistakes])
    assert ([], []) == (office.files, office.told)


async def test_a_child_that_dies_is_told_as_a_failure(tmp_path: Path) -> None:
    office = Office(tmp_path, DIES)
    await office.take(b"abc")
    now = await office.over()
    assert ImportState.FAILED is now.state
    assert "teamline import" in now.failure


async def test_a_second_one_waits_its_turn(tmp_path: Path) -> None:
    office = Office(tmp_path, WAITS)
    await office.take(b"abc")
    with pytest.raises(ImportRunning):
        await office.take(b"def")
    await office.job.cancel()
    assert ([], ImportState.IDLE) == (office.files, office.job.now.state)


async def test_a_sender_who_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    office = Office(tmp_path, IMPORTS)
    with pytest.raises(ConnectionResetError):
        await office.job.take(breaking_off(), None, ADMIN, dry=False)
    assert ([], ImportState.IDLE) == (office.files, office.job.now.state)


async def test_an_import_that_is_still_arriving_can_be_ended(tmp_path: Path) -> None:
    office = Office(tmp_path, IMPORTS)

    async def ended_in_the_middle() -> AsyncIterator[bytes]:
        yield b"half"
        await office.job.cancel()
        yield b"more"

    with pytest.raises(ImportEnded):
        await office.job.take(ended_in_the_middle(), None, ADMIN, dry=False)
    assert ([], ImportState.IDLE) == (office.files, office.job.now.state)


async def test_an_import_that_has_arrived_but_for_its_end_can_be_ended(tmp_path: Path) -> None:
    office = Office(tmp_path, IMPORTS)

    async def ended_before_the_end() -> AsyncIterator[bytes]:
        yield b"whole"
        await office.job.cancel()

    with pytest.raises(ImportEnded):
        await office.job.take(ended_before_the_end(), None, ADMIN, dry=False)
    assert ([], [], ImportState.IDLE) == (office.files, office.told, office.job.now.state)


async def test_a_file_that_says_it_is_too_large_is_not_received(tmp_path: Path) -> None:
    office = Office(tmp_path, IMPORTS)
    with pytest.raises(TooLarge):
        await office.job.take(arriving(b"a"), FILE_LIMIT_BYTES + 1, ADMIN, dry=False)
    assert [] == office.files


async def test_what_a_dead_router_left_goes_at_the_next_start(tmp_path: Path) -> None:
    office = Office(tmp_path, IMPORTS)
    office.folder.mkdir()
    (office.folder / "left.csv").write_text("numbers")
    office.job.sweep()
    assert [] == office.files
