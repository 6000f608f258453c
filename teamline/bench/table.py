"""One table for every benchmark: name, measured, bound, and whether it is kept; and the machine it ran on."""

import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

_BOUND = re.compile(r"(?P<label>\w+ )?(?P<side><=|>=) (?P<limit>[\d.,]+) (?P<unit>\S+)").match


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `is_kept` is None where there is no bound, or none that can be compared."""

    name: str
    measured: str
    bound: str
    is_kept: bool | None


def judged(name: str, measured: str, bound: str) -> Row:
    """A benchmark's row with its verdict."""
    return Row(name, measured, bound, keeps(measured, bound))


def keeps(measured: str, bound: str) -> bool | None:
    """Whether "p50 0.1 ms, p99 0.15 ms" keeps "p99 <= 0.2 ms": the first figure of the bound's unit counts.

    A label before the comparison names the place behind which to look for it.
    """
    wanted = _BOUND(bound)
    if wanted is None:
        return None
    said = measured.partition(wanted["label"])[2] if wanted["label"] else measured
    unit = re.escape(wanted["unit"])
    found = re.search(rf"(?<![\w.,])(\d[\d.,]*) ?{unit}(?!\w|/)", said)
    if found is None:
        return None
    figure, limit = _number(found[1]), _number(wanted["limit"])
    return figure <= limit if wanted["side"] == "<=" else figure >= limit


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def drawn(rows: Sequence[Row], machine: Mapping[str, str]) -> Table:
    """The table; its caption names the machine."""
    table = Table(caption=", ".join(f"{name} {told}" for name, told in machine.items()), caption_justify="left")
    for heading in ("name", "measured", "bound"):
        table.add_column(heading, overflow="fold")
    table.add_column("ok?")
    for row in rows:
        verdict = {True: "[green]yes[/]", False: "[bold red]NO[/]", None: ""}[row.is_kept]
        table.add_row(row.name, row.measured, row.bound, verdict)
    return table


def machine() -> Mapping[str, str]:
    """What the figures depend on: processor, cores, load before, Python, kernel."""
    return {
        "CPU": _processor(Path("/proc/cpuinfo")),
        "cores": str(len(os.sched_getaffinity(0))),
        "load": f"{os.getloadavg()[0]:.1f}",
        "Python": platform.python_version(),
        "Linux": platform.release(),
    }


def _processor(told: Path) -> str:
    lines = told.read_text(encoding="utf-8", errors="replace").splitlines() if told.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
