"""The process that imports an uploaded directory: the question as JSON on stdin, progress on stderr, one answer.

The same reading as `teamline import`, all or nothing; the answer is bounded, however many lines are wrong.
"""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from operations.directory_import import Imported, ImportRefused, LineMistake, import_csv
from routing.number import NumberFormat
from teamline.commands.in_force import centre_for
from teamline.output import KNOWN_FAILURES
from teamline.settings import Settings, load_settings
from teamline.stored import Stored, open_store

MOST_MISTAKES = 10_000
"""So many are told one by one; the rest is counted."""


def main() -> None:
    """Import one file."""
    asked = json.load(sys.stdin)
    answer = asyncio.run(_answer(Path(asked["path"]), load_settings(), is_dry=asked["dry"]))
    json.dump(answer, sys.stdout)


async def _answer(file: Path, settings: Settings, *, is_dry: bool) -> Mapping[str, Any]:
    try:
        async with open_store(settings) as stored:
            imported = await _read(file, stored, settings)
            if not is_dry:
                await stored.directories.save(imported.table)
                await stored.directories.activate(imported.table.version)
    except ImportRefused as refused:
        return {"bad_lines": refused.bad_lines, "mistakes": _told(refused.mistakes)}
    except KNOWN_FAILURES as error:
        return {"failure": str(error)}
    return {"version": imported.table.version, "customers": imported.customers, "numbers": len(imported.table)}


async def _read(file: Path, stored: Stored, settings: Settings) -> Imported:
    centre = await centre_for(stored, settings, is_named=False)
    numbers = NumberFormat(centre.customer_pattern, centre.household_pattern)
    return import_csv(file, centre, numbers, stored.keyed_hash, _Progress().tell, now=datetime.now(UTC))


def _told(mistakes: Sequence[LineMistake]) -> list[Mapping[str, object]]:
    return [{"line": each.line, "what": each.what, "cure": each.cure} for each in mistakes[:MOST_MISTAKES]]


class _Progress:
    """One line for every hundredth of the file."""

    def __init__(self) -> None:
        self._told = -1

    def tell(self, done: int, of: int) -> None:
        share = 100 * done // of if of else 0
        if share > self._told:
            self._told = share
            sys.stderr.write(f"progress reading {share} 100\n")
            sys.stderr.flush()


if __name__ == "__main__":
    main()
