"""The directory: decisions a second, bytes a number, time to load, time and memory to import a million lines.

The large import runs in a process of its own, so that its memory is its own (VmHWM of proc(5)).
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, perf_counter_ns, process_time
from typing import cast

from operations.directory_import import Imported, import_csv
from routing.centre import Centre
from routing.decision import Concern, Contact, decide
from routing.directory import DirectoryTable, KeyedHash
from routing.number import NumberFormat, NumberKind
from routing.teams.file import read
from teamline.bench.invented_customers import write
from teamline.example_files import example_teams

CUSTOMERS = (10_000, 100_000, 1_000_000)
SECRET = bytes(range(32))
SEED = 115
OPEN_AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
CALLERS = 20_000
LOADS = 5
ROUNDS = 5
MOST_P99_MS, MOST_BYTES, MOST_LOAD_SECONDS, MOST_IMPORT_SECONDS = 0.2, 24, 1, 20

Row = tuple[str, str, str]


def run() -> list[Row]:
    """Measure; returns rows of (name, measured, bound)."""
    centre = read(example_teams())
    with TemporaryDirectory(prefix="teamline-bench-") as folder:
        return [row for customers in CUSTOMERS for row in _measured(Path(folder), centre, customers)]


def _measured(folder: Path, centre: Centre, customers: int) -> list[Row]:
    file, snapshot = folder / "customers.csv", folder / "snapshot"
    write(file, customers, centre, SEED)
    if customers < CUSTOMERS[-1]:
        return [_decisions(file, centre, _import(file, centre).table, customers)]
    command = (sys.executable, "-m", "teamline.bench.directory", str(file), str(snapshot))
    told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves
    imported = json.loads(told.stdout)
    table, load_seconds = _loaded(snapshot.read_bytes())
    return [
        _decisions(file, centre, table, customers),
        (
            f"memory an indexed number ({len(table):,} numbers)",
            f"{table.nbytes / len(table):.1f} bytes",
            f"<= {MOST_BYTES} bytes",
        ),
        (f"load {customers:,} customers", f"{load_seconds:.3f} s", f"<= {MOST_LOAD_SECONDS} s"),
        (
            f"import {customers:,} lines",
            f"{imported['seconds']:.1f} s (CPU {imported['cpu_seconds']:.1f} s), peak {imported['peak_mib']} MiB",
            f"<= {MOST_IMPORT_SECONDS} s",
        ),
    ]


def _import(file: Path, centre: Centre) -> Imported:
    numbers = NumberFormat(centre.customer_pattern, centre.household_pattern)
    return import_csv(file, centre, numbers, KeyedHash(SECRET), lambda _done, _total: None, now=OPEN_AT)


def _loaded(data: bytes) -> tuple[DirectoryTable, float]:
    """The table, and the median of some loads in seconds."""
    seconds = []
    for _ in range(LOADS):
        began = perf_counter()
        table = DirectoryTable.from_bytes(data, KeyedHash(SECRET))
        seconds.append(perf_counter() - began)
    return table, statistics.median(seconds)


def _decisions(file: Path, centre: Centre, table: DirectoryTable, customers: int) -> Row:
    """The round with the median p99, of some."""
    numbers = NumberFormat(centre.customer_pattern, centre.household_pattern)
    callers = _callers(file, numbers, customers)
    rounds = sorted((_round(callers, numbers, centre, table) for _ in range(ROUNDS)), key=_p99)
    took = rounds[ROUNDS // 2]
    return (
        f"decisions at {customers:,} customers",
        f"{len(took) / sum(took) * 1e9:,.0f}/s, p50 {statistics.median(took) / 1e6:.3f} ms, p99 {_p99(took):.3f} ms",
        f"p99 <= {MOST_P99_MS} ms",
    )


def _round(callers: Sequence[str], numbers: NumberFormat, centre: Centre, table: DirectoryTable) -> list[int]:
    """Nanoseconds from the keyed digits to the decision, for each caller."""
    arrival, concerns = int(OPEN_AT.timestamp()), tuple(Concern)
    took = []
    for place, keys in enumerate(callers):
        began = perf_counter_ns()
        contact = Contact(arrival, concerns[place % len(concerns)], numbers.typed(keys))
        decide(contact, centre, table, {}, OPEN_AT, "c-bench")
        took.append(perf_counter_ns() - began)
    return took


def _callers(file: Path, numbers: NumberFormat, customers: int) -> list[str]:
    """Keys of customers and households in turn, from all over the file; every twentieth nobody knows."""
    with file.open(encoding="utf-8") as lines:
        chosen = [line.split(",") for line in islice(lines, 1, None, max(1, customers // CALLERS))]
    kinds = (NumberKind.CUSTOMER, NumberKind.HOUSEHOLD)
    keys = []
    for place, line in enumerate(chosen):
        number = numbers.written(line[place % 2], kinds[place % 2])
        if number is not None:
            keys.append(number.keyed if place % 20 else number.keyed[::-1])
    return keys


def _p99(nanoseconds: Sequence[int]) -> float:
    """In milliseconds."""
    return statistics.quantiles(nanoseconds, n=100)[98] / 1e6


def _peak_mib() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return next(int(line.split()[1]) >> 10 for line in status.splitlines() if line.startswith("VmHWM:"))


def _import_and_tell(file: Path, snapshot: Path) -> None:
    """The process of its own: import, keep the snapshot, print what it took."""
    centre = read(example_teams())
    began, cpu_began = perf_counter(), process_time()
    imported = _import(file, centre)
    took = {"seconds": perf_counter() - began, "cpu_seconds": process_time() - cpu_began}
    print(json.dumps({**took, "peak_mib": _peak_mib()}))
    snapshot.write_bytes(imported.table.to_bytes())


if __name__ == "__main__":
    _import_and_tell(*cast("tuple[Path, Path]", tuple(map(Path, sys.argv[1:3]))))
