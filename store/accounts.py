"""Accounts and sessions in the store. Of a token or a cookie only its SHA-256 is there."""

import json
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast

import redis.asyncio as redis
from redis.asyncio.client import Pipeline

from operations.sign_in.accounts import Account, AccountExists, AccountsAway, Role, Session
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
                pipe.hset(ACCOUNTS, account.name, json.dumps(asdict(account)))
                if account.token:
                    pipe.hset(TOKENS, account.token, account.name)
            return is_there

        async with in_time(AccountsAway(_AWAY)):
            if await self._client.transaction(put, ACCOUNTS, value_from_callable=True):
                raise AccountExists(account.name)

    async def change(self, account: Account) -> bool:
        """Keep it in place of the one with its name and id; False if that is gone."""

        async def put(pipe: Pipeline) -> bool:
            former = _account(await cast("Awaitable[bytes | None]", pipe.hget(ACCOUNTS, account.name)))
            is_there = former is not None and former.id == account.id
            pipe.multi()  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
            if is_there:
                pipe.hset(ACCOUNTS, account.name, json.dumps(asdict(account)))
            return is_there

        async with in_time(AccountsAway(_AWAY)):
            return bool(await self._client.transaction(put, ACCOUNTS, value_from_callable=True))

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
        found = (_account(each) for each in told.values())
        return sorted((each for each in found if each), key=lambda each: each.name)

    async def begin(self, session: Session, seconds: float) -> None:
        """Keep it, for so long at most unless it is seen again."""
        async with in_time(AccountsAway(_AWAY)):
            await self._client.set(SESSION + session.id, json.dumps(asdict(session)), ex=int(seconds))

    async def session(self, session_id: str) -> Session | None:
        """None once it has expired or ended."""
        async with in_time(AccountsAway(_AWAY)):
            return _session(await self._client.get(SESSION + session_id))

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
