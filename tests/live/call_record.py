"""What Asterisk itself did with each call: every step of the dialplan, every word to and from the router.

Asterisk's own verbose log, written for the while of a test to a file of the test's own. Nobody may run a
centre like this: the log holds what callers key.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from running_lab import RunningLab

_LINE = re.compile(rb"\[[^\]]*\] \w+\[\d+\]\[(C-[0-9a-f]+)\] \S+?: ?(.*)")
_STEP = re.compile(r'Executing \[[^\]]*\] (\w+)\("[^"]*", "(.*)"\) in new stack')
_TOLD = re.compile(r"AGI Tx >> (agi_\w+): (.*)")
_PLAYED = re.compile(r"Playing '(.*)/([^/']+)\.\w+' \(escape")
_ASKED = "AGI Rx << "
_CALLER = "_TEAMLINE_CALLER="
_WITHHELD = f"1?Set({_CALLER})"
_PART_NUMBER = re.compile(r"-\d+$")


@dataclass(slots=True)
class Call:
    """One call so far."""

    steps: list[tuple[str, str]] = field(default_factory=list)
    """(application, evaluated arguments) of every step of the dialplan."""
    told: list[tuple[str, str]] = field(default_factory=list)
    """What the router was told at the beginning of each question: (agi_..., value)."""
    played: list[tuple[str, str]] = field(default_factory=list)
    """(folder, file) of every sound file that was begun."""
    asked: str = ""
    """The router's last command to Asterisk."""
    caller: str | None = None
    """The caller's number once it is clean; empty if withheld."""

    @property
    def phrases(self) -> Sequence[str]:
        """The phrases that were begun, without their parts' numbers."""
        return [_PART_NUMBER.sub("", file) for _, file in self.played]

    def went_on(self, line: str) -> None:
        """Take one line of the log."""
        if step := _STEP.match(line):
            self.steps.append((step[1], step[2]))
            if step[1] == "Set" and step[2].startswith(_CALLER):
                self.caller = step[2].removeprefix(_CALLER)
            elif step.groups() == ("ExecIf", _WITHHELD):
                self.caller = ""
        elif told := _TOLD.search(line):
            self.told.append((told[1], told[2]))
        elif played := _PLAYED.search(line):
            self.played.append((played[1], played[2]))
        elif _ASKED in line:
            self.asked = line.partition(_ASKED)[2]


class CallRecord:
    """A context: what happened in the lab since it began."""

    def __init__(self, lab: RunningLab, file: Path) -> None:
        self._lab = lab
        self._file = file
        self._read = 0
        self._calls: dict[bytes, Call] = {}

    def __enter__(self) -> Self:
        self._lab.console(f"logger add channel {self._file} verbose(3)")
        self._lab.console("agi set debug on")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lab.console("agi set debug off")
        self._lab.console(f"logger remove channel {self._file}")

    def text(self) -> bytes:
        """All of it as it stands."""
        return self._file.read_bytes()

    def calls(self) -> Sequence[Call]:
        """Every call, in order of beginning."""
        with self._file.open("rb") as written:
            written.seek(self._read)
            fresh = written.read()
        whole = fresh.rpartition(b"\n")[0]
        self._read += len(whole)
        for line in whole.split(b"\n"):
            if found := _LINE.match(line):
                self._calls.setdefault(found[1], Call()).went_on(found[2].decode(errors="replace"))
        return list(self._calls.values())

    def of(self, caller: str) -> Sequence[Call]:
        """Every call of this caller, in order of beginning."""
        return [call for call in self.calls() if call.caller == caller]
