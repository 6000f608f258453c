import xml.etree.ElementTree as ET

import pytest

from telephony.lab.called_citizens import BUSY, MACHINE, Manner, Refusal, called_rows, called_scenario
from telephony.lab.scenario import UnusableInScenario

PROMPT = Manner(ring_seconds=0.5, key="2", key_after_seconds=1, talk_seconds=3)


def test_each_listed_number_has_its_own_line_behind_those_of_everybody_else() -> None:
    expected = [["anybody-0", "2000", "", "4000", "", "60000"], ["0211", "500", "", "1000", "2", "3000"]]
    assert expected == called_rows({"0211": PROMPT}, [MACHINE])


def test_a_refusal_stands_in_the_line_as_its_code() -> None:
    assert BUSY.row("0211")[2] == "486"


@pytest.mark.parametrize("key", ["12", "x", "\n", "1;"])
def test_what_is_no_single_key_cannot_be_pressed(key: str) -> None:
    with pytest.raises(ValueError, match="one key"):
        Manner(key=key)


def test_a_number_cannot_change_the_lines_around_it() -> None:
    with pytest.raises(UnusableInScenario):
        BUSY.row("0211;x")


def test_somebody_must_answer_numbers_that_are_not_listed() -> None:
    with pytest.raises(ValueError, match="not listed"):
        called_rows({}, [])


def test_the_scenario_can_say_every_refusal() -> None:
    text = called_scenario(1)
    assert ET.fromstring(text).get("name") == "called citizen"  # noqa: S314 - our own text
    assert all(f"SIP/2.0 {each.value}" in text for each in Refusal)
    assert "%{" not in text
