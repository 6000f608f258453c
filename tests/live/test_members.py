"""Members sign in and out, pause and transfer with the keys of an ordinary phone."""

import contextlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from running_lab import RunningLab, citizen, until
from small_centre import WORK, SmallCentre, keys

from telephony.lab.calls import CitizenCall
from telephony.lab.citizens import Citizens, TrunkAccount, place_calls
from telephony.lab.phones import Habits, register
from telephony.lab.ports import free_ports
from telephony.lab.sipp import SippRun

QUICK = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(0.3, 0.4))
OWN = {"L01", "L02", "A1-wide", "A1-urgent"}
STAY = 600.0
SAID = re.compile(r"STREAM FILE \S*/([a-z-]+)/([a-z-]+)-\d+ ")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("members")
    with RunningLab(folder / "lab", *SmallCentre(folder).write().options, "--signed-out") as running:
        running.console("logger add channel spoken verbose")
        running.console("agi set debug on")
        yield running


@pytest.fixture(autouse=True)
def everybody_signed_out(lab: RunningLab) -> Iterator[None]:
    yield
    lab.hang_up_all()
    for queue, interface in lab.memberships():
        lab.console(f"queue remove member {interface} from {queue}")
    until(lambda: not lab.memberships(), 5, "nobody signed in")


def _dialled(lab: RunningLab, member: str, number: str, stay: float = 20) -> Citizens:
    """A member's phone that dials a number."""
    account = lab.accounts(member)[0]
    call = CitizenCall(member, (), stay)
    return place_calls(lab.told["sip"], number, TrunkAccount(account.user, account.password), [call])


@pytest.fixture
def presses(lab: RunningLab) -> Callable[[str, str], list[tuple[str, str]]]:
    """A member presses keys; what the member hears, as (language, phrase), until Asterisk hangs up."""
    log = lab.folder / "asterisk" / "log" / "spoken"

    def press(member: str, number: str) -> list[tuple[str, str]]:
        heard = len(SAID.findall(log.read_text(errors="replace")))
        assert _dialled(lab, member, number).wait().ended_by_other_side == 1
        return SAID.findall(log.read_text(errors="replace"))[heard:]

    return press


def _queues(lab: RunningLab, member: str) -> set[str]:
    return {queue for queue, interface in lab.memberships() if interface == f"PJSIP/{member}"}


def _paused(lab: RunningLab, member: str) -> set[str]:
    """The queues in which this member is paused."""
    lines = {queue: lab.members(queue).splitlines() for queue in _queues(lab, member)}
    return {
        queue for queue, shown in lines.items() for line in shown if f"PJSIP/{member})" in line and "paused" in line
    }


Presses = Callable[[str, str], list[tuple[str, str]]]


def test_a_phone_that_registers_is_signed_in_nowhere_in_a_signed_out_lab(lab: RunningLab) -> None:
    with lab.phones("both"):
        until(lambda: "both/sip:" in lab.console("pjsip show contacts"), 10, "the phone's registration")
        assert lab.memberships() == set()


def test_star_45_signs_in_to_all_own_queues_and_out_of_all_again(lab: RunningLab, presses: Presses) -> None:
    assert presses("both", "*45") == [("de", "signed-in")]
    assert _queues(lab, "both") == OWN
    assert presses("both", "*45") == [("de", "signed-out")]
    assert _queues(lab, "both") == set()


def test_star_46_pauses_in_all_queues_at_once_and_resumes(lab: RunningLab, presses: Presses) -> None:
    presses("both", "*45")
    assert presses("both", "*46") == [("de", "paused")]
    assert _paused(lab, "both") == OWN
    assert presses("both", "*46") == [("de", "unpaused")]
    assert _paused(lab, "both") == set()
    assert _queues(lab, "both") == OWN


def test_star_46_tells_a_member_who_is_not_signed_in(lab: RunningLab, presses: Presses) -> None:
    assert presses("both", "*46") == [("de", "not-signed-in")]
    assert lab.memberships() == set()


def test_who_signs_in_is_rung_for_callers_already_in_line(lab: RunningLab, presses: Presses) -> None:
    calls = [citizen(keys(team), caller=f"021130000{team[-1]}", stay=STAY) for team in ("L01", "L02")]
    with lab.phones("both", "two", habits=QUICK) as phones, lab.in_turn(calls):
        for queue in ("L01", "L02"):
            lab.until_waiting(queue, 1)
        presses("both", "*45")
        events = phones.until(lambda seen: sum(each.kind == "answered" for each in seen) == 2, 30)
    assert {each.user for each in events} == {"both"}


@pytest.mark.parametrize("dialled", ["999", "*48", "s", "T", "i", "h", "sign", "0211910000", "L01", "00491701234567"])
def test_whatever_else_a_member_dials_is_not_found(lab: RunningLab, dialled: str) -> None:
    with contextlib.closing(_dialled(lab, "one", dialled, stay=2)) as placed:
        until(lambda: not placed.run.running, 20, "an answer")
        assert placed.so_far().answered == 0
        assert "SIP/2.0 404 Not Found" in (placed.run.folder / "errors.log").read_text()


@contextlib.contextmanager
def _transferring(lab: RunningLab, member: str, target: str) -> Iterator[None]:
    """A registered phone that answers and transfers to `target`."""
    text = Path(__file__).with_name("transferring_phone.xml").read_text(encoding="utf-8").replace("%{target}", target)
    port = free_ports(1)[0]
    with SippRun(text, {}, [], peer=None, seconds=120, port=port) as run:
        run.until_listening()
        register(lab.told["sip"], lab.accounts(member), contact_port=port)
        yield
        register(lab.told["sip"], lab.accounts(member), contact_port=port, seconds=0)


def test_a_citizen_transferred_to_another_team_keeps_the_place_in_the_new_line(lab: RunningLab) -> None:
    calls = [citizen(wish, stay=STAY) for wish in (keys("L01"), WORK)]
    with lab.in_turn(calls):
        before = lab.until_waiting("L01", 1)[0]
        younger = lab.until_waiting("V01", 1)[0]
        lab.console("queue add member PJSIP/one to L01")
        with _transferring(lab, "one", "2201"):
            after = lab.until_waiting("V01", 2)
        assert [(each.channel, each.priority) for each in after] == [
            (each.channel, each.priority) for each in (before, younger)
        ]
        assert int(lab.variable(before.channel, "TEAMLINE_ARRIVAL")) == before.virtual_arrival
