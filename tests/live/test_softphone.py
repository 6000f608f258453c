"""A softphone of another make (PJSIP) on both ends: no part of the call path may need SIPp's ways."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from running_lab import Customer, RunningLab, customers, until

from routing.centre import Centre
from telephony.lab.ports import SERVICES, free_range

PROGRAM = Path(__file__).parent / "softphone.py"
CALLER = "02115550177"
A_SECOND_OF_PACKETS = 50  # 20 ms each


class Softphone:
    """One softphone process: what it told, and orders to it."""

    def __init__(self, lab: RunningLab, user: str, password: str, *, shown: str, registers: bool) -> None:
        self.events: list[dict[str, Any]] = []
        signalling, _, media, _ = free_range(4, within=SERVICES)
        self._process = subprocess.Popen(
            [sys.executable, str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        login = {"user": user, "password": password, "shown": shown, "registers": registers}
        self._write({"sip": lab.told["sip"], "port": signalling, "media": media, **login})

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.events.append(json.loads(line))

    def _write(self, said: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(said) + "\n")
        self._process.stdin.flush()

    def order(self, *words: str) -> None:
        self._write(words)

    def told(self, event: str) -> list[dict[str, Any]]:
        return [each for each in list(self.events) if each["event"] == event]

    def until_told(self, event: str, seconds: float = 15) -> dict[str, Any]:
        return until(lambda: self.told(event), seconds, f"{event} in {self.events}")[-1]

    def heard(self) -> int:
        """RTP packets received in this call so far."""
        before = len(self.told("heard"))
        self.order("heard")
        return until(lambda: self.told("heard")[before:], 5, f"packets in {self.events}")[0]["packets"]  # type: ignore[no-any-return]

    def close(self) -> int:
        """End its input; its exit code."""
        try:
            _close_input(self._process)
            return self._process.wait(20)
        finally:
            if self._process.poll() is None:
                self._process.kill()
            self._reader.join(5)
            if self._process.stdout:
                self._process.stdout.close()


def _close_input(process: subprocess.Popen[str]) -> None:
    if process.stdin:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()


@contextlib.contextmanager
def _citizen(lab: RunningLab) -> Iterator[Softphone]:
    trunk = lab.told["accounts"]["trunk"]
    phone = Softphone(lab, trunk["user"], trunk["password"], shown=CALLER, registers=False)
    try:
        phone.until_told("ready")
        yield phone
    finally:
        ended = phone.close()
    assert ended == 0


@contextlib.contextmanager
def _member(lab: RunningLab, team: str) -> Iterator[Softphone]:
    account = next(each for each in lab.told["accounts"]["members"] if each["teams"] == [team])
    phone = Softphone(lab, account["user"], account["password"], shown=account["user"], registers=True)
    try:
        assert phone.until_told("registered")["code"] == 200
        lab.until_signed_in(account["user"])
        yield phone
    finally:
        ended = phone.close()
    assert ended == 0
    assert f"{account['user']}/sip:" not in lab.console("pjsip show contacts")


def _household_of_two_teams(centre: Centre) -> tuple[Customer, str, str]:
    """A customer without a team of their own, the team of their household, and the other one of the area."""
    for customer in customers():
        teams = centre.areas[customer.area].benefit
        if len(teams) == 2 and not customer.benefit_team:
            index = int(customer.household[-1]) % 2
            return customer, teams[index], teams[1 - index]
    raise AssertionError("no such customer")


def test_a_citizen_and_a_member_with_softphones_of_another_make_talk_until_the_member_hangs_up(
    lab: RunningLab,
) -> None:
    customer, team, other = _household_of_two_teams(lab.centre)
    with _member(lab, team) as member, _member(lab, other) as neighbour, _citizen(lab) as caller:
        caller.order("call", lab.told["entry"])
        caller.until_told("answered")
        caller.order("key", f"{customer.keys}#11")
        assert member.until_told("rang", 20)["caller"].startswith(f'"Geld" <sip:{CALLER}@')
        member.order("answer")
        member.until_told("answered")
        before = caller.heard()
        until(lambda: member.heard() >= A_SECOND_OF_PACKETS, 5, "a second heard by the member")
        until(lambda: caller.heard() - before >= A_SECOND_OF_PACKETS, 5, "a second heard by the citizen")
        assert caller.told("ended") == []
        member.order("hang-up")
        caller.until_told("ended")
        lab.until_quiet()
        assert neighbour.told("rang") == []
        assert [] == [phone.told("error") for phone in (caller, member, neighbour) if phone.told("error")]
