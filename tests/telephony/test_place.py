"""Places as the dialplan tells them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.place import Place
from operations.mailbox.entry_id import new_id
from routing.teams.file import read
from telephony.place import is_call, is_name, read_place

CENTRE = read(Path("teams.yaml"))
AREA = next(iter(CENTRE.areas.values()))
FIRST, SECOND = AREA.benefit[:2]
KIOSK = next(iter(CENTRE.kiosks.values()))
CALL = "1795334649.7"


def place(queue: str, told: str, visit: int | None = None) -> Place:
    return read_place("pbx", CALL, queue, told, CENTRE, visit=visit)


def test_everything_told_is_in_the_place() -> None:
    told = f"2:{FIRST}:1795334649:1800:household-team:money:de-leicht:"
    expected = Place(
        node="pbx",
        call=CALL,
        queue=FIRST,
        visit=2,
        team=FIRST,
        arrival=1795334649,
        credit=1800,
        rule="household-team",
        concern="money",
        language="de-leicht",
        site=AREA.site,
    )
    assert expected == place(FIRST, told)


def test_nothing_told_is_a_first_visit_to_the_queues_own_team() -> None:
    assert Place("pbx", CALL, FIRST, 1, FIRST, site=AREA.site) == place(FIRST, "")


def test_a_team_queue_counts_for_its_own_team_whatever_is_told() -> None:
    assert FIRST == place(FIRST, f"1:{SECOND}:0:0::::").team


def test_a_derived_queue_counts_for_the_team_told() -> None:
    assert SECOND == place(AREA.wide_queue, f"1:{SECOND}:0:0::::").team


@pytest.mark.parametrize("queue", [AREA.wide_queue, AREA.urgent_queue])
def test_a_derived_queue_without_a_team_told_counts_for_the_first_benefit_team(queue: str) -> None:
    assert FIRST == place(queue, "1:nobody:0:0::::").team


def test_the_second_areas_derived_queue_counts_for_its_own_first_team() -> None:
    area = list(CENTRE.areas.values())[1]
    assert area.benefit[0] == place(area.wide_queue, "").team


def test_a_queue_that_the_centre_has_no_more_counts_for_the_team_told() -> None:
    assert SECOND == place("gone", f"1:{SECOND}:0:0::::").team


def test_a_queue_that_the_centre_has_no_more_counts_for_the_general_line() -> None:
    assert CENTRE.general_line == place("gone", "").team


def test_a_known_kiosk_decides_the_site() -> None:
    assert KIOSK.site == place(FIRST, f"1:{FIRST}:0:0::::{KIOSK.id}").site


def test_an_unknown_kiosk_leaves_the_site_of_the_area() -> None:
    assert AREA.site == place(FIRST, f"1:{FIRST}:0:0::::elsewhere").site


def test_the_general_line_is_at_no_site() -> None:
    assert place(CENTRE.teams[CENTRE.general_line].queue, "").site == ""


def test_a_visit_that_is_told_counts_more_than_what_the_caller_thinks() -> None:
    assert place(FIRST, f"4:{FIRST}:0:0::::", visit=2).visit == 4


@pytest.mark.parametrize("told", ["", ":::::::", "x:L01:0:0::::", "0:L01:0:0::::", "100001:L01:0:0::::", "-1:::::::"])
def test_a_visit_that_is_not_told_is_what_the_caller_thinks(told: str) -> None:
    assert place(FIRST, told, visit=3).visit == 3


@pytest.mark.parametrize("text", ["a b", "ü", "a\u2028b", "a\x00", "a\n", "x" * 65])
def test_a_part_that_is_no_token_counts_as_not_told(text: str) -> None:
    told = place(FIRST, f"1:{FIRST}:0:0:{text}:{text}:{text}:{text}")
    assert ("", "", "", AREA.site) == (told.rule, told.concern, told.language, told.site)


@pytest.mark.parametrize("number", ["-5", "1e3", "٣", "99999999999", "3000000000", " 1", "1\n"])
def test_a_number_that_is_none_counts_as_not_told(number: str) -> None:
    told = place(FIRST, f"1:{FIRST}:{number}:{number}::::")
    assert (0, 0) == (told.arrival, told.credit)


def test_a_credit_beyond_an_hour_is_not_told() -> None:
    assert (3600, 0) == (place(FIRST, "1::9:3600::::").credit, place(FIRST, "1::9:3601::::").credit)


@pytest.mark.parametrize("told", ["1", "1:::::::: ", ":" * 2000])
def test_a_text_of_another_shape_tells_nothing(told: str) -> None:
    assert place(FIRST, "") == place(FIRST, told)


@pytest.mark.parametrize(("told", "rule"), [("", "callback"), ("101:::::::", ""), ("101::::callback:::", "callback")])
def test_a_callback_is_a_placeholder_until_its_citizen_is_sent_on(told: str, rule: str) -> None:
    assert rule == read_place("pbx", new_id(1795334649), FIRST, told, CENTRE).rule


@given(st.text(), st.text(max_size=70))
def test_whatever_is_told_makes_a_sound_place(told: str, part: str) -> None:
    for text in (told, f"{part}:{part}:{part}:{part}:{part}:{part}:{part}:{part}"):
        read = place(AREA.wide_queue, text)
        assert read.team in CENTRE.teams
        assert all(value == "" or is_name(value) for value in (read.rule, read.concern, read.language, read.site))


@pytest.mark.parametrize("call", ["1795334649.7", "pbx-1-1795334649.7", "callback-01HZ"])
def test_a_uniqueid_is_a_call(call: str) -> None:
    assert is_call(call)


@pytest.mark.parametrize("call", ["", "a/b", "1.2\n", "1.2\u2028", "1" * 129, "1 2", "1:2"])
def test_what_no_asterisk_makes_is_no_call(call: str) -> None:
    assert not is_call(call)
