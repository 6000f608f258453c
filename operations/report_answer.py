"""One question about the calls of a span, and its answer as text: rows for programs, or what the reports' page shows.

A question has everything with it that counting needs (teams, targets, formula, time zone), so that another process
can answer it without teams.yaml.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from facts.watch import GapSeen
from metrics.calendar_days import cuts, shown
from metrics.counts import Target
from metrics.day_sheets import DaySheet
from metrics.intervals import Row
from metrics.report import record_of, sheet_of
from metrics.report_rows import Asked, Counted
from metrics.service_level import service_level
from operations.report_days import SpanSheets
from routing.centre import CENTRE

HALF_HOUR = "30m"
_SLOT_MINUTES = 30


class Kind(StrEnum):
    """What is answered."""

    JSON = "json"
    """A page of rows."""
    CSV = "csv"
    """All rows as a text for spreadsheets."""
    OVERVIEW = "overview"
    """The whole span, its course, the groups beside each other, and its week."""


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """Instants in Unix seconds, targets as (answer, short abandon) seconds. `step` None: the span is one interval.

    `groups`: name -> teams; `about` says what they are: `team`, `area`, `site`. A group `centre` counts contacts.
    `has_unnamed`: teams that only the journal knows follow, sorted. `total` is the name of what all groups are
    together, for an overview: `centre` counts contacts.
    """

    kind: Kind
    zone: str
    begin: float
    end: float
    step: str | None
    about: str
    groups: Mapping[str, Sequence[str]]
    targets: Mapping[str, Sequence[float]]
    target: Sequence[float]
    formula: str
    has_unnamed: bool = False
    total: str = CENTRE
    first: int = 0
    most: int = 0

    def target_of(self, team: str) -> Target:
        """The team's target; the centre's for one that is no longer in teams.yaml."""
        return Target(*self.targets.get(team, self.target))


def read_question(told: Mapping[str, Any]) -> ReportQuestion:
    """The question that `dataclasses.asdict` told."""
    return ReportQuestion(**{**told, "kind": Kind(told["kind"])})


def answer(question: ReportQuestion, found: SpanSheets) -> Iterable[str]:
    """The answer's text, in pieces."""
    if question.kind is Kind.OVERVIEW:
        return [json.dumps(_overview(question, found))]
    if question.kind is Kind.CSV:
        records = (record_of(row, question.about) for row in _rows(question, found.sheets))
        return sheet_of(question.about).csv_text(records)
    return [json.dumps(_page(question, found))]


def notes(question: ReportQuestion, found: SpanSheets) -> dict[str, Any]:
    """What is to be known of the figures: gaps within the span, records nobody can read, the journal's first day."""
    zone = ZoneInfo(question.zone)
    gaps = [gap for gap in found.gaps if gap.since < question.end and gap.at > question.begin]
    return {
        "gaps": [_gap(gap, zone) for gap in sorted(gaps, key=lambda gap: (gap.since, gap.node))],
        "unreadable": found.unreadable,
        "journal_begins": found.first_day.isoformat() if found.first_day else None,
    }


def _gap(gap: GapSeen, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "node": gap.node,
        "from": shown(gap.since, zone),
        "to": shown(gap.at, zone),
        "filled": gap.filled,
        "unknown": gap.unknown,
    }


def _page(question: ReportQuestion, found: SpanSheets) -> dict[str, Any]:
    sheet = sheet_of(question.about)
    last = question.first + question.most
    rows = list(islice(_rows(question, found.sheets), question.first, last + 1))
    return {
        "formula": question.formula,
        "rows": [sheet.rounded(record_of(row, question.about)) for row in rows[: question.most]],
        "next": str(last) if len(rows) > question.most else None,
        "notes": notes(question, found),
    }


def _rows(question: ReportQuestion, sheets: Sequence[DaySheet]) -> Iterable[Row]:
    groups = dict(question.groups)
    if question.has_unnamed:
        known = {team for teams in groups.values() for team in teams}
        groups |= {team: (team,) for team in sorted({each for sheet in sheets for each in sheet.stays.teams} - known)}
    zone = ZoneInfo(question.zone)
    borders = cuts(question.begin, question.end, question.step, zone)
    return _counted(question, sheets, groups, borders).rows(question.formula, zone)


def _counted(
    question: ReportQuestion, sheets: Sequence[DaySheet], groups: Mapping[str, Sequence[str]], borders: Sequence[float]
) -> Counted:
    lines = [sheet.contacts if CENTRE in groups else sheet.stays for sheet in sheets]
    if CENTRE in groups:  # a contact belongs to the centre whatever team it stood in last
        groups = {CENTRE: sorted({team for each in lines for team in each.teams})}
    return Counted(Asked(borders, groups, question.target_of), lines)


def _overview(question: ReportQuestion, found: SpanSheets) -> dict[str, Any]:
    zone, sheet = ZoneInfo(question.zone), sheet_of(question.about)
    whole = (question.begin, question.end)
    total = {question.total: sorted({team for teams in question.groups.values() for team in teams})}

    def told(groups: Mapping[str, Sequence[str]], borders: Sequence[float]) -> list[dict[str, Any]]:
        rows = _counted(question, found.sheets, groups, borders).rows(question.formula, zone)
        return [dict(sheet.rounded(record_of(row, question.about))) for row in rows]

    steps = cuts(*whole, question.step, zone)
    return {
        "formula": question.formula,
        "total": told(total, whole)[0],
        "course": told(total, steps) if question.step else [],
        "groups": told(question.groups, whole),
        "week": _week(question, found.sheets, total),
        "notes": notes(question, found),
    }


def _week(
    question: ReportQuestion, sheets: Sequence[DaySheet], total: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """Each weekday's half hours (0 begins at midnight) that lie in the span, over all its weeks."""
    zone = ZoneInfo(question.zone)
    borders = cuts(question.begin, question.end, HALF_HOUR, zone)
    counted = _counted(question, sheets, total, borders)
    cells: dict[tuple[int, int], list[int]] = {}
    for number, begins in enumerate(borders[:-1]):
        clock = datetime.fromtimestamp(begins, zone)
        cells.setdefault((clock.weekday(), (clock.hour * 60 + clock.minute) // _SLOT_MINUTES), []).append(number)
    told = []
    for (weekday, slot), numbers in sorted(cells.items()):
        counts = counted.counts(numbers)
        level = service_level(question.formula, counts)
        told.append(
            {
                "weekday": weekday,
                "slot": slot,
                "offered": counts.offered,
                "service_level": None if level is None else round(level, 4) + 0.0,
            }
        )
    return told
