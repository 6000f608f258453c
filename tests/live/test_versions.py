"""Another teams.yaml or directory comes into force while people wait: all follow within two seconds, nobody moves."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from running_lab import RunningLab, Waiting, citizen, until
from small_centre import CUSTOMERS, TEAMS, SmallCentre, keyed, keys

from telephony.lab.phones import Habits

QUICK = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(0.3, 0.4))
FOLLOWS_SECONDS = 2.0
STAY = 600.0
LINES = {"L01": 2, "V01": 1, "A1-urgent": 1}

ANOTHER_TEAM = (
    TEAMS.replace("benefit: [L03]", "benefit: [L03, L04]")
    .replace("  V01: {name", '  L04: {name: Leistung 04, kind: benefit, extension: "2104"}\n  V01: {name')
    .replace("Platz 4, teams: [L03]", "Platz 4, teams: [L04]")
)
ANOTHER_AREA = TEAMS.replace(
    "teams:\n",
    "  - {id: A3, name: Nord 3, site: nord, benefit: [L05], placement: V03, benefit_rule: household-last-digit}\n"
    "teams:\n"
    '  L05: {name: Leistung 05, kind: benefit, extension: "2105"}\n'
    '  V03: {name: Vermittlung 03, kind: placement, extension: "2203"}\n',
    1,
).replace("Arbeit 3, teams: [V02]", "Arbeit 3, teams: [V03]")
NEW_NUMBER = "40D1"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("versions")
    with RunningLab(folder / "lab", *SmallCentre(folder).write().options) as running:
        with running.phones():
            running.until_signed_in()
        yield running


@pytest.fixture(scope="module")
def in_line(lab: RunningLab) -> Iterator[Mapping[str, Sequence[Waiting]]]:
    """Four callers who wait in three lines for as long as these tests last."""
    wishes = [keys("L01"), keys("L01", "2"), keys("L01", "91"), keys("L01")]
    with lab.in_turn([citizen(each, caller=f"021140000{place}", stay=STAY) for place, each in enumerate(wishes)]):
        for queue, count in LINES.items():
            lab.until_waiting(queue, count)
        yield _lines(lab)


@pytest.fixture(autouse=True)
def nobody_moves(lab: RunningLab, in_line: Mapping[str, Sequence[Waiting]], tmp_path: Path) -> Iterator[None]:
    """Whatever a test puts in force and takes back: the same callers, in the same order, with the same numbers."""
    members = lab.memberships()
    yield
    _put_in_force(lab, tmp_path, TEAMS)
    assert in_line == _lines(lab)
    until(lambda: lab.memberships() == members, FOLLOWS_SECONDS, "everybody in the queues of before")


def _lines(lab: RunningLab) -> Mapping[str, Sequence[Waiting]]:
    return {queue: lab.line(queue) for queue in LINES}


def _done(lab: RunningLab, *words: str) -> str:
    """The version that a command says it has put in force."""
    done = lab.command(*words, "--json")
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["version"])


def _put_in_force(lab: RunningLab, folder: Path, teams: str) -> str:
    centre = SmallCentre(folder / "teams").write(teams)
    version = _done(lab, "activate", str(centre.teams))
    _until_in_force(lab, version)
    return version


def _until_in_force(lab: RunningLab, version: str) -> None:
    """Within two seconds from now the router decides by this version and Asterisk has been told."""
    until(lambda: _by_router(lab, "config") == _asterisk_has(lab) == version, FOLLOWS_SECONDS, f"{version} in force")


def _by_router(lab: RunningLab, what: str) -> str:
    """The version of the configuration or the directory by which the router decides."""
    told = [json.loads(line) for line in lab.router_log().splitlines() if '"versions_in_force"' in line]
    return str(told[-1][what]) if told else ""


def _asterisk_has(lab: RunningLab) -> str:
    found = re.search(r"TEAMLINE_CONFIG=(\S+)", lab.console("dialplan show globals"))
    return found[1] if found else ""


def _import(lab: RunningLab, folder: Path, customers: str) -> None:
    centre = SmallCentre(folder / "customers").write(customers=customers)
    version = _done(lab, "import", str(centre.customers))
    until(lambda: _by_router(lab, "directory") == version, FOLLOWS_SECONDS, f"{version} in force")


def _queues_of(lab: RunningLab, member: str) -> set[str]:
    return {queue for queue, interface in lab.memberships() if interface == f"PJSIP/{member}"}


def _until_serving(lab: RunningLab, member: str, queues: set[str]) -> None:
    until(lambda: _queues_of(lab, member) == queues, FOLLOWS_SECONDS, f"{member} in {queues}")


def _is_answered_by(lab: RunningLab, member: str, wish: str) -> bool:
    """Whether this member's phone is the one of all free phones that a caller reaches."""
    with lab.phones("three", "four", "next", habits=QUICK) as phones:
        placed = lab.call(wish, caller="0211499999", stay=60)
        events = phones.until(lambda seen: any(each.kind == "answered" for each in seen), 30)
        placed.wait()
    return {each.user for each in events} == {member}


