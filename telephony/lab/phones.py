"""Simulated phones of members: they register like real ones and answer, ring on, or turn calls down."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from telephony.lab.ports import free_ports
from telephony.lab.scenario import injection_file, scenario, word
from telephony.lab.sipp import SippFailed, SippRun

REGISTERED_SECONDS = 7200  # what PJSIP grants at most by default (aor maximum_expiration)
_REGISTER_SECONDS = 30.0
_SIGN_OFF_SECONDS = 3.0
_NEVER_SECONDS = 7 * 86400.0
_EVENT = re.compile(
    r'(?P<kind>\S+) (?P<user>\S+)\s+(?:"(?P<name>.*)"\s*)?<sip:(?P<number>[^@>]*)'
    r"(?:.*? asserted .*<sip:(?P<asserted>[^@>]*)@)?"
)


@dataclass(frozen=True, slots=True)
class Account:
    """A phone's digest account."""

    user: str
    password: str = field(repr=False)


class Manner(Enum):
    """What a phone does when it is called; the value is its scenario."""

    ANSWERS = "member"
    RINGS_ON = "ringing"
    TURNS_DOWN = "busy"


@dataclass(frozen=True, slots=True)
class Habits:
    """Seconds of ringing before the phone is picked up, and of talk: each at random within its bounds."""

    manner: Manner = Manner.ANSWERS
    ring_seconds: tuple[float, float] = (1.0, 1.0)
    talk_seconds: tuple[float, float] = (5.0, 5.0)


@dataclass(frozen=True, slots=True)
class PhoneEvent:
    """What a phone saw: kind (rang, answered, cancelled, ended, hung-up), its account, the caller shown.

    The number is that of P-Asserted-Identity where there is one (RFC 3325), as on a phone set to show it, else From's.
    """

    kind: str
    user: str
    caller_number: str
    caller_name: str


class Phones:
    """Phones that share one SIPp and one port."""

    def __init__(self, run: SippRun, sip: str, accounts: Sequence[Account]) -> None:
        self.run = run
        self._sip = sip
        self._accounts = accounts

    def register_again(self) -> None:
        """Renews all registrations; due before REGISTERED_SECONDS are over. Raises SippFailed."""
        register(self._sip, self._accounts, contact_port=self.run.port)

    def events(self, kind: str | None = None) -> list[PhoneEvent]:
        """What happened so far, in order; only of one kind if given."""
        return _phone_events(self.run.events(), kind)

    def until(self, seen: Callable[[list[PhoneEvent]], bool], seconds: float) -> list[PhoneEvent]:
        """The events once they satisfy `seen`. Raises SippFailed when they do not within `seconds`."""
        return _phone_events(self.run.until(lambda lines: seen(_phone_events(lines, None)), seconds), None)


def _phone_events(lines: list[str], kind: str | None) -> list[PhoneEvent]:
    found = (phone_event(line) for line in lines)
    return [event for event in found if event and kind in (None, event.kind)]


def phone_event(line: str) -> PhoneEvent | None:
    """One logged line ('rang m0101 "Geld" <sip:0211@host>;tag=1') as an event, None if it is none."""
    found = _EVENT.match(line)
    if found is None:
        return None
    name = re.sub(r"\\(.)", r"\1", found["name"] or "")  # quoted-pair, RFC 3261 section 25.1
    return PhoneEvent(found["kind"], found["user"], found["asserted"] or found["number"], name)


@contextmanager
def answer_phones(
    sip: str, accounts: Sequence[Account], habits: Habits | None = None, within: Path | None = None
) -> Iterator[Phones]:
    """Registers the accounts at `sip` ("host:port") and lets their phones behave; signs them off in the end.

    Raises SippFailed when a phone cannot register.
    """
    port = free_ports(1)[0]
    register(sip, accounts, contact_port=port, from_port=port)
    try:
        with SippRun(
            _phone_scenario(habits or Habits()), {}, [], peer=None, seconds=_NEVER_SECONDS, port=port, within=within
        ) as run:
            run.until_listening()
            yield Phones(run, sip, accounts)
    finally:
        with suppress(SippFailed):  # an Asterisk that has gone has forgotten them
            register(sip, accounts, contact_port=port, from_port=port, seconds=0, patience=_SIGN_OFF_SECONDS)


def register(
    sip: str,
    accounts: Sequence[Account],
    *,
    contact_port: int,
    from_port: int | None = None,
    seconds: int = REGISTERED_SECONDS,
    patience: float = _REGISTER_SECONDS,
) -> None:
    """Registers every account for so many seconds with its phone at `contact_port`; 0 signs off.

    Raises SippFailed, naming nobody, when one is refused or all together need more than `patience` seconds.
    """
    rows = [(one.user, f"[authentication username={one.user} password={one.password}]") for one in accounts]
    text = scenario("register", contact_port=contact_port, seconds=seconds)
    options = ["-m", str(len(accounts)), "-r", "200", "-l", "50"]
    columns = {"accounts.csv": injection_file([(word(user), login) for user, login in rows])}
    with SippRun(text, columns, options, peer=sip, seconds=patience, port=from_port) as run:
        if run.wait(patience + 5) != 0:
            raise SippFailed(f"not all of {len(accounts)} phones could register: {run.complaints()}")


def _phone_scenario(habits: Habits) -> str:
    ring, talk = _milliseconds(habits.ring_seconds), _milliseconds(habits.talk_seconds)
    if habits.manner is not Manner.ANSWERS:
        return scenario(habits.manner.value)
    return scenario("member", ring_from=ring[0], ring_to=ring[1], talk_from=talk[0], talk_to=talk[1])


def _milliseconds(bounds: tuple[float, float]) -> tuple[int, int]:
    lowest, highest = (round(seconds * 1000) for seconds in bounds)
    return lowest, max(highest, lowest + 1)
