from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from operations.audit import Deed
from operations.sign_in import older_passwords, passwords
from operations.sign_in.accounts import Account, Role
from operations.sign_in.proving import MOST_BY_ADDRESS, NotKnown, TooManyTries
from operations.sign_in.sign_in import NameTaken, SignIn
from operations.sign_in.terms import ABSOLUTE_SECONDS, IDLE_SECONDS, Terms
from tests.fakes.desk_house import MemoryAccounts
from tests.fakes.notes import Noted

OLDER = older_passwords.made("correct horse battery", bytes(16), (2, 8, 1))
ANNA = Account("anna", Role.LEAD, ("L01",), password=OLDER, id="1")
BEA = Account("bea", Role.LEAD, ("L02",))
"""Whom only the provider knows."""
GRANTS = "provider-and-mapping"


class Day:
    """A sign-in whose clock stands where the test puts it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.kept = MemoryAccounts({"anna": ANNA})
        self.noted = Noted()
        self.sign_in = self.under(Terms(grants=GRANTS))

    def under(self, terms: Terms) -> SignIn:
        return SignIn(self.kept, lambda: self.now, terms, self.noted)

    @property
    def deeds(self) -> list[tuple[str, Deed]]:
        return [(each.who, each.deed) for each in self.noted.entries]


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    monkeypatch.setattr(passwords, "ARGON", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return Day()


async def test_the_sign_in_keeps_an_older_password_in_todays_way(day: Day) -> None:
    await day.sign_in.begin("anna", "correct horse battery", "10.0.0.1")
    assert day.kept.accounts["anna"].password.startswith("$argon2id$")
    assert await day.sign_in.begin("anna", "correct horse battery", "10.0.0.1")


async def test_a_wrong_password_renews_nothing(day: Day) -> None:
    with pytest.raises(NotKnown):
        await day.sign_in.begin("anna", "wrong", "10.0.0.1")
    assert OLDER == day.kept.accounts["anna"].password


async def test_an_account_that_was_made_anew_meanwhile_keeps_its_own_password(day: Day) -> None:
    assert not await day.kept.change(replace(ANNA, id="another"), replace(ANNA, password="stale"))
    assert OLDER == day.kept.accounts["anna"].password


async def test_who_signs_in_and_out_is_noted_with_the_moment(day: Day) -> None:
    begun, _ = await day.sign_in.begin("anna", "correct horse battery", "10.0.0.1")
    await day.sign_in.end(begun.session)
    assert [("anna", Deed.SIGNED_IN), ("anna", Deed.SIGNED_OUT)] == day.deeds
    assert {"anna": 1000.0} == await day.kept.last_sign_ins()


async def test_another_address_of_the_same_network_gives_no_more_tries(day: Day) -> None:
    for place in range(MOST_BY_ADDRESS):
        with pytest.raises(NotKnown):
            await day.sign_in.begin(f"name-{place}", "wrong", f"2001:db8::{place:x}")
    with pytest.raises(TooManyTries):
        await day.sign_in.begin("name", "wrong", "2001:db8::ffff")
    with pytest.raises(NotKnown):
        await day.sign_in.begin("name", "wrong", "2001:db8:0:1::1")


async def test_a_refused_sign_in_is_noted_and_never_under_a_name_that_nobody_has(day: Day) -> None:
    for name in ("anna", "my secret password"):
        with pytest.raises(NotKnown):
            await day.sign_in.begin(name, "wrong", "10.0.0.1")
    assert [("anna", Deed.SIGN_IN_REFUSED), ("", Deed.SIGN_IN_REFUSED)] == day.deeds


async def test_whom_the_provider_knows_has_a_session_and_no_account(day: Day) -> None:
    begun = await day.sign_in.grant(BEA, "identity-token")
    found = await day.sign_in.session(begun.cookie)
    assert found is not None
    assert (BEA, "identity-token", {"anna"}) == (found[1], found[0].hint, set(day.kept.accounts))
    assert "identity-token" not in repr(found)


async def test_the_provider_lets_nobody_in_under_a_local_name(day: Day) -> None:
    with pytest.raises(NameTaken):
        await day.sign_in.grant(replace(BEA, name="anna"))


@pytest.mark.parametrize("grants", ["", "another mapping"])
async def test_what_another_provider_or_mapping_granted_is_over(day: Day, grants: str) -> None:
    begun = await day.sign_in.grant(BEA)
    assert await day.under(Terms(grants=grants)).session(begun.cookie) is None


async def test_every_session_of_a_name_can_be_ended_at_once(day: Day) -> None:
    mine = [await day.sign_in.grant(BEA) for _ in range(3)]
    other, _ = await day.sign_in.begin("anna", "correct horse battery", "10.0.0.1")
    assert 3 == await day.kept.end_all("bea")
    assert [None] * 3 == [await day.sign_in.session(each.cookie) for each in mine]
    assert await day.sign_in.session(other.cookie)


async def test_what_the_browser_had_before_it_signs_in_anew_is_over(day: Day) -> None:
    first = await day.sign_in.grant(BEA)
    await day.sign_in.drop(first.cookie)
    assert await day.sign_in.session(first.cookie) is None


@pytest.mark.parametrize(("idle", "absolute"), [(IDLE_SECONDS, ABSOLUTE_SECONDS), (600.0, 3600.0)])
async def test_a_session_lasts_as_long_as_the_terms_say(day: Day, idle: float, absolute: float) -> None:
    sign_in = day.under(Terms(idle, absolute, GRANTS))
    begun = await sign_in.grant(BEA)
    day.now += idle - 1
    assert await sign_in.session(begun.cookie)
    day.now += idle
    assert await sign_in.session(begun.cookie) is None
    begun, steps = await sign_in.grant(BEA), int(absolute // (idle / 2))
    for _ in range(steps - 1):
        day.now += idle / 2
        assert await sign_in.session(begun.cookie)
    day.now += idle / 2
    assert await sign_in.session(begun.cookie) is None
