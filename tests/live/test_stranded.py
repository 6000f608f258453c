"""A queue that a reload takes away and brings back: app_queue forgets who waited in it, Teamline does not."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from running_lab import RunningLab, citizen, rewrite, until
from small_centre import SmallCentre, keys

LOOKS_SECONDS = 40
"""Two comparisons, 15 s apart, and time to spare."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("stranded")
    with RunningLab(folder / "lab", *SmallCentre(folder / "centre").write().options) as lab:
        yield lab


def _team(lab: RunningLab, team: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{lab.told['http']}/api/v1/live") as answer:
        teams: list[dict[str, Any]] = json.load(answer)["teams"]
    return next(each for each in teams if each["id"] == team)


def _queues(lab: RunningLab) -> Path:
    return lab.folder / "asterisk" / "etc" / "teamline.d" / "queues.conf"


def _without(text: str, queue: str) -> str:
    before, _, rest = text.partition(f"[{queue}](")
    return before + rest[rest.index("\n[") + 1 :]


def test_a_caller_in_a_queue_that_comes_back_keeps_the_place_and_is_answered(small: RunningLab) -> None:
    file = _queues(small)
    whole = file.read_text(encoding="utf-8")
    with small.phones("two"):
        small.until_signed_in("two")
        small.console("queue pause member PJSIP/two")
        placed = small.calls([citizen(keys("L02"), stay=90)])
        [before] = small.until_waiting("L02", 1)
        until(lambda: _team(small, "L02")["waiting"] == 1, 5, "the caller on the board")
        rewrite(file, _without(whole, "L02"))
        small.console("queue reload all")
        until(lambda: "No such queue" in small.console("queue show L02"), 5, "the queue gone")
        rewrite(file, whole)
        small.console("queue reload all")
        [after] = small.until_waiting("L02", 1, LOOKS_SECONDS)
        assert (before.channel, before.priority) == (after.channel, after.priority)
        until(lambda: "PJSIP/two" in small.members("L02"), 10, "the member back in the queue")
        assert {"offered": 1, "flowed_out": 0} == {
            each: _team(small, "L02")["today"][each] for each in ("offered", "flowed_out")
        }
        small.console("queue unpause member PJSIP/two")
        until(lambda: _team(small, "L02")["today"]["answered"] == 1, 15, "the answer")
        placed.close()
    small.hang_up_all()
