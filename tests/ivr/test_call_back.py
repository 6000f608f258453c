import pytest

from ivr.call_back import call_back
from ivr.line import CallEnded
from tests.fakes.line import FakeLine

ASKED = "key callback-hello callback-press"
LANGUAGES = ("de", "de-leicht", "en")


@pytest.mark.parametrize("script", ["1", ".1", "71"])
async def test_who_presses_one_talks_and_is_told_so_first(script: str) -> None:
    line = FakeLine(script)
    await call_back(line, LANGUAGES, "de")
    assert line.transcript[-2:] == ["say callback-connecting", "set TEAMLINE_ACCEPT=1"]


@pytest.mark.parametrize(("key", "said"), [("2", "callback-later"), ("3", "callback-never")])
async def test_what_else_the_citizen_wants_is_noted_and_told(key: str, said: str) -> None:
    line = FakeLine(key)
    await call_back(line, LANGUAGES, "de")
    assert line.transcript[-2:] == [f"set TEAMLINE_ACCEPT={key}", f"say {said}"]


@pytest.mark.parametrize("script", ["", "..", "#*"])
async def test_an_answering_machine_is_nobody_who_was_reached(script: str) -> None:
    line = FakeLine(script)
    await call_back(line, LANGUAGES, "de")
    assert line.transcript[-3:] == [ASKED, ASKED, "set TEAMLINE_ACCEPT=0"]


@pytest.mark.parametrize(("chosen", "spoken"), [("en", "en"), ("fr", "de"), ("", "de")])
async def test_it_is_said_in_the_language_of_who_asked_for_it(chosen: str, spoken: str) -> None:
    line = FakeLine("1")
    await call_back(line, LANGUAGES, chosen)
    assert spoken == line.language


async def test_who_hangs_up_before_being_connected_does_not_talk() -> None:
    line = FakeLine("1", hangs_up_at=2)
    with pytest.raises(CallEnded):
        await call_back(line, LANGUAGES, "de")
    assert line.variables == {}
