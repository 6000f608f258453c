"""A callback or an appointment as somebody wants it, and why it cannot be made."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from routing.rules import Concern


class Why(StrEnum):
    """What is to be corrected, as the API names it."""

    PHONE = "phone"
    """No number that this centre calls back."""
    NUMBER = "number"
    """Written in none of the two ways of a customer number."""
    TEAM = "team"
    """Neither a team nor a customer number to find it by, or no such team."""
    LANGUAGE = "language"
    MOMENT = "moment"
    """Too soon, too far away, or no moment at all."""
    WINDOW = "window"
    """The end does not fit the beginning."""
    CLOSED = "closed"
    FULL = "full"
    """The half-hour has its appointments."""
    TOO_OFTEN = "too-often"
    """This number has had its callbacks within 24 hours."""
    OPEN_ALREADY = "open-already"
    """One callback for this number is open."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. `at` and `until` are aware, by the clock of the opening hours; None: as soon as possible."""

    phone: str = field(repr=False)
    """As written or dialled."""
    team: str = ""
    """Empty: the one that a call with this customer number would be for."""
    number: str = field(default="", repr=False)
    """The customer's, as written; empty if it is not known."""
    concern: Concern = Concern.MONEY
    language: str = ""
    """Empty: the centre's first."""
    at: datetime | None = None
    until: datetime | None = None
    source: str = ""
    arrival: int = 0
    """First contact in Unix seconds, and the seconds granted: a place they had already. 0: now. For no appointment."""
    credit: int = 0


class NotMade(Exception):
    """This callback was not made; the sentence says what to correct, and repeats no number."""

    def __init__(
        self,
        why: Why,
        sentence: str,
        *,
        place: str,
        next_opening: datetime | None = None,
        free: Sequence[datetime] = (),
        callback: str = "",
        team: str = "",
    ) -> None:
        """`place`: the field of `Wanted`; `free`: the next moments that are; `callback`, `team`: the open one's."""
        super().__init__(sentence)
        self.why, self.place, self.next_opening, self.free = why, place, next_opening, tuple(free)
        self.callback, self.team = callback, team
