"""Accounts and sessions in the store. Of a token or a cookie only its SHA-256 is there."""

import asyncio
import json
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast

import redis.asyncio as redis
from redis.asyncio.client import Pipeline

from operations.sign_in.accounts import Account, AccountExists, AccountsAway, Role, Rule, Session
from store.in_time import in_time

ACCOUNTS = "teamline:accounts"
TOKENS = "teamline:account-tokens"
SESSION = "teamline:session:"
SEEN = "teamline:account-seen"
AT_ONCE = 500
"""So many keys are looked through in one step."""
_AWAY = "the store does not answer: nothing was changed: see its log, then do it again"


class AccountStore:
    """Fills `operations.sign_in.accounts.KeptAccounts`. The client must not decode responses."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    async def add(self, account: Account) -> None:
        """Raises AccountExists."""

        async def put(pipe: Pipeline) -> bool:
            is_there = bool(await pipe.hexists(ACCOUNTS, account.name))
            pipe.multi()  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
            if not is_there:
                _put(pipe, None, account)
            return is_there

        async with in_time(AccountsAway(_AWAY)):
            if await self._client.transaction(put, ACCOUNTS, value_from_callable=True):
                raise AccountExists(account.name)

    async def change(self, former: Account, account: Account, rule: Rule | None = None) -> bool:
        """Keep it in place of `former`, of the same name; False if that is not kept just so any more."""
        return await self._replaced(former, account, rule)

    async def remove(self, name: str) -> bool:
        """Whether it was there; its sessions end with it, since each is looked up by its account."""
        account = await self.named(name)
        if account is None:
            return False
        async with in_time(AccountsAway(_AWAY)), self._client.pipeline(transaction=True) as pipe:
            pipe.hdel(ACCOUNTS, name)
            pipe.hdel(SEEN, name)
            if account.token:
                pipe.hdel(TOKENS, account.token)
            await pipe.execute()
        return True

    async def take_out(self, former: Account, rule: Rule | None = None) -> bool:
        """As `remove`; False if `former` is not kept just so any more."""
        return await self._replaced(former, None, rule)

    async def _replaced(self, former: Account, account: Account | None, rule: Rule | None) -> bool:
        """All or nothing, even of two changes at the same moment: the second sees what the first has done."""

        async def put(pipe: Pipeline) -> bool:
            found = _accounts(await cast("Awaitable[Mapping[bytes, bytes]]", pipe.hgetall(ACCOUNTS)))
            pipe.multi()  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
            if former not in found:
                return False
            if rule:
                rule([*(each for each in found if each != former), *([account] if account else [])])
            _put(pipe, former, account)
            return True

        async with in_time(AccountsAway(_AWAY)):
            return bool(await self._client.transaction(put, ACCOUNTS, value_from_callable=True))

    async def named(self, name: str) -> Account | None:
        """By its name."""
        async with in_time(AccountsAway(_AWAY)):
            return _account(await cast("Awaitable[bytes | None]", self._client.hget(ACCOUNTS, name)))

    async def with_token(self, digest: str) -> Account | None:
        """By the SHA-256 of its token, in hex."""
        async with in_time(AccountsAway(_AWAY)):
            name = await cast("Awaitable[bytes | None]", self._client.hget(TOKENS, digest))
        found = await self.named(name.decode()) if name else None
        return found if found and found.token == digest else None

    async def listed(self) -> Sequence[Account]:
        """All, by name."""
        async with in_time(AccountsAway(_AWAY)):
            told = await cast("Awaitable[Mapping[bytes, bytes]]", self._client.hgetall(ACCOUNTS))
        return await asyncio.to_thread(_accounts, told)

    async def begin(self, session: Session, seconds: float) -> None:
        """Keep it, for so long at most unless it is seen again."""
        async with in_time(AccountsAway(_AWAY)):
            await self._client.set(SESSION + session.id, json.dumps(asdict(session)), ex=int(seconds))

    async def session(self, session_id: str) -> Session | None:
        """None once it has expired or ended."""
        async with in_time(AccountsAway(_AWAY)):
            return _session(await self._client.get(SESSION + session_id))

    async def all_sessions(self) -> Sequence[Session]:
        """All, in no order. For the rare look: it goes through every one, some at a time."""
        found: dict[str, Session] = {}
        cursor = 0
        while True:
            async with in_time(AccountsAway(_AWAY)):
                cursor, keys = await self._client.scan(cursor, match=f"{SESSION}*", count=AT_ONCE)
                told = await self._client.mget(keys) if keys else []
            found |= {each.id: each for each in map(_session, told) if each}
            if not cursor:
                return list(found.values())

    async def seen(self, session: Session, seconds: float) -> None:
        """The same session for so long again; one that has ended stays ended."""
        async with in_time(AccountsAway(_AWAY)):
            await self._client.set(SESSION + session.id, json.dumps(asdict(session)), ex=int(seconds), xx=True)

    async def end(self, session_id: str) -> None:
        """Not there is no error."""
        async with in_time(AccountsAway(_AWAY)):
            await self._client.delete(SESSION + session_id)

    async def end_all(self, name: str) -> int:
        """End every session of this name; how many there were. For the rare revocation: it looks at all sessions."""
        ended = 0
        cursor = 0
        while True:
            async with in_time(AccountsAway(_AWAY)):
                cursor, keys = await self._client.scan(cursor, match=f"{SESSION}*", count=AT_ONCE)
                told = await self._client.mget(keys) if keys else []
                found = [key for key, each in zip(keys, told, strict=True) if _is_of(name, _session(each))]
                ended += int(await self._client.delete(*found)) if found else 0
            if not cursor:
                return ended

    async def signed_in(self, name: str, at: float) -> None:
        """Note when an account was last used to sign in, Unix seconds."""
        async with in_time(AccountsAway(_AWAY)):
            await self._client.hset(SEEN, name, str(at))

    async def last_sign_ins(self) -> Mapping[str, float]:
        """Of each account that ever signed in."""
        async with in_time(AccountsAway(_AWAY)):
            told = await cast("Awaitable[Mapping[bytes, bytes]]", self._client.hgetall(SEEN))
        return {name.decode(): float(at) for name, at in told.items()}


def _put(pipe: Pipeline, former: Account | None, account: Account | None) -> None:
    """One in place of the other, with its token; None for none."""
    if former and former.token:
        pipe.hdel(TOKENS, former.token)
    if account:
        pipe.hset(ACCOUNTS, account.name, _written(account))
        if account.token:
            pipe.hset(TOKENS, account.token, account.name)
    elif former:
        pipe.hdel(ACCOUNTS, former.name)
        pipe.hdel(SEEN, former.name)


def _written(account: Account) -> str:
    """What an account mostly is not stays out: an earlier release does not know of it, and reads all others."""
    return json.dumps({name: told for name, told in asdict(account).items() if told is not False})


def _accounts(told: Mapping[bytes, bytes]) -> list[Account]:
    """By name; what cannot be read is left out."""
    found = (_account(each) for each in told.values())
    return sorted((each for each in found if each), key=lambda each: each.name)


def _is_of(name: str, session: Session | None) -> bool:
    return session is not None and session.account == name


def _session(told: bytes | str | None) -> Session | None:
    """None for what cannot be read as one, as `_account`."""
    try:
        read: dict[str, Any] = json.loads(told) if told else {}
        granted = read.get("granted")
        return Session(**{**read, "granted": _account_of(granted) if granted else None})
    except (ValueError, KeyError, TypeError):
        return None


def _account_of(read: Mapping[str, Any]) -> Account:
    return Account(**{**read, "role": Role(read["role"]), "teams": tuple(read["teams"])})


def _account(told: bytes | None) -> Account | None:
    """None for what cannot be read as one: it may have been written by a later release."""
    try:
        read: dict[str, Any] = json.loads(told) if told else {}
        return _account_of(read)
    except (ValueError, KeyError, TypeError):
        return None
