"""What an administrator writes to ask "what if": words as changes, every mistake with its cure."""

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from routing.what_if.changes import By, Of, WhatIf

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PERCENT = re.compile(r"([+-]\d{1,4}(?:\.\d{1,2})?)\s?%")
_NUMBER = re.compile(r"([+-]?)(\d{1,5}(?:\.\d{1,2})?)")
_SHARE = re.compile(r"(\d{1,2}(?:\.\d{1,2})?)\s?%?")
_MOST_FACTOR, _MOST_MEMBERS = 11.0, 500
_SECONDS = (1.0, 36_000.0)

_EXAMPLES: Mapping[Of, str] = MappingProxyType(
    {
        Of.CALLS: "write +20% or L03=+20%, mon=+20%, L03@mon=-10%",
        Of.MEMBERS: "write L03=-1 for one fewer at work, L03=+1 for one more, L03=5 for five, L03@mon=-1 for Mondays",
        Of.TALK: "write +10%, L03=-5%, or a mean in seconds like L03=240",
        Of.PATIENCE: "write -20%, L03=+10%, or a mean in seconds like 300",
    }
)


class WordsRefused(ValueError):
    """What is wrong with the words, and the cure."""


def changes_of(of: Of, words: Sequence[str], teams: Collection[str]) -> list[WhatIf]:
    """The changes that these words name. Raises WordsRefused."""
    return [_change(of, word, teams) for word in words]


def weekdays_of(words: Sequence[str]) -> frozenset[int]:
    """`mon`, `tue` or several with commas; 0 is Monday. Raises WordsRefused."""
    return frozenset(_weekday("--on", each.strip()) for word in words for each in word.split(","))


def share_of(word: str) -> float:
    """`75%` or `75`: a share above 0 and below 1. Raises WordsRefused."""
    told = _SHARE.fullmatch(word.strip())
    share = float(told[1]) / 100 if told else 0.0
    if share <= 0:
        raise WordsRefused(f"--target {word}: write a share like 75%: above 0, below 100")
    return share


def seconds_of(name: str, word: str) -> float:
    """`30` or `30s`. Raises WordsRefused."""
    told = _NUMBER.fullmatch(word.strip().removesuffix("s").strip())
    seconds = float(told[2]) if told and told[1] != "-" else 0.0
    if not _SECONDS[0] <= seconds <= _SECONDS[1]:
        raise WordsRefused(f"{name} {word}: write seconds like 30, {_SECONDS[0]:.0f} to {_SECONDS[1]:.0f}")
    return seconds


def _change(of: Of, word: str, teams: Collection[str]) -> WhatIf:
    name = f"--{of} {word}"
    where, _, amount = word.rpartition("=")
    team, weekday = _where(name, where.strip(), teams)
    by, value = _amount(of, name, amount.strip())
    if of is Of.MEMBERS and team is None and by is By.EXACTLY:
        raise WordsRefused(f"{name}: which team's? {_EXAMPLES[of]}")
    if of in {Of.TALK, Of.PATIENCE} and weekday is not None:
        raise WordsRefused(f"{name}: --{of} is for all days: leave the weekday out, or look at it alone with --on")
    return WhatIf(of, by, value, team, weekday)


def _where(name: str, where: str, teams: Collection[str]) -> tuple[str | None, int | None]:
    """`L03`, `mon`, `L03@mon` or nothing; a team of such a name comes before a weekday."""
    team, at, weekday = where.partition("@")
    if at:
        return _team(name, team, teams), _weekday(name, weekday)
    if not where or where in teams:
        return where or None, None
    if where.casefold() in WEEKDAYS:
        return None, _weekday(name, where)
    return _team(name, where, teams), None


def _team(name: str, team: str, teams: Collection[str]) -> str:
    if team not in teams:
        raise WordsRefused(f"{name}: no such team: one of {', '.join(teams)}")
    return team


def _weekday(name: str, word: str) -> int:
    if word.casefold() not in WEEKDAYS:
        raise WordsRefused(f"{name}: no such weekday: one of {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(word.casefold())


def _amount(of: Of, name: str, word: str) -> tuple[By, float]:
    if of is Of.MEMBERS:
        return _members(name, _NUMBER.fullmatch(word))
    percent, number = _PERCENT.fullmatch(word), _NUMBER.fullmatch(word.removesuffix("s"))
    if percent:
        factor = 1 + float(percent[1]) / 100
        if not (0 < factor <= _MOST_FACTOR or (of is Of.CALLS and factor == 0)):
            raise WordsRefused(f"{name}: nothing is left, or too much: from -99% to +1000%")
        return By.TIMES, factor
    if number and not number[1] and of is not Of.CALLS:
        return By.EXACTLY, seconds_of(f"--{of}", word)
    raise WordsRefused(f"{name}: not understood: {_EXAMPLES[of]}")


def _members(name: str, number: re.Match[str] | None) -> tuple[By, float]:
    if number is None or "." in number[2]:
        raise WordsRefused(f"{name}: not understood: {_EXAMPLES[Of.MEMBERS]}")
    if int(number[2]) > _MOST_MEMBERS:
        raise WordsRefused(f"{name}: at most {_MOST_MEMBERS} members")
    return (By.MORE, float(f"{number[1]}{number[2]}")) if number[1] else (By.EXACTLY, float(number[2]))
