"""Signing in: by a bearer token, by name and password, or by a provider's word; sessions end by themselves."""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from operations.audit import Deed, Notes
from operations.sign_in import passwords
from operations.sign_in.accounts import Account, KeptAccounts, Session
from operations.sign_in.throttle import Throttle, place_of

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


class NameTaken(Exception):
    """There is a local account of this name: one of the two needs another one."""


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


@dataclass(frozen=True, slots=True)
class Terms:
    """How long sessions last, in seconds; `grants` names whose word counts: sessions granted by another are over."""

    idle: float = IDLE_SECONDS
    absolute: float = ABSOLUTE_SECONDS
    grants: str = ""


class SignIn:
    """Accounts and sessions. `now` is Unix seconds. All raise AccountsAway while the store is away."""

    def __init__(
        self, accounts: KeptAccounts, now: Callable[[], float], terms: Terms | None = None, notes: Notes | None = None
    ) -> None:
        self._accounts = accounts
        self._now = now
        self._terms = terms or Terms()
        self._notes = notes
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
            account = account and await self._renewed(account, password)
        if account is None:
            raise NotKnown
        begun = await self._begun(account, account.id)
        await self._accounts.signed_in(account.name, self._now())
        self._note(account, Deed.SIGNED_IN)
        return begun, account

    async def grant(self, person: Account, hint: str = "") -> Begun:
        """A session for somebody whom a provider knows. Raises NameTaken: two people are never one in the books."""
        if await self._accounts.named(person.name):
            raise NameTaken
        begun = await self._begun(person, self._terms.grants, granted=person, hint=hint)
        self._note(person, Deed.SIGNED_IN, by="provider")
        return begun

    async def session(self, cookie: str) -> tuple[Session, Account] | None:
        """The session of this cookie and whose it is; None once it is over, or the account is gone."""
        found = await self._accounts.session(passwords.digest_of(cookie)) if _TOKEN(cookie) else None
        if found is None:
            return None
        now = self._now()
        if now >= min(found.began_at + self._terms.absolute, found.seen_at + self._terms.idle):
            await self._accounts.end(found.id)
            return None
        account = await self._whose(found)
        if account and now - found.seen_at >= SEEN_EVERY_SECONDS:
            found = replace(found, seen_at=now)
            await self._accounts.seen(found, self._terms.idle)
        return (found, account) if account else None

    async def end(self, session: Session) -> None:
        """Sign out."""
        account = await self._whose(session)
        await self._accounts.end(session.id)
        if account:
            self._note(account, Deed.SIGNED_OUT)

    async def drop(self, cookie: str) -> None:
        """End what a browser had before it signed in anew."""
        if _TOKEN(cookie):
            await self._accounts.end(passwords.digest_of(cookie))

    async def _whose(self, session: Session) -> Account | None:
        if session.granted:
            is_still_granted = bool(self._terms.grants) and session.account_id == self._terms.grants
            return session.granted if is_still_granted else None
        account = await self._accounts.named(session.account)
        return account if account and account.id == session.account_id else None

    async def _begun(
        self, account: Account, account_id: str, *, granted: Account | None = None, hint: str = ""
    ) -> Begun:
        """Always under a cookie that nobody has seen before."""
        cookie, now = passwords.fresh_token(), self._now()
        session = Session(
            passwords.digest_of(cookie), account.name, account_id, passwords.fresh_token(), now, now, granted, hint
        )
        await self._accounts.begin(session, self._terms.idle)
        return Begun(session, cookie)

    async def _renewed(self, account: Account, password: str) -> Account:
        """The account, its password kept in today's way."""
        if not passwords.is_outdated(account.password):
            return account
        changed = replace(account, password=await passwords.kept(password))
        return changed if await self._accounts.change(changed) else account

    async def _prove(self, account: Account | None, password: str, name: str, address: str) -> None:
        """As slow for a name that nobody has. Counted before it is looked at: many at once are many tries, too."""
        self._refuse_too_many(name, address)
        for throttle, key in self._throttles(name, address):
            throttle.count(key, self._now())
        if not await passwords.is_right(password, account.password if account else ""):
            self._note(account, Deed.SIGN_IN_REFUSED)
            raise NotKnown
        for throttle, key in self._throttles(name, address):
            throttle.take_back(key)

    def _refuse_too_many(self, name: str, address: str) -> None:
        waits = [throttle.wait_seconds(key, self._now()) for throttle, key in self._throttles(name, address)]
        if max(waits) > 0:
            raise TooManyTries(max(waits))

    def _throttles(self, name: str, address: str) -> tuple[tuple[Throttle, str], ...]:
        place = place_of(address)
        return (
            (self._by_both, passwords.digest_of(f"{name}\n{place}")),
            (self._by_address, place),
            (self._by_name, passwords.digest_of(name)),
        )

    def _note(self, account: Account | None, deed: Deed, **told: str) -> None:
        """An unknown name is not noted: people key their password there by mistake."""
        if self._notes:
            self._notes.note(account.name if account else "", account.role if account else "", deed, **told)


def _is_token_of(account: Account | None, password: str) -> bool:
    return bool(account and account.token and hmac.compare_digest(passwords.digest_of(password), account.token))
