from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from ivr.member_desk import more_wrap_up, not_rung, pause_or_resume, sign_in_or_out
from ivr.ports import DeskAway
from tests.fakes.line import FakeLine


@dataclass(slots=True)
class SmallDesk:
    """Members signed in and paused; `is_away` refuses everything."""

    signed_in: set[str] = field(default_factory=set)
    paused: dict[str, str] = field(default_factory=dict)
    is_away: bool = False

    async def is_signed_in(self, member: str) -> bool:
        self._asked()
        return member in self.signed_in

    async def sign_in(self, member: str) -> None:
        self._asked()
        self.signed_in.add(member)

    async def sign_out(self, member: str) -> None:
        self._asked()
        self.signed_in.discard(member)
        self.paused.pop(member, None)

    async def is_paused(self, member: str) -> bool:
        self._asked()
        return member in self.paused

    async def paused_for(self, member: str) -> str | None:
        self._asked()
        return self.paused.get(member)

    async def more_wrap_up(self, member: str) -> int:
        self._asked()
        self.paused[member] = "wrapup-1795345180"
        return 180

    async def pause(self, member: str, reason: str = "break") -> None:
        self._asked()
        self.paused[member] = reason

    async def unpause(self, member: str) -> None:
        self._asked()
        self.paused.pop(member, None)

    def _asked(self) -> None:
        if self.is_away:
            raise DeskAway


ME = "m0101"
Dialled = Callable[[FakeLine, SmallDesk, str], Awaitable[None]]


async def test_star_45_signs_in_and_then_out() -> None:
    desk, line = SmallDesk(), FakeLine()
    await sign_in_or_out(line, desk, ME)
    assert desk.signed_in == {ME}
    await sign_in_or_out(line, desk, ME)
    assert desk.signed_in == set()
    assert line.transcript == ["answer", "say signed-in", "answer", "say signed-out"]


async def test_star_46_pauses_and_then_resumes() -> None:
    desk, line = SmallDesk(signed_in={ME}), FakeLine()
    await pause_or_resume(line, desk, ME)
    assert desk.paused == {ME: "break"}
    await pause_or_resume(line, desk, ME)
    assert desk.paused == {}
    assert line.transcript == ["answer", "say paused", "answer", "say unpaused"]


async def test_star_46_of_a_member_who_is_not_signed_in_changes_nothing() -> None:
    desk, line = SmallDesk(), FakeLine()
    await pause_or_resume(line, desk, ME)
    assert (line.transcript, desk.paused) == (["answer", "say not-signed-in"], {})


@pytest.mark.parametrize("dialled", [sign_in_or_out, pause_or_resume, more_wrap_up])
async def test_a_desk_that_is_away_says_so(dialled: Dialled) -> None:
    line = FakeLine()
    await dialled(line, SmallDesk(is_away=True), ME)
    assert line.transcript == ["answer", "say desk-away"]


async def test_whoever_rings_a_kiosk_that_somebody_has_left_hears_why_it_does_not_ring() -> None:
    line = FakeLine()
    await not_rung(line)
    assert ["set TEAMLINE_REFUSED=left", "answer", "say kiosk-left"] == line.transcript


async def test_star_47_gives_time_and_star_46_ends_it() -> None:
    desk, line = SmallDesk(signed_in={ME}), FakeLine()
    await more_wrap_up(line, desk, ME)
    assert desk.paused == {ME: "wrapup-1795345180"}
    await pause_or_resume(line, desk, ME)
    assert desk.paused == {}
    assert line.transcript == ["answer", "say wrap-up-longer", "answer", "say wrap-up-over"]


async def test_star_47_of_a_member_who_is_not_signed_in_changes_nothing() -> None:
    desk, line = SmallDesk(), FakeLine()
    await more_wrap_up(line, desk, ME)
    assert (line.transcript, desk.paused) == (["answer", "say not-signed-in"], {})


@pytest.mark.parametrize(("dialled", "then"), [(sign_in_or_out, "signed-out"), (pause_or_resume, "unpaused")])
async def test_whoever_was_paused_for_missed_rings_hears_why(dialled: Dialled, then: str) -> None:
    desk, line = SmallDesk(signed_in={ME}, paused={ME: "missed-rings"}), FakeLine()
    await dialled(line, desk, ME)
    assert line.transcript == ["answer", f"say missed-rings {then}"]
