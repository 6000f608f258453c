from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import typer

from store.connection import StoreError
from teamline.output import run


def _failing(error: Exception) -> Callable[[], Coroutine[Any, Any, None]]:
    async def work() -> None:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (StoreError("secret"), "the store failed in the middle"),
        (PermissionError(13, "Permission denied", "/srv/teamline"), "/srv/teamline: Permission denied"),
        (OSError("no room"), "file: no room"),
    ],
)
def test_a_failure_in_the_middle_is_a_sentence_and_exit_code_1(
    error: Exception, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        run(_failing(error))
    assert ended.value.exit_code == 1
    assert told in capsys.readouterr().err
