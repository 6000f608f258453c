"""A lab as a test uses it: started by the command line, asked by Asterisk's own console, called by SIPp."""

import contextlib
import csv
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from routing.centre import Centre
from routing.fair_line import HORIZON
from routing.teams.file import read
from telephony.lab.calls import CitizenCall, Keys, Wait
from telephony.lab.citizens import Citizens, TrunkAccount, place_calls
from telephony.lab.phones import Account, Habits, Phones, answer_phones

CUSTOMERS = Path("examples/customers.csv")
KEYS_OF_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_Seen = TypeVar("_Seen")
START_SECONDS = 120
END_SECONDS = 20
LOOK_AGAIN_SECONDS = 0.05
BUSY = 4


class NotSeen(AssertionError):
    """A condition that was waited for did not come true."""


def until(look: Callable[[], _Seen], seconds: float, what: str) -> _Seen:
    """Look again and again until it is true; what it was then. Raises NotSeen.

    `seconds`: what a machine that is ours alone takes at most; a busy one has BUSY times as long.
    """
    end = time.monotonic() + BUSY * seconds
    while not (seen := look()):
        if time.monotonic() > end:
            raise NotSeen(f"not seen within {BUSY * seconds} s: {what}")
        time.sleep(LOOK_AGAIN_SECONDS)
    return seen


def rewrite(file: Path, text: str) -> None:
    """All at once, as the router writes: a lab reloads whatever it finds, and half a file has no queues."""
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(file.stat().st_mode)
    fresh.replace(file)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One caller in line, as `queue show` tells it."""

    place: int
    channel: str
    priority: int

    @property
    def virtual_arrival(self) -> int:
        """Unix seconds."""
        return HORIZON - self.priority


@dataclass(frozen=True, slots=True)
class Customer:
    """One line of the example customers."""

    number: str
    household: str
    area: str
    benefit_team: str
    placement_team: str

    @property
    def keys(self) -> str:
        """The customer number on a phone's keys, letter as its key."""
        return self.number.translate(KEYS_OF_LETTERS)

    @property
    def household_keys(self) -> str:
        """The household number on a phone's keys."""
        return self.household.translate(KEYS_OF_LETTERS)


def customers() -> Sequence[Customer]:
    """The example customers."""
    with CUSTOMERS.open(encoding="utf-8", newline="") as lines:
        return [
            Customer(
                row["customer_number"],
                row["household"],
                row["area"],
                row.get("benefit_team") or "",
                row.get("placement_team") or "",
            )
            for row in csv.DictReader(lines)
        ]


