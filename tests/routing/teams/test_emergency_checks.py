from collections.abc import Sequence

import pytest

from routing.teams.file import TeamsFileError, parse
from routing.teams.mistakes import Mistake
from tests.fakes.small_centre import TEAMS

KIOSKS = "kiosks:\n  k1: {site: nord, phone: '3901'}\n"


def mistakes(on_call: str) -> Sequence[Mistake]:
    text = f"{TEAMS}{KIOSKS}emergency: {{on_call: [{on_call}]}}\n"
    try:
        parse(text, "teams.yaml")
    except TeamsFileError as error:
        return error.mistakes
    return ()


def test_a_members_phone_and_a_public_number_may_be_on_call() -> None:
    assert not mistakes('"3101", "0211910999"')


@pytest.mark.parametrize(
    ("number", "what"),
    [
        ("110", "is never rung by a machine"),
        ("112", "is never rung by a machine"),
        ("0211910000", "an entry number"),
        ("2101", "a team's extension"),
        ("3901", "a kiosk's phone"),
    ],
)
def test_a_number_that_cannot_be_meant_is_refused(number: str, what: str) -> None:
    (mistake,) = mistakes(f'"{number}"')
    assert what in mistake.what
    assert "a member's phone" in mistake.cure


def test_a_number_is_on_call_once() -> None:
    (mistake,) = mistakes('"3101", "3101"')
    assert 'in emergency.on_call the number "3101" is used twice' in mistake.what
