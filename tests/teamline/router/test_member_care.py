import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time

import pytest

from facts.call import MemberAnswered, TalkEnded
from facts.member import MemberPaused, MemberSignedIn, MemberSignedOut
from facts.place import Place
from metrics.live import LiveModel
from operations.members import MemberDesk
from routing.contact_rules import DeskRules
from routing.hours import OpeningHours, Span, WeeklyHours
from teamline.router.feature import Feature
from teamline.router.member_care import MemberCare
from telephony.ami.reader import Frame
from tests.fakes.small_centre import small_centre
from tests.fakes.switch import FakeSwitch

QUEUES = ("L01", "L02", "A1-wide", "A1-urgent")
NOW = 1_000.0
MONDAY = 0


@dataclass
class Seen:
    """Live truth, as a test says."""

    model: LiveModel = field(default_factory=LiveModel)
    is_stale: bool = False


class Cared:
    """A feature beside queues in memory; turns of its timers are counted."""

    def __init__(self, missed_rings: int = 3) -> None:
        made = small_centre()
        closed = OpeningHours(WeeklyHours(made.timezone, {MONDAY: (Span(time(8), time(12)),)}))
        teams = {name: replace(team, hours=closed, wrap_up_seconds=60) for name, team in made.teams.items()}
        teams["L02"] = replace(teams["L02"], wrap_up_seconds=0)
        self.centre = replace(made, teams=teams, desk=DeskRules(missed_rings=missed_rings))
        self.switch, self.seen = FakeSwitch(self.centre.queues), Seen()
        self.listeners: list[Callable[[Frame], None]] = []
        self.turns: list[float] = []
        self._turned = asyncio.Event()
        self.at = NOW
        self.care = MemberCare(
            MemberDesk(self.switch, lambda: self.centre),
            self.seen,
            lambda: self.centre,
            lambda: datetime(2026, 11, 23, 20, tzinfo=UTC),
            self.listeners.append,
            now=lambda: self.at,
            pause=self._turn,
        )
        for queue in QUEUES:
            self.switch.place(queue, "both")
            self.seen.model.fold(MemberSignedIn(at=1, node="n", member="both", queue=queue))

    async def _turn(self, seconds: float) -> None:
        self.turns.append(seconds)
        self._turned.set()
        await asyncio.sleep(0)

    def event(self, name: str, queue: str = "L01", **headers: str) -> None:
        told = {"Event": name, "Queue": queue, "Interface": "PJSIP/both", **headers}
        for listener in self.listeners:
            listener(Frame("\r\n".join(f"{header}: {value}" for header, value in told.items()).encode()))

    def misses(self, times: int = 1, queue: str = "L01") -> None:
        for _ in range(times):
            self.event("AgentRingNoAnswer", queue, RingTime="20000")

    def paused(self) -> set[str]:
        """The reasons for which the member is paused, one a queue."""
        return {place["PJSIP/both"].paused_reason for place in self.switch.queues.values() if "PJSIP/both" in place}

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():
                self._turned.clear()
                await self._turned.wait()

    async def some_turns(self) -> None:
        before = len(self.turns)
        await self.until(lambda: len(self.turns) >= before + 20)


@asynccontextmanager
async def cared(missed_rings: int = 3) -> AsyncIterator[Cared]:
    made = Cared(missed_rings)
    await made.care.start()
    yield made
    await made.care.stop()


@pytest.fixture
async def care() -> AsyncIterator[Cared]:
    async with cared() as made:
        yield made


def test_it_is_a_feature() -> None:
    a_feature: Feature = Cared().care
    assert list(a_feature.rooms) == []


async def test_whoever_missed_three_rings_is_paused_in_all_queues(care: Cared) -> None:
    care.misses(2)
    await care.some_turns()
    before = care.paused()
    care.misses()
    await care.until(lambda: care.paused() == {"missed-rings"})
    assert before == {""}


@pytest.mark.parametrize(
    ("sign", "headers"),
    [
        ("AgentConnect", {}),
        ("QueueMemberPause", {"Paused": "1", "PausedReason": "lunch"}),
        ("QueueMemberRemoved", {}),
        ("QueueMemberStatus", {"Status": "5"}),
    ],
)
async def test_a_sign_of_life_or_a_phone_that_is_gone_begins_the_count_anew(
    care: Cared, sign: str, headers: dict[str, str]
) -> None:
    care.misses(2)
    care.event(sign, **headers)
    care.misses(2)
    await care.some_turns()
    assert care.paused() == {""}


