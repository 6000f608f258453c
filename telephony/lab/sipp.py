"""One run of SIPp (Debian: sip-tester): a child in a folder of its own, ended with its owner."""

import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from telephony.lab.children import end_child, start_child, wait_for_end
from telephony.lab.ports import HOST, free_ports, free_range, is_open

_LOOK_AGAIN_SECONDS = 0.02
_ANSWERED_BY_ITSELF = "Automatic response mode"  # OPTIONS that ask whether a phone is there
_CALLS_WERE_MADE = (0, 1)  # sipp(1): all went well, at least one failed


class SippFailed(RuntimeError):
    """SIPp could not be started or did not do what was asked; the sentence ends with what it said."""


class SippRun:
    """A running SIPp: `-sf` a scenario, its CSV files, its own SIP and media ports.

    `peer` is "host:port" of Asterisk for a caller, None for a phone that waits for calls.
    Its folder, in `within` or the usual place for temporary ones, is removed by `close()`; use it as a context.
    """

    def __init__(
        self,
        scenario: str,
        columns: Mapping[str, str],
        options: Sequence[str],
        *,
        peer: str | None,
        seconds: float,
        port: int | None = None,
        within: Path | None = None,
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="teamline-sipp-", dir=within))
        self.port = port or free_ports(1)[0]
        self._argv = [
            *(_program(), *((peer,) if peer else ()), "-sf", "scenario.xml"),
            *(part for name in columns for part in ("-inf", name)),
            *("-i", HOST, "-p", str(self.port), "-mi", HOST, "-mp", str(free_range(4)[0])),
            *("-nostdin", "-aa", "-trace_logs", "-log_file", "events.log"),
            *("-trace_err", "-error_file", "errors.log", "-max_log_size", "1000000"),
            *("-f", "3600", "-timeout", str(max(1, round(seconds)))),
            *options,
        ]
        for name, text in {"scenario.xml": scenario, **columns}.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        self._child = start_child(self._argv, output=self.folder / "screen", folder=self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    @property
    def running(self) -> bool:
        """True until it has ended."""
        return self._child.poll() is None

    def wait(self, seconds: float) -> int:
        """Its exit code: 0 when every call went as written, 1 when one did not.

        Raises SippFailed when it is late or could not work at all.
        """
        if not wait_for_end(self._child, seconds):
            raise SippFailed(f"SIPp was still running after {seconds:.0f} s: {self.complaints()}")
        if self._child.returncode not in _CALLS_WERE_MADE:
            raise SippFailed(f"SIPp ended with {self._child.returncode}: {self.complaints()}")
        return self._child.returncode

    def until_listening(self, seconds: float = 10.0) -> None:
        """Returns when its SIP port is open. Raises SippFailed."""
        self._until(lambda: is_open(self.port), seconds)

    def events(self) -> list[str]:
        """What the scenario logged so far, a line each: "answered 3"."""
        return _lines(self.folder / "events.log")

    def until(self, seen: Callable[[list[str]], bool], seconds: float) -> list[str]:
        """The events once they satisfy `seen`. Raises SippFailed when they do not within `seconds`."""
        self._until(lambda: seen(self.events()), seconds)
        return self.events()

    def _until(self, met: Callable[[], bool], seconds: float) -> None:
        end = time.monotonic() + seconds
        while not met():
            if not self.running or time.monotonic() > end:
                raise SippFailed(f"not seen within {seconds:.0f} s: {self.complaints()}")
            time.sleep(_LOOK_AGAIN_SECONDS)

    def complaints(self) -> str:
        """The last lines of SIPp's own screen and error file, for messages to developers."""
        said = (_lines(self.folder / "screen"), _lines(self.folder / "errors.log"))  # the screen is long
        return "\n".join(line for lines in said for line in lines if _ANSWERED_BY_ITSELF not in line)[-3000:]

    def close(self) -> None:
        """Ends it at once and removes its folder."""
        end_child(self._child, 0)
        shutil.rmtree(self.folder, ignore_errors=True)


def _program() -> str:
    found = shutil.which("sipp")
    if found is None:
        raise SippFailed("SIPp is missing: install the Debian package sip-tester")
    return found


def _lines(path: Path) -> list[str]:
    if not path.exists():
        return []
    return [line for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if line]
