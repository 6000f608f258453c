"""What everybody does with their own sign-in: look at own sessions, end them, change the own password; each noted."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from operations.audit import Deed, Notes
from operations.sign_in import passwords
from operations.sign_in.account_changes import AccountMovedOn, GrantedElsewhere
from operations.sign_in.account_list import AccountList, handle_of
from operations.sign_in.account_rules import ImpossibleAccount, expect_password
from operations.sign_in.accounts import Account, KeptAccounts, Session
from operations.sign_in.sign_in import SignIn
from operations.sign_in.terms import Terms


class OwnSignIn:
    """`mine` is the session that asks. All raise AccountsAway."""

    def __init__(
        self, accounts: KeptAccounts, sign_in: SignIn, listed: AccountList, terms: Terms, notes: Notes | None = None
    ) -> None:
        self._accounts, self._sign_in, self._listed = accounts, sign_in, listed
        self._terms, self._notes = terms, notes

    async def sessions(self, account: Account, mine: Session | None) -> Sequence[Session]:
        """Own open ones, the latest used first."""
        return await self._listed.of(account, is_granted=bool(mine and mine.granted))

    async def end(self, account: Account, mine: Session, handle: str) -> bool:
        """One other of the own ones; whether it was there."""
        found = [each for each in await self.sessions(account, mine) if handle_of(each.id) == handle]
        for each in found:
            await self._accounts.end(each.id)
        if found:
            self._note(account, Deed.OWN_SESSIONS_ENDED, sessions="1")
        return bool(found)

    async def end_others(self, account: Account, mine: Session) -> int:
        """All but this one; how many there were."""
        others = [each for each in await self.sessions(account, mine) if each.id != mine.id]
        for each in others:
            await self._accounts.end(each.id)
        if others:
            self._note(account, Deed.OWN_SESSIONS_ENDED, sessions=str(len(others)))
        return len(others)

    async def change_password(self, account: Account, mine: Session, old: str, new: str, address: str) -> None:
        """Every other session is over with the same write.

        Raises GrantedElsewhere, NotKnown, TooManyTries, ImpossibleAccount, AccountMovedOn.
        """
        if mine.granted:
            raise GrantedElsewhere
        expect_password(account, new)
        await self._sign_in.prove(account, old, address)
        if old == new:
            raise ImpossibleAccount("same", "this is the password of before: take another one")
        after = replace(account, password=await passwords.kept(new), is_temporary=False, id=secrets.token_hex(8))
        others = [each for each in await self.sessions(account, mine) if each.id != mine.id]
        if not await self._accounts.change(account, after):
            raise AccountMovedOn
        await self._accounts.seen(replace(mine, account_id=after.id), self._terms.idle)
        for each in others:
            await self._accounts.end(each.id)
        self._note(account, Deed.OWN_PASSWORD_CHANGED)

    def _note(self, account: Account, deed: Deed, **told: str) -> None:
        if self._notes:
            self._notes.note(account.name, account.role, deed, **told)
