"""Signing in: by a bearer token, by name and password, or by a provider's word; sessions end by themselves."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from operations.audit import Deed, Notes
from operations.sign_in import passwords
from operations.sign_in.accounts import Account, AccountsAway, KeptAccounts, Session
from operations.sign_in.proving import NotKnown, Proving, is_token_of
from operations.sign_in.terms import Terms

SEEN_EVERY_SECONDS = 60.0
"""A session that is used is noted at most so often."""
TOKEN_SEEN_EVERY_SECONDS = 600.0
"""A token that is used is noted at most so often."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,128}").fullmatch
NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9._@-]{0,63}"
NAME = re.compile(NAME_PATTERN).fullmatch


class NameTaken(Exception):
    """There is a local account of this name: one of the two needs another one."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A session, and the cookie that stands for it."""

    session: Session
    cookie: str = field(repr=False)


class SignIn:
    """Accounts and sessions. `now` is Unix seconds. All raise AccountsAway while the store is away."""

    def __init__(
        self, accounts: KeptAccounts, now: Callable[[], float], terms: Terms | None = None, notes: Notes | None = None
    ) -> None:
        self._accounts = accounts
        self._now = now
        self._terms = terms or Terms()
        self._notes = notes
        self._proving = Proving(now, notes)
        self._tokens_seen: dict[str, float] = {}

    async def bearer(self, token: str) -> Account | None:
        """Whose token this is; None for nobody's."""
        account = await self._accounts.with_token(passwords.digest_of(token)) if _TOKEN(token) else None
        if account is None or account.is_disabled:
            return None
        if self._now() - self._tokens_seen.get(account.name, 0.0) >= TOKEN_SEEN_EVERY_SECONDS:
            self._tokens_seen[account.name] = self._now()
            with suppress(AccountsAway):
                await self._accounts.signed_in(account.name, self._now())
        return account

    async def begin(self, name: str, password: str, address: str, browser: str = "") -> tuple[Begun, Account]:
        """A session for whoever proves the name, by password or token. Raises NotKnown or TooManyTries."""
        self._proving.refuse_too_many(name, address)
        found = await self._accounts.named(name) if NAME(name) else None
        account = found if found and not found.is_disabled else None
        await self._proving.prove(account, password, name, address)
        if account is None:
            raise NotKnown
        account = await self._renewed(account, password)
        begun = await self._begun(account, account.id, browser=browser)
        await self._accounts.signed_in(account.name, self._now())
        self._note(account, Deed.SIGNED_IN)
        return begun, account

    async def prove(self, account: Account, password: str, address: str) -> None:
        """Once more, by somebody who is signed in. Raises NotKnown or TooManyTries."""
        await self._proving.prove(account, password, account.name, address)

    async def grant(self, person: Account, hint: str = "", browser: str = "") -> Begun:
        """A session for somebody whom a provider knows. Raises NameTaken: two people are never one in the books."""
        if await self._accounts.named(person.name):
            raise NameTaken
        begun = await self._begun(person, self._terms.grants, granted=person, hint=hint, browser=browser)
        self._note(person, Deed.SIGNED_IN, by="provider")
        return begun

    async def session(self, cookie: str) -> tuple[Session, Account] | None:
        """The session of this cookie and whose it is; None once it is over, or the account is gone."""
        found = await self._accounts.session(passwords.digest_of(cookie)) if _TOKEN(cookie) else None
        if found is None:
            return None
        now = self._now()
        if self._terms.is_over(found, now):
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
        local = None if session.granted else await self._accounts.named(session.account)
        return self._terms.whose(session, local)

    async def _begun(
        self, account: Account, account_id: str, *, granted: Account | None = None, hint: str = "", browser: str = ""
    ) -> Begun:
        """Always under a cookie that nobody has seen before."""
        cookie, now = passwords.fresh_token(), self._now()
        session_id, csrf = passwords.digest_of(cookie), passwords.fresh_token()
        session = Session(session_id, account.name, account_id, csrf, now, now, granted, hint, browser)
        await self._accounts.begin(session, self._terms.idle)
        return Begun(session, cookie)

    async def _renewed(self, account: Account, password: str) -> Account:
        """The account, its password kept in today's way."""
        if is_token_of(account, password) or not passwords.is_outdated(account.password):
            return account
        changed = replace(account, password=await passwords.kept(password))
        return changed if await self._accounts.change(account, changed) else account

    def _note(self, account: Account, deed: Deed, **told: str) -> None:
        if self._notes:
            self._notes.note(account.name, account.role, deed, **told)
