"""What an AGI connection tells us, as values."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Environment:
    """The `agi_*` lines that open a session; of a name sent twice the first value wins."""

    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: `200 result=1 (en)` is `Reply(200, "1", "en")`; codes other than 200 have no result."""

    code: int
    result: str
    rest: str = ""
    """What stands in parentheses, else the text behind the result or the code."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """A lone `HANGUP` line: the caller is gone; it may come before the reply we wait for."""


Event = Environment | Reply | HungUp
