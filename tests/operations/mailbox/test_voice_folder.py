import os
from pathlib import Path

import pytest

from operations.mailbox.ports import MailboxAway
from operations.mailbox.record import MailboxRecords
from operations.mailbox.voice_folder import NotHeard, Sound, VoiceFolder
from tests.fakes.entries import MONDAY, voice

LATER = 4_000_000_000.0


class Ears:
    """Hears so many seconds in every recording; `closes_after` looks it is written to its end."""

    def __init__(self, seconds: float = 4.0, closes_after: int = 0) -> None:
        self.seconds, self.looks, self.closes_after = seconds, 0, closes_after
        self.looks_when_trimmed = -1

    def trimmed(self, file: Path) -> float:
        self.looks_when_trimmed = self.looks
        if file.read_bytes() == b"noise":
            raise NotHeard
        return self.seconds

    def is_closed(self, file: Path) -> bool:
        self.looks += 1
        return file.exists() and self.looks > self.closes_after


def voices(folder: Path, ears: Ears | None = None) -> VoiceFolder:
    chosen = ears or Ears()
    return VoiceFolder(folder / "voice", MailboxRecords(b"s" * 32), Sound(chosen.trimmed, chosen.is_closed))


async def test_a_recording_is_noted_before_it_begins(tmp_path: Path) -> None:
    made = voices(tmp_path)
    entry = voice()
    name = await made.begin(entry)
    assert [f"{name}.json"] == [file.name for file in made.folder.iterdir()]
    assert entry == await voices(tmp_path).noted(name)


async def test_a_note_has_no_number_in_the_clear(tmp_path: Path) -> None:
    made = voices(tmp_path)
    await made.begin(voice())
    [note] = made.folder.iterdir()
    assert "211555" not in note.read_text()
    assert "211555" not in note.name


async def test_speech_is_counted_and_noted(tmp_path: Path) -> None:
    made = voices(tmp_path)
    name = await made.begin(voice())
    made.file(name).write_bytes(b"speech")
    assert 4.0 == await made.finish(name)
    assert 4.0 == (await made.noted(name)).seconds


async def test_without_a_recording_nothing_was_said(tmp_path: Path) -> None:
    made = voices(tmp_path)
    assert 0.0 == await made.finish(await made.begin(voice()))


async def test_a_recording_is_trimmed_once_asterisk_has_closed_it(tmp_path: Path) -> None:
    ears = Ears(closes_after=3)
    made = voices(tmp_path, ears)
    name = await made.begin(voice())
    made.file(name).write_bytes(b"speech")
    await made.finish(name)
    assert ears.looks_when_trimmed == 4


async def test_a_recording_that_nobody_closes_is_trimmed_all_the_same(tmp_path: Path) -> None:
    made = voices(tmp_path, Ears(closes_after=10_000))
    name = await made.begin(voice())
    made.file(name).write_bytes(b"speech")
    assert 4.0 == await made.finish(name)


async def test_what_cannot_be_heard_cannot_be_kept(tmp_path: Path) -> None:
    made = voices(tmp_path)
    name = await made.begin(voice())
    made.file(name).write_bytes(b"noise")
    with pytest.raises(MailboxAway):
        await made.finish(name)


async def test_a_dropped_recording_leaves_nothing(tmp_path: Path) -> None:
    made = voices(tmp_path)
    name = await made.begin(voice())
    made.file(name).write_bytes(b"speech")
    await made.drop(name)
    await made.drop(name)
    assert [] == list(made.folder.iterdir())


async def test_a_name_that_is_none_of_ours_touches_nothing(tmp_path: Path) -> None:
    made = voices(tmp_path)
    await made.prepare()
    (tmp_path / "secret.wav").write_bytes(b"secret")
    await made.drop("../secret")
    assert (tmp_path / "secret.wav").exists()
    for ask in (made.finish, made.noted):
        with pytest.raises(MailboxAway):
            await ask("../secret")


async def test_a_folder_that_cannot_be_made_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "voice").write_bytes(b"a file in its place")
    with pytest.raises(MailboxAway):
        await voices(tmp_path).begin(voice())


async def test_a_recording_in_hand_is_not_left_behind(tmp_path: Path) -> None:
    made = voices(tmp_path)
    await made.begin(voice())
    assert [] == await made.left_behind(LATER)


async def test_a_recording_of_a_router_that_died_was_left_behind(tmp_path: Path) -> None:
    entry = voice()
    name = await voices(tmp_path).begin(entry)
    voices(tmp_path).file(name).write_bytes(b"speech")
    assert [entry] == await voices(tmp_path).left_behind(LATER)


async def test_a_note_without_a_recording_was_left_behind_too(tmp_path: Path) -> None:
    entry = voice()
    await voices(tmp_path).begin(entry)
    assert [entry] == await voices(tmp_path).left_behind(LATER)


async def test_a_recording_that_was_written_to_just_now_is_not_left_behind(tmp_path: Path) -> None:
    entry = voice()
    name = await voices(tmp_path).begin(entry)
    file = voices(tmp_path).file(name)
    file.write_bytes(b"speech")
    os.utime(file, (MONDAY, MONDAY))
    assert [] == await voices(tmp_path).left_behind(MONDAY + 100)
    assert [entry] == await voices(tmp_path).left_behind(MONDAY + 121)


async def test_other_files_of_the_folder_are_nobodys_message(tmp_path: Path) -> None:
    made = voices(tmp_path)
    await made.prepare()
    (made.folder / "announced-1.wav").write_bytes(b"speech")
    (made.folder / "m-1.json").write_bytes(b"{")
    assert [] == await made.left_behind(LATER)
