"""A caller on a member's phone, as values; neither `repr` has a number, and nothing of it is ever kept on disk."""

from dataclasses import dataclass, field
from enum import StrEnum

from facts.place import Place
from routing.rules import Concern, Rule

_EMERGENCIES = frozenset({Rule.EMERGENCY_AREA, Rule.EMERGENCY_GENERAL, Rule.EMERGENCY_RAISED, Rule.EMERGENCY_ON_CALL})


class Phase(StrEnum):
    """How far it is with this caller."""

    RINGING = "ringing"
    TALKING = "talking"
    WRAPUP = "wrapup"
    """The talk is over, what belongs to it is being written down."""


class Mark(StrEnum):
    """What a member should know before the first word."""

    EMERGENCY = "emergency"
    CALLBACK = "callback"
    """Nobody is on the line yet: Teamline dials them as soon as the member has answered."""
    REDIAL = "redial"
    """Was cut off, or calls again, and has kept the place."""
    KIOSK = "kiosk"


@dataclass(frozen=True, slots=True)
class Whose:
    """Who calls, as far as somebody has told. `area`: the household's, by its name."""

    number: str = field(default="", repr=False)
    """The customer number as it is written."""
    phone: str = field(default="", repr=False)
    area: str = ""


@dataclass(frozen=True, slots=True)
class OnPhone:
    """One caller on one phone. Instants in Unix seconds; `ring` is the Uniqueid of the member's channel."""

    ring: str
    member: str
    place: Place
    whose: Whose
    waited_seconds: float
    """Since the first contact, when the phone began to ring."""
    rang_at: float
    answered_at: float | None = None
    ended_at: float | None = None

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The most important first."""
        place = self.place
        is_urgent = place.concern == Concern.EMERGENCY or place.rule in _EMERGENCIES
        told = {
            Mark.EMERGENCY: is_urgent,
            Mark.CALLBACK: place.is_placeholder,
            Mark.REDIAL: place.rule == Rule.REDIAL,
            Mark.KIOSK: bool(place.kiosk),
        }
        return tuple(mark for mark, holds in told.items() if holds)
