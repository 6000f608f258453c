"""Wait estimates: how far off, how honest, how costly.

With a folder of traces and truth (see its README) the families in it, beside what simpler predictors and an oracle that
knows all parameters reach there; without one, invented days.
"""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import thread_time_ns
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.waits.estimator import Estimator
from teamline.bench.wait_days import judged
from teamline.bench.wait_events import EventPredictor
from teamline.bench.wait_families import FAMILIES
from teamline.bench.wait_score import Score, score

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "waits"
WARM_UP_DAYS = 5
DAYS, OWN_WARM_UP, SEED = 8, 3, 2026
LINES, CALLERS, MEMBERS, EVERY_SECONDS = 27, 60, 8, 5.0

Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Given:
    """Root mean square error over the mean wait (RRASE), as measured when the traces were made."""

    holdtime: float
    queue_length: float
    same_line: float
    oracle: float


GIVEN = {
    "steady": _Given(0.788, 0.503, 0.535, 0.498),
    "monday_peak": _Given(0.411, 0.281, 0.254, 0.205),
    "overflow": _Given(0.718, 0.669, 0.507, 0.419),
}


def run(folder: Path | None = None) -> list[Row]:
    """Measure; returns rows of (name, measured, bound). Raises RuntimeError for a named folder without traces."""
    traces = folder or BESIDE
    if (traces / "traces").is_dir():
        rows = [row for trace in sorted((traces / "traces").glob("*.jsonl.gz")) for row in _of_trace(traces, trace)]
    elif folder is not None:
        raise RuntimeError(f"no folder traces/ in {folder}")
    else:
        rows = [row for family in FAMILIES for row in _of_days(family.name)]
    return [*rows, _lines()]


def _of_trace(folder: Path, trace: Path) -> Iterator[Row]:
    family = trace.name.removesuffix(".jsonl.gz")
    truth = dict(np.load(folder / "truth" / f"{family}.npz"))
    with gzip.open(trace, "rt", encoding="utf-8") as lines:
        said, estimate_us, event_us = _replayed(map(json.loads, lines), truth["idx"])
    scored = (truth["day"] >= WARM_UP_DAYS) & truth["delayed"]
    found = score(said[scored], truth["W"][scored].astype(float), truth["since_open"][scored])
    yield _error(family, found)
    yield from _honesty(family, found)
    yield from _costs(family, estimate_us, event_us)


def _replayed(
    events: Iterable[dict[str, Any]], asked_at: NDArray[np.int32]
) -> tuple[NDArray[np.float64], float, float]:
    """What was told at each join that is asked for; microseconds an estimate and an event."""
    predictor, asked, said = EventPredictor(), set(asked_at.tolist()), []
    estimating = telling = count = 0
    for count, event in enumerate(events, 1):
        began = thread_time_ns()
        predictor.on_event(event)
        told = thread_time_ns()
        telling += told - began
        if count - 1 in asked:
            answer = predictor.predict(event["Queue"], event["Timestamp"], event["Position"], event["Priority"])
            estimating += thread_time_ns() - told
            said.append([answer["mean"], answer["p50"], answer["p80"], answer["p90"]])
    return np.array(said), estimating / max(1, len(said)) / 1000, telling / max(1, count) / 1000


def _of_days(name: str) -> Iterator[Row]:
    (family,) = (family for family in FAMILIES if family.name == name)
    found = judged(family, DAYS, OWN_WARM_UP, SEED)
    yield f"waits, {name}: error", f"RRASE {found.score.error:.3f}, mean wait {found.score.wait_seconds:.0f} s", ""
    yield from _honesty(name, found.score)
    yield from _costs(name, found.estimate_us, found.event_us)


def _error(family: str, found: Score) -> Row:
    given = GIVEN.get(family)
    if given is None:
        return f"waits, {family}: error", f"RRASE {found.error:.3f}", ""
    others = (
        f"Asterisk {given.holdtime}, line length {given.queue_length}, same line {given.same_line}, "
        f"oracle {given.oracle}"
    )
    measured = f"{found.error / given.oracle:.3f} x oracle: RRASE {found.error:.3f} ({others})"
    return f"waits, {family}: error", measured, "<= 1.06 x oracle"


def _honesty(family: str, found: Score) -> Iterator[Row]:
    for name, covers, wanted in (("p50", found.p50_covers, 50), ("p80", found.p80_covers, 80)):
        share = 100 * covers
        yield f"waits, {family}: {name}", f"covers {share:.1f} %, {abs(share - wanted):.1f} points off", "<= 3 points"
    for name, bias in (("bias", found.bias), ("bias after opening", found.opening_bias)):
        yield f"waits, {family}: {name}", f"{abs(100 * bias):.1f} % ({bias:+.3f} of the mean wait)", "<= 5 %"
    yield f"waits, {family}: broken promises", f"{100 * found.broken:.1f} %", "<= 5 %"


def _costs(family: str, estimate_us: float, event_us: float) -> Iterator[Row]:
    yield f"waits, {family}: an estimate", f"CPU {estimate_us:.0f} us", "<= 300 us"
    yield f"waits, {family}: an event", f"CPU {event_us:.1f} us", "<= 20 us"


def _lines() -> Row:
    """Full lines, estimated anew as for a board."""
    estimator, noon = Estimator(), 43_200.0
    for line in range(LINES):
        for member in range(MEMBERS):
            name = f"m{line}-{member}"
            estimator.signed_in(name, str(line), noon)
            estimator.answered(name, str(line), noon + member)
        for caller in range(CALLERS):
            estimator.joined(str(line), f"c{line}-{caller}", noon + 10 + caller)
    began = thread_time_ns()
    for line in range(LINES):
        estimator.line(str(line), noon + 100)
    share = (thread_time_ns() - began) / 1e9 / EVERY_SECONDS
    return f"waits: {LINES} lines of {CALLERS}, every {EVERY_SECONDS:.0f} s", f"{100 * share:.2f} % of a core", "<= 5 %"
