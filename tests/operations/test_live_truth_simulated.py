"""Days of calls, cut links and restarts by the throw of a die: the journal tells what really happened."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy, MemberAnswered, TalkEnded
from facts.kinds import CallKind, Fact
from metrics.live import LiveModel
from metrics.stays import Outcome, StayOpened, Stays
from tests.fakes.watched_router import Router

STEPS = 60
TEAMS = ("L01", "L02")
Books = Counter[tuple[str, str]]
"""(team, "offered" or an outcome) -> how many."""


def as_events(model: LiveModel, facts: Sequence[CallKind]) -> Iterator[CallKind]:
    """What a translator of events tells, who is silent about calls that the model does not know."""
    is_over = False
    for fact in facts:
        call = fact.place.call
        visit, last = model.visits.get(call), model.places.get(call)
        if isinstance(fact, CallerLeft):
            is_over = visit is None or visit.place.key != fact.place.key
        is_unknown = (
            (isinstance(fact, CallerLeft | MemberAnswered) and is_over)
            or (isinstance(fact, TalkEnded) and fact.ring not in model.talks)
            or (isinstance(fact, CallEnded) and last is None)
            or (isinstance(fact, CallerJoined) and last is not None and last.visit > fact.place.visit)
        )
        if isinstance(fact, CallerJoined) and not is_unknown and visit and visit.place.key != fact.place.key:
            yield CallerLeft(at=fact.at, place=visit.place, cause=LeftBy.MOVED, hold_seconds=1.0, returns=True)
        if not is_unknown:
            yield fact


class Day:
    """Calls at one Asterisk, and what is known of them without any router."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.router = Router(folder)
        self.asterisk, self.time = self.router.asterisk, self.router.time
        self.truth: Books = Counter()
        self.visits: Counter[str] = Counter()
        self.rings: dict[str, str] = {}
        self.is_linked = False
        self.asterisk._tell = self.hear

    def hear(self, facts: Sequence[Fact]) -> None:
        told = [fact for fact in facts if isinstance(fact, CallKind)]
        router = self.router

        def means() -> Sequence[Fact]:
            for fact in as_events(router.model, told):
                router.stream.take([fact])
            return ()

        router.truth.tell(means)

    def happen(self) -> None:
        """Something, perhaps."""
        self.time.now += self.chance.choice((0.0, 0.3, 1.0, 4.0))
        waiting, talking = sorted(self.asterisk.waiting), sorted(self.rings)
        what = self.chance.choice((self.joins, self.joins, self.answers, self.hangs_up, self.goes_on, self.goes_on))
        if self.chance.random() < 0.3 and talking:
            self.chance.choice((self.talk_ends, self.is_transferred))(self.chance.choice(talking))
        elif what == self.joins:
            self.joins("")
        elif waiting:
            what(self.chance.choice(waiting))

    def joins(self, call: str) -> None:
        team = self.chance.choice(TEAMS)
        self.truth[team, "offered"] += 1
        call = self.asterisk.joins(team, call, self.visits[call] + 1 if call else 1)
        self.visits[call] += 1

    def answers(self, call: str) -> None:
        self.truth[self.team_of(call), Outcome.ANSWERED] += 1
        self.rings[call] = self.asterisk.answers(call)

    def hangs_up(self, call: str) -> None:
        self.truth[self.team_of(call), Outcome.ABANDONED] += 1
        self.asterisk.hangs_up(call)

    def talk_ends(self, call: str) -> None:
        self.asterisk.talk_ends(call, self.rings.pop(call))

    def is_transferred(self, call: str) -> None:
        self.asterisk.transfers(call, self.rings.pop(call))
        self.joins(call)

    def goes_on(self, call: str) -> None:
        """A slice is over: in line again, perhaps for another team."""
        before, team = self.team_of(call), self.chance.choice(TEAMS)
        if team != before:
            self.truth[before, Outcome.FLOWED_OUT] += 1
            self.truth[team, "offered"] += 1
        self.asterisk.times_out(call)
        self.visits[call] += 1
        self.asterisk.joins(team, call, self.visits[call])

    def team_of(self, call: str) -> str:
        return self.asterisk.waiting[call][0].team

    async def link(self) -> None:
        """The link comes back, and the world does not wait for us to catch up."""
        self.asterisk.is_linked = self.is_linked = True
        linking = asyncio.ensure_future(self.router.truth.connected())
        for _ in range(self.chance.randint(0, 4)):
            await _turns(self.chance.randint(1, 6))
            self.happen()
        await linking

    def cut(self) -> None:
        self.router.cut()
        self.is_linked = False

    async def kill(self) -> None:
        self.asterisk.is_linked = self.is_linked = False
        killed, self.router = self.router, await self.router.reborn()
        self.router.kept.facts[:0] = killed.kept.facts
        self.asterisk._tell = self.hear

    def restart(self) -> None:
        """Asterisk dies, the link with it, and begins anew."""
        if self.is_linked:
            self.cut()
        for call in self.asterisk.waiting:
            self.truth[self.team_of(call), Outcome.LOST] += 1
        self.rings.clear()
        self.time.now += 2.0
        self.asterisk.restarts()
        self.time.now += 5.0

    async def pass_by(self) -> None:
        for _ in range(STEPS):
            chance = self.chance.random()
            if chance < 0.12 and self.is_linked:
                self.cut()
            elif 0.12 <= chance < 0.3 and not self.is_linked:
                await self.link()
            elif 0.3 <= chance < 0.36:
                await self.kill()
            elif 0.36 <= chance < 0.39:
                self.restart()
            elif 0.39 <= chance < 0.45 and self.is_linked:
                self.time.now += 16.0
                await self.router.truth.pulse()
            else:
                self.happen()

    async def end(self) -> None:
        if not self.is_linked:
            await self.link()
        for call in sorted(self.rings):
            self.talk_ends(call)
        for call in sorted(self.asterisk.waiting):
            self.hangs_up(call)
        await self.router.truth.compare()


