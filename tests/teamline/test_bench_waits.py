import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from teamline.bench import waits
from teamline.bench.invented_days import Family, gamma, lognormal, weibull
from teamline.bench.wait_days import judged
from teamline.bench.wait_events import EventPredictor
from teamline.bench.wait_rivals import Rivals
from teamline.bench.wait_score import score

SMALL = Family("small", (4, 3), gamma(200, 0.8), 200, weibull(400, 1.2), 1.0, reach=30, urgent=0.05, missed=0.05)
SHIFTS = Family("shifts", (3,), lognormal(120, 1), 120, weibull(300, 1), 0.9, ((9, 11), (10, 12)), ((0,), (1,)))


def test_invented_days_are_estimated_without_having_been_seen() -> None:
    found = judged(SMALL, 4, 1, 7).score
    assert found.callers > 60
    assert 0.35 < found.p50_covers < 0.65
    assert 0.68 < found.p80_covers < 0.92
    assert abs(found.bias) < 0.25
    assert found.error < 1.1


def test_the_same_seed_invents_the_same_days() -> None:
    assert judged(SHIFTS, 2, 0, 1).score == judged(SHIFTS, 2, 0, 1).score


def test_error_bias_and_coverage_are_what_they_say() -> None:
    said = np.array([[100.0, 90, 120, 150], [100, 90, 120, 150]])
    found = score(said, np.array([80.0, 240.0]), np.array([10.0, 1000.0]))
    assert (2, 160, 0.5, 0.5, 0.5, 0.5) == (
        found.callers,
        found.wait_seconds,
        found.p50_covers,
        found.p80_covers,
        found.p90_covers,
        found.broken,
    )
    assert -0.375 == pytest.approx(found.bias)
    assert 0.125 == pytest.approx(found.opening_bias)
    assert 0.625 == pytest.approx(found.error)
    assert 0 == score(said, np.array([80.0, 240.0]), np.array([1000.0, 1000.0])).opening_bias


def test_without_a_folder_there_are_invented_days(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(waits, "BESIDE", tmp_path)
    monkeypatch.setattr(waits, "FAMILIES", (SHIFTS,))
    monkeypatch.setattr(waits, "DAYS", 2)
    monkeypatch.setattr(waits, "OWN_WARM_UP", 1)
    names = [name for name, _, _ in waits.run()]
    assert [
        "waits, unseen shifts: Asterisk's holdtime",
        "waits, unseen shifts: same line before",
        "waits, unseen shifts: Teamline",
        "waits, unseen shifts: p50",
    ] == names[:4]
    assert names[-1].startswith("waits: 27 lines")


def test_a_named_folder_without_traces_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="traces"):
        waits.run(tmp_path)


def test_a_trace_without_its_truth_is_named(tmp_path: Path) -> None:
    (tmp_path / "traces").mkdir()
    (tmp_path / "traces" / "steady.jsonl.gz").touch()
    with pytest.raises(RuntimeError, match=r"steady\.jsonl\.gz has no truth/steady\.npz"):
        waits.run(tmp_path)


def test_a_folder_of_traces_is_replayed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    events = list(_events())
    (tmp_path / "traces").mkdir()
    (tmp_path / "truth").mkdir()
    with gzip.open(tmp_path / "traces" / "steady.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(event) + "\n" for event in events)
    asked = [place for place, event in enumerate(events) if event["Event"] == "QueueCallerJoin"]
    truth = {
        "idx": np.array(asked),
        "day": np.full(len(asked), 9),
        "delayed": np.full(len(asked), True),
        "W": np.full(len(asked), 60.0),
        "since_open": np.full(len(asked), 60.0),
    }
    np.savez(tmp_path / "truth" / "steady.npz", **truth)
    monkeypatch.setattr(waits, "FAMILIES", ())
    rows = waits.run(tmp_path)
    assert ("waits, steady: Asterisk's holdtime", "1.582 x oracle: RRASE 0.788, CPU 1.6 us", "") == rows[0]
    assert "1.000 x oracle" in rows[3][1]
    assert ("waits, steady: Teamline", "<= 1.06 x oracle") == (rows[4][0], rows[4][2])
    assert "x oracle: RRASE" in rows[4][1]


def test_events_that_nobody_needs_are_passed_over() -> None:
    predictor = EventPredictor()
    predictor.on_event({"Event": "QueueEntry", "Timestamp": 1.0})
    assert predictor.predict("a", 1.0, 1, 0)["mean"] > 0


def _events() -> list[dict[str, object]]:
    member = {"Queue": "a", "Interface": "m", "Timestamp": 30_000.0}
    caller = {"Queue": "a", "Uniqueid": "1", "Position": 1, "Priority": 0, "Timestamp": 30_010.0}
    other = caller | {"Uniqueid": "2", "Position": 2}
    return [
        member | {"Event": "QueueMemberAdded", "Penalty": 0, "Wrapuptime": 5},
        member | {"Event": "QueueMemberPause", "Paused": 1, "PausedReason": "rest"},
        member | {"Event": "QueueMemberPause", "Paused": 0, "PausedReason": ""},
        caller | {"Event": "QueueCallerJoin"},
        caller | member | {"Event": "AgentCalled"},
        member | {"Event": "QueueMemberStatus", "Status": 6},
        member | {"Event": "AgentRingNoAnswer"},
        member | {"Event": "QueueMemberStatus", "Status": 1},
        other | {"Event": "QueueCallerJoin"},
        other | {"Event": "QueueCallerAbandon", "Timestamp": 30_050.0},
        other | {"Event": "QueueCallerLeave", "Timestamp": 30_050.0},
        caller | {"Event": "QueueCallerLeave", "Timestamp": 30_060.0},
        member | {"Event": "AgentConnect", "Timestamp": 30_060.0},
        member | {"Event": "AgentComplete", "Timestamp": 30_160.0},
        member | {"Event": "QueueMemberRemoved", "Timestamp": 30_200.0},
    ]


def test_simple_predictors_learn_from_those_who_were_answered() -> None:
    rivals = Rivals()
    assert (0, 0) == rivals.told("a", "1", 0.0, 2)
    rivals.left("a", "1", 40.0, answered=True)
    assert (10, 40) == rivals.told("a", "2", 50.0, 2)
    rivals.left("a", "2", 500.0, answered=False)
    rivals.left("a", "never asked", 500.0, answered=True)
    assert (10, 10) == rivals.told("a", "3", 600.0, 1)