def test_a_team_that_a_new_version_adds_is_reached_by_its_callers(
    lab: RunningLab, tmp_path: Path, in_line: Mapping[str, Sequence[Waiting]]
) -> None:
    _put_in_force(lab, tmp_path, ANOTHER_TEAM)
    _until_serving(lab, "four", {"L04", "A2-wide", "A2-urgent"})
    assert in_line == _lines(lab)
    _import(lab, tmp_path, CUSTOMERS + f"{NEW_NUMBER},400BG05,A2\n")
    assert in_line == _lines(lab)
    assert _is_answered_by(lab, "four", keyed(NEW_NUMBER))


def test_a_member_all_of_whose_queues_are_new_serves_them(
    lab: RunningLab, tmp_path: Path, in_line: Mapping[str, Sequence[Waiting]]
) -> None:
    _put_in_force(lab, tmp_path, ANOTHER_AREA)
    _until_serving(lab, "next", {"V03", "A3-urgent"})
    assert in_line == _lines(lab)


def test_a_paused_member_stays_paused_in_another_team(lab: RunningLab, tmp_path: Path) -> None:
    lab.console("queue pause member PJSIP/four")
    _put_in_force(lab, tmp_path, ANOTHER_TEAM)
    _until_serving(lab, "four", {"L04", "A2-wide", "A2-urgent"})
    assert re.search(r"PJSIP/four.*\(paused", lab.members("L04"))
    lab.console("queue unpause member PJSIP/four")


def test_a_rollback_is_followed_like_an_activation(
    lab: RunningLab, tmp_path: Path, in_line: Mapping[str, Sequence[Waiting]]
) -> None:
    before = _put_in_force(lab, tmp_path, TEAMS)
    after = _put_in_force(lab, tmp_path, ANOTHER_TEAM)
    _until_serving(lab, "four", {"L04", "A2-wide", "A2-urgent"})
    assert _done(lab, "rollback") == before
    _until_in_force(lab, before)
    _until_serving(lab, "four", {"L03", "A2-wide", "A2-urgent"})
    assert in_line == _lines(lab)
    assert _done(lab, "rollback") == after
    _until_in_force(lab, after)
    _until_serving(lab, "four", {"L04", "A2-wide", "A2-urgent"})


def test_after_an_import_a_customer_reaches_the_new_team(
    lab: RunningLab, tmp_path: Path, in_line: Mapping[str, Sequence[Waiting]]
) -> None:
    _import(lab, tmp_path, CUSTOMERS.replace("100BG02,A1", "100BG02,A2"))
    assert in_line == _lines(lab)
    assert _is_answered_by(lab, "three", keys("L01"))
    _import(lab, tmp_path, CUSTOMERS)


def test_a_file_with_a_mistake_is_refused_with_its_place_and_changes_nothing(
    lab: RunningLab, tmp_path: Path, in_line: Mapping[str, Sequence[Waiting]]
) -> None:
    before = _put_in_force(lab, tmp_path, TEAMS)
    wrong = SmallCentre(tmp_path / "wrong").write(ANOTHER_TEAM.replace("benefit: [L03, L04]", "benefit: [L03, L94]"))
    line = 1 + ANOTHER_TEAM[: ANOTHER_TEAM.index("L03, L04")].count("\n")
    refused = lab.command("activate", str(wrong.teams))
    assert refused.returncode == 1
    assert re.search(rf"^{re.escape(str(wrong.teams))}:{line}:\d+: .*L94.*: .+$", refused.stderr, re.MULTILINE)
    assert before == _asterisk_has(lab) == _by_router(lab, "config")
    assert in_line == _lines(lab)
