"""A softphone of another make (PJSIP) on both ends: no part of the call path may need SIPp's ways."""

import contextlib
from collections.abc import Iterator

from running_lab import Customer, RunningLab, customers, until
from softphones import Softphone

from routing.centre import Centre

CALLER = "02115550177"
A_SECOND_OF_PACKETS = 50  # 20 ms each


@contextlib.contextmanager
def _citizen(lab: RunningLab) -> Iterator[Softphone]:
    trunk = lab.told["accounts"]["trunk"]
    phone = Softphone(lab, trunk["user"], trunk["password"], shown=CALLER, registers=False)
    try:
        phone.until_told("ready")
        yield phone
    finally:
        ended = phone.close()
    assert ended == 0


@contextlib.contextmanager
def _member(lab: RunningLab, team: str) -> Iterator[Softphone]:
    account = next(each for each in lab.told["accounts"]["members"] if each["teams"] == [team])
    phone = Softphone(lab, account["user"], account["password"], shown=account["user"], registers=True)
    try:
        assert phone.until_told("registered")["code"] == 200
        lab.until_signed_in(account["user"])
        yield phone
    finally:
        ended = phone.close()
    assert ended == 0
    assert f"{account['user']}/sip:" not in lab.console("pjsip show contacts")


def _household_of_two_teams(centre: Centre) -> tuple[Customer, str, str]:
    """A customer without a team of their own, the team of their household, and the other one of the area."""
    for customer in customers():
        teams = centre.areas[customer.area].benefit
        if len(teams) == 2 and not customer.benefit_team:
            index = int(customer.household[-1]) % 2
            return customer, teams[index], teams[1 - index]
    raise AssertionError("no such customer")


def test_a_citizen_and_a_member_with_softphones_of_another_make_talk_until_the_member_hangs_up(
    lab: RunningLab,
) -> None:
    customer, team, other = _household_of_two_teams(lab.centre)
    with _member(lab, team) as member, _member(lab, other) as neighbour, _citizen(lab) as caller:
        caller.order("call", lab.told["entry"])
        caller.until_told("answered")
        caller.order("key", f"{customer.keys}#11")
        assert member.until_told("rang", 20)["caller"].startswith(f'"Geld" <sip:{CALLER}@')
        member.order("answer")
        member.until_told("answered")
        before = caller.heard()
        until(lambda: member.heard() >= A_SECOND_OF_PACKETS, 5, "a second heard by the member")
        until(lambda: caller.heard() - before >= A_SECOND_OF_PACKETS, 5, "a second heard by the citizen")
        assert caller.told("ended") == []
        member.order("hang-up")
        caller.until_told("ended")
        lab.until_quiet()
        assert neighbour.told("rang") == []
        assert [] == [phone.told("error") for phone in (caller, member, neighbour) if phone.told("error")]
