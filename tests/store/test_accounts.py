import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
import redis.asyncio as redis

from operations.sign_in.accounts import Account, AccountExists, AccountsAway, Role, Session
from operations.sign_in.passwords import digest_of
from store.accounts import SESSION, AccountStore
from store.connection import StoreAddress, connect

ANNA = Account("anna", Role.LEAD, ("L01", "L02"), token=digest_of("annas-token"), id="1")
BERT = Account("bert", Role.ADMIN, password="scrypt$1$...", id="2")
SITTING = Session(digest_of("cookie"), "anna", "1", "csrf", 100.0, 200.0)


async def test_an_account_is_found_by_its_name_and_its_token(client: redis.Redis) -> None:
    accounts = AccountStore(client)
    await accounts.add(ANNA)
    assert ANNA == await accounts.named("anna") == await accounts.with_token(digest_of("annas-token"))
    assert await accounts.named("bert") is None
    assert await accounts.with_token(digest_of("")) is None


async def test_accounts_are_listed_by_name(client: redis.Redis) -> None:
    accounts = AccountStore(client)
    await accounts.add(BERT)
    await accounts.add(ANNA)
    assert [ANNA, BERT] == await accounts.listed()


async def test_a_name_is_given_once_even_at_the_same_moment(client: redis.Redis) -> None:
    accounts = AccountStore(client)
    made = await asyncio.gather(*(accounts.add(ANNA) for _ in range(5)), return_exceptions=True)
    assert [1, 4] == [made.count(None), sum(isinstance(each, AccountExists) for each in made)]


async def test_a_revoked_account_is_gone_with_its_token(client: redis.Redis) -> None:
    accounts = AccountStore(client)
    await accounts.add(ANNA)
    assert await accounts.remove("anna")
    assert (None, None) == (await accounts.named("anna"), await accounts.with_token(ANNA.token))
    assert not await accounts.remove("anna")


async def test_of_a_session_only_a_hash_is_in_the_store_and_it_ends_by_itself(client: redis.Redis) -> None:
    accounts = AccountStore(client)
    await accounts.begin(SITTING, 3600)
    assert SITTING == await accounts.session(SITTING.id)
    kept = b"".join(await client.keys("*")) + (await client.get(SESSION + SITTING.id) or b"")
    assert b"cookie" not in kept
    assert 0 < await client.ttl(SESSION + SITTING.id) <= 3600


async def test_a_changed_account_is_kept_only_in_place_of_the_one_that_was_looked_at(client: redis.Redis) -> None:
    accounts = AccountStore(client)
    await accounts.add(BERT)
    changed = replace(BERT, password="newer", is_temporary=True)
    assert not await accounts.change(replace(BERT, id="another"), changed)
    assert await accounts.change(BERT, changed)
    assert not await accounts.change(BERT, BERT)
    assert [changed] == await accounts.listed()


async def test_a_new_token_takes_the_place_of_the_old_one(client: redis.Redis) -> None:
    accounts, newer = AccountStore(client), replace(ANNA, token=digest_of("newer-token"))
    await accounts.add(ANNA)
    await accounts.change(ANNA, newer)
    assert (None, newer) == (await accounts.with_token(ANNA.token), await accounts.with_token(newer.token))
    await accounts.change(newer, replace(newer, token=""))
    assert {} == await client.hgetall("teamline:account-tokens")


async def test_of_two_changes_at_the_same_moment_the_second_is_judged_by_what_the_first_has_done(
    client: redis.Redis,
) -> None:
    accounts, carl = AccountStore(client), replace(BERT, name="carl", id="3")
    await accounts.add(BERT)
    await accounts.add(carl)

    def one_stays(after: Sequence[Account]) -> None:
        if not any(each.role is Role.ADMIN for each in after):
            raise LookupError

    answers = await asyncio.gather(
        accounts.change(BERT, replace(BERT, role=Role.VIEWER), one_stays),
        accounts.take_out(carl, one_stays),
        return_exceptions=True,
    )
    assert [1, 1] == [answers.count(True), sum(isinstance(each, LookupError) for each in answers)]
    assert 1 == sum(each.role is Role.ADMIN for each in await accounts.listed())


async def test_an_account_that_is_taken_out_is_gone_with_its_token_and_its_last_sign_in(client: redis.Redis) -> None:
    accounts = AccountStore(client)
    await accounts.add(ANNA)
    await accounts.signed_in("anna", 1234.5)
    assert not await accounts.take_out(replace(ANNA, role=Role.VIEWER))
    assert await accounts.take_out(ANNA)
    assert [] == await client.keys("teamline:account*")


async def test_an_account_as_most_are_can_be_read_by_an_earlier_release(client: redis.Redis) -> None:
    await AccountStore(client).add(ANNA)
    kept = json.loads(await client.hget("teamline:accounts", "anna") or b"")
    assert {"name", "role", "teams", "password", "token", "member", "id"} == set(kept)


async def test_every_session_is_listed(client: redis.Redis) -> None:
    accounts = AccountStore(client)
    mine = [replace(SITTING, id=digest_of(str(number)), browser="firefox-windows") for number in range(1200)]
    for each in mine:
        await accounts.begin(each, 3600)
    await client.set(f"{SESSION}x", "no session")
    assert sorted(mine, key=id_of) == sorted(await accounts.all_sessions(), key=id_of)


def id_of(session: Session) -> str:
    return session.id


async def test_a_session_that_a_provider_granted_brings_its_account(client: redis.Redis) -> None:
    accounts, granted = AccountStore(client), replace(SITTING, granted=ANNA, hint="identity-token")
    await accounts.begin(granted, 3600)
    assert granted == await accounts.session(granted.id)


async def test_every_session_of_one_name_is_ended_and_no_other(client: redis.Redis) -> None:
    accounts = AccountStore(client)
    mine = [replace(SITTING, id=digest_of(str(number))) for number in range(1200)]
    for each in mine:
        await accounts.begin(each, 3600)
    await accounts.begin(replace(SITTING, id=digest_of("bert"), account="bert"), 3600)
    assert 1200 == await accounts.end_all("anna")
    assert [f"{SESSION}{digest_of('bert')}".encode()] == await client.keys(f"{SESSION}*")


async def test_the_last_sign_in_goes_with_the_account(client: redis.Redis) -> None:
    accounts = AccountStore(client)
    await accounts.add(ANNA)
    await accounts.signed_in("anna", 1234.5)
    assert {"anna": 1234.5} == await accounts.last_sign_ins()
    await accounts.remove("anna")
    assert {} == await accounts.last_sign_ins()


async def test_a_session_that_has_ended_is_not_brought_back_by_being_seen(client: redis.Redis) -> None:
    accounts = AccountStore(client)
    await accounts.begin(SITTING, 3600)
    await accounts.end(SITTING.id)
    await accounts.seen(SITTING, 3600)
    assert await accounts.session(SITTING.id) is None


async def test_what_a_later_release_has_written_is_no_account(client: redis.Redis) -> None:
    await client.hset("teamline:accounts", mapping={"new": '{"role": "emperor"}', "odd": "no json", "list": "[]"})
    assert [] == await AccountStore(client).listed()
    assert await AccountStore(client).named("new") is None
    await client.set(f"{SESSION}x", '{"id": "x", "shoe_size": 44}')
    assert await AccountStore(client).session("x") is None


async def test_a_store_that_is_away_is_said_to_be() -> None:
    away = connect(StoreAddress("unix:///nowhere/store.sock"))
    with pytest.raises(AccountsAway):
        await AccountStore(away).named("anna")
    await away.aclose()
