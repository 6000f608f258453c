"""Citizens whose fate the test decides: each known to Asterisk by a Uniqueid, and hung up by hand."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ami_record import AmiRecord
from running_lab import RunningLab, Waiting, until
from sip_client import QUIET, Login, SipCaller, press
from small_centre import keys

_NUMBERS = itertools.count(211_600_000)
_LAND_SECONDS = 20


class KnownCaller:
    """One citizen in a call. `number` is theirs alone; `call` the Uniqueid, `channel` the name of the channel."""

    def __init__(self, lab: RunningLab, phone: SipCaller, number: str) -> None:
        self._lab = lab
        self.phone = phone
        self.number = number
        self.call, self.channel = until(self._found, _LAND_SECONDS, "the caller's channel")  # type: ignore[misc]

    def _found(self) -> tuple[str, str] | None:
        with AmiRecord(self._lab.told["ami"]) as ami:
            rows = [dict(row) for row in ami.ask("Status", Variables="TEAMLINE_CALLER")]
        own = (row for row in rows if row.get("Variable") == f"TEAMLINE_CALLER={self.number}")
        trunk = f"PJSIP/{self._lab.told['accounts']['trunk']['user']}-"  # a member's leg shows the number, too
        return next(((row["Uniqueid"], row["Channel"]) for row in own if row["Channel"].startswith(trunk)), None)

    def until_in_line(self, queue: str, seconds: float = _LAND_SECONDS) -> Waiting:
        """Wait until they stand in this line."""
        return until(
            lambda: next((one for one in self._lab.line(queue) if one.channel == self.channel), None),
            seconds,
            f"{self.call} in {queue}",
        )  # type: ignore[return-value]

    def take_out(self, queue: str) -> None:
        """Withdraw them from this line; our dialplan has them back in it a moment later."""
        with AmiRecord(self._lab.told["ami"]) as ami:
            ami.say("QueueWithdrawCaller", Queue=queue, Caller=self.channel)
            until(lambda: self._lab.variable(self.channel, "TEAMLINE_VISIT") == "2", 10, "the second visit")
        self.until_in_line(queue)

    def press(self, keys: str) -> None:
        """Key after key."""
        press({self.phone: keys})

    def hang_up(self) -> None:
        """Hang up, as a caller does."""
        self.phone.hang_up()
        until(lambda: self.channel not in self._lab.console("core show channels concise"), 10, f"{self.call} gone")


class KnownCallers:
    """Everybody who calls while the context lasts; whoever is left hangs up in the end."""

    def __init__(self, lab: RunningLab, sound: bytes = QUIET) -> None:
        self._lab = lab
        self._sound = sound
        self._phones: list[SipCaller] = []

    def dial(self, *wishes: str) -> list[KnownCaller]:
        """A caller for each of these wishes (what they key), all at the same time."""
        numbers = [f"0{next(_NUMBERS)}" for _ in wishes]
        phones = [self._phone(number) for number in numbers]
        assert [200] * len(phones) == [phone.dial() for phone in phones]
        press(dict(zip(phones, wishes, strict=True)))
        return [KnownCaller(self._lab, phone, number) for phone, number in zip(phones, numbers, strict=True)]

    def in_line(self, *teams: str) -> list[KnownCaller]:
        """Callers of these teams, once they stand in their lines."""
        found = self.dial(*map(keys, teams))
        for one, team in zip(found, teams, strict=True):
            one.until_in_line(team)
        return found

    def press_all(self, callers: Sequence[KnownCaller], keys: str) -> None:
        """All press these keys at the same time."""
        press({each.phone: keys for each in callers})

    def _phone(self, number: str) -> SipCaller:
        told, trunk = self._lab.told, self._lab.told["accounts"]["trunk"]
        uri = f"sip:{told['entry']}@{told['sip']}".encode()
        login = Login(trunk["user"], trunk["password"])
        from_ = f"<sip:{number}@127.0.0.1>".encode()
        phone = SipCaller(told["sip"], uri, from_, login=login, sound=self._sound)
        self._phones.append(phone)
        return phone

    def close(self) -> None:
        """Hang up."""
        for phone in self._phones:
            phone.__exit__(None, None, None)


@contextmanager
def known_callers(lab: RunningLab, sound: bytes = QUIET) -> Iterator[KnownCallers]:
    """Callers of this lab, gone in the end; what is heard of them is 20 ms of PCMU, again and again."""
    callers = KnownCallers(lab, sound)
    try:
        yield callers
    finally:
        callers.close()
        lab.hang_up_all()
