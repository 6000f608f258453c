import asyncio
import gc
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from twisted.internet.defer import fail

from teamline.router import twisted_logs
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


def test_a_library_that_logs_an_error_by_itself_tells_no_value_either(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # pytest has some of its own
    configure("json")
    try:
        int(f"+{SECRET}x")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    logged = capsys.readouterr().err
    assert "Exception in ASGI application" in logged
    assert "ValueError < test_logs.py" in logged
    assert SECRET not in logged


@pytest.mark.parametrize("is_callback", [False, True])
async def test_a_task_that_nobody_waited_for_tells_its_error_without_a_value(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *, is_callback: bool
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    configure("json")
    loop = asyncio.get_running_loop()
    if is_callback:
        loop.call_soon(int, f"+{SECRET}x")
    else:
        loop.create_task(_fails())  # noqa: RUF006 - that is what is looked at
    for _ in range(3):
        await asyncio.sleep(0)
    gc.collect()
    logged = capsys.readouterr().err
    assert "asyncio: " in logged
    assert "ValueError" in logged
    assert SECRET not in logged


def test_an_error_of_twisted_that_nobody_waited_for_tells_no_value(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    configure("json")
    twisted_logs.take()
    fail(ValueError(SECRET))
    gc.collect()
    logged = capsys.readouterr().err
    assert "twisted: " in logged
    assert "ValueError" in logged
    assert SECRET not in logged


async def _fails() -> None:
    raise ValueError(SECRET)


def test_what_a_sender_of_a_form_got_wrong_is_not_logged(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    configure("json")
    logging.getLogger("python_multipart.multipart").warning("Expected boundary character")
    assert "" == capsys.readouterr().err
