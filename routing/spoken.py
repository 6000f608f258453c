"""What is to be said, as a value: a phrase id and what fills its slots."""

from dataclasses import dataclass, field
from datetime import datetime, time

Slot = int | str | time | datetime
"""A count or place, digits or letters to spell, a time of day, or a moment (its date is spoken in words)."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One phrase of `ivr/phrases/*.yaml` with the values of its slots, in no language yet."""

    phrase: str
    slots: dict[str, Slot] = field(default_factory=dict)
