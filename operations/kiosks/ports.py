"""What kiosks need of Asterisk."""

from enum import StrEnum
from typing import Protocol


class PhoneState(StrEnum):
    """How Asterisk sees a kiosk's phone."""

    FREE = "free"
    RINGING = "ringing"
    IN_CALL = "in-call"
    AWAY = "away"
    """Not registered."""
    UNKNOWN = "unknown"
    """Nobody can tell: Asterisk is away."""


class KioskPhones(Protocol):
    """Kiosks' phones on one Asterisk. Everything raises `operations.ports.SwitchAway` or `SwitchRefused`."""

    @property
    def is_away(self) -> bool:
        """Whether Asterisk cannot be asked at all."""
        ...

    async def state(self, kiosk: str) -> PhoneState:
        """How this kiosk's phone is now."""
        ...

    async def ring(self, kiosk: str, call: str) -> None:
        """Ring it; whoever lifts is where a kiosk's call begins. `call`: the id of the channel, never used before."""
        ...

    async def ring_from(self, member: str, kiosk_phone: str, call: str) -> None:
        """Ring this member's phone; whoever lifts it rings the kiosk with this internal number."""
        ...
