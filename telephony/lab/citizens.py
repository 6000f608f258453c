"""Simulated citizens: calls placed through the trunk account of a private Asterisk."""

import socket
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from telephony.lab.calls import CitizenCall, KeyStyle, citizen_rows, citizen_scenario, slots
from telephony.lab.scenario import injection_file
from telephony.lab.sipp import SippRun

_SETUP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class TrunkAccount:
    """The digest account through which any From number may call."""

    user: str
    password: str


@dataclass(frozen=True, slots=True)
class CallsEnded:
    """How placed calls ended: answered at all; by the other side; by the citizen; in another way (refused)."""

    placed: int
    answered: int
    ended_by_other_side: int
    hung_up: int

    @property
    def failed(self) -> int:
        """Calls that neither side ended properly."""
        return self.placed - self.ended_by_other_side - self.hung_up


class Citizens:
    """A SIPp that places calls; `wait()` for them to end."""

    def __init__(self, run: SippRun, calls: Sequence[CitizenCall], rate: float) -> None:
        self.run = run
        self._placed = len(calls)
        self._longest = _longest_seconds(calls, rate)

    def wait(self, seconds: float | None = None) -> CallsEnded:
        """How they ended, once all have (or SIPp has given up); its folder is removed.

        Raises SippFailed when they last longer than `seconds` (default: than their own steps allow).
        """
        with self.run:
            self.run.wait(seconds or self._longest)
            return self.so_far()

    def so_far(self) -> CallsEnded:
        """The same, at this moment."""
        seen = Counter(event.partition(" ")[0] for event in self.run.events())
        return CallsEnded(self._placed, seen["answered"], seen["ended"], seen["hung-up"])

    def close(self) -> None:
        """Ends SIPp at once; running calls are left without a goodbye."""
        self.run.close()


def place_calls(
    sip: str,
    entry: str,
    account: TrunkAccount,
    calls: Sequence[CitizenCall],
    *,
    rate: float = 10.0,
    style: KeyStyle | None = None,
    within: Path | None = None,
) -> Citizens:
    """Starts calling `entry` at `sip` ("host:port"), `rate` calls a second, in the order given.

    Digits are RFC 4733 events where this user may, else SIP INFO, unless `style` says.
    Raises SippFailed, UnusableInScenario.
    """
    chosen = style or usual_style()
    places = max((len(slots(call, chosen)) for call in calls), default=0)
    text = citizen_scenario(places, chosen, account.user, account.password)
    rows = injection_file(citizen_rows(calls, places, chosen))
    seconds = _longest_seconds(calls, rate)
    options = ["-s", entry, "-m", str(len(calls)), "-l", str(len(calls))]
    options += ["-r", str(max(1, round(rate * 60))), "-rp", "60000"]
    run = SippRun(text, {"calls.csv": rows}, options, peer=sip, seconds=seconds, within=within)
    return Citizens(run, calls, rate)


def _longest_seconds(calls: Sequence[CitizenCall], rate: float) -> float:
    return _SETUP_SECONDS + len(calls) / rate + max((call.longest_seconds for call in calls), default=0.0)


def usual_style() -> KeyStyle:
    """RFC 4733 where this user may open the raw socket that SIPp needs for it (raw(7)), else INFO."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP):
            return KeyStyle.RFC4733
    except PermissionError:
        return KeyStyle.INFO
