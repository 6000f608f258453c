import pytest

from ivr.welcome import welcome
from tests.fakes.house import house
from tests.fakes.line import FakeLine

GREETING = "key welcome privacy language-choice"


async def greeted(script: str) -> FakeLine:
    line = FakeLine(script)
    await welcome(line, house())
    return line


@pytest.mark.parametrize(("script", "language"), [("*1", "de"), ("*2", "de-leicht"), ("*3", "en")])
async def test_star_and_a_key_choose_the_language(script: str, language: str) -> None:
    line = await greeted(script)
    assert line.transcript == [GREETING, "key", f"speak {language}", "say language-changed"]


async def test_the_first_digit_of_the_number_is_not_lost() -> None:
    line = await greeted("1232456789#")
    assert await line.keys() == "1232456789"


async def test_silence_goes_on_in_the_default_language() -> None:
    line = await greeted(".5#")
    assert line.transcript == [GREETING]
    assert await line.keys() == "5"


async def test_a_hash_goes_on_and_is_no_entry() -> None:
    line = await greeted("#123#")
    assert await line.keys() == "123"


@pytest.mark.parametrize("unknown", ["7", "#", "."])
async def test_an_unknown_language_key_repeats_the_greeting(unknown: str) -> None:
    line = await greeted(f"*{unknown}*3")
    assert line.transcript == [GREETING, "key", GREETING, "key", "speak en", "say language-changed"]


async def test_a_second_star_starts_the_choice_over() -> None:
    assert (await greeted("**3")).language == "en"


async def test_the_greeting_is_said_three_times_at_most() -> None:
    line = await greeted("*7*7*7*3")
    assert line.transcript == [GREETING, "key"] * 3
