from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

import pytest

from facts.call import LeftBy
from facts.kinds import Journalled
from metrics.calendar_days import cuts, midnight
from metrics.counts import Target
from metrics.intervals import IntervalBooks
from metrics.report import record
from metrics.report_rows import Asked, Counted
from operations.journal import JournalAway
from operations.report_days import ReportDays, SpanSheets
from operations.report_span import ReportSpan
from operations.reporting import days_to_read, fold_days
from tests.fakes.marked_journal import BERLIN, MarkedDays
from tests.fakes.told_calls import answered_call, ended, joined, left

TODAY = date(2026, 11, 23)
ADAY = timedelta(days=1)
WEEK = [TODAY - 6 * ADAY + n * ADAY for n in range(7)]
OWN = {"L01": ("L01",), "L02": ("L02",)}


def at(day: date, hours: float = 9) -> float:
    return midnight(day, BERLIN) + hours * 3600


def a_week() -> list[Journalled]:
    facts: list[Journalled] = []
    for day in WEEK:
        for number in range(20):
            facts += answered_call(at(day, number), f"{day}.{number}", 3.0 * number, "L01" if number % 2 else "L02")
        facts += answered_call(at(day, 23.999), f"{day}.late", 30.0)
    return sorted(facts, key=lambda fact: fact.at)


def untold(_done: int, _of: int) -> None:
    """Nobody listens."""


def counted(found: SpanSheets, days: Sequence[date], step: str | None = "1d") -> list[object]:
    borders = cuts(midnight(days[0], BERLIN), midnight(days[-1] + ADAY, BERLIN), step, BERLIN)
    made = Counted(Asked(borders, OWN, lambda _: Target(20, 5)), [sheet.stays for sheet in found.sheets])
    return list(map(record, made.rows("default", BERLIN)))


async def of_report(journal: MarkedDays, days: Sequence[date]) -> list[object]:
    span = ReportSpan(midnight(days[0], BERLIN), midnight(days[-1] + ADAY, BERLIN))
    books = IntervalBooks(cuts(span.begin, span.end, "1d", BERLIN), lambda _: Target(20, 5))
    await fold_days(journal, days_to_read(span, BERLIN), [books], lambda _: None)
    return list(map(record, books.rows(OWN, "default", BERLIN)))


async def test_sheets_say_what_the_report_says() -> None:
    journal = MarkedDays(a_week())
    found = await ReportDays(journal, BERLIN).span(WEEK, TODAY, untold)
    assert await of_report(journal, WEEK) == counted(found, WEEK)


async def test_a_day_that_is_over_is_read_once() -> None:
    journal = MarkedDays(a_week())
    days = ReportDays(journal, BERLIN)
    first = await days.span(WEEK[:4], TODAY, untold)
    journal.read_days.clear()
    again = await days.span(WEEK[:4], TODAY, untold)
    assert (0, counted(first, WEEK[:4])) == (journal.read_days.total(), counted(again, WEEK[:4]))


async def test_today_is_read_on() -> None:
    journal = MarkedDays(a_week())
    days = ReportDays(journal, BERLIN)
    await days.span([TODAY], TODAY, untold)
    journal.read_days.clear()
    journal.add([joined(at(TODAY, 23.9995), "new")])
    found = await days.span([TODAY], TODAY, untold)
    assert 1 == journal.read_days.total()
    assert await of_report(journal, [TODAY]) == counted(found, [TODAY])


async def test_who_waits_today_and_is_answered_then_changes_the_sheet() -> None:
    journal = MarkedDays([joined(at(TODAY), "1.1")])
    days = ReportDays(journal, BERLIN)
    waiting = counted(await days.span([TODAY], TODAY, untold), [TODAY])
    journal.add([left(at(TODAY) + 9, LeftBy.ANSWERED, 9.0, "1.1"), ended(at(TODAY) + 60, "1.1")])
    answered = counted(await days.span([TODAY], TODAY, untold), [TODAY])
    assert ([1, 0], [0, 1]) == tuple([row[0]["waiting"], row[0]["answered"]] for row in (waiting, answered))  # type: ignore[index]


