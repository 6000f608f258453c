import pytest

from ivr.concern import ask_concern
from routing.decision import Concern
from tests.fakes.line import FakeLine

QUESTION, CONFIRM = "key concern", "key emergency-confirm"


async def asked(script: str) -> tuple[Concern, list[str]]:
    line = FakeLine(script)
    return (await ask_concern(line)).concern, line.transcript


@pytest.mark.parametrize(("key", "concern"), [("1", Concern.MONEY), ("2", Concern.JOB), ("3", Concern.DOCUMENTS)])
async def test_a_key_names_the_concern(key: str, concern: Concern) -> None:
    assert await asked(key) == (concern, [QUESTION])


async def test_an_emergency_is_confirmed() -> None:
    assert await asked("91") == (Concern.EMERGENCY, [QUESTION, CONFIRM])


@pytest.mark.parametrize("other", ["2", "9", "#", "*", "."])
async def test_any_other_key_goes_back_to_the_question(other: str) -> None:
    assert await asked(f"9{other}2") == (Concern.JOB, [QUESTION, CONFIRM, QUESTION])


@pytest.mark.parametrize("none", [".", "7", "#", "*", "0"])
async def test_no_concern_after_two_repeats_is_money(none: str) -> None:
    assert await asked(f"{none * 3}2") == (Concern.MONEY, [QUESTION] * 3)


async def test_going_back_costs_no_repeat() -> None:
    assert await asked("..92..2") == (Concern.MONEY, [QUESTION, QUESTION, QUESTION, CONFIRM, QUESTION])


async def test_going_back_for_ever_ends_as_money() -> None:
    assert await asked("92" * 9) == (Concern.MONEY, [QUESTION, CONFIRM] * 3)


@pytest.mark.parametrize(("script", "is_taken_back"), [("2", False), ("91", False), ("9291", False), ("92" * 9, True)])
async def test_an_emergency_that_was_taken_back_is_noted(script: str, is_taken_back: bool) -> None:
    assert (await ask_concern(FakeLine(script))).taken_back is is_taken_back
