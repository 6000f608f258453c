"""Simulated citizens who are called back: the world behind the trunk, with a manner for each telephone number."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from telephony.lab.calls import TONE_MILLISECONDS
from telephony.lab.citizens import TrunkAccount
from telephony.lab.phones import Account, PhoneEvent, phone_event, register
from telephony.lab.ports import free_ports
from telephony.lab.scenario import column, injection_file, scenario
from telephony.lab.sipp import SippFailed, SippRun

RING_SECONDS = 5.0
"""One ring and the pause after it, as in Germany: 1 s and 4 s."""
_NEVER_SECONDS = 7 * 86400.0
_SIGN_OFF_SECONDS = 3.0
_RINGS_ON_SECONDS = 3600.0


class Refusal(Enum):
    """What a phone that does not answer says (RFC 3261, section 21); the value is its status line."""

    BUSY = "486 Busy Here"
    DECLINES = "603 Decline"
    NO_SUCH_NUMBER = "404 Not Found"

    @property
    def code(self) -> str:
        """Three digits."""
        return self.value[:3]


@dataclass(frozen=True, slots=True)
class Manner:
    """What a citizen does when the phone rings; all spans in seconds.

    Who answers presses `key` (perhaps none: an answering machine, a child) after `key_after_seconds`, and hangs up
    `talk_seconds` later. A `refusal` comes after `ring_seconds`, too.
    """

    ring_seconds: float = 2.0
    key: str = "1"
    key_after_seconds: float = 4.0
    talk_seconds: float = 20.0
    refusal: Refusal | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9A-D*#]?", self.key):
            raise ValueError("one key of a phone (0-9, A-D, *, #), or none")

    def row(self, number: str) -> list[str]:
        """Its line in citizens.csv. Raises UnusableInScenario."""
        spans = [_milliseconds(each) for each in (self.ring_seconds, self.key_after_seconds, self.talk_seconds)]
        return [column(number), spans[0], self.refusal.code if self.refusal else "", spans[1], self.key, spans[2]]


ANSWERS = Manner()
MACHINE = Manner(key="", talk_seconds=60.0)
"""An answering machine: it presses nothing and records for a minute."""
BUSY = Manner(ring_seconds=0.1, refusal=Refusal.BUSY)
DECLINES = Manner(ring_seconds=1.0, refusal=Refusal.DECLINES)
UNKNOWN = Manner(ring_seconds=0.1, refusal=Refusal.NO_SUCH_NUMBER)
NOBODY_THERE = Manner(ring_seconds=_RINGS_ON_SECONDS)


class CalledCitizens:
    """The phones behind the trunk: one SIPp, registered as the trunk.

    Events are those of `PhoneEvent`, `user` is the number that was dialled: rang, answered, pressed, refused,
    cancelled, hung-up (the citizen), ended (the other side).
    """

    def __init__(self, run: SippRun) -> None:
        self.run = run

    def events(self, kind: str | None = None) -> list[PhoneEvent]:
        """What happened so far, in order; only of one kind if given."""
        return _events(self.run.events(), kind)

    def until(self, seen: Callable[[list[PhoneEvent]], bool], seconds: float) -> list[PhoneEvent]:
        """The events once they satisfy `seen`. Raises SippFailed when they do not within `seconds`."""
        return _events(self.run.until(lambda lines: seen(_events(lines, None)), seconds), None)


@contextmanager
def called_citizens(
    sip: str,
    trunk: TrunkAccount,
    known: Mapping[str, Manner] | None = None,
    *,
    others: Sequence[Manner] = (ANSWERS,),
    within: Path | None = None,
) -> Iterator[CalledCitizens]:
    """Registers as the trunk at `sip` ("host:port") and lets citizens be called; signs off in the end.

    `known`: number as it is dialled -> manner; every other number behaves like one of `others`, drawn at random.
    Raises SippFailed, UnusableInScenario.
    """
    text, rows = called_scenario(len(others)), called_rows(known or {}, others)
    port = free_ports(1)[0]
    account = [Account(trunk.user, trunk.password)]
    options = ["-infindex", "citizens.csv", "0"]
    register(sip, account, contact_port=port, from_port=port)
    try:
        columns = {"citizens.csv": injection_file(rows)}
        with SippRun(text, columns, options, peer=None, seconds=_NEVER_SECONDS, port=port, within=within) as run:
            run.until_listening()
            yield CalledCitizens(run)
    finally:
        with suppress(SippFailed):  # an Asterisk that has gone has forgotten it
            register(sip, account, contact_port=port, from_port=port, seconds=0, patience=_SIGN_OFF_SECONDS)


def called_scenario(others: int) -> str:
    """The scenario, with so many lines for citizens who are not listed."""
    refuse = "".join(scenario("refuse", code=each.code, status=each.value) for each in Refusal)
    return scenario("called_citizen", refuse=refuse, others=others, tone=TONE_MILLISECONDS)


def called_rows(known: Mapping[str, Manner], others: Sequence[Manner]) -> list[list[str]]:
    """The lines of citizens.csv: first everybody else's, whose numbers nobody can dial. Raises ValueError."""
    if not others:
        raise ValueError("somebody must answer the numbers that are not listed")
    unlisted = [manner.row(f"anybody-{place}") for place, manner in enumerate(others)]
    return [*unlisted, *(manner.row(number) for number, manner in known.items())]


def _events(lines: Sequence[str], kind: str | None) -> list[PhoneEvent]:
    found = (phone_event(line) for line in lines if not line.startswith("tick "))
    return [event for event in found if event and kind in (None, event.kind)]


def _milliseconds(seconds: float) -> str:
    return str(max(1, round(seconds * 1000)))
