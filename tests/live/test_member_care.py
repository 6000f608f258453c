"""After-call work over two queues, missed rings, phones that are gone, the end of the day: on a real Asterisk."""

import json
import os
import re
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from both_truths import metrics
from desk_keys import Presses, hears_phrases, pauses, presses
from running_lab import RunningLab, citizen, until
from small_centre import EMERGENCY, SmallCentre, keys
from small_centre import TEAMS as SMALL
from staffed_lab import sign_in, until_phones

from telephony.lab.phones import Habits, Manner

WRAP_UP_SECONDS = 3
MISSED = 2
STAY = 600.0
MONDAY = "2026-11-23T10:00"
QUICK = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(0.3, 0.4))
DESK = f"desk: {{missed_rings: {MISSED}, more_wrap_up_seconds: 10, sign_out_at_closing: true}}\n"
TEAMS = (
    SMALL.replace("general_line:", f"{DESK}general_line:")
    .replace("L01: {", f"L01: {{wrap_up_seconds: {WRAP_UP_SECONDS}, ")
    .replace("L03: {", "L03: {ring_seconds: 5, overflow: [{when: no-members, to: general}], ")
)
CLOSED = TEAMS.replace("V02: {", 'V02: {hours: {mon: ["08:00-09:00"]}, ')
OWN = ("L01", "L02", "A1-wide", "A1-urgent")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("care")
    options = SmallCentre(folder).write(TEAMS).options
    with RunningLab(folder / "lab", *options, "--signed-out", "--hours", "--at", MONDAY) as running:
        hears_phrases(running)
        yield running


@pytest.fixture(autouse=True)
def everybody_signed_out(lab: RunningLab) -> Iterator[None]:
    yield
    lab.hang_up_all()
    for queue, interface in lab.memberships():
        lab.console(f"queue remove member {interface} from {queue}")
    until(lambda: not lab.memberships(), 5, "nobody signed in")


@pytest.fixture
def press(lab: RunningLab) -> Presses:
    return presses(lab)


def reasons(lab: RunningLab, member: str) -> set[str | None]:
    return set(pauses(lab, member).values())


def until_paused(lab: RunningLab, member: str, reason: str, but: str = "") -> str:
    """The reason of the pause in all queues, once it begins so, and is another than `but`."""

    def seen() -> str:
        found = reasons(lab, member)
        only = next(iter(found)) if len(found) == 1 else None
        return only if only and only.startswith(reason) and only != but else ""

    return until(seen, 20, f"{reason} in all queues of {member}")


def in_state(lab: RunningLab, team: str, state: str) -> float:
    return metrics(lab)["teamline_members", state, team]


def shown(lab: RunningLab, queue: str, member: str, state: str) -> bool:
    return any(f"PJSIP/{member})" in line and f"({state})" in line for line in lab.members(queue).splitlines())


def happened(lab: RunningLab, member: str) -> Sequence[tuple[str, str]]:
    """Each answered call, and each pause of the own team: Asterisk's own word, in order, with its queue or reason."""
    rows = [line.split("|") for line in (lab.folder / "asterisk" / "log" / "queue_log").read_text().splitlines()]
    told = [(row[4], row[2], row[5]) for row in rows if row[3] == member and len(row) > 5]
    return [
        (event, queue if event == "CONNECT" else reason.partition("-")[0])
        for event, queue, reason in told
        if event == "CONNECT" or (event == "PAUSE" and queue == OWN[0])
    ]


def rests(lab: RunningLab) -> Sequence[int]:
    """For each pause after a call: the seconds from the talk's end to the pause's promised end."""
    ended, found = 0, []
    for line in (lab.folder / "asterisk" / "log" / "queue_log").read_text().splitlines():
        at, _, queue, _, event, *words = line.split("|")
        if event.startswith("COMPLETE"):
            ended = int(at)
        elif event == "PAUSE" and queue == OWN[0] and (until_ := re.fullmatch(r"wrapup-([0-9]+)", words[0])):
            found.append(int(until_[1]) - ended)
    return found


def test_after_call_work_is_that_of_the_team_of_the_call_in_all_queues(lab: RunningLab) -> None:
    sign_in(lab, "both")
    with lab.in_turn([citizen(each, stay=STAY) for each in (EMERGENCY, keys("L02"), keys("L01"))]):
        for queue in ("A1-urgent", "L02", "L01"):
            lab.until_waiting(queue, 1)
        with lab.phones("both", habits=QUICK) as phones:
            until_phones(phones, "hung-up", 3)
            until_paused(lab, "both", "wrapup-")
    assert happened(lab, "both") == [
        ("CONNECT", "A1-urgent"),
        ("PAUSE", "wrapup"),
        ("CONNECT", "L02"),
        ("CONNECT", "L01"),
        ("PAUSE", "wrapup"),
    ]
    assert {WRAP_UP_SECONDS, WRAP_UP_SECONDS + 1} >= set(rests(lab))


