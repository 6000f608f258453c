"""Real calls through a private Asterisk: the router's CPU beside Asterisk's, and where each call ended.

A lab of its own runs as a child; its members' phones register and answer. Citizens dial in, listen a little, key a
number of the example customers, say that it is right, and that it is about money. CPU is what the kernel booked
for each process between the first call and the end of the last (proc_pid_stat(5)). Where calls landed is read in
Asterisk's queue_log. It names no caller, so each queue's calls are held against those that belong there: a call
that went astray is missing where it belongs.
"""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from select import select
from tempfile import TemporaryDirectory
from typing import Any

from rich.progress import Progress

from routing.centre import Centre
from routing.teams.file import read
from teamline.example_files import example_customers, example_teams
from teamline.output import errors
from telephony.lab.calls import CitizenCall, Keys, Wait
from telephony.lab.citizens import TrunkAccount, place_calls
from telephony.lab.phones import Account, Habits, answer_phones

CALLS, RATE = 500, 20.0
MOST_PERCENT = 15
LISTENS_SECONDS, THINKS_SECONDS, STAYS_SECONDS = 1.5, 1.0, 7.0
HABITS = Habits(ring_seconds=(0.5, 2.0), talk_seconds=(2.0, 4.0))
START_SECONDS, SPARE_SECONDS, END_SECONDS, LOOK_SECONDS = 180.0, 30.0, 20.0, 0.5
KEY_OF = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")


class BenchFailed(RuntimeError):
    """The calls could not be placed; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Caller:
    """One citizen: the number to show, the keys to press, the queue where they belong."""

    shown: str
    keys: str
    queue: str

    @property
    def call(self) -> CitizenCall:
        """What this citizen does."""
        steps = (Wait(LISTENS_SECONDS), Keys(f"{self.keys}#1"), Wait(THINKS_SECONDS), Keys("1"))
        return CitizenCall(self.shown, steps, STAYS_SECONDS)


def run(calls: int = CALLS, rate: float = RATE) -> list[tuple[str, str, str]]:
    """Measure; returns rows of (name, measured, bound). Raises BenchFailed, SippFailed."""
    people = callers(example_customers(), read(example_teams()), calls)
    with TemporaryDirectory(prefix="teamline-bench-") as folder:
        with _lab(Path(folder) / "lab") as told, answer_phones(told["sip"], _accounts(told), HABITS):
            before = _cpu(told["pids"])
            answered = _placed(told, people, rate)
            spent = {part: seconds - before[part] for part, seconds in _cpu(told["pids"]).items()}
        landed = landings(Path(folder) / "lab" / "asterisk" / "log" / "queue_log")
    return rows(people, spent, landed, answered)


def rows(
    people: Sequence[Caller], spent: Mapping[str, float], landed: Counter[str], answered: int
) -> list[tuple[str, str, str]]:
    """The figures: the ratio, what it is made of, and the calls that ended where their number says."""
    router, asterisk, count = spent["router"], spent["asterisk"], len(people)
    percent = 100 * router / asterisk if asterisk else 0.0
    each = f"{1e3 * router / count:.2f} ms and {1e3 * asterisk / count:.2f} ms a call"
    right = (landed & Counter(person.queue for person in people)).total()
    told = f"{right} calls ({answered} answered, {landed.total()} queued)"
    return [
        (f"router's CPU beside Asterisk's, {count} calls", f"{percent:.1f} % ({each})", f"<= {MOST_PERCENT} %"),
        ("calls that ended where their number says", told, f">= {count} calls"),
    ]


def callers(customers: Path, centre: Centre, wanted: int) -> Sequence[Caller]:
    """Customers from all over the file whose keys are nobody else's, so many; each with the team that is theirs."""
    with customers.open(encoding="utf-8-sig", newline="") as lines:
        rows_ = list(csv.DictReader(lines))
    shared = Counter(row["customer_number"].translate(KEY_OF) for row in rows_)
    alone = [row for row in rows_ if shared[row["customer_number"].translate(KEY_OF)] == 1]
    chosen = islice(alone, 0, None, max(1, len(alone) // wanted))
    return [
        Caller(f"0211{5_000_000 + place}", row["customer_number"].translate(KEY_OF), _queue(row, centre))
        for place, row in enumerate(islice(chosen, wanted))
    ]


def _queue(row: Mapping[str, str], centre: Centre) -> str:
    """The benefit team: as the file names it, else by the last digit of the household's number, even first."""
    area = centre.areas[row["area"]]
    named = row.get("benefit_team")
    return centre.teams[named or area.benefit[int(row["household"][-1]) % 2]].queue


def landings(queue_log: Path) -> Counter[str]:
    """Queue -> how many calls entered it last (ENTERQUEUE of queue_log)."""
    fields = (line.split("|") for line in queue_log.read_text(encoding="utf-8", errors="replace").splitlines())
    return Counter({each[1]: each[2] for each in fields if each[4:5] == ["ENTERQUEUE"]}.values())


def _placed(told: Mapping[str, Any], people: Sequence[Caller], rate: float) -> int:
    """Place all calls and wait for their end; how many were answered."""
    trunk = TrunkAccount(**told["accounts"]["trunk"])
    longest = len(people) / rate + max(each.call.longest_seconds for each in people) + SPARE_SECONDS
    running = place_calls(told["sip"], told["entry"], trunk, [each.call for each in people], rate=rate)
    with running.run, Progress(console=errors, transient=True) as progress:
        task = progress.add_task("Calls", total=len(people))
        until = time.monotonic() + longest
        while running.run.running and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)  # a look at a child that tells nobody when it ends
            ended = running.so_far()
            progress.update(task, completed=ended.ended_by_other_side + ended.hung_up)
        if running.run.running:
            raise BenchFailed(f"the calls had not ended after {longest:.0f} s")
        return running.so_far().answered


@contextmanager
def _lab(home: Path) -> Iterator[Mapping[str, Any]]:
    """A lab of its own, from the shipped example; what it printed."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TEAMLINE_")}
    command = [sys.executable, "-m", "teamline", "lab", "--json", "--dir", str(home), "--config", str(example_teams())]
    with subprocess.Popen(  # noqa: S603 - ourselves
        command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, env=inherited, process_group=0
    ) as lab:
        try:
            yield _first_words(lab)
        finally:
            lab.send_signal(signal.SIGTERM)
            _end(lab)


def _end(lab: "subprocess.Popen[bytes]") -> None:
    try:
        lab.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        lab.kill()


def _first_words(lab: "subprocess.Popen[bytes]") -> Mapping[str, Any]:
    output = lab.stdout
    if output is None or not select([output], [], [], START_SECONDS)[0] or not (line := output.readline()):
        raise BenchFailed("the lab did not start: `teamline lab` says why")
    told: Mapping[str, Any] = json.loads(line)
    return told


def _accounts(told: Mapping[str, Any]) -> Sequence[Account]:
    return [Account(each["user"], each["password"]) for each in told["accounts"]["members"]]


def _cpu(pids: Mapping[str, int]) -> Mapping[str, float]:
    """Seconds of user and system time so far, of each process with all its threads."""
    return {part: cpu_seconds(Path(f"/proc/{pid}/stat").read_text(encoding="ascii")) for part, pid in pids.items()}


def cpu_seconds(stat: str) -> float:
    """Utime and stime of proc_pid_stat(5), fields 14 and 15; the name before them may hold blanks."""
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