@pytest.mark.parametrize("back", [1, 3])
async def test_what_the_journal_gets_late_is_counted(back: int) -> None:
    journal = MarkedDays(a_week())
    days = ReportDays(journal, BERLIN)
    await days.span(WEEK, TODAY, untold)
    journal.add(answered_call(at(TODAY - back * ADAY, 22), "late", 4.0))
    found = await days.span(WEEK, TODAY, untold)
    assert await of_report(journal, WEEK) == counted(found, WEEK)


async def test_another_day_begins_anew() -> None:
    journal = MarkedDays(a_week())
    days = ReportDays(journal, BERLIN)
    await days.span([TODAY], TODAY, untold)
    journal.add(answered_call(at(TODAY + ADAY), "next", 4.0))
    found = await days.span([TODAY, TODAY + ADAY], TODAY + ADAY, untold)
    assert await of_report(journal, [TODAY, TODAY + ADAY]) == counted(found, [TODAY, TODAY + ADAY])


async def test_a_day_whose_last_caller_still_waits_is_read_again() -> None:
    journal = MarkedDays([joined(at(WEEK[1]), "1.1")])
    days = ReportDays(journal, BERLIN)
    await days.span(WEEK[1:2], TODAY, untold)
    await days.span(WEEK[1:2], TODAY, untold)
    assert 2 == journal.read_days[WEEK[1]]


async def test_what_the_journal_no_longer_keeps_is_kept_nowhere() -> None:
    journal = MarkedDays(a_week())
    days = ReportDays(journal, BERLIN)
    await days.span(WEEK, TODAY, untold)
    for day in WEEK[:3]:
        journal.forget(day)
    found = await days.span(WEEK[:2], TODAY, untold)
    assert [0] * 4 == [row["offered"] for row in counted(found, WEEK[:2])]  # type: ignore[index]


async def test_memory_is_bounded() -> None:
    journal = MarkedDays(a_week())
    days = ReportDays(journal, BERLIN, most_lines=50)
    await days.span(WEEK[:4], TODAY, untold)
    journal.read_days.clear()
    found = await days.span(WEEK[:4], TODAY, untold)
    assert journal.read_days.total() > 0
    assert await of_report(journal, WEEK[:4]) == counted(found, WEEK[:4])


async def test_days_without_a_journal_are_not_read() -> None:
    heard: list[tuple[int, int]] = []
    days = [date(2025, 1, 1) + n * ADAY for n in range(400)]
    await ReportDays(MarkedDays(), BERLIN).span(days, TODAY, partial(lambda done, of: heard.append((done, of))))
    assert [(0, 0)] == heard


async def test_progress_is_told_in_days() -> None:
    heard: list[tuple[int, int]] = []
    await ReportDays(MarkedDays(a_week()), BERLIN).span(WEEK, TODAY, lambda done, of: heard.append((done, of)))
    assert ((0, heard[-1][1]), heard[-1][1]) == (heard[0], heard[-1][0])


async def test_a_record_that_nobody_can_read_is_told() -> None:
    journal = MarkedDays(a_week())
    journal.add_record(WEEK[2], b"what is this")
    assert 1 == (await ReportDays(journal, BERLIN).span(WEEK, TODAY, untold)).unreadable


async def test_a_journal_that_goes_away_leaves_nothing_half() -> None:
    journal = MarkedDays(a_week())
    days = ReportDays(journal, BERLIN)
    await days.span([TODAY], TODAY, untold)
    journal.is_away = True
    with pytest.raises(JournalAway):
        await days.span(WEEK, TODAY, untold)
    journal.is_away = False
    assert await of_report(journal, WEEK) == counted(await days.span(WEEK, TODAY, untold), WEEK)
