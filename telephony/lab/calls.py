"""What a simulated citizen does in a call: who they say they are, what they key, when they hang up."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from telephony.lab.scenario import column, scenario, word

TONE_MILLISECONDS = 100
_BEFORE_FIRST_TONE = 900  # SIPp warms the stream up before the first digit
_INFO_SECONDS = 0.2
_KEYS = re.compile(r"[0-9A-D*#]+|,")


class KeyStyle(Enum):
    """How digits are sent: RFC 4733 events (SIPp needs a raw socket: root) or SIP INFO (any user)."""

    RFC4733 = "rfc4733"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Keys:
    """Digits keyed one after the other: 0-9, A-D, * and #."""

    digits: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9A-D*#]+", self.digits):
            raise ValueError("a phone has the keys 0-9, A-D, * and #")


@dataclass(frozen=True, slots=True)
class Wait:
    """The citizen listens for so many seconds."""

    seconds: float


Step = Keys | Wait


def steps(keyed: str) -> tuple[Step, ...]:
    """What "123#,1,,2" says: digits, and a second of listening for each comma. Raises ValueError."""
    parts = _KEYS.findall(keyed)
    if "".join(parts) != keyed:
        raise ValueError("keys are 0-9, A-D, *, # and a comma for a second")
    return tuple(Wait(1.0) if part == "," else Keys(part) for part in parts)


@dataclass(frozen=True, slots=True)
class CitizenCall:
    """One call: the number (and name) in From, the steps, and how long to stay after the last of them."""

    from_number: str
    steps: tuple[Step, ...] = ()
    hang_up_after_seconds: float = 30.0
    from_name: str = ""

    @property
    def from_header(self) -> str:
        """The From header's value without its tag; nothing is cleaned, only quoted (RFC 3261, quoted-string)."""
        quoted = self.from_name.replace("\\", "\\\\").replace('"', '\\"')
        name = f'"{quoted}" ' if quoted else ""
        return f"{name}<sip:{self.from_number}@127.0.0.1>"

    @property
    def longest_seconds(self) -> float:
        """How long the call can last once it is answered, by the citizen's own doing."""
        waits = sum(step.seconds for step in self.steps if isinstance(step, Wait))
        keyed = sum(1.0 + 0.3 * len(step.digits) for step in self.steps if isinstance(step, Keys))
        return waits + keyed + self.hang_up_after_seconds


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a scenario: digits, perhaps none, and the milliseconds until the next place."""

    digits: str
    milliseconds: int


def slots(call: CitizenCall, style: KeyStyle) -> tuple[Slot, ...]:
    """The call's steps as places of a scenario; a wait is added to the digits before it."""
    found: list[Slot] = []
    for step in call.steps:
        if isinstance(step, Keys):
            found += _keyed(step.digits, style)
        elif found:
            found[-1] = Slot(found[-1].digits, found[-1].milliseconds + round(step.seconds * 1000))
        else:
            found.append(Slot("", round(step.seconds * 1000)))
    return tuple(found)


def _keyed(digits: str, style: KeyStyle) -> Iterator[Slot]:
    if style is KeyStyle.RFC4733:
        yield Slot(digits, _BEFORE_FIRST_TONE + 2 * TONE_MILLISECONDS * len(digits))
    else:
        yield from (Slot(digit, round(_INFO_SECONDS * 1000)) for digit in digits)


def citizen_scenario(places: int, style: KeyStyle, user: str, password: str) -> str:
    """The scenario for calls of up to so many places, through the trunk account."""
    parts = [
        scenario(f"keys-{style.value}", keys=1 + 2 * n, wait=2 + 2 * n, tone=TONE_MILLISECONDS, sequence=3 + n)
        for n in range(places)
    ]
    account = {"user": word(user), "password": word(password)}
    return scenario("citizen", steps="".join(parts), last=1 + 2 * places, **account)


def citizen_rows(calls: Sequence[CitizenCall], places: int, style: KeyStyle) -> Iterator[list[str]]:
    """One CSV row a call: From, digits and milliseconds of each place, the final wait in milliseconds."""
    for call in calls:
        row = [column(call.from_header)]
        own = slots(call, style)
        for slot in (*own, *[Slot("", 0)] * (places - len(own))):
            row += [slot.digits, str(slot.milliseconds)]
        yield [*row, str(round(call.hang_up_after_seconds * 1000))]
