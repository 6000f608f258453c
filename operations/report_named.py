"""A report by its name, of a centre's journal: what `teamline report --reasons` and the others print, as an answer."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from metrics.calendar_days import cuts
from operations.report_books import About, opened
from operations.report_span import ReportSpan
from operations.reporting import JournalReader, days_to_read, fold_days
from routing.centre import Centre

CSV = "csv"


@dataclass(frozen=True, slots=True)
class NamedQuestion:
    """As the command takes it; instants in Unix seconds. `form`: `json`, answered a page at a time, or `csv`, whole."""

    name: About
    begin: float
    end: float
    step: str | None
    team: str | None
    form: str
    first: int = 0
    most: int = 0


async def answer_named(
    question: NamedQuestion, journal: JournalReader, centre: Centre, told: Callable[[int, int], None]
) -> str:
    """Raises JournalAway. `told` hears how many days of how many are read."""
    borders = cuts(question.begin, question.end, question.step, centre.timezone)
    found = opened(question.name, centre, [(borders, question.team)])
    days = days_to_read(ReportSpan(question.begin, question.end), centre.timezone)
    before = [days[0] - timedelta(days=back) for back in range(found.days_before, 0, -1)]
    days = [*before, *days, *(days[-1] + timedelta(days=on) for on in range(1, found.days_after + 1))]
    there = set(await journal.days())
    days = [day for day in days if day in there]
    told(0, len(days))
    unreadable = await fold_days(journal, days, found.books, lambda done: told(done, len(days)))
    text = "".join(found.text(question.form))
    if question.form == CSV:
        return text
    rows = json.loads(text)
    last = question.first + question.most
    kept, following = rows[question.first : last], str(last) if len(rows) > last else None
    return json.dumps({"rows": kept, "next": following, "unreadable": unreadable})
