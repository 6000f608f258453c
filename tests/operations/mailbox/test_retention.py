import os
from dataclasses import replace
from pathlib import Path

import pytest

from facts.contact import LeftState
from operations.mailbox.content_files import ContentFiles
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry, MailboxAway
from operations.mailbox.record import MailboxRecords
from operations.mailbox.retention import Retention, erased_at
from tests.fakes.directory_centre import centre
from tests.fakes.entries import MONDAY, MemoryMail, callback, document, recording, voice

DAY = 86_400.0
DONE = {"state": LeftState.DONE, "done_at": MONDAY + 3600}


@pytest.mark.parametrize(
    ("entry", "days"),
    [
        (voice(), 30),
        (voice(state=LeftState.CLAIMED), 30),
        (voice(**DONE), 1 + 1 / 24),
        (document(), 30),
        (document(**DONE), 1 + 1 / 24),
        (callback(), 7),
        (callback(**DONE), 1 + 1 / 24),
        (callback(state=LeftState.DONE, done_at=MONDAY + 6.5 * DAY), 7),
        (callback(state=LeftState.DONE), 7),
        (callback(life="confirmed"), 7),
        (callback(life="expired", kiosk="K1"), 1 + 600 / DAY),
        (callback(life="confirmed", appointment_at=MONDAY + 30 * DAY), 31 + 1 / 24),
    ],
)
def test_an_entry_is_kept_for_its_days(entry: Entry, days: float) -> None:
    assert pytest.approx(MONDAY + days * DAY) == erased_at(entry, centre())


class Kit:
    def __init__(self, folder: Path, now: float) -> None:
        self.kept = MemoryMail()
        self.files = ContentFiles(folder / "mailbox", MailboxRecords(b"s" * 32))
        self.mailbox = Mailbox(self.kept, self.files, lambda: now, lambda _: None)
        self.retention = Retention(self.mailbox, self.files, centre, lambda: now)
        self.folder = folder


async def test_what_is_over_is_erased_with_its_content_and_the_rest_stays(tmp_path: Path) -> None:
    kit = Kit(tmp_path, MONDAY + 31 * DAY)
    await kit.mailbox.keep_file(recording(tmp_path), voice())
    young = await kit.mailbox.keep_file(recording(tmp_path), voice(MONDAY + 2 * DAY))
    assert 1 == await kit.retention.sweep()
    assert [young] == await kit.mailbox.listed()
    assert {f"{young.id}.wav", f"{young.id}.json"} == {file.name for file in kit.files.folder.iterdir()}


async def test_one_that_cannot_be_erased_keeps_no_other(tmp_path: Path) -> None:
    class Stubborn(MemoryMail):
        async def erase(self, entry: str) -> None:
            if entry == stuck.id:
                raise MailboxAway
            await super().erase(entry)

    stuck, other = callback(), callback(MONDAY + 1)
    kit = Kit(tmp_path, MONDAY + 8 * DAY)
    kit.kept = Stubborn()
    kit.mailbox = Mailbox(kit.kept, kit.files, lambda: MONDAY, lambda _: None)
    retention = Retention(kit.mailbox, kit.files, centre, lambda: MONDAY + 8 * DAY)
    await kit.files.prepare()
    for entry in (stuck, other):
        await kit.mailbox.put(entry)
    assert 1 == await retention.sweep()
    assert [stuck] == await kit.mailbox.listed()


async def test_a_content_that_nobody_knows_is_erased_after_the_longest_time(tmp_path: Path) -> None:
    kit = Kit(tmp_path, MONDAY + 31 * DAY)
    await kit.files.prepare()
    for name, age in (("m-old.wav", 0), (".m-part.part", 0), ("m-young.wav", 20), ("readme.txt", 0)):
        file = kit.files.folder / name
        file.write_bytes(b"?")
        os.utime(file, (MONDAY + age * DAY, MONDAY + age * DAY))
    await kit.retention.sweep()
    assert {"m-young.wav", "readme.txt"} == {file.name for file in kit.files.folder.iterdir()}


async def test_a_content_whose_note_is_gone_stays_while_its_entry_does(tmp_path: Path) -> None:
    kit = Kit(tmp_path, MONDAY + 31 * DAY)
    entry = await kit.mailbox.keep_file(recording(tmp_path), voice(MONDAY + 10 * DAY))
    (kit.files.folder / f"{entry.id}.json").unlink()
    os.utime(kit.files.folder / str(entry.file), (MONDAY, MONDAY))
    await kit.retention.sweep()
    assert kit.mailbox.content(entry).exists()


async def test_what_was_claimed_is_erased_too(tmp_path: Path) -> None:
    kit = Kit(tmp_path, MONDAY + 31 * DAY)
    await kit.files.prepare()
    await kit.mailbox.put(replace(voice(), state=LeftState.CLAIMED, claimed_by="anna"))
    assert 1 == await kit.retention.sweep()
