import xml.etree.ElementTree as ET

import pytest

from telephony.lab.phones import Habits, Manner, PhoneEvent, _phone_scenario, phone_event
from telephony.lab.scenario import UnusableInScenario, column, injection_file, scenario, word


@pytest.mark.parametrize("manner", list(Manner))
def test_every_manner_of_a_phone_is_a_whole_scenario(manner: Manner) -> None:
    text = _phone_scenario(Habits(manner, ring_seconds=(1, 2), talk_seconds=(3, 3)))
    assert manner.value == ET.fromstring(text).get("name")  # noqa: S314 - our own text
    assert "%{" not in text


def test_a_phone_rings_and_talks_within_its_bounds() -> None:
    text = _phone_scenario(Habits(ring_seconds=(1, 2), talk_seconds=(3, 3)))
    assert 'min="1000" max="2000"' in text
    assert 'min="3000" max="3001"' in text


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        scenario("register", seconds=1)


@pytest.mark.parametrize("wrong", ["a\r\nb", "a\0", "[x]", "]]>"])
def test_a_value_that_would_change_the_scenario_is_refused(wrong: str) -> None:
    with pytest.raises(UnusableInScenario):
        word(wrong)


@pytest.mark.parametrize("wrong", ["a\nb", "a;b", "\x7f"])
def test_a_value_that_would_change_the_columns_is_refused(wrong: str) -> None:
    with pytest.raises(UnusableInScenario):
        column(wrong)


def test_columns_are_read_in_order_one_row_a_call() -> None:
    assert injection_file([("a", "b"), ("c", "")]) == "SEQUENTIAL\na;b\nc;\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('rang m1  "Geld \\"1\\"" <sip:0211@h>;tag=1', PhoneEvent("rang", "m1", "0211", 'Geld "1"')),
        ("ended m1 <sip:0211@h>;tag=1", PhoneEvent("ended", "m1", "0211", "")),
        ('cancelled m1 "A" <sip:anonymous.invalid>', PhoneEvent("cancelled", "m1", "anonymous.invalid", "A")),
        ('rang m1 "A" <sip:asterisk@h>;tag=1 asserted A <sip:0211@h>', PhoneEvent("rang", "m1", "0211", "A")),
        ("rang m1 <sip:asterisk@h>;tag=1 asserted ", PhoneEvent("rang", "m1", "asterisk", "")),
        ("something else", None),
    ],
)
def test_what_a_phone_saw_is_read_from_its_log(line: str, expected: PhoneEvent | None) -> None:
    assert expected == phone_event(line)