class RunningLab:
    """One lab process and what it printed."""

    def __init__(self, folder: Path, *options: str, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self._errors = (folder.parent / f"{folder.name}.err").open("wb+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "teamline", "lab", "--dir", str(folder), "--json", *options],
            stdout=subprocess.PIPE,
            stderr=self._errors,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
        )
        self.told: dict[str, Any] = self._first_words()

    def _first_words(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.process.wait(START_SECONDS)
            self._errors.seek(0)
            raise AssertionError(f"the lab did not start: {self._errors.read().decode(errors='replace')[-3000:]}")
        told: dict[str, Any] = json.loads(line)
        return told

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> int:
        """SIGTERM, as an operator would; its exit code. Raises TimeoutExpired if it is not gone in time."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(END_SECONDS)
        finally:
            if self.process.poll() is None:
                self.process.kill()
            self._errors.close()
            if self.process.stdout:
                self.process.stdout.close()

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment in which every other command talks to this lab."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TEAMLINE_")}
        return {**inherited, **self.told["env"], "NO_COLOR": "1", "COLUMNS": "200"}

    def command(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """One `teamline` command against this lab."""
        return subprocess.run(
            [sys.executable, "-m", "teamline", *words],
            env=dict(self.environment),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def console(self, command: str) -> str:
        """What Asterisk's own console says."""
        asked = [*self.told["console"], command]
        return subprocess.run(asked, capture_output=True, text=True, timeout=15, check=False, errors="replace").stdout

    def channels(self) -> int:
        """Active channels now."""
        found = re.search(r"(\d+) active channel", self.console("core show channels count"))
        return int(found[1]) if found else -1

    def until_stored(self, queue: str, member: str, seconds: float = 10) -> None:
        """Wait until this sign-in is on disk: astdb commits about once a second."""
        place = self.folder / "asterisk" / "var" / "astdb.sqlite3"

        def is_stored() -> bool:
            with contextlib.closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True)) as astdb:
                rows = astdb.execute("select value from astdb where key = ?", (f"/Queue/PersistentMembers/{queue}",))
                return any(f"PJSIP/{member}" in value for (value,) in rows)

        until(is_stored, seconds, f"{member} of {queue} on disk")

    def until_quiet(self, seconds: float = 15) -> None:
        """Wait until no channel and no AGI session is left."""
        until(lambda: self.channels() == 0, seconds, "zero channels")

    def line(self, queue: str) -> Sequence[Waiting]:
        """The callers of a queue in order of service."""
        shown = self.console(f"queue show {queue}")
        found = re.findall(r"^\s+(\d+)\. (\S+) \(wait: [0-9:]+, prio: (\d+)\)", shown, re.MULTILINE)
        return [Waiting(int(place), channel, int(priority)) for place, channel, priority in found]

    def until_waiting(self, queue: str, count: int, seconds: float = 30) -> Sequence[Waiting]:
        """The line once so many wait in it."""
        return until(lambda: (line := self.line(queue)) and len(line) == count and line, seconds, f"{count} in {queue}")  # type: ignore[return-value]

    @property
    def centre(self) -> Centre:
        """The teams.yaml that the lab was started with."""
        return read(Path(self.told["env"]["TEAMLINE_CONFIG"]))

    def members(self, queue: str) -> str:
        """The members' part of `queue show`."""
        return self.console(f"queue show {queue}").partition("Members:")[2].partition("Callers:")[0]

    def memberships(self) -> set[tuple[str, str]]:
        """Every (queue, interface) that Asterisk shows."""
        found: set[tuple[str, str]] = set()
        for block in self.console("queue show").split("\n\n"):
            queue = block.strip().partition(" ")[0]
            found |= {(queue, interface) for interface in re.findall(r"\((PJSIP/[^)]+)\)", block)}
        return found

    def accounts(self, *users: str) -> Sequence[Account]:
        """The phones' accounts: all, or those of these members."""
        told = {each["user"]: each["password"] for each in self.told["accounts"]["members"]}
        return [Account(user, told[user]) for user in users or told]

    @contextlib.contextmanager
    def phones(self, *users: str, habits: Habits | None = None) -> Iterator[Phones]:
        """Registered phones that behave so; all of them if none is named, signed in when this returns."""
        with answer_phones(self.told["sip"], self.accounts(*users), habits) as phones:
            yield phones

    def until_signed_in(self, *users: str, seconds: float = 20) -> None:
        """Wait until these members serve every queue of theirs."""
        chosen = [self.centre.members[user] for user in users or [one.user for one in self.accounts()]]
        wanted = {(queue, member.interface) for member in chosen for queue in self.centre.queues_of(member)}
        until(lambda: wanted <= self.memberships(), seconds, f"{len(chosen)} members signed in")

    def call(self, *steps: str | float, caller: str = "02115550100", name: str = "", stay: float = 20) -> Citizens:
        """One citizen: strings are keyed, numbers are seconds of listening; hangs up `stay` seconds after."""
        return self.calls([citizen(*steps, caller=caller, name=name, stay=stay)])

    def calls(self, calls: Sequence[CitizenCall], rate: float = 10) -> Citizens:
        """Several citizens, one after the other at this rate a second."""
        trunk = TrunkAccount(**self.told["accounts"]["trunk"])
        return place_calls(self.told["sip"], self.told["entry"], trunk, calls, rate=rate)

    @contextlib.contextmanager
    def in_turn(self, calls: Sequence[CitizenCall]) -> Iterator[Sequence[Citizens]]:
        """Citizens who come one after the other, each in a second of its own; whoever is still there goes in the end.

        The place in line has the resolution of a second: callers of the same second are equals.
        """
        placed: list[Citizens] = []
        try:
            for call in calls:
                placed.append(self.calls([call]))
                placed[-1].run.until(lambda events: "answered 1" in events, 30)
                came = int(time.time())
                until(lambda second=came: int(time.time()) > second, 3, "the next second")  # type: ignore[misc]
            yield placed
        finally:
            for one in placed:
                one.close()
            self.hang_up_all()

    def hang_up_all(self) -> None:
        """End every call and wait for that: SIPp says no goodbye when it is closed."""
        self.console("channel request hangup all")
        self.until_quiet()

    def variable(self, channel: str, name: str) -> str:
        """A variable of this channel, empty if it has none."""
        found = re.search(rf"^\s*{name}=(.*)$", self.console(f"core show channel {channel}"), re.MULTILINE)
        return found[1] if found else ""

    def start(self, part: str) -> None:
        """`lab --start PART`."""
        done = subprocess.run(
            [sys.executable, "-m", "teamline", "lab", "--dir", str(self.folder), "--start", part],
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        self.told = json.loads((self.folder / "lab.json").read_text())

    def signal(self, part: str, number: int) -> None:
        """Send a signal to one part."""
        os.kill(self.told["pids"][part], number)

    def router_log(self) -> str:
        """What the router has logged so far."""
        return (self.folder / "router.log").read_text(encoding="utf-8", errors="replace")


def citizen(*steps: str | float, caller: str = "02115550100", name: str = "", stay: float = 20) -> CitizenCall:
    """A call: strings are keyed, numbers are seconds of listening."""
    made = tuple(Keys(step) if isinstance(step, str) else Wait(float(step)) for step in steps)
    return CitizenCall(caller, made, stay, name)
