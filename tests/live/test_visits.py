"""What the dialplan tells about each visit to a line, as the router's own account and queue_log hear it."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from ami_record import AmiRecord
from running_lab import RunningLab, until
from small_centre import EMERGENCY, EMERGENCY_CREDIT, SmallCentre, keys

from telephony.dialplan.manager import EVENTS
from telephony.lab.calls import CitizenCall
from telephony.lab.citizens import TrunkAccount, place_calls
from telephony.lab.phones import register
from telephony.lab.ports import free_ports
from telephony.lab.sipp import SippRun

Place = Sequence[str]
"""visit, team, arrival, credit, rule, concern, language, kiosk."""

STAY = 60.0


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("visits")
    with RunningLab(folder / "lab", *SmallCentre(folder).write().options, "--signed-out") as running:
        yield running


@pytest.fixture
def ami(lab: RunningLab) -> Iterator[AmiRecord]:
    with AmiRecord(lab.told["ami"]) as heard:
        yield heard
    lab.hang_up_all()


def _named(ami: AmiRecord, name: str) -> Sequence[Mapping[str, str]]:
    return [dict(event) for event in ami.events("UserEvent") if ("UserEvent", name) in event]


def _told(ami: AmiRecord, name: str, count: int) -> Sequence[tuple[str, Place]]:
    """(queue, place) of every event of ours with this name, once there are so many."""
    found = until(lambda: len(events := _named(ami, name)) == count and events, 30, f"{count} times {name}")
    return [(event["Queue"], event["Place"].split(":")) for event in found or ()]


def _in_line(lab: RunningLab, ami: AmiRecord, wish: str, queue: str) -> Place:
    """The place of one citizen who waits in this queue."""
    lab.call(wish, stay=STAY)
    lab.until_waiting(queue, 1)
    [(told, place)] = _told(ami, "TeamlineJoins", 1)
    assert queue == told
    return place


def _is_now(arrival: str) -> bool:
    return abs(time.time() - int(arrival)) < STAY


def test_a_visit_is_told_right_before_the_line_is_joined(lab: RunningLab, ami: AmiRecord) -> None:
    place = _in_line(lab, ami, keys("L01"), "L01")
    assert ["1", "L01", place[2], "0", "household-team", "money", "de", ""] == place
    assert _is_now(place[2])
    told = [dict(event)["Event"] for event in ami.events()]
    assert ["UserEvent", "QueueCallerJoin"] == told[:2]


def test_a_credit_and_a_derived_queue_are_told_with_the_team(lab: RunningLab, ami: AmiRecord) -> None:
    place = _in_line(lab, ami, EMERGENCY, "A1-urgent")
    assert str(EMERGENCY_CREDIT) == place[3]
    assert ["emergency-area", "emergency"] == place[4:6]


def test_queue_log_and_the_channel_tell_the_same(lab: RunningLab, ami: AmiRecord) -> None:
    told = ":".join(_in_line(lab, ami, keys("L02"), "L02"))
    [row] = [dict(row) for row in ami.ask("Status", Variables="TEAMLINE_PLACE") if ("Event", "Status") in row]
    assert f"TEAMLINE_PLACE={told}" == row["Variable"]
    log = (lab.folder / "asterisk" / "log" / "queue_log").read_text(encoding="utf-8")
    lines = [line.partition("|")[2] for line in log.splitlines() if row["Uniqueid"] in line]
    assert [f"{row['Uniqueid']}|L02|NONE|TEAMLINE|{told}", f"{row['Uniqueid']}|L02|NONE|ENTERQUEUE|||1"] == lines


def test_a_caller_let_out_unanswered_is_told_with_the_cause_and_the_next_visit_follows(
    lab: RunningLab, ami: AmiRecord
) -> None:
    first = _in_line(lab, ami, keys("L01"), "L01")
    ami.say("QueueWithdrawCaller", Queue="L01", Caller=lab.line("L01")[0].channel)
    second = _told(ami, "TeamlineJoins", 2)[1]
    assert ("L01", ["2", *first[1:]]) == second
    assert [("L01", first)] == _told(ami, "TeamlineLeft", 1)
    assert ["WITHDRAW"] == [event["Status"] for event in _named(ami, "TeamlineLeft")]
    assert [] == ami.events("HangupRequest")


def test_who_is_torn_from_line_has_asked_for_nothing(lab: RunningLab, ami: AmiRecord) -> None:
    _in_line(lab, ami, keys("L01"), "L01")
    lab.console(f"channel request hangup {lab.line('L01')[0].channel}")
    until(lambda: ami.events("Hangup"), 10, "the end")
    told = [dict(event)["Event"] for event in ami.events()]
    assert ["QueueCallerAbandon", "QueueCallerLeave", "Hangup"] == told[2:]


def test_a_citizen_who_hangs_up_in_line_is_told_too(lab: RunningLab, ami: AmiRecord) -> None:
    lab.call(keys("L01"), stay=0.5)
    until(lambda: ami.events("Hangup"), 30, "the end")
    [asked] = [dict(event) for event in ami.events("HangupRequest")]
    [left] = [dict(event) for event in ami.events("QueueCallerAbandon")]
    assert asked["Uniqueid"] == left["Uniqueid"]
    assert [] == _named(ami, "TeamlineLeft")


def test_a_call_without_a_decision_joins_the_general_line_by_the_fallbacks_rule(
    lab: RunningLab, ami: AmiRecord
) -> None:
    lab.call(stay=STAY)
    until(lambda: lab.channels() == 1, 10, "a caller in the IVR")
    [row] = [dict(row) for row in ami.ask("Status") if ("Event", "Status") in row]
    ami.say("Redirect", Channel=row["Channel"], Context="teamline-fallback", Exten="s", Priority="1")
    [(queue, place)] = _told(ami, "TeamlineJoins", 1)
    assert ("general-line", ["1", "", place[2], "", "fallback", "", "", ""]) == (queue, place)
    lab.until_waiting("general-line", 1)
    ami.say("QueueWithdrawCaller", Queue="general-line", Caller=row["Channel"])
    assert [("general-line", ["1", *place[1:]]), ("general-line", ["2", *place[1:]])] == _told(ami, "TeamlineJoins", 2)
    assert [("general-line", place)] == _told(ami, "TeamlineLeft", 1)


def test_a_colleague_in_line_has_a_place_of_their_own(lab: RunningLab, ami: AmiRecord) -> None:
    account = lab.accounts("one")[0]
    dialled = place_calls(
        lab.told["sip"], "2103", TrunkAccount(account.user, account.password), [CitizenCall("one", (), STAY)]
    )
    with closing(dialled):
        [(queue, place)] = _told(ami, "TeamlineJoins", 1)
    assert ("L03", ["1", "", place[2], "", "", "", "", ""]) == (queue, place)
    assert _is_now(place[2])


@contextmanager
def _transferring(lab: RunningLab, member: str, target: str) -> Iterator[None]:
    """A registered phone that answers and transfers to `target`."""
    text = Path(__file__).with_name("transferring_phone.xml").read_text(encoding="utf-8").replace("%{target}", target)
    port = free_ports(1)[0]
    with SippRun(text, {}, [], peer=None, seconds=120, port=port) as run:
        run.until_listening()
        register(lab.told["sip"], lab.accounts(member), contact_port=port)
        yield
        register(lab.told["sip"], lab.accounts(member), contact_port=port, seconds=0)


def test_a_transferred_citizen_visits_a_second_time_with_the_first_arrival(lab: RunningLab, ami: AmiRecord) -> None:
    first = _in_line(lab, ami, keys("L01"), "L01")
    lab.console("queue add member PJSIP/one to L01")
    with _transferring(lab, "one", "2201"):
        (_, _), (queue, second) = _told(ami, "TeamlineJoins", 2)
        lab.until_waiting("V01", 1)
    lab.console("queue remove member PJSIP/one from L01")
    assert ("V01", ["2", *first[1:]]) == (queue, second)
    assert ami.events("BlindTransfer")


def test_the_routers_account_is_sent_what_it_asked_for_and_nothing_more(lab: RunningLab, ami: AmiRecord) -> None:
    _in_line(lab, ami, keys("L01"), "L01")
    lab.hang_up_all()
    until(lambda: ami.events("Hangup"), 10, "the end")
    assert {dict(event)["Event"] for event in ami.events()} <= {*EVENTS, "UserEvent"}
