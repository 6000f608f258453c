import asyncio
import json
from pathlib import Path

import pytest

from facts.contact import LeftState, LeftWithUs
from operations.mailbox.content_files import ContentFiles
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry, MailboxAway, NoSuchEntry, TakenAlready
from operations.mailbox.record import MailboxRecords
from tests.fakes.entries import MONDAY, MemoryMail, callback, recording, voice


class Kit:
    """A mailbox over a real folder and a store in memory; everything told is in one list."""

    def __init__(self, folder: Path) -> None:
        self.now = MONDAY + 60
        self.kept = MemoryMail()
        self.folder = folder / "mailbox"
        self.files = ContentFiles(self.folder, MailboxRecords(b"s" * 32))
        self.facts: list[LeftWithUs] = []
        self.heard: list[tuple[str, str]] = []
        self.mailbox = Mailbox(self.kept, self.files, lambda: self.now, self.facts.append)
        self.mailbox.came.append(lambda entry: self.heard.append(("came", entry.id)))
        self.mailbox.changed.append(lambda entry: self.heard.append((entry.state.value, entry.id)))
        self.mailbox.reminded.append(lambda entry: self.heard.append(("reminded", entry.id)))
        self.source = recording(folder)

    async def kept_voice(self) -> Entry:
        return await self.mailbox.keep_file(self.source, voice())

    @property
    def left(self) -> list[str]:
        """Suffixes of what lies in the folder."""
        return sorted(file.suffix for file in self.folder.glob("*"))


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return Kit(tmp_path)


async def test_a_kept_recording_lies_in_the_folder_under_its_entry(kit: Kit) -> None:
    entry = await kit.kept_voice()
    path = kit.mailbox.content(entry)
    assert (f"{entry.id}.wav", b"RIFF of a voice", 15) == (path.name, path.read_bytes(), entry.bytes)
    assert not kit.source.exists()


async def test_only_our_user_can_read_what_is_kept(kit: Kit) -> None:
    entry = await kit.kept_voice()
    assert 0o600 == kit.mailbox.content(entry).stat().st_mode & 0o777
    assert 0o700 == kit.folder.stat().st_mode & 0o777


async def test_the_note_beside_a_content_has_no_number_in_the_clear(kit: Kit) -> None:
    await kit.kept_voice()
    [note] = kit.folder.glob("*.json")
    assert "211555" not in note.read_text()
    assert json.loads(note.read_bytes())["team"] == "L01"


async def test_a_new_entry_is_told_once_it_is_kept(kit: Kit) -> None:
    entry = await kit.kept_voice()
    assert [("open", entry.id), ("came", entry.id)] == kit.heard
    assert [(entry.id, LeftState.OPEN, kit.now)] == [(fact.entry, fact.state, fact.at) for fact in kit.facts]


async def test_nothing_is_kept_or_told_while_the_store_is_away(kit: Kit) -> None:
    kit.kept.is_away = True
    with pytest.raises(MailboxAway):
        await kit.kept_voice()
    assert ([], [], []) == (kit.left, kit.heard, kit.facts)
    assert kit.source.exists()


