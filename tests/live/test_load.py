"""Two hundred citizens within ten seconds: each is answered by the team of the number that was keyed.

They key as people do, one answer after the other. Asterisk throws away a digit that comes in between two AGI
commands (res_agi.c, run_agi), so whoever keys everything ahead loses one when the machine is so busy that the next
command takes longer than the next digit; that keying ahead works is shown where the machine is not.
"""

import itertools
from collections.abc import Iterator, Mapping

import pytest
from running_lab import Customer, RunningLab, citizen, customers

from routing.centre import Centre
from telephony.lab.calls import CitizenCall
from telephony.lab.citizens import CallsEnded
from telephony.lab.phones import Habits

CALLS = 200
RATE = 20
QUICK = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(0.2, 0.4))
LISTENS_SECONDS = 1.0
EVERY = 10
"""One of so many callers keys an unknown number, one has an emergency."""


def _teams(centre: Centre, customer: Customer, keyed: str) -> set[str]:
    """The teams of which one must answer."""
    area = centre.areas[customer.area]
    if keyed == "91":
        return set(area.teams)
    if keyed == "2":
        return {customer.placement_team or area.placement}
    return {customer.benefit_team or area.benefit[int(customer.household[-1]) % 2]}


def _unambiguous() -> Iterator[Customer]:
    """Customers whose keys nobody else has, for ever."""
    known = customers()
    keyed = [each.keys for each in known]
    return itertools.cycle([each for each, keys in zip(known, keyed, strict=True) if keyed.count(keys) == 1])


def _unknown_keys() -> Iterator[str]:
    taken = {each.keys for each in customers()}
    return (keys for number in itertools.count() if (keys := f"000200{number:04d}") not in taken)


def _cases(centre: Centre) -> Iterator[tuple[str, str, set[str]]]:
    """What a caller keys as number and as concern, and who must answer."""
    known, unknown = _unambiguous(), _unknown_keys()
    for index in range(CALLS):
        concern = "91" if index % EVERY == 1 else "123"[index % 3]
        if index % EVERY == 0:
            yield next(unknown), "123"[index % 3], {centre.general_line}
        else:
            customer = next(known)
            yield customer.keys, concern, _teams(centre, customer, concern)


def _call(index: int, number: str, concern: str) -> CitizenCall:
    answers = itertools.chain.from_iterable((LISTENS_SECONDS, key) for key in f"1{concern}")
    return citizen(f"{number}#", *answers, caller=_caller(index), stay=90)


def _caller(index: int) -> str:
    return f"02115{index:05d}"


@pytest.mark.alone
def test_of_200_calls_at_20_a_second_each_ends_where_its_number_says(lab: RunningLab) -> None:
    cases = list(_cases(lab.centre))
    teams: Mapping[str, str] = {each["user"]: each["teams"][0] for each in lab.told["accounts"]["members"]}
    assert set(teams.values()) == set(lab.centre.teams) == {team for *_, wanted in cases for team in wanted}
    with lab.phones(habits=QUICK) as phones:
        lab.until_signed_in()
        placed = lab.calls(
            [_call(index, number, concern) for index, (number, concern, _) in enumerate(cases)], rate=RATE
        )
        events = phones.until(lambda seen: sum(each.kind == "answered" for each in seen) == CALLS, 100)
        assert placed.wait() == CallsEnded(placed=CALLS, answered=CALLS, ended_by_other_side=CALLS, hung_up=0)
    answered = {each.caller_number: teams[each.user] for each in events if each.kind == "answered"}
    assert len(answered) == CALLS
    assert [case for index, case in enumerate(cases) if answered[_caller(index)] not in case[2]] == []
    lab.until_quiet()
