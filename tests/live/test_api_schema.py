"""The whole API as it describes itself, called with whatever that allows and much that it does not."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from running_lab import START_SECONDS, RunningLab

NEVER_ENDS = "/stream$"
BUSY = "what-if|configuration/year"
"""Each works for a second or more in a process of its own; their own tests ask them."""
LOCKS_ITSELF_OUT = "/accounts"
"""Its own token may be among those that it takes away; accounts have tests of their own."""
CONFIGURATION = """
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", "503"]

[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "406", "413", "414", "415", "422", "428", "431", "5xx"]
"""
"""That a part is away is an answer that is described: the store may seem to be on a busy machine. What is too long is
refused before it is looked at."""
GREEN_SECONDS = 60
WHOLE_SECONDS = 900
"""A green run takes about a minute; a busy machine is no fault."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    with RunningLab(tmp_path_factory.mktemp("schema") / "lab") as running:
        yield running


def _token(lab: RunningLab, role: str) -> str:
    return next(str(each["password"]) for each in lab.told["accounts"]["web"] if each["role"] == role)


@pytest.mark.timeout(WHOLE_SECONDS + START_SECONDS)
def test_whatever_is_asked_in_whatever_form_is_answered_as_described(lab: RunningLab, tmp_path: Path) -> None:
    told = tmp_path / "openapi.json"
    told.write_bytes(httpx.get(f"{lab.told['http']}/api/openapi.json", timeout=GREEN_SECONDS).content)
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION)
    done = subprocess.run(
        [
            Path(sys.executable).parent / "schemathesis",
            "run",
            told,
            f"--url={lab.told['http']}",
            f"--header=Authorization: Bearer {_token(lab, 'admin')}",
            "--max-examples=4",
            "--generation-deterministic",  # a build finds what its change did, not what chance did
            "--phases=examples,coverage,fuzzing",
            # What the schema cannot say (a moment to come, a number that exists) may be refused.
            "--exclude-checks=positive_data_acceptance",
            f"--exclude-path-regex={NEVER_ENDS}|{BUSY}|{LOCKS_ITSELF_OUT}",
            f"--request-timeout={GREEN_SECONDS}",
            "--continue-on-failure",
            "--no-color",
        ],
        cwd=tmp_path,
        env={**os.environ, "SCHEMATHESIS_HOOKS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=WHOLE_SECONDS,
    )
    assert 0 == done.returncode, done.stdout[-6000:]
