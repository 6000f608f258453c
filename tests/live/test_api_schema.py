"""The whole API as it describes itself, called with whatever that allows and much that it does not."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_lab import RunningLab

NEVER_ENDS = "/stream$"
BUSY = "what-if|configuration/year"
"""Each works for a second or more in a process of its own; their own tests ask them."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    with RunningLab(tmp_path_factory.mktemp("schema") / "lab") as running:
        yield running


def _token(lab: RunningLab, role: str) -> str:
    return next(str(each["password"]) for each in lab.told["accounts"]["web"] if each["role"] == role)


def test_whatever_is_asked_in_whatever_form_is_answered_as_described(lab: RunningLab, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            Path(sys.executable).parent / "schemathesis",
            "run",
            f"{lab.told['http']}/api/openapi.json",
            f"--header=Authorization: Bearer {_token(lab, 'admin')}",
            "--max-examples=4",
            "--phases=examples,coverage,fuzzing",
            # What the schema cannot say (a moment to come, a number that exists) may be refused.
            "--exclude-checks=positive_data_acceptance",
            f"--exclude-path-regex={NEVER_ENDS}|{BUSY}",
            "--request-timeout=20",
            "--continue-on-failure",
            "--no-color",
        ],
        cwd=tmp_path,
        env={**os.environ, "SCHEMATHESIS_HOOKS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert 0 == done.returncode, done.stdout[-6000:]
