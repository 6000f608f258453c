from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date

from facts.kinds import Journalled
from facts.record import record
from facts.watch import StaffCounted
from operations.learning import PIECE, learn, newest

MONDAY, TUESDAY, WEDNESDAY = (date(2026, 11, day) for day in (16, 17, 18))


def counted(at: float) -> StaffCounted:
    return StaffCounted(at=at, node="n", team="L01", signed_in=1, paused=0)


class Days:
    def __init__(self, days: Mapping[date, Sequence[bytes]]) -> None:
        self._days = days

    async def read(self, day: date) -> AsyncIterator[bytes]:
        for told in self._days[day]:
            yield told

    async def days(self) -> list[date]:
        return sorted(self._days)

    async def count(self, day: date) -> int:
        return len(self._days[day])


class Learner:
    def __init__(self, meanwhile: int = 0) -> None:
        self.steps: list[object] = []
        self._meanwhile = meanwhile

    def restoring(self) -> None:
        self.steps.append("begin")

    def restored(self, facts: Iterable[Journalled]) -> None:
        self.steps.append([fact.at for fact in facts])

    def catch_up(self) -> bool:
        self._meanwhile -= 1
        self.steps.append("catch up")
        return self._meanwhile < 0


async def test_days_are_learned_oldest_first_and_then_what_happened_meanwhile() -> None:
    learner = Learner(meanwhile=1)
    days = Days({TUESDAY: [record(counted(2.0))], MONDAY: [record(counted(1.0))]})
    assert 2 == await learn(days, learner)
    assert ["begin", [1.0], [2.0], "catch up", "catch up"] == learner.steps


async def test_a_long_day_is_learned_in_pieces() -> None:
    learner = Learner()
    await learn(Days({MONDAY: [record(counted(float(at))) for at in range(PIECE + 1)]}), learner)
    assert [PIECE, 1] == [len(step) for step in learner.steps if isinstance(step, list)]


async def test_what_cannot_be_read_is_passed_over() -> None:
    learner = Learner()
    assert 1 == await learn(Days({MONDAY: [b"{", record(counted(1.0))]}), learner)


async def test_of_too_many_facts_the_newest_days_count() -> None:
    days = Days({MONDAY: [b""] * 3, TUESDAY: [b""] * 3, WEDNESDAY: [b""] * 3})
    assert [TUESDAY, WEDNESDAY] == await newest(days, most=8)


async def test_the_newest_day_counts_however_long_it_is() -> None:
    assert [TUESDAY] == await newest(Days({MONDAY: [b""], TUESDAY: [b""] * 3}), most=2)
