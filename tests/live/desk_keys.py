"""Members' phones that dial the desk's short numbers, and what Asterisk shows of members then."""

import re
from collections.abc import Callable, Mapping

from running_lab import RunningLab

from telephony.lab.calls import CitizenCall
from telephony.lab.citizens import Citizens, TrunkAccount, place_calls

_SAID = re.compile(r"STREAM FILE \S*/[a-z-]+/([a-z-]+)-\d+ ")
_PAUSED = re.compile(r"paused(?::(\S+))?")

Presses = Callable[[str, str], list[str]]


def hears_phrases(lab: RunningLab) -> None:
    """From now on Asterisk writes down what it plays."""
    lab.console("logger add channel spoken verbose")
    lab.console("agi set debug on")


def dialled(lab: RunningLab, member: str, number: str) -> Citizens:
    """A member's phone that dials a number."""
    account = lab.accounts(member)[0]
    call = CitizenCall(member, (), 20)
    return place_calls(lab.told["sip"], number, TrunkAccount(account.user, account.password), [call])


def presses(lab: RunningLab) -> Presses:
    """Member and keys -> the phrases that the member hears until Asterisk hangs up."""
    log = lab.folder / "asterisk" / "log" / "spoken"

    def press(member: str, number: str) -> list[str]:
        heard = len(_SAID.findall(log.read_text(errors="replace")))
        assert dialled(lab, member, number).wait().ended_by_other_side == 1
        said = _SAID.findall(log.read_text(errors="replace"))[heard:]
        return list(dict.fromkeys(said))  # a phrase has several sounds

    return press


def pauses(lab: RunningLab, member: str) -> Mapping[str, str | None]:
    """Queue -> the reason of this member's pause there, None while they ring."""
    shown = {queue: lab.members(queue) for queue, interface in lab.memberships() if interface == f"PJSIP/{member}"}
    lines = {
        queue: next((line for line in text.splitlines() if f"PJSIP/{member})" in line), "")
        for queue, text in shown.items()
    }
    return {queue: (found[1] or "" if (found := _PAUSED.search(line)) else None) for queue, line in lines.items()}