async def test_nothing_is_half_kept_on_a_full_disk(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("operations.mailbox.content_files.write_durably", full)
    with pytest.raises(MailboxAway):
        await kit.kept_voice()
    assert ([], []) == (kit.left, kit.kept.told)
    assert kit.source.exists()


async def test_on_another_disk_the_content_is_copied(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    def elsewhere(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", elsewhere)
    entry = await kit.kept_voice()
    assert kit.mailbox.content(entry).read_bytes() == b"RIFF of a voice"
    assert not kit.source.exists()


async def test_a_source_that_is_not_there_is_not_kept(kit: Kit) -> None:
    kit.source.unlink()
    with pytest.raises(MailboxAway):
        await kit.kept_voice()
    assert kit.left == []


async def test_a_try_that_failed_may_be_made_again_with_the_same_id(kit: Kit) -> None:
    entry = voice()
    kit.kept.is_away = True
    with pytest.raises(MailboxAway):
        await kit.mailbox.keep_file(kit.source, entry)
    assert {entry.id} == kit.mailbox.withdrawn
    kit.kept.is_away = False
    await kit.mailbox.keep_file(kit.source, entry)
    assert set() == kit.mailbox.withdrawn


async def test_what_the_store_took_though_nobody_was_promised_it_is_in_no_list_and_is_erased(kit: Kit) -> None:
    entry = voice()
    kit.kept.is_away = True
    with pytest.raises(MailboxAway):
        await kit.mailbox.put(entry)
    kit.kept.is_away = False
    kit.kept.entries[entry.id] = entry  # it was on its way when the answer was lost
    assert [] == await kit.mailbox.listed()
    await kit.mailbox.erase_withdrawn()
    assert ({}, set()) == (kit.kept.entries, kit.mailbox.withdrawn)


async def test_a_listener_that_fails_takes_nothing_back(kit: Kit) -> None:
    def fail(_: Entry) -> None:
        raise ValueError

    kit.mailbox.came.insert(0, fail)
    entry = await kit.kept_voice()
    assert ("came", entry.id) in kit.heard
    assert kit.mailbox.content(entry).exists()


async def test_a_journal_that_fails_takes_nothing_back(tmp_path: Path) -> None:
    def fail(_: LeftWithUs) -> None:
        raise ValueError

    kit = Kit(tmp_path)
    mailbox = Mailbox(kit.kept, kit.files, lambda: kit.now, fail)
    entry = await mailbox.put(callback())
    assert entry == await mailbox.get(entry.id)


async def test_a_claimed_entry_names_who_and_when(kit: Kit) -> None:
    entry = await kit.kept_voice()
    claimed = await kit.mailbox.claim(entry.id, "anna")
    assert (LeftState.CLAIMED, "anna", kit.now) == (claimed.state, claimed.claimed_by, claimed.claimed_at)


async def test_claiming_ones_own_again_changes_nothing(kit: Kit) -> None:
    entry = await kit.kept_voice()
    claimed = await kit.mailbox.claim(entry.id, "anna")
    assert claimed == await kit.mailbox.claim(entry.id, "anna")
    assert [fact.state for fact in kit.facts] == [LeftState.OPEN, LeftState.CLAIMED]


async def test_whoever_presses_twice_has_it(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = await kit.mailbox.put(voice())
    at_once = kit.kept.get

    async def get(wanted: str) -> Entry:
        await asyncio.sleep(0)  # as over a wire
        return await at_once(wanted)

    monkeypatch.setattr(kit.kept, "get", get)
    claimed = await asyncio.gather(*(kit.mailbox.claim(entry.id, "anna") for _ in range(3)))
    assert ["anna"] * 3 == [each.claimed_by for each in claimed]


async def test_of_two_who_claim_at_once_one_is_told_that_it_is_taken(kit: Kit) -> None:
    entry = await kit.kept_voice()
    ended = await asyncio.gather(
        kit.mailbox.claim(entry.id, "anna"), kit.mailbox.claim(entry.id, "bela"), return_exceptions=True
    )
    assert [TakenAlready] == [type(each) for each in ended if isinstance(each, BaseException)]


@pytest.mark.parametrize("step", ["claim", "release", "done"])
async def test_what_another_has_claimed_is_left_alone(kit: Kit, step: str) -> None:
    entry = await kit.kept_voice()
    claimed = await kit.mailbox.claim(entry.id, "anna")
    with pytest.raises(TakenAlready):
        await getattr(kit.mailbox, step)(entry.id, "bela")
    assert claimed == await kit.mailbox.get(entry.id)


async def test_a_released_entry_is_open_again(kit: Kit) -> None:
    entry = await kit.kept_voice()
    await kit.mailbox.claim(entry.id, "anna")
    assert entry == await kit.mailbox.release(entry.id, "anna")
    assert entry == await kit.mailbox.release(entry.id, "bela")


async def test_what_is_done_is_done(kit: Kit) -> None:
    entry = await kit.kept_voice()
    done = await kit.mailbox.done(entry.id, "anna")
    assert (LeftState.DONE, "anna", kit.now, kit.now) == (done.state, done.claimed_by, done.claimed_at, done.done_at)
    assert done == await kit.mailbox.done(entry.id, "anna")
    for step in (kit.mailbox.claim, kit.mailbox.release):
        with pytest.raises(TakenAlready):
            await step(entry.id, "anna")


async def test_a_claimed_entry_keeps_when_it_was_claimed(kit: Kit) -> None:
    entry = await kit.kept_voice()
    await kit.mailbox.claim(entry.id, "anna")
    kit.now += 600
    done = await kit.mailbox.done(entry.id, "anna")
    assert (kit.now - 600, kit.now) == (done.claimed_at, done.done_at)


@pytest.mark.parametrize("step", ["claim", "release", "done"])
async def test_what_is_not_there_cannot_be_taken(kit: Kit, step: str) -> None:
    with pytest.raises(NoSuchEntry):
        await getattr(kit.mailbox, step)(voice().id, "anna")


async def test_an_erased_entry_leaves_nothing(kit: Kit) -> None:
    entry = await kit.kept_voice()
    await kit.mailbox.erase(entry.id)
    await kit.mailbox.erase(entry.id)
    assert ([], {}) == (kit.left, kit.kept.entries)
    assert ("erased", entry.id) == kit.heard[-1]
    with pytest.raises(NoSuchEntry):
        kit.mailbox.content(entry)


async def test_a_content_that_cannot_be_removed_keeps_its_entry(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = await kit.kept_voice()

    def refuses(*_: object, **__: object) -> None:
        raise OSError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuses)
    with pytest.raises(MailboxAway):
        await kit.mailbox.erase(entry.id)
    assert entry == await kit.mailbox.get(entry.id)


@pytest.mark.parametrize("file", ["../secret.key", "/etc/passwd", "other.wav", "", None])
async def test_no_entry_leads_out_of_the_folder(kit: Kit, file: str | None) -> None:
    entry = voice(file=file)
    (kit.folder.parent / "secret.key").write_bytes(b"key")
    with pytest.raises(NoSuchEntry):
        kit.mailbox.content(entry)
    await kit.mailbox.put(entry)
    await kit.mailbox.erase(entry.id)
    assert (kit.folder.parent / "secret.key").exists()


async def test_the_same_content_is_found_by_team_digest_and_number(kit: Kit) -> None:
    entry = await kit.mailbox.keep_file(kit.source, voice(digest="d" * 64))
    assert entry == await kit.mailbox.same("L01", "d" * 64, entry.number, MONDAY)
    assert [entry] == await kit.mailbox.listed("L01")


async def test_a_reminder_is_told_once(kit: Kit) -> None:
    entry = await kit.kept_voice()
    await kit.mailbox.remind(entry)
    await kit.mailbox.remind(entry)
    assert 1 == kit.heard.count(("reminded", entry.id))
    assert kit.now == (await kit.mailbox.get(entry.id)).reminded_at


async def test_what_was_claimed_meanwhile_is_not_reminded_of(kit: Kit) -> None:
    entry = await kit.kept_voice()
    await kit.mailbox.claim(entry.id, "anna")
    await kit.mailbox.remind(entry)
    assert ("reminded", entry.id) not in kit.heard
