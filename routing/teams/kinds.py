"""What values in teams.yaml may be: ids, numbers, names, times; each with its own sentence and cure."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from routing.fair_line import CREDIT_LIMIT
from routing.teams.hours import ALWAYS, DAYS, span, weekdays
from routing.teams.mistakes import meant, shown

WRONG = "wrong"
"""The pydantic error type of a kind's own sentence; `what` and `cure` are in its context."""

_ID = "[A-Za-z0-9][A-Za-z0-9_-]{0,39}"
_INTERNAL = "[0-9]{2,15}"
_PUBLIC = r"\+?[0-9]{2,15}"
_NUMBER_PATTERN = "[9A-Z]{4,20}"
_NAME = r"[^\x00-\x1f\x7f-\x9f;|\"\\<>${}`]{1,80}"
_MAILBOX = r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){0,8}"
_LANGUAGE = "[a-z]{2,3}(-[a-z0-9]{1,12})?"
_LANGUAGE_KEY = "[0-9]"
_DAYS = f"({'|'.join(DAYS)})(-({'|'.join(DAYS)}))?"
_SHORTEST_REPEAT, _LONGEST_REPEAT = 5, 600
_ANNOUNCED = r"[^\x00-\x1f\x7f-\x9f<>{}|\\`$]{3,600}"
_LOCAL_TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-2][0-9]:[0-5][0-9]"
_HOLIDAY = r"[^\x00-\x1f\x7f-\x9f]{1,200}"  # Berlin had one of 98 letters
_SPAN = "[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]"


def wrong(what: str, cure: str) -> PydanticCustomError:
    """A mistake in its own words, on its way through pydantic."""
    return PydanticCustomError(WRONG, "{what}: {cure}", {"what": what, "cure": cure})


