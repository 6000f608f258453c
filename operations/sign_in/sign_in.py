"""Signing in: by a bearer token, or by name and password into a session that ends by itself."""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from operations.sign_in import passwords
from operations.sign_in.accounts import Account, KeptAccounts, Session
from operations.sign_in.throttle import Throttle

IDLE_SECONDS = 2 * 3600.0
ABSOLUTE_SECONDS = 12 * 3600.0
SEEN_EVERY_SECONDS = 60.0
"""A session that is used is noted at most so often."""
SPAN_SECONDS = 900.0
MOST_BY_NAME_AND_ADDRESS = 5
MOST_BY_ADDRESS = 50
MOST_BY_NAME = 50
"""Wrong tries within the span: more from elsewhere than from one place, so that nobody locks somebody else out."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,128}").fullmatch
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}").fullmatch


class NotKnown(Exception):
    """Name and password do not belong together."""


class TooManyTries(Exception):
    """Too many wrong tries: wait a quarter of an hour."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too many wrong tries")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Begun:
    """A session, and the cookie that stands for it."""

    session: Session
    cookie: str = field(repr=False)


class SignIn:
    """Accounts and sessions. `now` is Unix seconds. All raise AccountsAway while the store is away."""

    def __init__(self, accounts: KeptAccounts, now: Callable[[], float]) -> None:
        self._accounts = accounts
        self._now = now
        self._by_both = Throttle(MOST_BY_NAME_AND_ADDRESS, SPAN_SECONDS)
        self._by_address = Throttle(MOST_BY_ADDRESS, SPAN_SECONDS)
        self._by_name = Throttle(MOST_BY_NAME, SPAN_SECONDS)

    async def bearer(self, token: str) -> Account | None:
        """Whose token this is; None for nobody's."""
        return await self._accounts.with_token(passwords.digest_of(token)) if _TOKEN(token) else None

    async def begin(self, name: str, password: str, address: str) -> tuple[Begun, Account]:
        """A session for whoever proves the name, by password or token. Raises NotKnown or TooManyTries."""
        self._refuse_too_many(name, address)
        account = await self._accounts.named(name) if NAME(name) else None
        if not _is_token_of(account, password):
            await self._prove(account, password, name, address)
        if account is None:
            raise NotKnown
        cookie, now = passwords.fresh_token(), self._now()
        session = Session(passwords.digest_of(cookie), account.name, account.id, passwords.fresh_token(), now, now)
        await self._accounts.begin(session, IDLE_SECONDS)
        return Begun(session, cookie), account

    async def session(self, cookie: str) -> tuple[Session, Account] | None:
        """The session of this cookie and whose it is; None once it is over, or the account is gone."""
        found = await self._accounts.session(passwords.digest_of(cookie)) if _TOKEN(cookie) else None
        if found is None:
            return None
        now = self._now()
        if now >= min(found.began_at + ABSOLUTE_SECONDS, found.seen_at + IDLE_SECONDS):
            await self._accounts.end(found.id)
            return None
        account = await self._accounts.named(found.account)
        if account and now - found.seen_at >= SEEN_EVERY_SECONDS:
            found = replace(found, seen_at=now)
            await self._accounts.seen(found, IDLE_SECONDS)
        return (found, account) if account and account.id == found.account_id else None

    async def end(self, session: Session) -> None:
        """Sign out."""
        await self._accounts.end(session.id)

    async def _prove(self, account: Account | None, password: str, name: str, address: str) -> None:
        """As slow for a name that nobody has. Counted before it is looked at: many at once are many tries, too."""
        self._refuse_too_many(name, address)
        for throttle, key in self._throttles(name, address):
            throttle.count(key, self._now())
        if not await passwords.is_right(password, account.password if account else ""):
            raise NotKnown
        for throttle, key in self._throttles(name, address):
            throttle.take_back(key)

    def _refuse_too_many(self, name: str, address: str) -> None:
        waits = [throttle.wait_seconds(key, self._now()) for throttle, key in self._throttles(name, address)]
        if max(waits) > 0:
            raise TooManyTries(max(waits))

    def _throttles(self, name: str, address: str) -> tuple[tuple[Throttle, str], ...]:
        return (
            (self._by_both, passwords.digest_of(f"{name}\n{address}")),
            (self._by_address, address),
            (self._by_name, passwords.digest_of(name)),
        )


def _is_token_of(account: Account | None, password: str) -> bool:
    return bool(account and account.token and hmac.compare_digest(passwords.digest_of(password), account.token))
