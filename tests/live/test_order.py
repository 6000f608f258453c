"""Order of service: one line over all queues, emergencies a bounded step ahead, nobody blocked by who is not there."""

import time
from collections.abc import Iterator, Sequence

import pytest
from running_lab import RunningLab, citizen, until
from small_centre import EMERGENCY, EMERGENCY_CREDIT, SmallCentre, keys

from telephony.lab.phones import Habits, Phones

QUICK = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(0.3, 0.4))
LONG_TALK = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(60.0, 60.0))
URGENT = "A1-urgent"
STAY = 600.0


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("order")
    with RunningLab(folder / "lab", *SmallCentre(folder).write().options) as running:
        with running.phones():
            running.until_signed_in()
        yield running


@pytest.fixture(autouse=True)
def everybody_signed_in(lab: RunningLab) -> Iterator[None]:
    """Every member in all own queues, nobody paused, and no call left, whatever a test did."""
    before = lab.memberships()
    yield
    lab.hang_up_all()
    for queue, interface in before - lab.memberships():
        lab.console(f"queue add member {interface} to {queue} penalty 0 as {interface.removeprefix('PJSIP/')}")
    for interface in {interface for _, interface in before}:
        lab.console(f"queue unpause member {interface}")
    assert lab.memberships() == before


def _answered(phones: Phones, count: int) -> Sequence[str]:
    """The callers in the order in which they were answered, once so many were."""
    events = phones.until(lambda seen: sum(each.kind == "answered" for each in seen) >= count, 40)
    return [each.caller_number for each in events if each.kind == "answered"]


def _until_in_line(lab: RunningLab, wanted: dict[str, int]) -> None:
    until(lambda: all(len(lab.line(queue)) == count for queue, count in wanted.items()), 30, f"in line: {wanted}")


def test_five_callers_of_two_teams_are_served_by_their_common_member_as_they_came(lab: RunningLab) -> None:
    slow = citizen(4.0, keys("L02"), caller="0211200000", stay=STAY)  # who came first is not first in line
    others = [
        citizen(keys(team), caller=f"021120000{place}", stay=STAY)
        for place, team in enumerate(["L01", "L02", "L02", "L01"], start=1)
    ]
    with lab.in_turn([slow, *others]):
        _until_in_line(lab, {"L01": 2, "L02": 3})
        with lab.phones("both", habits=QUICK) as phones:
            assert _answered(phones, 5) == [f"021120000{place}" for place in range(5)]


def test_an_emergency_is_answered_by_the_first_free_member_of_any_team_of_the_area(lab: RunningLab) -> None:
    with lab.in_turn([citizen(EMERGENCY, caller=f"021121000{place}", stay=STAY) for place in range(3)]):
        _until_in_line(lab, {URGENT: 3})
        with lab.phones("work", habits=LONG_TALK) as placement:
            assert _answered(placement, 1) == ["0211210000"]
            with lab.phones("two", habits=LONG_TALK) as second:
                assert _answered(second, 1) == ["0211210001"]
                with lab.phones("one", habits=LONG_TALK) as first:
                    assert _answered(first, 1) == ["0211210002"]
                    assert len(placement.events("answered")) == len(second.events("answered")) == 1


def test_an_emergency_overtakes_by_its_credit_and_no_more(lab: RunningLab) -> None:
    oldest, older, emergency = (
        citizen(wish, caller=number, stay=STAY)
        for wish, number in [(keys("L01"), "0211220000"), (keys("L01"), "0211220001"), (EMERGENCY, "0211220002")]
    )
    with lab.in_turn([oldest]):
        came = time.time()
        until(lambda: time.time() > came + EMERGENCY_CREDIT, 30, "nobody overtakes the oldest any more")
        with lab.in_turn([older, emergency]):
            _until_in_line(lab, {"L01": 2, URGENT: 1})
            urgent = lab.line(URGENT)[0]
            arrival = int(lab.variable(urgent.channel, "TEAMLINE_ARRIVAL"))
            assert urgent.virtual_arrival == arrival - EMERGENCY_CREDIT
            with lab.phones("one", habits=QUICK) as phones:
                assert _answered(phones, 3) == ["0211220000", "0211220002", "0211220001"]


def test_a_member_signed_out_of_one_team_blocks_nobody(lab: RunningLab) -> None:
    lab.console("queue remove member PJSIP/both from L01")
    older, younger = (citizen(keys(team), caller=f"021123000{team[-1]}", stay=STAY) for team in ("L01", "L02"))
    with lab.in_turn([older, younger]):
        _until_in_line(lab, {"L01": 1, "L02": 1})
        with lab.phones("both", habits=QUICK) as phones:
            assert _answered(phones, 1) == ["0211230002"]
            assert len(lab.line("L01")) == 1
        with lab.phones("one", habits=QUICK) as phones:
            assert _answered(phones, 1) == ["0211230001"]


def test_a_paused_member_of_two_teams_blocks_nobody(lab: RunningLab) -> None:
    lab.console("queue pause member PJSIP/both")
    older, younger = (citizen(keys(team), caller=f"021124000{team[-1]}", stay=STAY) for team in ("L01", "L02"))
    with lab.in_turn([older, younger]):
        _until_in_line(lab, {"L01": 1, "L02": 1})
        with lab.phones("both", "two", habits=QUICK) as phones:
            assert _answered(phones, 1) == ["0211240002"]
            assert [each.user for each in phones.events("rang")] == ["two"]
            lab.console("queue unpause member PJSIP/both")
            assert _answered(phones, 2) == ["0211240002", "0211240001"]
            assert [each.user for each in phones.events("rang")] == ["two", "both"]
