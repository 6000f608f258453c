from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from ivr.announce import announce
from ivr.line import CallEnded, Line
from ivr.ports import AnnouncerAway
from routing.spoken import Spoken
from tests.fakes.line import FakeLine

RECORDED = Spoken("announced", {"sound": "pending"})


@dataclass
class TapeRecorder:
    """Keeps what was recorded by member; the first `silent` recordings hold nothing."""

    silent: int = 0
    is_away: bool = False
    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def may_announce(self, member: str) -> bool:
        return member == "m1"

    async def record(self, line: Line, member: str) -> Sequence[Spoken]:
        self._answer()
        await line.record(member, 60, 4)
        self.silent -= 1
        return () if self.silent >= 0 else (RECORDED,)

    async def keep(self, member: str) -> None:
        self._answer()
        self.kept.append(member)

    async def remove(self, member: str) -> None:
        self._answer()
        self.removed.append(member)

    def _answer(self) -> None:
        if self.is_away:
            raise AnnouncerAway


async def said(keys: str, tape: TapeRecorder, member: str = "m1") -> list[str]:
    line = FakeLine(keys)
    await announce(line, tape, member)
    return [step for step in line.transcript if step.startswith(("say", "record"))]


async def test_a_recording_is_heard_before_it_counts() -> None:
    line, tape = FakeLine("11"), TapeRecorder()
    await announce(line, tape, "m1")
    assert line.transcript[-3:] == [
        "record m1 60 4",
        "key you-recorded announced(pending) announce-keep",
        "say announce-counts",
    ]
    assert ["m1"] == tape.kept


async def test_who_does_not_keep_it_records_again_and_after_three_times_nothing_has_changed() -> None:
    tape = TapeRecorder()
    heard = await said("1222", tape)
    assert 3 == heard.count("record m1 60 4")
    assert "say announce-unchanged" == heard[-1]
    assert [] == tape.kept


async def test_silence_is_no_announcement() -> None:
    tape = TapeRecorder(silent=3)
    assert ["say announce-speak", "record m1 60 4", "say nothing-heard"] * 3 + ["say announce-unchanged"] == await said(
        "1", tape
    )


async def test_an_announcement_is_taken_away_with_two() -> None:
    tape = TapeRecorder()
    assert ["say announce-removed"] == await said("2", tape)
    assert ["m1"] == tape.removed


@pytest.mark.parametrize("keys", ["", "7", "#"])
async def test_any_other_key_changes_nothing(keys: str) -> None:
    assert ["say announce-unchanged"] == await said(keys, TapeRecorder())


async def test_only_members_who_are_named_may_announce() -> None:
    assert ["say announce-not-allowed"] == await said("11", TapeRecorder(), "m2")


@pytest.mark.parametrize("keys", ["1", "2"])
async def test_what_cannot_be_recorded_now_is_told(keys: str) -> None:
    assert "say desk-away" == (await said(keys, TapeRecorder(is_away=True)))[-1]


async def test_who_hangs_up_changes_nothing() -> None:
    tape = TapeRecorder()
    with pytest.raises(CallEnded):
        await announce(FakeLine("1|"), tape, "m1")
    assert [] == tape.kept
