from dataclasses import replace
from pathlib import Path

import pytest

from operations.mailbox.content_files import ContentFiles
from operations.mailbox.found_again import FoundAgain
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry, MailboxAway
from operations.mailbox.record import MailboxRecords
from operations.mailbox.voice_folder import Sound, VoiceFolder
from tests.fakes.directory_centre import centre
from tests.fakes.entries import MONDAY, MemoryMail, document, recording, voice

LATER = 4_000_000_000.0
RECORDS = MailboxRecords(b"s" * 32)


class Kit:
    """A router anew over the same folders and store: what an earlier one left lies there."""

    def __init__(self, folder: Path, kept: MemoryMail | None = None, seconds: float = 4.0) -> None:
        self.folder = folder
        self.kept = kept or MemoryMail()
        self.files = ContentFiles(folder / "mailbox", RECORDS)
        self.voices = VoiceFolder(folder / "voice", RECORDS, Sound(lambda _: seconds, lambda _: True))
        self.mailbox = Mailbox(self.kept, self.files, lambda: MONDAY, lambda _: None)
        self.came: list[str] = []
        self.mailbox.came.append(lambda entry: self.came.append(entry.id))
        self.found = FoundAgain(self.mailbox, self.files, self.voices, centre, lambda: LATER)

    async def cut_off(self, entry: Entry) -> Entry:
        """The content is in the folder, and the router died before the store was asked."""
        return await self.files.place(recording(self.folder), entry)

    async def recorded(self, entry: Entry) -> str:
        """The caller spoke, and the router died."""
        name = await self.voices.begin(entry)
        self.voices.file(name).write_bytes(b"speech")
        return name

    def again(self, seconds: float = 4.0) -> "Kit":
        return Kit(self.folder, self.kept, seconds)

    @property
    def recordings(self) -> list[Path]:
        return list((self.folder / "voice").glob("*"))


async def test_a_content_without_an_entry_is_taken_in(tmp_path: Path) -> None:
    placed = await Kit(tmp_path).cut_off(voice())
    kit = Kit(tmp_path)
    await kit.found.contents()
    assert [placed] == await kit.mailbox.listed()
    assert [placed.id] == kit.came


async def test_a_content_with_its_entry_is_left_as_it_is(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    await kit.mailbox.keep_file(recording(tmp_path), voice())
    again = kit.again()
    await again.found.contents()
    assert [] == again.came


async def test_a_document_that_was_sent_again_meanwhile_is_there_once(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    cut = await kit.cut_off(document())
    sent_again = await kit.mailbox.keep_file(recording(tmp_path), document(MONDAY + 5))
    again = kit.again()
    await again.found.contents()
    assert [sent_again] == await again.mailbox.listed()
    assert not (tmp_path / "mailbox" / str(cut.file)).exists()


async def test_the_same_document_of_another_team_is_taken_in(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    cut = await kit.cut_off(document(team="L02"))
    await kit.mailbox.keep_file(recording(tmp_path), document(MONDAY + 5))
    again = kit.again()
    await again.found.contents()
    assert [cut] == await again.mailbox.listed("L02")


async def test_the_same_form_of_another_customer_is_taken_in(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    cut = await kit.cut_off(document(number="123A456789"))
    await kit.mailbox.keep_file(recording(tmp_path), document(MONDAY + 5, number="999B888777"))
    again = kit.again()
    await again.found.contents()
    assert cut in await again.mailbox.listed()


async def test_nothing_is_taken_in_while_the_store_is_away(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    await kit.cut_off(voice())
    kit.kept.is_away = True
    with pytest.raises(MailboxAway):
        await kit.found.contents()
    kit.kept.is_away = False
    await kit.found.contents()
    assert 1 == len(kit.came)


async def test_a_recording_left_behind_becomes_a_message(tmp_path: Path) -> None:
    entry = voice()
    await Kit(tmp_path).recorded(entry)
    kit = Kit(tmp_path)
    await kit.found.recordings()
    [found] = await kit.mailbox.listed()
    assert replace(entry, file=f"{entry.id}.wav", bytes=6, seconds=4.0) == found
    assert [] == kit.recordings


async def test_a_recording_left_behind_in_which_nobody_spoke_is_removed(tmp_path: Path) -> None:
    await Kit(tmp_path).recorded(voice())
    kit = Kit(tmp_path, seconds=0.0)
    await kit.found.recordings()
    assert ([], []) == (await kit.mailbox.listed(), kit.recordings)


async def test_a_recording_that_was_kept_already_is_removed(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    entry = voice()
    await kit.recorded(entry)
    await kit.mailbox.keep_file(recording(tmp_path), entry)
    again = kit.again()
    await again.found.recordings()
    assert ([], []) == (again.came, again.recordings)


async def test_an_entry_whose_content_never_came_gets_the_recording(tmp_path: Path) -> None:
    kit = Kit(tmp_path)
    entry = voice()
    await kit.recorded(entry)
    await kit.kept.put(replace(entry, file=f"{entry.id}.wav"))
    again = kit.again()
    await again.found.recordings()
    [found] = await again.mailbox.listed()
    assert again.mailbox.content(found).read_bytes() == b"speech"


async def test_a_recording_that_cannot_be_kept_waits(tmp_path: Path) -> None:
    await Kit(tmp_path).recorded(voice())
    kit = Kit(tmp_path)
    kit.kept.is_away = True
    await kit.found.recordings()
    assert 2 == len(kit.recordings)
