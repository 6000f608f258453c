from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from operations.audit import Deed
from operations.sign_in import passwords
from operations.sign_in.account_changes import GrantedElsewhere
from operations.sign_in.account_list import AccountList, handle_of
from operations.sign_in.account_rules import ImpossibleAccount
from operations.sign_in.accounts import Account, Role
from operations.sign_in.own_sign_in import OwnSignIn
from operations.sign_in.proving import MOST_BY_NAME_AND_ADDRESS, NotKnown, TooManyTries
from operations.sign_in.sign_in import Begun, SignIn
from operations.sign_in.terms import Terms
from tests.fakes.desk_house import MemoryAccounts
from tests.fakes.notes import Noted

OLD, NEW = "correct horse battery", "staple correct horse"
HERE = "10.0.0.1"
PERSON = Account("per", Role.VIEWER, id="4711")


class Home:
    """Anna, who is signed in three times."""

    def __init__(self) -> None:
        self.kept, self.noted, terms = MemoryAccounts(), Noted(), Terms(grants="provider")
        self.sign_in = SignIn(self.kept, lambda: 1000.0, terms)
        listed = AccountList(self.kept, terms, lambda: 1000.0)
        self.own = OwnSignIn(self.kept, self.sign_in, listed, terms, self.noted)

    async def enter(self) -> None:
        self.anna = Account("anna", Role.LEAD, ("L01",), password=await passwords.kept(OLD), id="1", is_temporary=True)
        self.kept.accounts["anna"] = self.anna
        self.begun: list[Begun] = [(await self.sign_in.begin("anna", OLD, HERE))[0] for _ in range(3)]

    async def open(self) -> list[bool]:
        return [await self.sign_in.session(each.cookie) is not None for each in self.begun]


@pytest.fixture
async def home(monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(passwords, "ARGON", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    home = Home()
    await home.enter()
    return home


async def test_a_changed_password_ends_every_other_session_and_keeps_this_one(home: Home) -> None:
    await home.own.change_password(home.anna, home.begun[1].session, OLD, NEW, HERE)
    assert [False, True, False] == await home.open()
    assert (await home.sign_in.begin("anna", NEW, HERE))[1].is_temporary is False
    with pytest.raises(NotKnown):
        await home.sign_in.begin("anna", OLD, HERE)
    assert [("anna", Deed.OWN_PASSWORD_CHANGED, "", "")] == home.noted.deeds


async def test_the_old_password_is_asked_for_and_guessing_it_is_bounded(home: Home) -> None:
    for _ in range(MOST_BY_NAME_AND_ADDRESS):
        with pytest.raises(NotKnown):
            await home.own.change_password(home.anna, home.begun[0].session, "guessed", NEW, HERE)
    with pytest.raises(TooManyTries):
        await home.own.change_password(home.anna, home.begun[0].session, OLD, NEW, HERE)
    assert [True, True, True] == await home.open()


@pytest.mark.parametrize("new", ["too short", "x" * 257, OLD])
async def test_a_password_that_cannot_be_is_refused(home: Home, new: str) -> None:
    with pytest.raises(ImpossibleAccount):
        await home.own.change_password(home.anna, home.begun[0].session, OLD, new, HERE)
    assert home.anna == home.kept.accounts["anna"]


async def test_who_signed_in_by_a_token_chooses_a_password_and_the_token_signs_nobody_in_any_more(home: Home) -> None:
    token = passwords.fresh_token()
    account = Account("bea", Role.VIEWER, token=passwords.digest_of(token), id="2")
    home.kept.accounts["bea"] = account
    begun, _ = await home.sign_in.begin("bea", token, HERE)
    await home.own.change_password(account, begun.session, token, NEW, HERE)
    with pytest.raises(NotKnown):
        await home.sign_in.begin("bea", token, HERE)
    assert await home.sign_in.bearer(token)


async def test_the_providers_password_is_changed_there(home: Home) -> None:
    begun = await home.sign_in.grant(PERSON)
    with pytest.raises(GrantedElsewhere):
        await home.own.change_password(PERSON, begun.session, OLD, NEW, HERE)


async def test_one_own_session_is_ended_and_never_somebody_elses(home: Home) -> None:
    mine, other = home.begun[0].session, home.begun[1].session
    strange = await home.sign_in.grant(PERSON)
    assert await home.own.end(home.anna, mine, handle_of(other.id))
    assert not await home.own.end(home.anna, mine, handle_of(strange.session.id))
    assert ([True, False, True], True) == (await home.open(), await home.sign_in.session(strange.cookie) is not None)


async def test_all_other_own_sessions_are_ended(home: Home) -> None:
    assert 2 == await home.own.end_others(home.anna, home.begun[2].session)
    assert [False, False, True] == await home.open()


async def test_two_people_of_the_provider_with_one_name_see_their_own_sessions_only(home: Home) -> None:
    first = await home.sign_in.grant(PERSON)
    second = await home.sign_in.grant(replace(PERSON, id="4712"))
    assert [first.session] == list(await home.own.sessions(PERSON, first.session))
    assert [second.session] == list(await home.own.sessions(replace(PERSON, id="4712"), second.session))