def test_star_47_gives_more_time_shown_as_wrap_up_until_star_46(lab: RunningLab, press: Presses) -> None:
    sign_in(lab, "two")
    with lab.phones("two"):
        assert press("two", "*47") == ["wrap-up-longer"]
        until_paused(lab, "two", "wrapup-")
        until(lambda: in_state(lab, "L02", "wrapup") == 1, 5, "wrap-up on the board")
        assert press("two", "*46") == ["wrap-up-over"]
    assert reasons(lab, "two") == {None}


def test_more_time_again_is_longer_and_ends_also_when_the_router_was_away(lab: RunningLab, press: Presses) -> None:
    sign_in(lab, "both")
    press("both", "*47")
    first = until_paused(lab, "both", "wrapup-")
    press("both", "*47")
    assert int(until_paused(lab, "both", "wrapup-", but=first)[7:]) > int(first[7:])
    lab.signal("router", signal.SIGKILL)
    lab.start("router")
    until(lambda: reasons(lab, "both") == {None}, 30, "both rings again")


def test_whoever_misses_rings_is_paused_and_hears_why_and_a_hang_up_is_none(lab: RunningLab, press: Presses) -> None:
    sign_in(lab, "three")
    with lab.phones("three", habits=Habits(Manner.RINGS_ON)) as phones:
        with lab.in_turn([citizen(keys("L03"), stay=STAY)]):
            until_phones(phones, "rang")
            lab.console(f"channel request hangup {lab.line('L03')[0].channel}")
            until_phones(phones, "cancelled")
        assert reasons(lab, "three") == {None}
        with lab.in_turn([citizen(keys("L03"), stay=STAY)]):
            until_paused(lab, "three", "missed-rings")
        assert len([event for event in phones.events() if event.kind == "rang"]) == 1 + MISSED
        assert press("three", "*46") == ["missed-rings", "unpaused"]
    assert reasons(lab, "three") == {None}


def test_a_dead_phone_is_not_rung_and_rings_as_soon_as_it_is_back(lab: RunningLab) -> None:
    sign_in(lab, "two")
    with lab.phones("two", habits=QUICK) as dies:
        until(lambda: shown(lab, "L02", "two", "Not in use"), 10, "a phone")
        os.kill(dies.run.pid, signal.SIGKILL)
        lab.console("pjsip qualify two")  # Asterisk asks by itself every 30 s
        until(lambda: shown(lab, "L02", "two", "Unavailable"), 40, "a phone that is gone")
        until(lambda: in_state(lab, "L02", "unavailable") == 1, 5, "the same on the board")
        with lab.in_turn([citizen(keys("L02"), stay=STAY)]):
            lab.until_waiting("L02", 1)
            with lab.phones("two", habits=QUICK) as back:
                until_phones(back, "answered")
    assert ["CONNECT"] == [event for event, _ in happened(lab, "two")]


def test_where_every_phone_is_gone_nobody_is_there(lab: RunningLab) -> None:
    sign_in(lab, "three")
    with lab.phones("three", habits=QUICK):
        until(lambda: shown(lab, "L03", "three", "Not in use"), 10, "a phone")
    until(lambda: shown(lab, "L03", "three", "Unavailable"), 5, "a phone that has signed off")
    until(lambda: _is_sent_elsewhere(lab), 30, "the general line, by the rule no-members")


def _is_sent_elsewhere(lab: RunningLab) -> bool:
    with lab.in_turn([citizen(keys("L03"), stay=STAY)]):
        until(lambda: lab.line("L03") or lab.line("general-line"), 20, "a caller in line")
        return bool(lab.line("general-line"))


def test_at_the_end_of_the_day_of_all_their_teams_members_are_signed_out(lab: RunningLab, tmp_path: Path) -> None:
    for member in ("next", "g01", "both"):
        sign_in(lab, member)
    _put_in_force(lab, tmp_path, CLOSED)
    until(lambda: not _queues(lab, "next"), 20, "the next one signed out")
    assert (len(OWN), 1) == (len(_queues(lab, "both")), len(_queues(lab, "g01")))


def _queues(lab: RunningLab, member: str) -> set[str]:
    return {queue for queue, interface in lab.memberships() if interface == f"PJSIP/{member}"}


def _put_in_force(lab: RunningLab, folder: Path, teams: str) -> None:
    done = lab.command("activate", str(SmallCentre(folder).write(teams).teams), "--json")
    assert done.returncode == 0, done.stderr
    version = json.loads(done.stdout)["version"]
    until(lambda: version in lab.console("dialplan show globals"), 30, "the new version in Asterisk")
