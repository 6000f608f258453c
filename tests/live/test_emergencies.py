"""Emergencies on a real Asterisk: who is free takes one, on call out of hours, raised by a member."""

import contextlib
import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from known_callers import KnownCaller, KnownCallers, known_callers
from running_lab import RunningLab, until
from small_centre import SmallCentre, keyed
from softphones import Softphone

from telephony.lab.phones import Habits, Phones, register
from telephony.lab.ports import free_ports
from telephony.lab.sipp import SippRun

TALKS_LONG = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(300.0, 300.0))
TALKS_BRIEFLY = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(0.3, 0.4))
MONDAY = "2026-11-23T09:00"
OUTSIDE = "0211555099"
ENTRY = "0211910000"
CREDIT = 600
SAID = re.compile(r"<(PJSIP/\S+)>AGI Rx << STREAM FILE \S*/de/([a-z-]+)-\d+ ")
TEAMS = f"""\
centre: {{name: Testamt, land: NW, timezone: Europe/Berlin}}
entry: ["{ENTRY}"]
hours: {{default: {{sun: ["03:00-03:01"]}}}}
languages: {{"1": de}}
numbers: {{customer: "99A9", household: "999BG99"}}
credits: {{emergency: {CREDIT}}}
emergency: {{on_call: ["3001", "{OUTSIDE}"], ring_seconds: 10}}
general_line: general
sites:
  - {{id: nord, name: Nord}}
areas:
  - {{id: A1, name: Offen, site: nord, benefit: [L01, L02], placement: V01, benefit_rule: household-last-digit}}
  - {{id: A2, name: Zu, site: nord, benefit: [L03], placement: V02, benefit_rule: household-last-digit}}
teams:
  general: {{name: Zentrale, kind: general, extension: "2000"}}
  L01: {{name: Leistung 01, kind: benefit, extension: "2101", hours: always}}
  L02: {{name: Leistung 02, kind: benefit, extension: "2102", hours: always}}
  V01: {{name: Vermittlung 01, kind: placement, extension: "2201", hours: always}}
  L03: {{name: Leistung 03, kind: benefit, extension: "2103"}}
  V02: {{name: Vermittlung 02, kind: placement, extension: "2202"}}
members:
  duty: {{name: Bereitschaft, teams: [general], phone: "3001"}}
  one: {{name: Platz 1, teams: [L01], phone: "3101"}}
  two: {{name: Platz 2, teams: [L02], phone: "3102"}}
  work: {{name: Arbeit 1, teams: [V01], phone: "3201"}}
"""
MONEY, JOB = keyed("10A1"), keyed("10A1", "2")
URGENT, OUT_OF_HOURS = "1021#1", "3021#1"
"""Up to the question for the concern."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("emergencies")
    files = SmallCentre(folder).write(TEAMS)
    options = ["--config", str(files.teams), "--customers", str(files.customers), "--members", "1"]
    with RunningLab(folder / "lab", *options, "--hours", "--at", MONDAY) as running:
        running.console("logger add channel spoken verbose")
        running.console("agi set debug on")
        with running.phones():
            running.until_signed_in()
        yield running


@pytest.fixture(autouse=True)
def nobody_is_left(lab: RunningLab) -> Iterator[None]:
    yield
    lab.hang_up_all()


@pytest.fixture
def callers(lab: RunningLab) -> Iterator[KnownCallers]:
    with known_callers(lab) as callers:
        yield callers


@contextlib.contextmanager
def world_outside(lab: RunningLab) -> Iterator[Softphone]:
    """A telephone behind the trunk."""
    trunk = lab.told["accounts"]["trunk"]
    phone = Softphone(lab, trunk["user"], trunk["password"], shown=trunk["user"], registers=True)
    try:
        assert phone.until_told("registered")["code"] == 200
        yield phone
    finally:
        phone.close()


@contextlib.contextmanager
def transferring(lab: RunningLab, member: str, target: str) -> Iterator[None]:
    """A registered phone that answers and transfers to `target`."""
    text = Path(__file__).with_name("transferring_phone.xml").read_text(encoding="utf-8").replace("%{target}", target)
    port = free_ports(1)[0]
    with SippRun(text, {}, [], peer=None, seconds=120, port=port) as run:
        run.until_listening()
        register(lab.told["sip"], lab.accounts(member), contact_port=port)
        yield
        register(lab.told["sip"], lab.accounts(member), contact_port=port, seconds=0)


def answered(phones: Phones, count: int = 1) -> Sequence[str]:
    events = phones.until(lambda seen: sum(each.kind == "answered" for each in seen) >= count, 30)
    return [each.caller_number for each in events if each.kind == "answered"]


def heard(lab: RunningLab, caller: KnownCaller) -> Sequence[str]:
    spoken = SAID.findall((lab.folder / "asterisk" / "log" / "spoken").read_text(errors="replace"))
    return [phrase for channel, phrase in spoken if channel == caller.channel]


def emergency(lab: RunningLab, callers: KnownCallers, number: str) -> KnownCaller:
    """A caller who has said, and confirmed, that it is one."""
    (caller,) = callers.dial(number)
    until(lambda: "concern" in heard(lab, caller), 20, "the question for the concern")
    caller.press("9")
    until(lambda: "emergency-confirm" in heard(lab, caller), 20, "the question whether it is one")
    caller.press("1")
    return caller


def until_gone(lab: RunningLab, caller: KnownCaller) -> None:
    until(lambda: caller.channel not in lab.console("core show channels concise"), 60, "the end of the call")


def until_talking(lab: RunningLab, caller: KnownCaller) -> None:
    def is_bridged() -> bool:
        lines = lab.console("core show channels concise").splitlines()
        return any(line.startswith(f"{caller.channel}!") and line.split("!")[12] for line in lines)

    until(is_bridged, 30, "the caller in talk")


def report(lab: RunningLab, team: str) -> dict[str, str]:
    done = lab.command("report", "--emergencies", "--team", team, "--format", "csv")
    assert done.returncode == 0, done.stderr
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    return row


def test_both_benefit_members_are_busy_and_a_free_placement_member_takes_the_emergency_at_once(
    lab: RunningLab, callers: KnownCallers
) -> None:
    with lab.phones("one", "two", habits=TALKS_LONG) as benefit, lab.phones("work", habits=TALKS_LONG) as placement:
        callers.dial(MONEY, keyed("20B1"))
        answered(benefit, 2)
        waiting, other = callers.in_line("L01", "L02")
        urgent = emergency(lab, callers, URGENT)
        assert answered(placement) == [urgent.number]
        assert [len(lab.line(queue)) for queue in ("L01", "L02")] == [1, 1]
        assert {waiting.channel, other.channel} == {lab.line(queue)[0].channel for queue in ("L01", "L02")}


def test_whoever_of_the_three_teams_gets_free_takes_the_emergency_before_older_callers(
    lab: RunningLab, callers: KnownCallers
) -> None:
    (older,) = callers.dial(JOB)
    older.until_in_line("V01")
    urgent = emergency(lab, callers, URGENT)
    urgent.until_in_line("A1-urgent")
    with lab.phones("work", habits=TALKS_BRIEFLY) as placement:
        assert answered(placement, 2) == [urgent.number, older.number]


def test_out_of_hours_the_first_number_is_rung_and_talks(lab: RunningLab, callers: KnownCallers) -> None:
    with lab.phones("duty", habits=TALKS_LONG) as duty:
        caller = emergency(lab, callers, OUT_OF_HOURS)
        assert answered(duty) == [caller.number]
        assert [each.caller_name for each in duty.events("answered")] == ["NOTFALL"]
        until_talking(lab, caller)
        until(lambda: int(report(lab, "L03")["on_call_answered"]) > 0, 10, "the talk in the report")


def test_a_number_outside_is_rung_next_and_takes_the_call_with_a_key(lab: RunningLab, callers: KnownCallers) -> None:
    with world_outside(lab) as outside:
        caller = emergency(lab, callers, OUT_OF_HOURS)
        assert f"<sip:{ENTRY}@" in outside.until_told("rang", 20)["caller"]
        outside.order("answer")
        outside.until_told("answered")
        outside.order("key", "1")
        until_talking(lab, caller)
        outside.order("hang-up")
        until_gone(lab, caller)


def test_whoever_answers_outside_and_does_not_take_it_leaves_the_caller_a_message_and_a_goodbye(
    lab: RunningLab, callers: KnownCallers
) -> None:
    with world_outside(lab) as outside:
        caller = emergency(lab, callers, OUT_OF_HOURS)
        outside.until_told("rang", 20)
        outside.order("answer")
        outside.until_told("answered")
        outside.order("key", "2")
        until(lambda: "on-call-nobody" in heard(lab, caller), 60, "nobody is reached")
    until(lambda: "message-offer" in heard(lab, caller), 20, "a message may be left")
    caller.press("3")
    until_gone(lab, caller)
    assert "goodbye" in heard(lab, caller)


def test_a_member_makes_the_caller_an_emergency_of_the_team_and_the_arrival_is_kept(
    lab: RunningLab, callers: KnownCallers
) -> None:
    (caller,) = callers.in_line("L01")
    (first,) = lab.line("L01")
    with transferring(lab, "one", "*92102"):
        raised = caller.until_in_line("A1-urgent")
    assert first.virtual_arrival - CREDIT == raised.virtual_arrival
    assert lab.variable(caller.channel, "TEAMLINE_TEAM") == "L02"
    until(lambda: int(report(lab, "L02")["raised"]) > 0, 10, "the emergency in the report")


@pytest.mark.parametrize("dialled", [OUTSIDE, "teamline-on-call", f"*9{OUTSIDE}", "*9"])
def test_no_phone_of_the_house_reaches_the_outside_through_the_emergency_service(lab: RunningLab, dialled: str) -> None:
    for context in ("teamline-member", "teamline-transfer", "teamline-in"):
        assert "There is no existence" in lab.console(f"dialplan show {dialled}@{context}")
