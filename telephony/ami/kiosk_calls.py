"""Kiosks' phones, said in AMI: fills `operations.kiosks.ports.KioskPhones`. Every target is named by the server."""

from typing import Protocol

from operations.kiosks.ports import PhoneState
from operations.ports import SwitchRefused
from telephony.ami.messages import Action, token
from telephony.ami.reader import Frame

RING_MILLISECONDS = 25_000
ANSWERS_ITSELF = "PJSIP_HEADER(add,Call-Info)=<sip:teamline.invalid>;answer-after=0"
"""A phone that can answer by itself may: the person stands before it and has asked for this call (RFC 3261, 20.9)."""

_STATES = {
    "NOT_INUSE": PhoneState.FREE,
    "INUSE": PhoneState.IN_CALL,
    "BUSY": PhoneState.IN_CALL,
    "ONHOLD": PhoneState.IN_CALL,
    "RINGING": PhoneState.RINGING,
    "RINGINUSE": PhoneState.IN_CALL,
    "UNAVAILABLE": PhoneState.AWAY,
    "INVALID": PhoneState.AWAY,
}
"""By the words of main/devicestate.c; one endpoint has one call (`device_state_busy_at=1`)."""


class Asks(Protocol):
    """A lasting way to ask Asterisk: `AmiConnection`."""

    @property
    def is_connected(self) -> bool:
        """Whether Asterisk can be asked."""
        ...

    async def request(self, action: Action) -> Frame:
        """The answer to one action."""
        ...


class KioskCalls:
    """Needs a manager user with `write=call,originate`."""

    def __init__(self, asterisk: Asks) -> None:
        self._asterisk = asterisk

    @property
    def is_away(self) -> bool:
        """Whether Asterisk cannot be asked at all."""
        return not self._asterisk.is_connected

    async def state(self, kiosk: str) -> PhoneState:
        """How this kiosk's phone is now (funcs/func_devstate.c). Raises SwitchAway, SwitchRefused."""
        asked = Action("Getvar", (("Variable", f"DEVICE_STATE(PJSIP/{token('kiosk', kiosk)})"),))
        return _STATES.get((await self._asterisk.request(asked)).get("Value", ""), PhoneState.UNKNOWN)

    async def ring(self, kiosk: str, call: str) -> None:
        """Ring it; lifted, it is where a kiosk's call begins, with the kiosk's own TEAMLINE_KIOSK."""
        await self._originate(kiosk, "teamline-kiosk-call", "s", call, ("Variable", ANSWERS_ITSELF))

    async def ring_from(self, member: str, kiosk_phone: str, call: str) -> None:
        """Ring a member, whose phone then rings the kiosk: as `*8` and its number do, but nobody asks again."""
        if not (kiosk_phone.isascii() and kiosk_phone.isdigit()):
            raise SwitchRefused("no internal number")
        await self._originate(member, "teamline-kiosk-ring", kiosk_phone, call)

    async def _originate(self, endpoint: str, context: str, exten: str, call: str, *more: tuple[str, str]) -> None:
        await self._asterisk.request(
            Action(
                "Originate",
                (
                    ("Channel", f"PJSIP/{token('endpoint', endpoint)}"),
                    ("Context", context),
                    ("Exten", exten),
                    ("Priority", "1"),
                    ("ChannelId", token("call", call)),
                    ("Timeout", str(RING_MILLISECONDS)),
                    ("Async", "true"),
                    *more,
                ),
            )
        )
