import os
from pathlib import Path

import pytest

from operations.mailbox import content_files
from operations.mailbox.content_files import ContentFiles, on_disk, write_durably
from operations.mailbox.record import MailboxRecords
from tests.fakes.entries import document, recording, voice

LATER = 4_000_000_000.0


@pytest.fixture
def files(tmp_path: Path) -> ContentFiles:
    return ContentFiles(tmp_path / "mailbox", MailboxRecords(b"s" * 32))


async def test_contents_and_their_notes_are_synced_before_they_count(
    tmp_path: Path, files: ContentFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    placed = await files.place(recording(tmp_path), voice())
    assert [str(placed.file), f".{placed.id}.json.part", "mailbox"] == synced


async def test_what_is_removed_is_gone_from_the_disk_before_that_counts(
    tmp_path: Path, files: ContentFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = await files.place(recording(tmp_path), voice())
    synced: list[bool] = []
    monkeypatch.setattr(content_files, "sync", lambda folder: synced.append(any(folder.iterdir())))
    await files.remove(placed)
    assert [False] == synced


@pytest.mark.parametrize(
    ("media_type", "suffix"),
    [("application/pdf", ".pdf"), ("image/jpeg", ".jpg"), ("image/tiff", ".tif"), ("text/html", ".bin"), ("", ".bin")],
)
async def test_a_file_is_named_by_its_kind_and_by_nothing_that_was_sent(
    tmp_path: Path, files: ContentFiles, media_type: str, suffix: str
) -> None:
    entry = document(media_type=media_type)
    assert f"{entry.id}{suffix}" == (await files.place(recording(tmp_path), entry)).file


async def test_an_entry_with_a_foreign_id_removes_nothing(tmp_path: Path, files: ContentFiles) -> None:
    await files.prepare()
    (files.folder / "x.json").write_bytes(b"{}")
    entry = voice()
    object.__setattr__(entry, "id", "x")
    await files.remove(entry)
    assert (files.folder / "x.json").exists()


async def test_removing_where_there_is_no_folder_is_no_error(files: ContentFiles) -> None:
    await files.remove(voice())


async def test_notes_that_are_none_are_passed_over(tmp_path: Path, files: ContentFiles) -> None:
    placed = await files.place(recording(tmp_path), voice())
    (files.folder / "m-broken.json").write_bytes(b"{")
    (files.folder / "m-folder.json").mkdir()
    (files.folder / "m-other.json").write_bytes((files.folder / f"{placed.id}.json").read_bytes())
    assert [placed] == [entry for entry, _ in await files.noted(LATER)]


async def test_a_note_without_its_content_is_a_stranger(tmp_path: Path, files: ContentFiles) -> None:
    placed = await files.place(recording(tmp_path), voice())
    (files.folder / str(placed.file)).unlink()
    assert [] == await files.noted(LATER)
    assert [files.folder / f"{placed.id}.json"] == await files.strangers(LATER)


async def test_what_is_younger_is_neither_found_nor_strange(tmp_path: Path, files: ContentFiles) -> None:
    await files.place(recording(tmp_path), voice())
    assert ([], []) == (await files.noted(0.0), await files.strangers(0.0))


def test_a_file_that_cannot_be_written_whole_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_durably(tmp_path / "note.json", b"{}")
    assert [] == list(tmp_path.iterdir())


async def test_a_disk_that_hangs_is_taken_for_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_files, "DISK_SECONDS", 0.0)
    with pytest.raises(OSError):  # noqa: PT011 - TimeoutError is one
        await on_disk(lambda: None)


async def test_a_file_that_is_gone_already_is_forgotten(files: ContentFiles) -> None:
    await files.forget(files.folder / "gone")
