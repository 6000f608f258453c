"""The router dies, hangs, comes back: people stay in line, new ones are taken in, nobody loses a place."""

import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from router_beside import is_ready
from running_lab import RunningLab, Waiting, citizen, customers, until

from telephony.lab.phones import Habits

GENERAL = "general-line"
SLOW_TALK = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(0.5, 0.6))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    """A lab of our own: we break it."""
    with RunningLab(tmp_path_factory.mktemp("lab") / "away") as running:
        yield running


@pytest.fixture
def sound(lab: RunningLab) -> Iterator[RunningLab]:
    """The lab with a router that takes calls, before and after."""
    if not _is_router_alive(lab):
        lab.start("router")
    yield lab
    if not _is_router_alive(lab):
        lab.start("router")
    lab.hang_up_all()
    lab.until_quiet(30)


def _is_router_alive(lab: RunningLab) -> bool:
    try:
        with urllib.request.urlopen(f"{lab.told['http']}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _customer(area: str) -> tuple[str, str]:
    """The keys of a customer of this area, and the queue of the benefit team."""
    found = next(each for each in customers() if each.area == area and not each.benefit_team)
    number = int(area.removeprefix("A"))
    return found.keys, f"L{2 * number - 1 + int(found.household[-1]) % 2:02d}"


def _has_place_by_arrival(caller: Waiting, since: float) -> bool:
    return since - 1 <= caller.virtual_arrival <= time.time()


def test_with_the_router_killed_those_in_line_are_answered_in_order_and_all_others_fall_back(
    sound: RunningLab,
) -> None:
    lab = sound
    keys, queue = _customer("A1")
    with ExitStack() as calls:
        for index in range(3):
            run = lab.call(f"{keys}#1", 0.5, "1", caller=f"021130000{index}", stay=120)
            calls.callback(run.close)
            lab.until_waiting(queue, index + 1)
        in_line = lab.line(queue)
        began = time.time()
        in_ivr = lab.call(caller="0211300010", stay=120)
        calls.callback(in_ivr.close)
        until(lambda: lab.channels() == 4, 15, "a fourth caller in the IVR")
        lab.signal("router", signal.SIGKILL)
        fallen_back = lab.until_waiting(GENERAL, 1, 15)[0]
        assert _has_place_by_arrival(fallen_back, began)
        new = lab.call(caller="0211300011", stay=120)
        calls.callback(new.close)
        newest = lab.until_waiting(GENERAL, 2, 15)[1]
        assert _has_place_by_arrival(newest, began)
        assert in_line == lab.line(queue)
        lab.start("router")
        assert in_line == lab.line(queue)
        until(lambda: is_ready(lab), 30, "a router that takes calls")
        after = lab.call(f"{keys}#1", 0.5, "1", caller="0211300003", stay=120)
        calls.callback(after.close)
        lab.until_waiting(queue, 4, 60)  # whoever stands behind three hears place and choice first
        member = next(each["user"] for each in lab.told["accounts"]["members"] if queue in each["teams"])
        with lab.phones(member, habits=SLOW_TALK) as phones:
            events = phones.until(lambda seen: sum(each.kind == "answered" for each in seen) == 4, 60)
    answered = [each.caller_number for each in events if each.kind == "answered"]
    assert answered == ["0211300000", "0211300001", "0211300002", "0211300003"]


AT_EVERY_STEP = {"greeting": (), "number": ("123",), "read-back": ("4564567890#",), "concern": ("4564567890#1",)}


def test_with_a_stopped_router_every_step_of_the_dialogue_falls_back_with_its_place(sound: RunningLab) -> None:
    lab = sound
    calls = [citizen(*keyed, caller=f"021131000{index}", stay=60) for index, keyed in enumerate(AT_EVERY_STEP.values())]
    began = time.time()
    run = lab.calls(calls, rate=10)
    run.run.until(lambda events: sum(each.startswith("answered") for each in events) == len(calls), 20)
    at_their_steps = (
        time.monotonic() + 0.5 + max(citizen(*keyed, stay=0).longest_seconds for keyed in AT_EVERY_STEP.values())
    )
    until(lambda: time.monotonic() > at_their_steps, 15, "everybody is at their step")
    assert len(calls) == lab.channels()
    lab.signal("router", signal.SIGSTOP)
    # The longest sound is under 6 s, and silence after it is bounded by 15 s.
    fallen_back = lab.until_waiting(GENERAL, len(calls), 6 + 15)
    assert all(_has_place_by_arrival(caller, began) for caller in fallen_back)
    lab.signal("router", signal.SIGCONT)
    run.close()
    keys, queue = _customer("A2")
    again = lab.call(f"{keys}#11", caller="0211310011", stay=30)
    lab.until_waiting(queue, 1)
    again.close()


def test_without_the_store_calls_find_their_team_and_a_new_router_still_knows_everybody(sound: RunningLab) -> None:
    lab = sound
    lab.signal("store", signal.SIGKILL)
    keys, queue = _customer("A3")
    first = lab.call(f"{keys}#11", caller="0211320000", stay=60)
    lab.until_waiting(queue, 1)
    lab.signal("router", signal.SIGKILL)
    lab.start("router")
    second = lab.call(f"{keys}#11", caller="0211320001", stay=60)
    lab.until_waiting(queue, 2)
    lab.start("store")
    first.close()
    second.close()


def test_a_restarted_asterisk_takes_calls_again_and_keeps_its_members(sound: RunningLab) -> None:
    lab = sound
    keys, queue = _customer("A4")
    member = next(each["user"] for each in lab.told["accounts"]["members"] if queue in each["teams"])
    with lab.phones(member, habits=SLOW_TALK) as phones:
        lab.until_signed_in(member)
        lab.until_stored(queue, member)
        lab.signal("asterisk", signal.SIGKILL)
        lab.start("asterisk")
        lab.until_signed_in(member)
        run = lab.call(f"{keys}#11", caller="0211330000", stay=30)
        phones.until(lambda seen: any(each.kind == "answered" for each in seen), 30)
        run.wait()
