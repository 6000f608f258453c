"""Routing one call in the router's own process: keys to number, the look at the read-back, the decision.

The table is made of hashes, without an import: so many numbers of which some are called. `directory` measures the
same decision on an imported file.
"""

import random
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from time import perf_counter_ns

import numpy as np

from operations.active import ActiveRouter, InForce
from routing.centre import Centre, with_hours_always_open
from routing.decision import Concern, Contact
from routing.directory import LETTER_BITS, Assignment, DirectoryTable, KeyedHash
from routing.number import NumberFormat, NumberKind, TypedNumber
from routing.teams.file import read
from teamline.example_files import example_teams

SIZES = (10_000, 100_000, 1_000_000)
CALLERS = 4_000
ROUNDS = 5
UNKNOWN_EVERY = 20
MOST_P99_MS = 0.2
SEED = 2026
LETTERS = "ABCDEFGHKLMNPRSTUVWXY"


def run() -> list[tuple[str, str, str]]:
    """Measure; returns rows of (name, measured, bound)."""
    centre = with_hours_always_open(read(example_teams()))
    return [_row(centre, size) for size in SIZES]


def _row(centre: Centre, size: int) -> tuple[str, str, str]:
    numbers = _numbers(centre, random.Random(SEED))
    router = _router(centre, _table(centre, numbers, size))
    keys = [number.keyed if place % UNKNOWN_EVERY else number.keyed[::-1] for place, number in enumerate(numbers)]
    rounds = sorted((_round(router, keys) for _ in range(ROUNDS)), key=_p99)
    took = rounds[0]  # what else runs on the machine only ever adds
    return (
        f"routing a call, {size:,} numbers known",
        f"{len(took) / sum(took) * 1e9:,.0f}/s, p50 {statistics.median(took) / 1e6:.3f} ms, p99 {_p99(took):.3f} ms",
        f"p99 <= {MOST_P99_MS} ms",
    )


def _numbers(centre: Centre, chance: random.Random) -> list[TypedNumber]:
    spoken = NumberFormat(centre.customer_pattern, centre.household_pattern)
    written = (
        f"{chance.randrange(1000):03}{chance.choice(LETTERS)}{chance.randrange(10**6):06}" for _ in range(CALLERS)
    )
    return [number for text in written if (number := spoken.written(text, NumberKind.CUSTOMER))]


def _router(centre: Centre, table: DirectoryTable) -> ActiveRouter:
    return ActiveRouter(InForce(centre, "c-bench", table), lambda: datetime.now(UTC), lambda *_: None)


def _table(centre: Centre, numbers: Sequence[TypedNumber], size: int) -> DirectoryTable:
    """The callers' numbers among so many that nobody calls from."""
    keyed_hash = KeyedHash(bytes(range(32)))
    known = [keyed_hash.of(number.kind, number.canonical) for number in numbers]
    others = np.random.default_rng(SEED).integers(0, 2**64, size - len(known), np.uint64)
    hashes = np.sort(np.concatenate((np.array(known, np.uint64), others)))
    homes = tuple(Assignment(area.id, area.benefit[0], area.placement) for area in centre.areas.values())
    values = (np.arange(size, dtype=np.uint32) % len(homes) << LETTER_BITS).astype(np.uint32)
    return DirectoryTable("d-bench", keyed_hash, hashes, values, homes, ("",))


def _round(router: ActiveRouter, keys: Sequence[str]) -> list[int]:
    """Nanoseconds a call."""
    concerns, arrival, took = tuple(Concern), int(datetime.now(UTC).timestamp()), []
    for place, keyed in enumerate(keys):
        began = perf_counter_ns()
        number = router.numbers.typed(keyed)
        if number:
            router.find(number)
        router.decide(Contact(arrival, concerns[place % len(concerns)], number))
        took.append(perf_counter_ns() - began)
    return took


def _p99(nanoseconds: Sequence[int]) -> float:
    """In milliseconds."""
    return statistics.quantiles(nanoseconds, n=100)[98] / 1e6
