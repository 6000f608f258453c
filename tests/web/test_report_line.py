import asyncio

import pytest

from tests.fakes.report_worker import HeldWorker
from web.reports.line import LAPSE_SECONDS, MOST_OF_ACCOUNT, MOST_QUESTIONS, LineFull, ReportLine, Working
from web.reports.worker import ReportsAway


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_an_answer_is_handed_over() -> None:
    assert b"1" == await ReportLine(HeldWorker(), Clock()).ask("a", {"q": 1}, 5)


async def test_the_same_question_of_two_is_worked_out_once() -> None:
    worker = HeldWorker()
    worker.may_answer.clear()
    line = ReportLine(worker, Clock())
    both = asyncio.gather(line.ask("a", {"q": 1}, 5), line.ask("b", {"q": 1}, 5))
    await asyncio.sleep(0)
    worker.may_answer.set()
    first, second = await both
    assert (b"1", b"1") == (first, second)


async def test_who_asks_again_later_gets_an_answer_of_then() -> None:
    line = ReportLine(HeldWorker(), Clock())
    assert (b"1", b"2") == (await line.ask("a", {"q": 1}, 5), await line.ask("a", {"q": 1}, 5))


async def test_who_waits_too_long_hears_how_far_it_is() -> None:
    worker = HeldWorker()
    worker.may_answer.clear()
    line = ReportLine(worker, Clock())
    assert Working(1, 3, 0) == await line.ask("a", {"q": 1}, 0.01)
    assert Working(0, 0, 1) == await line.ask("a", {"q": 2}, 0.01)
    await line.stop()


async def test_an_answer_that_nobody_waited_for_is_there_for_who_asks_again() -> None:
    worker = HeldWorker()
    worker.may_answer.clear()
    line = ReportLine(worker, Clock())
    await line.ask("a", {"q": 1}, 0.01)
    worker.may_answer.set()
    assert (b"1", 1) == (await line.ask("a", {"q": 1}, 5), len(worker.asked))


async def test_an_account_has_a_few_questions_at_a_time() -> None:
    worker = HeldWorker()
    worker.may_answer.clear()
    line = ReportLine(worker, Clock())
    for number in range(MOST_OF_ACCOUNT):
        await line.ask("a", {"q": number}, 0)
    with pytest.raises(LineFull):
        await line.ask("a", {"q": "more"}, 0)
    assert isinstance(await line.ask("b", {"q": "more"}, 0), Working)
    await line.stop()


async def test_the_line_is_bounded() -> None:
    worker = HeldWorker()
    worker.may_answer.clear()
    line = ReportLine(worker, Clock())
    for number in range(MOST_QUESTIONS):
        await line.ask(f"account-{number}", {"q": number}, 0)
    with pytest.raises(LineFull):
        await line.ask("one-more", {"q": "more"}, 0)
    await line.stop()


async def test_a_question_that_nobody_asks_for_any_more_makes_room() -> None:
    worker, clock = HeldWorker(), Clock()
    worker.may_answer.clear()
    line = ReportLine(worker, clock)
    for number in range(MOST_OF_ACCOUNT):
        await line.ask("a", {"q": number}, 0)
    clock.now += LAPSE_SECONDS
    assert isinstance(await line.ask("a", {"q": "more"}, 0), Working)
    await line.stop()


async def test_an_end_calls_off_what_is_worked_on() -> None:
    worker = HeldWorker()
    worker.may_answer.clear()
    line = ReportLine(worker, Clock())
    await line.ask("a", {"q": 1}, 0.01)
    await line.stop()
    assert 1 == worker.called_off


async def test_while_the_journal_is_away_nobody_waits() -> None:
    worker = HeldWorker()
    worker.is_away = True
    with pytest.raises(ReportsAway):
        await ReportLine(worker, Clock()).ask("a", {"q": 1}, 5)
