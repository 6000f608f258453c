from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from facts.kinds import Fact
from facts.record import record
from operations.report_span import ReportSpan, span_of
from operations.reporting import days_to_read, fold_days
from tests.fakes.journal_days import FakeDays
from tests.fakes.told_calls import joined

UTC_ZONE = ZoneInfo("UTC")
FIRST, SECOND = date(2026, 11, 21), date(2026, 11, 22)


class Folded:
    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def fold(self, fact: Fact) -> None:
        self.facts.append(fact)


class Days(FakeDays):
    async def read(self, day: date):  # noqa: ANN201 - an async generator, as the store's
        for told in self.told(day):
            yield told

    async def days(self) -> list[date]:
        return sorted(self.records)


def test_one_more_day_is_read_on_both_sides() -> None:
    span = span_of("2026-11-21T08:00", "2026-11-22T00:00", datetime(2026, 11, 22, tzinfo=UTC).timestamp(), UTC_ZONE)
    assert [20, 21, 22] == [day.day for day in days_to_read(span, UTC_ZONE)]


def test_a_moment_lies_in_one_day() -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
    assert [21, 22, 23] == [day.day for day in days_to_read(ReportSpan(noon, noon + 1), UTC_ZONE)]


async def test_days_are_folded_one_after_the_other_by_every_fold() -> None:
    journal, one, other, told = Days(), Folded(), Folded(), list[int]()
    later, earlier = joined(2.0, "1.2"), joined(1.0, "1.1")
    await journal.append(SECOND, [(later.id, record(later))])
    await journal.append(FIRST, [(earlier.id, record(earlier))])
    unreadable = await fold_days(journal, [FIRST, SECOND], [one, other], told.append)
    assert [earlier, later] == one.facts == other.facts
    assert (0, [1, 2]) == (unreadable, told)


async def test_what_cannot_be_read_is_passed_over_and_counted() -> None:
    journal, folded, fact = Days(), Folded(), joined(1.0)
    await journal.append(FIRST, [("a", b"\xff{"), (fact.id, record(fact))])
    assert 1 == await fold_days(journal, [FIRST], [folded], lambda _: None)
    assert [fact] == folded.facts
