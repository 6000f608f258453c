"""Where each caller ended up: which line, which place, and what the channel knows about it."""

import json
import re
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ami_record import AmiRecord
from running_lab import RunningLab, Waiting, until

_CALLERS = re.compile(r"^\s+(\d+)\. (\S+) \(wait: [0-9:]+, prio: (\d+)\)", re.MULTILINE)
_VARIABLE = re.compile(r"^([A-Z_a-z0-9]+)=(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Landed:
    """One caller in line."""

    caller: str
    queue: str
    waiting: Waiting
    variables: Mapping[str, str]

    @property
    def credit(self) -> int:
        """Seconds by which the place is better than the arrival."""
        return int(self.variables["TEAMLINE_ARRIVAL"]) - self.waiting.virtual_arrival


def channels_by_caller(lab: RunningLab) -> Mapping[str, str]:
    """Caller's number -> channel, of everybody who is in a call now."""
    return {caller: channel for channel, caller in _calls(lab)}


def _calls(lab: RunningLab) -> Sequence[tuple[str, str]]:
    with AmiRecord(lab.told["ami"]) as ami:
        shown = ami.ask("Status", Variables="TEAMLINE_CALLER")
    rows = [dict(event) for event in shown if ("Event", "Status") in event]
    return [(row["Channel"], row["Variable"].removeprefix("TEAMLINE_CALLER=")) for row in rows]


def lines(lab: RunningLab) -> Mapping[str, tuple[str, Waiting]]:
    """Channel -> queue and place, of everybody in line."""
    found: dict[str, tuple[str, Waiting]] = {}
    for block in lab.console("queue show").split("\n\n"):
        queue = block.strip().partition(" ")[0]
        for place, channel, priority in _CALLERS.findall(block):
            found[channel] = queue, Waiting(int(place), channel, int(priority))
    return found


def variables(lab: RunningLab, channel: str) -> Mapping[str, str]:
    """Every variable of this channel."""
    shown = lab.console(f"core show channel {channel}").partition("Variables:")[2]
    return dict(_VARIABLE.findall(shown))


def until_landed(lab: RunningLab, caller: str, seconds: float = 40) -> Landed:
    """Where this caller waits, once in a line."""

    def look() -> tuple[str, Waiting] | None:
        channel = channels_by_caller(lab).get(caller)
        return lines(lab).get(channel) if channel else None

    queue, waiting = until(look, seconds, f"caller {caller} in a line")  # type: ignore[misc]  # never None here
    return Landed(caller, queue, waiting, variables(lab, waiting.channel))


def until_in_line(lab: RunningLab, queue: str, count: int, seconds: float = 40) -> Sequence[Landed]:
    """Everybody in this line once they are so many, in order of their channels: of dialling."""

    def look() -> Sequence[tuple[str, Waiting]]:
        found = [(channel, waiting) for channel, (name, waiting) in lines(lab).items() if name == queue]
        return sorted(found) if len(found) == count else []

    found = until(look, seconds, f"{count} callers in {queue}")
    callers = dict(_calls(lab))
    return [Landed(callers[channel], queue, waiting, variables(lab, channel)) for channel, waiting in found]


def hang_up(lab: RunningLab, callers: Sequence[str]) -> None:
    """End the calls of these callers that are still there, from Asterisk's side."""
    for caller, channel in channels_by_caller(lab).items():
        if caller in callers:
            lab.console(f"channel request hangup {channel}")


def calls_in_the_ivr(lab: RunningLab) -> int:
    """AGI sessions that the router has open."""
    with urllib.request.urlopen(f"{lab.told['http']}/readyz") as answer:
        told = json.load(answer)["dependencies"]["agi"]["what"]
    return int(re.search(r"(\d+) calls are in the IVR", told)[1])  # type: ignore[index]


def until_nothing_is_left(lab: RunningLab) -> None:
    """No channel in Asterisk, no session in the router."""
    lab.until_quiet()
    until(lambda: calls_in_the_ivr(lab) == 0, 5, "no session in the router")
