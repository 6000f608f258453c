"""Every report of `teamline report` as books and their texts: for the command, and for the API."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import chain
from typing import Any

from metrics import callback_report, emergency_report, estimate_report, kiosk_report, reason_report
from metrics import report as call_report
from metrics.callback_books import LONGEST_DAYS, CallbackBooks
from metrics.counts import target_in
from metrics.emergencies import OFTEN_DAYS, EmergencyBooks
from metrics.estimate_intervals import EstimateBooks
from metrics.intervals import IntervalBooks
from metrics.kiosk_books import KioskBooks
from metrics.reasons import ReasonBooks
from routing.centre import Centre

Books = IntervalBooks | EstimateBooks | ReasonBooks | EmergencyBooks | CallbackBooks | KioskBooks
Parts = Sequence[tuple[Sequence[float], str | None]]
"""For each books of a report the borders of its intervals, and whom it counts."""


class About(StrEnum):
    """What a report counts."""

    CALLS = "calls"
    ESTIMATES = "estimates"
    REASONS = "reasons"
    EMERGENCIES = "emergencies"
    CALLBACKS = "callbacks"
    KIOSKS = "kiosks"


@dataclass(frozen=True, slots=True)
class Opened:
    """Books that are to be filled, and then their text by the name of its form: `table`, `csv`, `json`."""

    books: Sequence[Books]
    text: Callable[[str], Iterator[str]]
    days_before: int = 0
    """Of the journal, that are read as well."""
    days_after: int = 0


def opened(about: About, centre: Centre, parts: Parts) -> Opened:
    """Empty books; the rows of all parts follow one another."""
    return _REPORTS[about](centre, parts)


def _of_calls(centre: Centre, parts: Parts) -> Opened:
    books = [IntervalBooks(borders, partial(target_in, centre), team) for borders, team in parts]
    rows = (each.rows(centre.teams, centre.targets.formula, centre.timezone) for each in books)
    return Opened(books, _texts(call_report.FORMATS, rows))


def _of_estimates(centre: Centre, parts: Parts) -> Opened:
    books = [EstimateBooks(borders, team) for borders, team in parts]
    return Opened(books, _texts(estimate_report.FORMATS, (each.rows(centre.teams, centre.timezone) for each in books)))


def _of_reasons(centre: Centre, parts: Parts) -> Opened:
    books = [ReasonBooks(borders, team) for borders, team in parts]
    return Opened(books, _texts(reason_report.FORMATS, (each.rows(centre.teams, centre.timezone) for each in books)))


def _of_emergencies(centre: Centre, parts: Parts) -> Opened:
    books = [EmergencyBooks(borders, centre.emergency.often, team) for borders, team in parts]
    rows = (each.rows(centre.teams, centre.timezone) for each in books)
    return Opened(books, _texts(emergency_report.FORMATS, rows), days_before=OFTEN_DAYS)


def _of_callbacks(centre: Centre, parts: Parts) -> Opened:
    books = [CallbackBooks(borders, team) for borders, team in parts]
    rows = (each.rows(centre.teams, centre.timezone) for each in books)
    return Opened(books, _texts(callback_report.FORMATS, rows), days_after=LONGEST_DAYS)


def _of_kiosks(centre: Centre, parts: Parts) -> Opened:
    books = [KioskBooks(borders, team) for borders, team in parts]
    sites = {kiosk.id: kiosk.site for kiosk in centre.kiosks.values()}
    return Opened(books, _texts(kiosk_report.FORMATS, (each.rows(sites, centre.timezone) for each in books)))


def _texts(
    formats: Mapping[str, Callable[[Iterable[Any]], Iterator[str]]], rows: Iterable[Iterable[Any]]
) -> Callable[[str], Iterator[str]]:
    """Asked for once the books are filled."""
    return lambda form: formats[form](chain.from_iterable(rows))


_REPORTS: Mapping[About, Callable[[Centre, Parts], Opened]] = {
    About.CALLS: _of_calls,
    About.ESTIMATES: _of_estimates,
    About.REASONS: _of_reasons,
    About.EMERGENCIES: _of_emergencies,
    About.CALLBACKS: _of_callbacks,
    About.KIOSKS: _of_kiosks,
}
