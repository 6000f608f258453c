"""What a person chooses on the page: an interval by its name or two days, how it is cut, and whose figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from fastapi import Request

from web.reports.asked import By, Step, Wish

AUTO = "auto"
STEPS: Mapping[str, Step | None] = MappingProxyType(
    {"15m": Step.QUARTER, "30m": Step.HALF_HOUR, "1h": Step.ONE_HOUR, "1d": Step.DAY, "whole": None}
)
"""As the address has them; `auto` is left to the length of the interval."""
SPLITS = (By.TEAM, By.AREA, By.SITE)
_MOST_HALF_HOUR_DAYS = 2
_MOST_CHOSEN = 200
_YEARS = range(2000, 2100)


class Interval(StrEnum):
    """Names of days."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    LAST_WEEK = "last-week"
    MONTH = "month"
    LAST_MONTH = "last-month"
    DAYS = "days"
    """From `first` to `last`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`first` and `last` are both included. `wrong`: what could not be understood, by the field's name."""

    interval: Interval
    first: date
    last: date
    step: str
    by: By
    teams: tuple[str, ...]
    areas: tuple[str, ...]
    sites: tuple[str, ...]
    wrong: tuple[str, ...] = ()

    @property
    def cut(self) -> Step | None:
        """How long an interval is."""
        if self.step != AUTO:
            return STEPS[self.step]
        is_short = (self.last - self.first).days < _MOST_HALF_HOUR_DAYS
        return Step.HALF_HOUR if is_short else Step.DAY

    @property
    def wish(self) -> Wish:
        """The same in the words of the API."""
        end = self.last + timedelta(days=1)
        return Wish(self.first.isoformat(), end.isoformat(), self.cut, self.teams, self.areas, self.sites, self.by)


def chosen(request: Request, today: date) -> Choice:
    """Of the page's address."""
    asked = request.query_params
    wrong: list[str] = []
    interval = _one_of(asked.get("interval") or Interval.TODAY, {each.value for each in Interval}, "interval", wrong)
    named = Interval(interval or Interval.TODAY)
    first, last = _days(named, today)
    if named is Interval.DAYS:
        first, last = _day(asked.get("first"), "first", today, wrong), _day(asked.get("last"), "last", today, wrong)
        if not wrong and first > last:
            wrong.append("last")
    return Choice(
        interval=named,
        first=first,
        last=last,
        step=_one_of(asked.get("step") or AUTO, {AUTO, *STEPS}, "step", wrong) or AUTO,
        by=By(_one_of(asked.get("by") or By.TEAM, {each.value for each in SPLITS}, "by", wrong) or By.TEAM),
        teams=tuple(asked.getlist("team")[:_MOST_CHOSEN]),
        areas=tuple(asked.getlist("area")[:_MOST_CHOSEN]),
        sites=tuple(asked.getlist("site")[:_MOST_CHOSEN]),
        wrong=tuple(wrong),
    )


def _days(interval: Interval, today: date) -> tuple[date, date]:
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    before = first - timedelta(days=1)
    return {
        Interval.TODAY: (today, today),
        Interval.YESTERDAY: (today - timedelta(days=1), today - timedelta(days=1)),
        Interval.WEEK: (monday, today),
        Interval.LAST_WEEK: (monday - timedelta(days=7), monday - timedelta(days=1)),
        Interval.MONTH: (first, today),
        Interval.LAST_MONTH: (before.replace(day=1), before),
        Interval.DAYS: (today, today),
    }[interval]


def _day(text: str | None, name: str, today: date, wrong: list[str]) -> date:
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError:
        day = date.min
    if day.year in _YEARS:
        return day
    wrong.append(name)
    return today


def _one_of(word: str, known: set[str], name: str, wrong: list[str]) -> str:
    if word in known:
        return word
    wrong.append(name)
    return ""