def _matching(pattern: str, what: str, cure: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise wrong(f"{shown(value)} {what}", cure)
        return value

    return check


def _text(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$"})


Id = Annotated[
    str,
    AfterValidator(
        _matching(
            _ID,
            "is a name that Asterisk cannot take for a queue or phone",
            "use 1 to 40 letters A-Z, digits, - and _, a letter or digit first, no spaces or umlauts",
        )
    ),
    _text(_ID),
]
Extension = Annotated[
    str,
    AfterValidator(_matching(_INTERNAL, "is no internal number", 'write 2 to 15 digits in quotes, for example "2103"')),
    _text(_INTERNAL),
]
PublicNumber = Annotated[
    str,
    AfterValidator(
        _matching(
            _PUBLIC,
            "is no telephone number",
            'write 2 to 15 digits in quotes, without spaces, for example "0211910000"',
        )
    ),
    _text(_PUBLIC),
]


def _name(value: str) -> str:
    if not value.strip():
        raise wrong("the name is empty", "write the name that people know it by")
    cure = 'use at most 80 letters, digits and spaces; none of ; | " \\ < > $ { } `'
    return _matching(_NAME, "is a name that telephones cannot show", cure)(value)


Name = Annotated[str, AfterValidator(_name), _text(_NAME)]
Mailbox = Annotated[
    str,
    AfterValidator(_matching(_MAILBOX, "is no e-mail address", "write one, for example leistung01@example.org")),
    _text(_MAILBOX),
]
Language = Annotated[
    str,
    AfterValidator(_matching(_LANGUAGE, "is no language", "write its short name: de, de-leicht, en or one you added")),
    _text(_LANGUAGE),
]
LanguageKey = Annotated[
    str,
    AfterValidator(_matching(_LANGUAGE_KEY, "is no key on a telephone", 'write one digit in quotes, for example "1"')),
    _text(_LANGUAGE_KEY),
]


def _number_pattern(value: str) -> str:
    cure = "write 9 for each digit, A for the letter, and capital letters that always stand there (4 to 20)"
    _matching(_NUMBER_PATTERN, "is no pattern of a number", cure)(value)
    if value.count("A") > 1:
        raise wrong(f"{shown(value)} has more than one A", "keep one A: one letter at most may vary")
    return value


NumberPattern = Annotated[str, AfterValidator(_number_pattern), _text(_NUMBER_PATTERN)]


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: a folder of zones, "Europe"
        cure = meant(value, sorted(available_timezones()), "write one such as Europe/Berlin")
        raise wrong(f"there is no time zone {shown(value)}", cure) from error
    return value


Zone = Annotated[str, AfterValidator(_zone), WithJsonSchema({"type": "string", "examples": ["Europe/Berlin"]})]


def _days(value: str) -> str:
    try:
        weekdays(value)
    except ValueError as error:
        cure = f"use {', '.join(DAYS)}, or a range from earlier to later such as mon-thu"
        raise wrong(f"{shown(value)} is no day of the week", cure) from error
    return value


def _open_span(value: str) -> str:
    if span(value) is None:
        cure = (
            'write from-to on a 24-hour clock, the end after the beginning, for example "08:00-12:00"; '
            'over midnight "22:00-24:00", and "00:00-06:00" on the day after'
        )
        raise wrong(f"{shown(value)} is no opening time", cure)
    return value


def _week(value: object) -> object:
    return ALWAYS if value == "always" else value


OpenSpan = Annotated[str, AfterValidator(_open_span), _text(_SPAN)]
Week = Annotated[
    dict[Annotated[str, AfterValidator(_days)], list[OpenSpan]],
    BeforeValidator(_week),
    WithJsonSchema(
        {
            "anyOf": [
                {"const": "always"},
                {
                    "type": "object",
                    "patternProperties": {
                        f"^{_DAYS}$": {"type": "array", "items": {"type": "string", "pattern": f"^{_SPAN}$"}}
                    },
                    "additionalProperties": False,
                },
            ],
            "examples": [{"mon-thu": ["08:00-12:00", "14:00-16:00"], "fri": ["08:00-12:00"]}],
        }
    ),
]

Seconds = Annotated[int, Field(strict=True, ge=0, le=3600)]
Credit = Annotated[int, Field(strict=True, ge=0, le=CREDIT_LIMIT)]
CallbackSeconds = Annotated[int, Field(strict=True, ge=60, le=7200)]


def _repeat(value: int) -> int:
    if 0 < value < _SHORTEST_REPEAT:
        cure = f"write 0 for never, or {_SHORTEST_REPEAT} to {_LONGEST_REPEAT} (60 to 90 is sensible)"
        raise wrong(f"{value} is too small for seconds between two announcements", cure)
    return value


RepeatSeconds = Annotated[
    int,
    Field(strict=True, ge=0, le=_LONGEST_REPEAT),
    AfterValidator(_repeat),
    WithJsonSchema(
        {"anyOf": [{"const": 0}, {"type": "integer", "minimum": _SHORTEST_REPEAT, "maximum": _LONGEST_REPEAT}]}
    ),
]
AnnouncementText = Annotated[
    str,
    AfterValidator(
        _matching(_ANNOUNCED, "cannot be spoken", "write 3 to 600 letters in plain sentences, none of < > { } | \\ $ `")
    ),
    _text(_ANNOUNCED),
]


def _local_time(value: str) -> str:
    try:
        datetime.strptime(value, "%Y-%m-%d %H:%M")  # noqa: DTZ007 - a time on the centre's clock; the zone is its own key
    except ValueError as error:
        raise wrong(f"{shown(value)} is no date and time", 'write it in quotes like "2026-12-02 16:00"') from error
    return value


LocalTime = Annotated[str, AfterValidator(_local_time), _text(_LOCAL_TIME)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]
Land = Literal["BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"]
Formula = Literal["default", "good", "answered-only", "strict", "neutral", "short"]
HolidayRule = Literal["closed", "open"]
HolidayName = Annotated[
    str,
    AfterValidator(_matching(_HOLIDAY, "is no name of a holiday", "write it as the calendar has it")),
    _text(_HOLIDAY),
]
