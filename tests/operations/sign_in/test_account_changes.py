from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from operations.audit import Deed
from operations.sign_in import passwords
from operations.sign_in.account_changes import AccountChanges, AccountMovedOn, GrantedElsewhere, Way
from operations.sign_in.account_list import AccountList, Listed, handle_of
from operations.sign_in.account_rules import ImpossibleAccount, LastAdministrator, OwnAccount
from operations.sign_in.accounts import Account, AccountExists, Role
from operations.sign_in.passwords import digest_of
from operations.sign_in.sign_in import SignIn
from operations.sign_in.terms import Terms
from tests.fakes.desk_house import MemoryAccounts
from tests.fakes.notes import Noted
from tests.fakes.router import small_centre

ADA = Account("ada", Role.ADMIN, token=digest_of("adas-token-of-20-characters"), id="1")
BEN = replace(ADA, name="ben", token=digest_of("bens-token-of-20-characters"), id="2")
CLEO = Account("cleo", Role.LEAD, ("L01",), token=digest_of("cleos-token-of-20-characters"), id="3")
GRANTS = "provider-and-mapping"
PERSON = Account("per", Role.VIEWER, id="4711")


class Office:
    """Two administrators, a lead, and what they have."""

    def __init__(self) -> None:
        self.now = 10_000.0
        self.kept = MemoryAccounts({each.name: each for each in (ADA, BEN, CLEO)})
        self.noted = Noted()
        terms, centre = Terms(grants=GRANTS), small_centre()
        self.sign_in = SignIn(self.kept, lambda: self.now, terms)
        self.list = AccountList(self.kept, terms, lambda: self.now)
        self.changes = AccountChanges(self.kept, self.noted, lambda: centre)

    async def one(self, name: str) -> Listed:
        found = await self.list.one(handle_of(name))
        assert found
        return found

    async def cookie(self, name: str) -> str:
        return (await self.sign_in.begin(name, f"{name}s-token-of-20-characters", "10.0.0.1"))[0].cookie


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(passwords, "ARGON", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return Office()


async def test_a_one_time_password_is_shown_once_and_opens_nothing_but_its_change(office: Office) -> None:
    made = await office.changes.make(ADA, Account("dan", Role.VIEWER), Way.ONE_TIME)
    _, dan = await office.sign_in.begin("dan", made.secret, "10.0.0.1")
    assert (True, True) == (dan.is_temporary, len(made.secret) >= passwords.SHORTEST)
    assert made.secret not in repr(office.kept.accounts["dan"]) + repr(made) + repr(office.noted.entries)


async def test_a_password_that_an_administrator_has_chosen_is_not_shown_again(office: Office) -> None:
    made = await office.changes.make(ADA, Account("dan", Role.VIEWER), Way.PASSWORD, "correct horse battery")
    assert ("", True) == (made.secret, made.account.is_temporary)


async def test_a_token_lets_a_machine_in_until_there_is_a_newer_one(office: Office) -> None:
    first = await office.changes.make(ADA, Account("post", Role.SCANNER), Way.TOKEN)
    second = await office.changes.make_token(ADA, await office.one("post"))
    found = [await office.sign_in.bearer(each) for each in (first.secret, second.secret)]
    assert [None, "post"] == [each and each.name for each in found]


@pytest.mark.parametrize(
    ("wanted", "way", "password"),
    [
        (Account("no name", Role.VIEWER), Way.ONE_TIME, ""),
        (Account("dan", Role.LEAD), Way.ONE_TIME, ""),
        (Account("dan", Role.VIEWER, ("L01",)), Way.ONE_TIME, ""),
        (Account("dan", Role.LEAD, ("nowhere",)), Way.ONE_TIME, ""),
        (Account("dan", Role.LEAD, ("L01",), member="nobody"), Way.ONE_TIME, ""),
        (Account("dan", Role.LEAD, ("V01",), member="mL01"), Way.ONE_TIME, ""),
        (Account("dan", Role.VIEWER), Way.PASSWORD, "too short"),
        (Account("dan", Role.VIEWER), Way.PASSWORD, "x" * 257),
        (Account("daniela.schmidt", Role.VIEWER), Way.PASSWORD, "Daniela.Schmidt1"),
        (Account("post", Role.SCANNER), Way.ONE_TIME, ""),
    ],
)
async def test_an_impossible_account_is_not_made(office: Office, wanted: Account, way: Way, password: str) -> None:
    with pytest.raises(ImpossibleAccount):
        await office.changes.make(ADA, wanted, way, password)
    assert ({"ada", "ben", "cleo"}, []) == (set(office.kept.accounts), office.noted.entries)


async def test_a_name_is_given_once(office: Office) -> None:
    with pytest.raises(AccountExists):
        await office.changes.make(ADA, Account("cleo", Role.VIEWER), Way.ONE_TIME)


async def test_a_new_account_ends_the_sessions_of_the_providers_person_of_its_name(office: Office) -> None:
    begun = await office.sign_in.grant(PERSON)
    await office.changes.make(ADA, Account("per", Role.VIEWER), Way.ONE_TIME)
    assert await office.sign_in.session(begun.cookie) is None


async def test_a_changed_role_counts_at_once_and_the_session_goes_on(office: Office) -> None:
    cookie = await office.cookie("cleo")
    await office.changes.change(ADA, await office.one("cleo"), Account("", Role.SUPERVISOR))
    found = await office.sign_in.session(cookie)
    assert found
    assert (Role.SUPERVISOR, ()) == (found[1].role, found[1].teams)
    assert [("ada", Deed.ACCOUNT_CHANGED, "", "cleo")] == office.noted.deeds


async def test_of_two_administrators_at_once_the_second_is_told_that_it_moved_on(office: Office) -> None:
    seen = await office.one("cleo")
    await office.changes.change(ADA, seen, Account("", Role.VIEWER))
    for late in (
        office.changes.change(BEN, seen, Account("", Role.ADMIN)),
        office.changes.remove(BEN, seen),
        office.changes.make_token(BEN, seen),
    ):
        with pytest.raises(AccountMovedOn):
            await late
    assert Role.VIEWER is office.kept.accounts["cleo"].role


async def _disable(office: Office, by: Account, name: str) -> None:
    await office.changes.enable(by, await office.one(name), is_enabled=False)


async def _remove(office: Office, by: Account, name: str) -> None:
    await office.changes.remove(by, await office.one(name))


async def _demote(office: Office, by: Account, name: str) -> None:
    await office.changes.change(by, await office.one(name), Account("", Role.VIEWER))


async def _end_token(office: Office, by: Account, name: str) -> None:
    await office.changes.end_token(by, await office.one(name))


Loss = Callable[[Office, Account, str], Awaitable[None]]
LOSSES = [_disable, _remove, _demote, _end_token]


@pytest.mark.parametrize("lose", LOSSES)
async def test_the_last_administrator_stays(office: Office, lose: Loss) -> None:
    provided = replace(PERSON, role=Role.ADMIN)
    await lose(office, provided, "ben")
    with pytest.raises(LastAdministrator):
        await lose(office, provided, "ada")
    assert ADA == office.kept.accounts["ada"]


@pytest.mark.parametrize("lose", LOSSES)
async def test_nobody_locks_themselves_out(office: Office, lose: Loss) -> None:
    with pytest.raises(OwnAccount):
        await lose(office, ADA, "ada")
    assert ADA == office.kept.accounts["ada"]


@pytest.mark.parametrize("lose", [_disable, _remove])
async def test_who_is_disabled_or_removed_is_out_at_once(office: Office, lose: Loss) -> None:
    cookie = await office.cookie("cleo")
    await lose(office, ADA, "cleo")
    assert await office.sign_in.session(cookie) is None
    assert await office.sign_in.bearer("cleos-token-of-20-characters") is None


async def test_who_is_enabled_again_signs_in_again_and_no_session_of_before_comes_back(office: Office) -> None:
    cookie = await office.cookie("cleo")
    await _disable(office, ADA, "cleo")
    await office.changes.enable(ADA, await office.one("cleo"), is_enabled=True)
    assert await office.sign_in.session(cookie) is None
    assert await office.sign_in.session(await office.cookie("cleo"))


async def test_a_session_that_begins_while_the_password_changes_is_one_of_the_old_account(office: Office) -> None:
    seen = await office.one("cleo")
    cookie = await office.cookie("cleo")
    kept = next(iter(office.kept.sessions.values()))
    made = await office.changes.set_password(ADA, seen)
    office.kept.sessions[kept.id] = kept
    assert await office.sign_in.session(cookie) is None
    assert await office.sign_in.begin("cleo", made.secret, "10.0.0.1")


async def test_every_session_of_one_ends_and_nobody_elses(office: Office) -> None:
    cookies = [await office.cookie(each) for each in ("cleo", "cleo", "ben")]
    assert 2 == await office.changes.end_sessions(ADA, await office.one("cleo"))
    assert [True, True, False] == [await office.sign_in.session(each) is None for each in cookies]


async def test_a_person_of_the_provider_is_listed_while_signed_in_and_changed_only_there(office: Office) -> None:
    begun = await office.sign_in.grant(PERSON, browser="firefox windows")
    seen = await office.one("per")
    assert (True, 1, office.now) == (seen.is_granted, len(seen.sessions), seen.last_use)
    with pytest.raises(GrantedElsewhere):
        await office.changes.remove(ADA, seen)
    assert 1 == await office.changes.end_sessions(ADA, seen)
    assert await office.sign_in.session(begun.cookie) is None


async def test_the_list_counts_open_sessions_and_knows_the_last_use(office: Office) -> None:
    await office.cookie("cleo")
    office.now += 3 * 3600
    await office.cookie("cleo")
    office.now += 60
    await office.sign_in.bearer("bens-token-of-20-characters")
    told = {each.account.name: (len(each.sessions), each.last_use) for each in await office.list.everybody()}
    assert {"ada": (0, None), "ben": (0, office.now), "cleo": (1, office.now - 60)} == told
