"""Callers who take a callback, and what becomes of it: short words for the acceptance of callbacks."""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from callback_centre import MEMBERS, customers, money, teams
from known_callers import KnownCaller, KnownCallers
from running_lab import RunningLab, until
from sip_client import press
from small_centre import SmallCentre

from telephony.lab.phones import Habits, Phones

TALKS_LONG = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(600.0, 600.0))
"""Whoever called, or is called, has enough first."""
TEAM = "L01"
_CLOCK_TICK_SECONDS = 0.05
"""time(), by which Asterisk names calls, may be a tick of the kernel behind."""
_SAID = re.compile(r"<(PJSIP/\S+)>AGI Rx << STREAM FILE \S*/de/([a-z-]+?)-\d+ ")
_PLACEHOLDER = "Local/s@teamline-callback-wait"


@contextmanager
def callback_lab(
    folder: Path, *options: str, text: str | None = None, environment: Mapping[str, str] | None = None
) -> Iterator[RunningLab]:
    """A lab that calls back, everybody signed in, no phone registered; all that is spoken stands in a log."""
    files = SmallCentre(folder).write(text or teams(), customers())
    told = ["--config", str(files.teams), "--customers", str(files.customers), "--members", str(len(MEMBERS))]
    with RunningLab(folder / "lab", *told, *options, environment=environment) as lab:
        lab.console("logger add channel spoken verbose(3)")
        lab.console("agi set debug on")
        with lab.phones():
            lab.until_signed_in()
        yield lab


def spoken(lab: RunningLab) -> str:
    """The log of all that Asterisk did, as its console shows it."""
    return (lab.folder / "asterisk" / "log" / "spoken").read_text(errors="replace")


def heard(lab: RunningLab, caller: KnownCaller) -> Sequence[str]:
    """The phrases that this caller heard, in order; each part of a phrase is one."""
    return [phrase for channel, phrase in _SAID.findall(spoken(lab)) if channel == caller.channel]


def until_heard(lab: RunningLab, caller: KnownCaller, phrase: str, times: int = 1) -> None:
    """Wait until this caller has begun to hear this."""
    until(lambda: heard(lab, caller).count(phrase) >= times, 30, f"{phrase} to be heard")


def until_gone(lab: RunningLab, caller: KnownCaller) -> None:
    """Wait until the call is over."""
    until(lambda: caller.channel not in lab.console("core show channels concise"), 60, "the end of the call")


def wait_in_turn(callers: KnownCallers, count: int, first: int = 0) -> Sequence[KnownCaller]:
    """Customers in L01's line, from number `first`, each with a first contact a second after the one before."""
    came = [_came(callers) for _ in range(count)]
    press({each.phone: money(first + place) for place, each in enumerate(came)})
    for each in came:
        each.until_in_line(TEAM)
    return came


def _came(callers: KnownCallers) -> KnownCaller:
    (caller,) = callers.dial("")
    next_second = int(time.time()) + 1 + _CLOCK_TICK_SECONDS
    until(lambda: time.time() > next_second, 3, "the next second")
    return caller


def asks_by_hash(lab: RunningLab, caller: KnownCaller) -> None:
    """`#` in line, a callback, the own number agreed: until the caller has heard that it is noted."""
    caller.press("#")
    until_heard(lab, caller, "line-choice")
    caller.press("1")
    until_heard(lab, caller, "callback-own-number")
    caller.press("1")
    until_heard(lab, caller, "callback-noted")


def placeholders(lab: RunningLab) -> int:
    """How many stand in L01's line."""
    return sum(each.channel.startswith(_PLACEHOLDER) for each in lab.line(TEAM))


def until_placeholders(lab: RunningLab, count: int, seconds: float = 30) -> None:
    """Wait until so many stand in L01's line."""
    until(lambda: placeholders(lab) == count, seconds, f"{count} placeholders in line")


def member_state(lab: RunningLab, member: str) -> str:
    """As `queue show` has it: Not in use, In use, Ringing, Unavailable..."""
    (line,) = [each for each in lab.members(TEAM).splitlines() if f"(PJSIP/{member})" in each]
    found = re.search(r"\((Not in use|In use|Busy|Ringing|Unavailable|Invalid|Unknown|On Hold)\)", line)
    assert found, line
    return found[1]


def until_free(lab: RunningLab, *members: str, seconds: float = 30) -> None:
    """Wait until these can be rung."""
    until(lambda: {member_state(lab, each) for each in members} == {"Not in use"}, seconds, f"{members} free")


def answered(phones: Phones, count: int, seconds: float = 40) -> Sequence[str]:
    """The numbers shown on the phones that answered, in order, once so many did."""
    events = phones.until(lambda seen: sum(each.kind == "answered" for each in seen) >= count, seconds)
    return [each.caller_number for each in events if each.kind == "answered"]
