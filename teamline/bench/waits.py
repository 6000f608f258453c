"""Wait estimates: how far off, how honest, how costly; beside what others reach.

With a folder of traces and truth (see its README) the families in it, beside simpler predictors and an oracle that
knows all parameters; then invented days that nobody has seen, some of them or without a folder all, beside two
predictors that are simple enough to run along. What can be reached there, no oracle tells: with two or three members
even who knows everything breaks promises. Shares of few callers are told, but not judged.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import thread_time_ns
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.waits.estimator import Estimator
from teamline.bench.invented_days import Family
from teamline.bench.wait_days import judged
from teamline.bench.wait_events import EventPredictor
from teamline.bench.wait_families import FAMILIES
from teamline.bench.wait_score import Score, score
from teamline.output import errors

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "waits"
WARM_UP_DAYS = 5
DAYS, OWN_WARM_UP, SEED = 15, 3, 2026
BESIDE_TRACES = ("pairs", "late risers", "in a hurry", "long tails", "after a letter")
ENOUGH_CALLERS = 1000
LINES, CALLERS, MEMBERS, EVERY_SECONDS = 27, 60, 8, 5.0

Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Given:
    """Of another predictor: root mean square error over the mean wait (RRASE) by family, CPU of a prediction."""

    name: str
    errors: Mapping[str, float]
    costs_us: str


def _given(name: str, steady: float, monday_peak: float, overflow: float, costs_us: str) -> _Given:
    return _Given(name, {"steady": steady, "monday_peak": monday_peak, "overflow": overflow}, costs_us)


ORACLE = _given("oracle", 0.498, 0.205, 0.419, "360 to 2,200")
GIVEN = (
    _given("Asterisk's holdtime", 0.788, 0.411, 0.718, "1.6"),
    _given("line length, abandonment counted", 0.503, 0.281, 0.669, "7"),
    _given("same line before", 0.535, 0.254, 0.507, "5"),
    ORACLE,
)
"""As measured when the traces were made."""


def run(folder: Path | None = None) -> list[Row]:
    """Measure; returns rows of (name, measured, bound). Raises RuntimeError for a named folder without traces."""
    beside = folder or BESIDE
    has_traces = (beside / "traces").is_dir()
    if folder is not None and not has_traces:
        raise RuntimeError(
            f"no folder traces/ in {folder}: name one with traces/ and truth/, or none: then days are invented"
        )
    rows: list[Row] = []
    for trace in sorted((beside / "traces").glob("*.jsonl.gz")):
        rows += _of_trace(beside, trace)
    for family in FAMILIES:
        if not has_traces or family.name in BESIDE_TRACES:
            rows += _of_days(family)
    return [*rows, _lines()]


def _of_trace(folder: Path, trace: Path) -> Iterator[Row]:
    family = trace.name.removesuffix(".jsonl.gz")
    errors.print(f"… {family}")
    answers = folder / "truth" / f"{family}.npz"
    if not answers.is_file():
        raise RuntimeError(f"{trace.name} has no truth/{answers.name} beside it: put it there, or take the trace away")
    truth = dict(np.load(answers))
    with gzip.open(trace, "rt", encoding="utf-8") as lines:
        said, estimate_us, event_us = _replayed(map(json.loads, lines), truth["idx"])
    scored = (truth["day"] >= WARM_UP_DAYS) & truth["delayed"]
    found = score(said[scored], truth["W"][scored].astype(float), truth["since_open"][scored])
    for given in GIVEN:
        if family in given.errors:
            yield _rival(family, given.name, given.errors[family], ORACLE.errors[family], given.costs_us)
    yield _error(family, found, ORACLE.errors.get(family))
    yield from _honesty(family, found)
    yield f"waits, {family}: broken promises", f"{100 * found.broken:.1f} %", "<= 5 %"
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


def _of_days(family: Family) -> Iterator[Row]:
    name = f"unseen {family.name}"
    errors.print(f"… {name}")
    found = judged(family, DAYS, OWN_WARM_UP, SEED)
    ours, best = found.score, min(found.holdtime, found.same_line)
    yield _rival(name, "Asterisk's holdtime", found.holdtime)
    yield _rival(name, "same line before", found.same_line)
    measured = f"RRASE {ours.error:.3f}, {ours.error / best:.3f} x the better; mean wait {ours.wait_seconds:.0f} s"
    yield f"waits, {name}: Teamline", f"{measured}, {ours.callers} callers", "<= 1 x the better"
    yield from _honesty(name, ours)
    yield f"waits, {name}: broken promises", f"{100 * ours.broken:.1f} %", ""
    yield from _costs(name, found.estimate_us, found.event_us)


def _rival(family: str, name: str, error: float, oracle: float | None = None, costs_us: str = "") -> Row:
    beside = f"{error / oracle:.3f} x oracle: " if oracle else ""
    return f"waits, {family}: {name}", f"{beside}RRASE {error:.3f}" + (f", CPU {costs_us} us" if costs_us else ""), ""


def _error(family: str, found: Score, oracle: float | None) -> Row:
    beside = f"{found.error / oracle:.3f} x oracle: " if oracle else ""
    measured = f"{beside}RRASE {found.error:.3f}; mean wait {found.wait_seconds:.0f} s, {found.callers} callers"
    return f"waits, {family}: Teamline", measured, "<= 1.06 x oracle" if oracle else ""


def _honesty(family: str, found: Score) -> Iterator[Row]:
    is_enough = found.callers >= ENOUGH_CALLERS
    for name, covers, wanted in (("p50", found.p50_covers, 50), ("p80", found.p80_covers, 80)):
        share, bound = 100 * covers, "<= 3 points" if is_enough else ""
        yield f"waits, {family}: {name}", f"covers {share:.1f} %, {abs(share - wanted):.1f} points off", bound
    for name, bias in (("bias", found.bias), ("bias after opening", found.opening_bias)):
        bound = "<= 5 %" if is_enough else ""
        yield f"waits, {family}: {name}", f"{abs(100 * bias):.1f} % ({bias:+.3f} of the mean wait)", bound


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
