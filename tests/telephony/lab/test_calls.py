import xml.etree.ElementTree as ET

import pytest

from telephony.lab.calls import (
    CitizenCall,
    Keys,
    KeyStyle,
    Slot,
    Wait,
    citizen_rows,
    citizen_scenario,
    slots,
    steps,
)

CALL = CitizenCall("0211", (Wait(1), Keys("12"), Wait(2), Keys("#")), 3)


def test_a_comma_is_a_second_of_listening() -> None:
    assert (Keys("123#"), Wait(1), Wait(1), Keys("*1")) == steps("123#,,*1")


@pytest.mark.parametrize("wrong", ["12x", "1 2", "1\n"])
def test_what_no_phone_has_cannot_be_keyed(wrong: str) -> None:
    with pytest.raises(ValueError, match="keys"):
        steps(wrong)
    with pytest.raises(ValueError, match="keys"):
        Keys(wrong)


def test_digits_keyed_as_events_are_one_place_that_lasts_until_they_are_sent() -> None:
    assert (Slot("", 1000), Slot("12", 1300 + 2000), Slot("#", 1100)) == slots(CALL, KeyStyle.RFC4733)


def test_digits_keyed_as_info_are_a_place_each() -> None:
    expected = (Slot("", 1000), Slot("1", 200), Slot("2", 2200), Slot("#", 200))
    assert expected == slots(CALL, KeyStyle.INFO)


def test_a_row_is_filled_up_to_the_longest_call() -> None:
    rows = list(citizen_rows([CALL], 4, KeyStyle.RFC4733))
    assert rows == [["<sip:0211@127.0.0.1>", "", "1000", "12", "3300", "#", "1100", "", "0", "3000"]]


@pytest.mark.parametrize("style", list(KeyStyle))
def test_the_scenario_reads_each_place_from_its_own_column(style: KeyStyle) -> None:
    text = citizen_scenario(2, style, "trunk", "secret")
    assert ET.fromstring(text).get("name") == "citizen"  # noqa: S314 - our own text
    assert [f"[field{n}]" in text or f"[field{n}]," in text for n in range(1, 6)] == [True] * 5
    assert "[field6" not in text
    assert "%{" not in text


def test_a_forged_name_is_sent_as_it_is_only_quoted() -> None:
    assert CitizenCall("1", from_name='a"b\\c${X}').from_header == '"a\\"b\\\\c${X}" <sip:1@127.0.0.1>'


def test_a_call_lasts_at_least_its_waits() -> None:
    assert CALL.longest_seconds >= 1 + 2 + 3