def books(journal: Sequence[Fact]) -> Books:
    stays, told, counted = Stays(), set[str](), Books()
    for fact in journal:
        name = getattr(fact, "id", "")
        if name in told:
            continue
        told.add(name)
        for turn in stays.turns(fact):
            counted[turn.stay.team, "offered" if isinstance(turn, StayOpened) else turn.outcome] += 1
    return counted


async def _turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


class Threads:
    """Work done in threads that takes as many turns of the loop as the die says: a seed is the same day, always."""

    def __init__(self, seed: str) -> None:
        self._chance = random.Random(seed)
        self._begun: list[Callable[[], object]] = []

    async def to_thread(self, work: Callable[..., object], *given: object) -> object:
        done: list[object] = []
        self._begun.append(lambda: done or done.append(work(*given)))
        mine = self._begun[-1]
        for _ in range(self._chance.choice((0, 0, 1, 2, 3, 5, 10))):
            await asyncio.sleep(0)
        mine()
        self._begun.remove(mine)
        await _turns(self._chance.choice((0, 0, 1, 2, 3, 5, 10)))
        return done[0]

    def may_run(self) -> None:
        """Here, in the midst of what the loop does."""
        for work in self._begun:
            if self._chance.random() < 0.4:
                work()


@pytest.mark.parametrize("seed", range(200))
async def test_whatever_was_cut_or_killed_the_books_tell_what_happened(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = Day(tmp_path, seed)
    threads = Threads(f"thread {seed}")
    monkeypatch.setattr(asyncio, "to_thread", threads.to_thread)
    day.asterisk.in_mid_step = threads.may_run
    await day.link()
    await day.pass_by()
    await day.end()

    assert day.truth == books(day.router.kept.facts)
    assert {} == dict(day.router.model.places)
