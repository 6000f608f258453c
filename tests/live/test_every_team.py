import itertools
from pathlib import Path

import pytest
from running_lab import Customer, RunningLab, citizen, customers

from routing.centre import Centre
from routing.teams.file import read
from telephony.lab.phones import Habits

QUICK = Habits(ring_seconds=(0.2, 0.3), talk_seconds=(0.5, 0.8))


def _team(centre: Centre, customer: Customer, concern: str) -> str:
    area = centre.areas[customer.area]
    if concern == "2":
        return customer.placement_team or area.placement
    return customer.benefit_team or area.benefit[int(customer.household[-1]) % 2]


def _one_customer_a_team(centre: Centre) -> dict[tuple[str, str], Customer]:
    known = customers()
    keyed = [each.keys[:3] + each.keys[4:] for each in known]
    unique = [each for each, keys in zip(known, keyed, strict=True) if keyed.count(keys) == 1]
    found: dict[tuple[str, str], Customer] = {}
    for customer, concern in itertools.product(unique, "12"):
        found.setdefault((_team(centre, customer, concern), concern), customer)
    return found


@pytest.mark.parametrize("kind", ["customer number", "household number"])
def test_every_one_of_the_27_teams_is_rung_by_a_number_of_its_households(lab: RunningLab, kind: str) -> None:
    centre = read(Path("teams.yaml"))
    chosen = _one_customer_a_team(centre)
    assert len({team for team, _ in chosen}) == 27
    callers = {f"02119{index:05d}": case for index, case in enumerate(chosen.items())}
    calls = [
        citizen(
            f"{customer.keys if kind == 'customer number' else customer.household_keys}#1{concern}",
            caller=number,
            stay=25,
        )
        for number, ((_, concern), customer) in callers.items()
    ]
    with lab.phones(habits=QUICK) as phones:
        lab.until_signed_in()
        placed = lab.calls(calls, rate=4)
        answered = phones.until(
            lambda events: len([each for each in events if each.kind == "answered"]) == len(calls), 90
        )
        placed.wait()
    rung = {each.caller_number: each.user for each in answered if each.kind == "answered"}
    teams = {each["user"]: each["teams"] for each in lab.told["accounts"]["members"]}
    assert {number: [team] for number, ((team, _), _) in callers.items()} == {
        number: teams[user] for number, user in rung.items()
    }
    lab.until_quiet()
