"""Days of teams.yaml that are not as their week says: their keys and values, each with its own sentence and cure."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from routing.teams.hours import month_day
from routing.teams.kinds import Name, OpenSpan, wrong
from routing.teams.mistakes import shown

_MONTH_DAY = "(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_DATE = f"2[01][0-9]{{2}}-{_MONTH_DAY}"
_FIRST_YEAR, _LAST_YEAR = 2000, 2199
_IN_GERMAN = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})?")
_YEARLY, _ONCE = '"12-24"', '"2026-12-02"'


def _day_of_every_year(value: str) -> str:
    if re.fullmatch(_DATE, value):
        cure = f"write {shown(value[5:])} for every year, or put it under exceptions for this year alone"
        raise wrong(f"{shown(value)} has a year, which days of every year have not", cure)
    if month_day(value) is None:
        raise wrong(f"{shown(value)} is no day of the year", _meant(value, f"month-day, for example {_YEARLY}"))
    return value


def _day_of_one_year(value: str) -> str:
    if month_day(value) is not None:
        cure = f"write it with its year, like {_ONCE}, or put it under closing_days for every year"
        raise wrong(f"{shown(value)} has no year", cure)
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise wrong(f"{shown(value)} is no date", _meant(value, f"year-month-day, for example {_ONCE}"))
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise wrong(f"there is no {shown(value)}", _possible(value)) from error
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise wrong(f"{shown(value)} is no year of ours", f"write a year from {_FIRST_YEAR} to {_LAST_YEAR}")
    return value


def _possible(value: str) -> str:
    """The cure for a date that no calendar has: mostly the 29th of February, or the 31st."""
    if value.endswith("-02-29"):
        return f'{value[:4]} is no leap year: write "{value[:4]}-02-28" or "{value[:4]}-03-01"'
    return "write a day that the month has"


def _meant(value: str, otherwise: str) -> str:
    """The cure for a day that is written as on paper: 24.12. or 24.12.2026."""
    found = _IN_GERMAN.fullmatch(value.strip())
    if found is None or month_day(paper := f"{int(found[2]):02}-{int(found[1]):02}") is None:
        return f"write {otherwise}"
    return f'write {otherwise}; here "{found[3]}-{paper}"' if found[3] else f'write {otherwise}; here "{paper}"'


class SpecialDayKeys(BaseModel):
    """A day that is not as its week says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = Field(description="Why; callers do not hear it.", examples=["Personalversammlung"])
    open: list[OpenSpan] = Field(
        default=[],
        description="Open all the same at these times; left out: closed all day.",
        examples=[["08:00-10:00"]],
    )


def _named(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


SpecialDay = Annotated[SpecialDayKeys, BeforeValidator(_named, json_schema_input_type=str | SpecialDayKeys)]
YearlyDay = Annotated[
    str, AfterValidator(_day_of_every_year), WithJsonSchema({"type": "string", "pattern": f"^{_MONTH_DAY}$"})
]
DatedDayKey = Annotated[
    str, AfterValidator(_day_of_one_year), WithJsonSchema({"type": "string", "pattern": f"^{_DATE}$"})
]
ClosingDays = Annotated[
    dict[YearlyDay, SpecialDay],
    Field(
        description="Closed every year: month-day -> its name, or a block with name and open (times).",
        examples=[{"12-24": "Heiligabend", "12-31": {"name": "Silvester", "open": ["08:00-10:00"]}}],
    ),
]
Exceptions = Annotated[
    dict[DatedDayKey, SpecialDay],
    Field(
        description="Days of one year that are not as usual: date -> name, or a block with name and open (times).",
        examples=[{"2026-12-02": {"name": "Personalversammlung", "open": ["08:00-10:00"]}}],
    ),
]
Written = Mapping[str, SpecialDayKeys]
