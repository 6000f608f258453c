"""What an administrator does with accounts: each change against the account that was looked at, each one noted.

Whatever takes something away gives the account another `id`: every session of before is over with the very same
write, one that begins at this moment included.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from operations.audit import Deed, Notes
from operations.sign_in import passwords
from operations.sign_in.account_list import Listed
from operations.sign_in.account_rules import (
    OwnAccount,
    administers,
    expect_password,
    expect_person,
    expect_possible,
    somebody_administers,
)
from operations.sign_in.accounts import Account, KeptAccounts
from routing.centre import Centre


class AccountMovedOn(Exception):
    """Somebody else changed this account meanwhile, or removed it: nothing was changed. Look at it, then try again."""


class GrantedElsewhere(Exception):
    """This person is the identity provider's: change or remove them there. Here their sessions can be ended."""


class Way(StrEnum):
    """What an account is proved by."""

    ONE_TIME = "one-time"
    """A random password, shown once, good for choosing an own one."""
    PASSWORD = "password"  # noqa: S105 - a word, no password
    """One that the administrator has chosen; it has to be changed at the first sign-in, too."""
    TOKEN = "token"  # noqa: S105 - a word, no token
    """A random one for a program, shown once."""


@dataclass(frozen=True, slots=True)
class Made:
    """An account as it is now. `secret` is shown this once; empty if there is nothing to show."""

    account: Account
    way: Way
    secret: str = field(default="", repr=False)


class AccountChanges:
    """All raise AccountsAway; those on an account raise AccountMovedOn, GrantedElsewhere, and LastAdministrator."""

    def __init__(self, accounts: KeptAccounts, notes: Notes, centre: Callable[[], Centre]) -> None:
        self._accounts, self._notes, self._centre = accounts, notes, centre

    async def make(self, by: Account, wanted: Account, way: Way, password: str = "") -> Made:
        """A new one. Raises ImpossibleAccount or AccountExists."""
        expect_possible(wanted, self._centre())
        made = await _proved(replace(wanted, id=_fresh_id()), way, password)
        await self._accounts.add(made.account)
        await self._accounts.end_all(made.account.name)  # of the provider's person of this name: two are never one
        self._note(by, Deed.ACCOUNT_MADE, made.account, became=made.account.role, teams=",".join(made.account.teams))
        return made

    async def change(self, by: Account, looked_at: Listed, wanted: Account) -> Account:
        """Role, teams and member become those of `wanted`. Raises ImpossibleAccount, OwnAccount."""
        former = _local(looked_at)
        after = replace(former, role=wanted.role, teams=wanted.teams, member=wanted.member)
        expect_possible(after, self._centre())
        if after.role is not former.role:
            _expect_another(by, former)
            if after.password:
                expect_person(after)
        await self._put(former, after)
        self._note(by, Deed.ACCOUNT_CHANGED, after, became=after.role, teams=",".join(after.teams), member=after.member)
        return after

    async def enable(self, by: Account, looked_at: Listed, *, is_enabled: bool) -> Account:
        """Nobody comes in by a disabled one, and whoever is in is out. Raises OwnAccount."""
        former = _local(looked_at)
        _expect_another(by, former)
        after = replace(former, is_disabled=not is_enabled, id=former.id if is_enabled else _fresh_id())
        await self._put(former, after)
        self._note(by, Deed.ACCOUNT_ENABLED if is_enabled else Deed.ACCOUNT_DISABLED, after)
        return after

    async def set_password(self, by: Account, looked_at: Listed, password: str = "") -> Made:
        """This one, or without one a random one; every session is over. Raises ImpossibleAccount, OwnAccount."""
        former = _local(looked_at)
        _expect_another(by, former)
        way = Way.PASSWORD if password else Way.ONE_TIME
        made = await _proved(replace(former, id=_fresh_id()), way, password)
        await self._put(former, made.account)
        await self._accounts.end_all(former.name)
        self._note(by, Deed.ACCOUNT_PASSWORD_SET, made.account, way=way)
        return made

    async def make_token(self, by: Account, looked_at: Listed) -> Made:
        """A new one; the one before is no good any more."""
        former = _local(looked_at)
        made = await _proved(former, Way.TOKEN, "")
        await self._put(former, made.account)
        self._note(by, Deed.ACCOUNT_TOKEN_MADE, made.account)
        return made

    async def end_token(self, by: Account, looked_at: Listed) -> Account:
        """Raises OwnAccount where it is the own one's only way in."""
        former = _local(looked_at)
        after = replace(former, token="")
        if not after.may_come_in:
            _expect_another(by, former)
        await self._put(former, after)
        self._note(by, Deed.ACCOUNT_TOKEN_ENDED, after)
        return after

    async def end_sessions(self, by: Account, looked_at: Listed) -> int:
        """How many there were; a provider's person may come back by the provider."""
        if not looked_at.is_granted:
            await self._put(looked_at.account, replace(looked_at.account, id=_fresh_id()))
        await self._accounts.end_all(looked_at.account.name)
        ended = len(looked_at.sessions)
        self._note(by, Deed.ACCOUNT_SESSIONS_ENDED, looked_at.account, sessions=str(ended))
        return ended

    async def remove(self, by: Account, looked_at: Listed) -> None:
        """It is gone, with its token and its sessions. Raises OwnAccount."""
        former = _local(looked_at)
        _expect_another(by, former)
        if not await self._accounts.take_out(former, somebody_administers if _counts(former, None) else None):
            raise AccountMovedOn
        await self._accounts.end_all(former.name)
        self._note(by, Deed.ACCOUNT_REVOKED, former)

    async def _put(self, former: Account, after: Account) -> None:
        if not await self._accounts.change(former, after, somebody_administers if _counts(former, after) else None):
            raise AccountMovedOn

    def _note(self, by: Account, deed: Deed, about: Account, **told: str) -> None:
        self._notes.note(by.name, by.role, deed, about=about.name, **told)


def _local(looked_at: Listed) -> Account:
    if looked_at.is_granted:
        raise GrantedElsewhere
    return looked_at.account


def _expect_another(by: Account, former: Account) -> None:
    if by.name == former.name:
        raise OwnAccount


def _counts(former: Account, after: Account | None) -> bool:
    """Whether an administrator is lost by this."""
    return administers(former) and not (after and administers(after))


async def _proved(account: Account, way: Way, password: str) -> Made:
    if way is Way.TOKEN:
        token = passwords.fresh_token()
        return Made(replace(account, token=passwords.digest_of(token)), way, token)
    chosen = password if way is Way.PASSWORD else passwords.fresh_password()
    expect_password(account, chosen)
    kept = replace(account, password=await passwords.kept(chosen), is_temporary=True)
    return Made(kept, way, "" if way is Way.PASSWORD else chosen)


def _fresh_id() -> str:
    return secrets.token_hex(8)
