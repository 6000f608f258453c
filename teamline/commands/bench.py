"""`teamline bench`: the project's own benchmarks, one table."""

from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from teamline.bench.table import Row, drawn, judged, machine
from teamline.output import FAILED, JsonOption, errors, fail, print_json


class Benchmark(StrEnum):
    """Each is a module of teamline.bench with `run()`."""

    DECISIONS = "decisions"
    DIRECTORY = "directory"
    FASTAGI = "fastagi"
    AMI = "ami"
    JOURNAL = "journal"
    SCRAPE = "scrape"
    LATENCY = "latency"
    BOARD = "board"
    CALLS = "calls"
    WAITS = "waits"
    ALL = "all"


def bench(
    name: Annotated[Benchmark, typer.Argument(help="Which one")] = Benchmark.ALL,
    *,
    folder: Annotated[
        Path | None, typer.Option(help="waits: traces and truth, else ../shared/waits or own days")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure on this machine and compare with the bounds. Exit code 1 if one is not kept."""
    ran_on = machine()
    chosen = [each for each in Benchmark if each is not Benchmark.ALL] if name is Benchmark.ALL else [name]
    rows = [row for each in chosen for row in _rows(each, folder)]
    if as_json:
        told = [{"name": row.name, "measured": row.measured, "bound": row.bound, "ok": row.is_kept} for row in rows]
        print_json({"machine": ran_on, "rows": told})
    else:
        Console().print(drawn(rows, ran_on))
    raise typer.Exit(FAILED if any(row.is_kept is False for row in rows) else 0)


def _rows(name: Benchmark, folder: Path | None) -> list[Row]:
    errors.print(f"Measuring {name} …")
    try:
        benchmark = import_module(f"teamline.bench.{name}")
        measured = benchmark.run(folder) if name is Benchmark.WAITS else benchmark.run()
        return [judged(*row) for row in measured]
    except RuntimeError as error:  # the lab, SIPp or a reader did not do its part, and says so
        fail(f"{name}: {error}")