async def test_a_phone_that_is_still_there_is_no_news(care: Cared) -> None:
    care.misses(2)
    care.event("QueueMemberStatus", Status="1")
    care.misses()
    await care.until(lambda: care.paused() == {"missed-rings"})


async def test_others_queues_are_none_of_our_business(care: Cared) -> None:
    care.misses(9, queue="theirs")
    await care.some_turns()
    assert care.paused() == {""}


async def test_a_member_with_a_strange_name_is_passed_over(care: Cared) -> None:
    for _ in range(9):
        care.event("AgentRingNoAnswer", Interface="PJSIP/../x")
    await care.some_turns()
    assert care.switch.calls == []


async def test_0_is_never() -> None:
    async with cared(missed_rings=0) as care:
        care.misses(50)
        await care.some_turns()
        assert care.paused() == {""}


async def test_a_phone_that_rang_for_nobody_to_hear_rings_again_when_it_is_back(care: Cared) -> None:
    care.misses(3)
    await care.until(lambda: care.paused() == {"missed-rings"})
    care.at += 33
    care.event("QueueMemberStatus", Status="5")
    await care.until(lambda: care.paused() == {""})


async def test_a_phone_that_goes_later_was_there_when_it_rang(care: Cared) -> None:
    care.misses(3)
    await care.until(lambda: care.paused() == {"missed-rings"})
    care.at += 61
    care.event("QueueMemberStatus", Status="5")
    await care.some_turns()
    assert care.paused() == {"missed-rings"}


async def test_after_call_work_that_has_run_out_ends(care: Cared) -> None:
    await care.switch.pause("PJSIP/both", True, "wrapup-999")
    care.seen.model.fold(MemberPaused(at=1, node="n", member="both", reason="wrapup-999"))
    await care.until(lambda: care.paused() == {""})


async def test_nothing_ends_on_old_news(care: Cared) -> None:
    care.seen.is_stale = True
    await care.switch.pause("PJSIP/both", True, "wrapup-999")
    care.seen.model.fold(MemberPaused(at=1, node="n", member="both", reason="wrapup-999"))
    await care.some_turns()
    assert care.paused() == {"wrapup-999"}


def talked(care: Cared) -> None:
    place = Place("n", "1.1", "L01", 1, "L01")
    care.seen.model.fold(MemberAnswered(at=NOW - 9, place=place, ring="7", member="both"))
    care.seen.model.fold(TalkEnded(at=NOW, place=place, ring="7", member="both", talk_seconds=9))


async def test_a_talk_that_needs_more_than_asterisk_gives_is_followed_by_a_pause(care: Cared) -> None:
    talked(care)
    await care.until(lambda: care.paused() == {"wrapup-1060"})


async def test_a_pause_that_failed_is_tried_again(care: Cared) -> None:
    care.switch.is_away = True
    talked(care)
    await care.until(lambda: len(care.turns) > 50)
    care.switch.is_away = False
    care.at += 30
    await care.until(lambda: care.paused() == {"wrapup-1060"})


async def test_whoever_forgot_to_sign_out_is_signed_out(care: Cared) -> None:
    care.centre = replace(care.centre, desk=DeskRules(sign_out_at_closing=True))
    await care.until(lambda: not care.switch.queues_of("PJSIP/both"))


async def test_whoever_signs_in_when_the_day_is_over_stays(care: Cared) -> None:
    care.seen.model.fold(MemberSignedOut(at=1, node="n", member="both", queue="L02"))
    for queue in ("A1-wide", "A1-urgent"):
        care.seen.model.fold(MemberSignedOut(at=1, node="n", member="both", queue=queue))
    care.event("QueueMemberAdded")
    care.centre = replace(care.centre, desk=DeskRules(sign_out_at_closing=True))
    await care.some_turns()
    assert care.switch.queues_of("PJSIP/both")


async def test_a_fault_ends_no_timer(care: Cared, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(type(care.seen.model), "in_line", property(lambda _: 1 / 0))
        care.centre = replace(care.centre, desk=DeskRules(sign_out_at_closing=True))
        await care.some_turns()
    await care.until(lambda: not care.switch.queues_of("PJSIP/both"))


async def test_when_it_has_ended_no_task_is_left_and_no_event_begins_one() -> None:
    before = len(asyncio.all_tasks())
    async with cared() as care:
        pass
    care.misses(9)
    assert before == len(asyncio.all_tasks())
