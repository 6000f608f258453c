"""How far a command is: a bar for people, lines for the program that started it, nothing for a pipe."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from teamline.output import errors

_LINE = re.compile(r"progress ([a-z]{1,20}) (\d{1,6}) (\d{1,6})")


@contextmanager
def progress(step: str, counted: str, of: int, *, in_lines: bool) -> Iterator[Callable[[int], None]]:
    """`Step, counted  ----  3/30` on a terminal's stderr; `in_lines`: `progress step 3 30`, one line each time.

    What it gives is told how many are done.
    """
    if in_lines:
        yield lambda done: _write(step, done, of)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task(counted, total=of)
        yield lambda done: bar.update(task, completed=done)


def read(line: str) -> tuple[str, int, int] | None:
    """Step, done and of from a line of another process; None if it says something else."""
    told = _LINE.fullmatch(line)
    return (told[1], int(told[2]), int(told[3])) if told else None


def _write(step: str, done: int, of: int) -> None:
    sys.stderr.write(f"progress {step} {done} {of}\n")
    sys.stderr.flush()
