import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from facts.contact import LeftKind, LeftState, LeftWithUs
from ivr.ports import CallbackWish, MailboxAway
from metrics.left_open import LeftOpen
from operations.mailbox.ports import Entry
from operations.mailbox.record import MailboxRecords
from routing.contact_rules import MessageRules
from routing.decision import Concern, Contact
from routing.number import NumberFormat
from teamline.router.call_mailbox import Callers, CallMailbox, Known
from teamline.router.mailbox import TeamMailbox
from teamline.settings import Settings
from telephony.prompts.sound import write
from tests.fakes.entries import MemoryMail, callback, voice
from tests.fakes.line import FakeLine
from tests.fakes.router import SmallRouter

NOW = 1_795_420_800.0
SECRET = b"s" * 32
PHONE = "0211555100"


class Kit:
    """A router's mailbox over real folders and a store in memory; the caller is on the line of call 1.1."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data=folder, _env_file=None)  # type: ignore[call-arg]
        self.kept = MemoryMail()
        self.router = SmallRouter()
        self.facts: list[LeftWithUs] = []
        self.now = NOW
        self.feature = self.made()
        self.line = FakeLine(caller=PHONE, arrival=int(NOW) - 90)
        self.call = self.of("1.1")

    def made(self) -> TeamMailbox:
        return TeamMailbox(
            self.settings,
            self.kept,
            SECRET,
            self.router,  # type: ignore[arg-type]  # all that is asked of it
            lambda: datetime.fromtimestamp(self.now, UTC),
            self.facts.append,
            lambda: self.now,
        )

    def of(self, call: str) -> CallMailbox:
        feature = self.feature
        return CallMailbox(call, feature.callers, feature.voices, feature.mailbox, feature.wishes, lambda: self.now)

    async def spoken(self, call: CallMailbox | None = None, seconds: float = 2.0) -> str:
        """A recording for L01 in which somebody speaks for so long."""
        name = await (call or self.call).begin("L01", self.line)
        at = np.arange(int(seconds * 8000)) / 8000
        pitch = np.cumsum(110 + 40 * np.sin(2 * np.pi * 0.7 * at)) / 8000
        buzz = np.sum([np.sin(2 * np.pi * each * pitch) / each for each in range(1, 20)], axis=0)
        write(self.feature.voices.file(name), 0.15 * buzz * np.abs(np.sin(4 * np.pi * at)), 8000)
        return name

    async def only(self) -> Entry:
        [entry] = await self.feature.mailbox.listed()
        return entry


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return Kit(tmp_path)


def known_contact() -> Contact:
    return Contact(int(NOW), Concern.JOB, NumberFormat().written("123A456789"))


async def test_a_kept_message_has_everything_that_the_team_needs(kit: Kit) -> None:
    kit.call.about(known_contact())
    kit.line.speak("en")
    name = await kit.spoken()
    seconds = await kit.call.finish(name)
    await kit.call.keep(name, "L02", kit.line)
    entry = await kit.only()
    assert (LeftKind.VOICE, "L02", PHONE, "123A456789") == (entry.what, entry.team, entry.phone, entry.number)
    assert ("job", "en", int(NOW) - 90, seconds) == (entry.concern, entry.language, entry.arrival, entry.seconds)
    assert [] == list(kit.settings.voice_folder.iterdir())


async def test_another_conversation_of_the_same_call_still_knows_the_customer(kit: Kit) -> None:
    kit.call.about(known_contact())
    later = kit.of("1.1")
    name = await kit.spoken(later)
    await later.keep(name, "L01", kit.line)
    assert "123A456789" == (await kit.only()).number


async def test_nobody_is_taken_for_another_caller(kit: Kit) -> None:
    kit.call.about(known_contact())
    other = kit.of("1.2")
    await other.keep(await kit.spoken(other), "L01", kit.line)
    assert "" == (await kit.only()).number


async def test_a_caller_who_hung_up_is_asked_nothing_any_more(kit: Kit) -> None:
    name = await kit.spoken()
    kit.line.has_ended = True
    await kit.call.finish(name)
    await kit.call.keep(name, "L01", kit.line)
    assert PHONE == (await kit.only()).phone


async def test_a_dropped_message_is_gone(kit: Kit) -> None:
    await kit.call.drop(await kit.spoken())
    assert [] == list(kit.settings.voice_folder.iterdir())


async def test_while_the_store_is_away_a_message_is_not_kept(kit: Kit) -> None:
    name = await kit.spoken()
    kit.kept.is_away = True
    with pytest.raises(MailboxAway):
        await kit.call.keep(name, "L01", kit.line)


async def test_what_could_not_be_kept_and_was_not_dropped_is_taken_in_later(kit: Kit) -> None:
    name = await kit.spoken()
    kit.kept.is_away = True
    with pytest.raises(MailboxAway):
        await kit.call.keep(name, "L01", kit.line)
    kit.kept.is_away = False
    for file in kit.settings.voice_folder.iterdir():
        _age(file)
    await kit.feature.look()
    assert name == (await kit.only()).id


async def test_a_disk_that_does_not_work_begins_no_recording(kit: Kit) -> None:
    kit.settings.voice_folder.write_bytes(b"a file in its place")
    with pytest.raises(MailboxAway):
        await kit.call.begin("L01", kit.line)


async def test_a_recording_that_is_no_sound_is_not_kept(kit: Kit) -> None:
    name = await kit.spoken()
    kit.feature.voices.file(name).write_bytes(b"RIFFnonsense" * 10)
    with pytest.raises(MailboxAway):
        await kit.call.finish(name)


async def test_a_wish_for_a_callback_has_everything_that_the_team_needs(kit: Kit) -> None:
    kit.call.about(known_contact())
    assert kit.call.may_call(PHONE)
    await kit.call.ask_callback(CallbackWish("L01", PHONE), kit.line)
    entry = await kit.only()
    assert (LeftKind.CALLBACK, "+49211555100", "123A456789") == (entry.what, entry.phone, entry.number)
    assert ("job", "de", int(NOW) - 90) == (entry.concern, entry.language, entry.arrival)


async def test_a_number_that_may_not_be_called_gets_no_promise(kit: Kit) -> None:
    assert not kit.call.may_call("09001234567")
    with pytest.raises(MailboxAway):
        await kit.call.ask_callback(CallbackWish("L01", "09001234567"), kit.line)


async def test_figures_follow_at_once_what_happens_here(kit: Kit) -> None:
    await kit.call.keep(await kit.spoken(), "L01", kit.line)
    assert {"L01": LeftOpen(voice=1)} == kit.feature.known.counts
    await kit.feature.mailbox.claim((await kit.only()).id, "anna")
    assert {} == kit.feature.known.counts


async def test_figures_follow_soon_what_happens_elsewhere(kit: Kit) -> None:
    await kit.kept.put(callback())
    await kit.feature.look()
    assert {"L01": LeftOpen(callback=1)} == kit.feature.known.counts


async def test_each_state_is_told_to_the_journal(kit: Kit) -> None:
    await kit.call.keep(await kit.spoken(), "L01", kit.line)
    entry = await kit.only()
    await kit.feature.mailbox.done(entry.id, "anna")
    await kit.feature.mailbox.erase(entry.id)
    assert [LeftState.OPEN, LeftState.DONE, LeftState.ERASED] == [fact.state for fact in kit.facts]
    assert "555100" not in str(kit.facts)


async def test_what_was_not_promised_is_erased_once_the_store_answers(kit: Kit) -> None:
    class LostAnswer(MemoryMail):
        async def put(self, entry: Entry) -> None:
            await super().put(entry)
            raise TimeoutError

    kit.kept = LostAnswer()
    kit.feature = kit.made()
    with pytest.raises(TimeoutError):
        await kit.feature.mailbox.put(callback())
    await kit.feature.look()
    assert {} == kit.kept.entries


async def test_a_start_takes_in_what_was_left_behind_and_reminds_and_erases(kit: Kit) -> None:
    name = await kit.spoken()
    over, waits = voice(NOW - 40 * 86_400), voice(NOW - 86_400)
    for entry in (over, waits):
        await kit.kept.put(entry)
    kit.router.centre = replace(kit.router.centre, messages=MessageRules(remind_minutes=60))
    restarted = kit.made()
    reminded: asyncio.Queue[str] = asyncio.Queue()
    restarted.mailbox.reminded.append(lambda entry: reminded.put_nowait(entry.id))
    for file in kit.settings.voice_folder.iterdir():
        _age(file)
    await restarted.start()
    try:
        assert waits.id == await asyncio.wait_for(reminded.get(), 20)
    finally:
        await restarted.stop()
    assert {waits.id, name} == set(kit.kept.entries)


async def test_a_store_that_is_away_is_looked_for_again(kit: Kit) -> None:
    await kit.kept.put(callback())
    kit.kept.is_away = True
    for _ in range(2):
        await kit.feature.look()
    kit.kept.is_away = False
    await kit.feature.look()
    assert {"L01": LeftOpen(callback=1)} == kit.feature.known.counts


async def test_folders_that_cannot_be_made_stop_no_router(kit: Kit) -> None:
    kit.settings.voice_folder.write_bytes(b"a file in its place")
    await kit.feature.start()
    await kit.feature.stop()
    assert kit.settings.mailbox_folder.is_dir()


async def test_only_so_many_callers_are_remembered(kit: Kit) -> None:
    callers = Callers(kit.router, most=2)  # type: ignore[arg-type]  # all that is asked of it
    for call in ("1.1", "1.2", "1.3"):
        callers.learn(call, known_contact())
    assert Known() == callers.of("1.1")
    assert "123A456789" == callers.of("1.3").number


def test_what_is_known_of_a_caller_shows_no_number() -> None:
    assert "123A456789" not in repr(Known("money", "123A456789"))


async def test_notes_of_a_recording_open_with_this_installations_secret_only(kit: Kit) -> None:
    name = await kit.spoken()
    note = (kit.settings.voice_folder / f"{name}.json").read_bytes()
    assert PHONE == MailboxRecords(SECRET).entry(note).phone
    assert "" == MailboxRecords(b"o" * 32).entry(note).phone


def _age(file: Path) -> None:
    os.utime(file, (NOW - 600, NOW - 600))
