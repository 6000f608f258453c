import json
from collections.abc import Iterator

import pytest
import structlog

from teamline.router.logs import configure

SECRET = "492110000001"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def _logged(log_format: str, capsys: pytest.CaptureFixture[str]) -> str:
    configure(log_format)
    told = SECRET
    try:
        int(f"+{told}x")
    except ValueError:
        structlog.get_logger().exception("not_digested")
    return capsys.readouterr().err


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_an_error_is_logged_with_its_kind_and_its_place_and_no_value(
    log_format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logged = _logged(log_format, capsys)
    assert SECRET not in logged
    assert "ValueError" in logged
    assert "test_logs.py" in logged


def test_an_error_is_one_line_for_a_machine(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = _logged("json", capsys).splitlines()
    assert "not_digested" == json.loads(line)["event"]
