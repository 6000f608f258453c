"""Who may sign in, as an administrator looks at it: accounts, and people of the provider who are signed in now."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from operations.sign_in.accounts import Account, KeptAccounts, Session
from operations.sign_in.passwords import digest_of
from operations.sign_in.terms import Terms

HANDLE_CHARACTERS = 24


@dataclass(frozen=True, slots=True)
class Listed:
    """One account, or a person of the provider. `last_use`: Unix seconds, None for never or not known."""

    account: Account
    sessions: Sequence[Session]
    last_use: float | None
    is_granted: bool
    """By the provider's word: the role is changed there, the sessions are ended here."""

    @property
    def handle(self) -> str:
        """Names it in addresses, which shall name no person."""
        return handle_of(self.account.name)

    @property
    def version(self) -> str:
        """Another one as soon as anything of the account is; tells nothing of its password or token."""
        return digest_of(repr(sorted(asdict(self.account).items())))[:HANDLE_CHARACTERS]


def handle_of(name: str) -> str:
    """Of an account or a session, by its name or id."""
    return digest_of(f"handle of {name}")[:HANDLE_CHARACTERS]


class AccountList:
    """Reads the store. `now` is Unix seconds. All raise AccountsAway."""

    def __init__(self, accounts: KeptAccounts, terms: Terms, now: Callable[[], float]) -> None:
        self._accounts, self._terms, self._now = accounts, terms, now

    async def everybody(self) -> Sequence[Listed]:
        """By name."""
        accounts = {each.name: each for each in await self._accounts.listed()}
        seen = await self._accounts.last_sign_ins()
        local, granted = self._open(await self._accounts.all_sessions(), accounts)
        found = [_listed(each, local[each.name], seen.get(each.name)) for each in accounts.values()]
        found += [_listed(mine[0].granted, mine, None, is_granted=True) for mine in granted.values() if mine[0].granted]
        return sorted(found, key=lambda each: (each.account.name.casefold(), each.account.name))

    async def one(self, handle: str) -> Listed | None:
        """The account, or the person, of this handle."""
        return next((each for each in await self.everybody() if each.handle == handle), None)

    async def of(self, account: Account, *, is_granted: bool) -> Sequence[Session]:
        """Open sessions of one, the latest used first."""
        own = [each for each in await self._accounts.all_sessions() if each.account == account.name]
        local, granted = self._open(own, {} if is_granted else {account.name: account})
        found = granted[account.name] if is_granted else local[account.name]
        return [each for each in found if not is_granted or (each.granted and each.granted.id == account.id)]

    def _open(
        self, sessions: Iterable[Session], accounts: Mapping[str, Account]
    ) -> tuple[Mapping[str, list[Session]], Mapping[str, list[Session]]]:
        """Of local accounts, and of people of the provider; by name."""
        local: dict[str, list[Session]] = defaultdict(list)
        granted: dict[str, list[Session]] = defaultdict(list)
        now = self._now()
        for each in sorted(sessions, key=lambda each: -each.seen_at):
            if not self._terms.is_over(each, now) and self._terms.whose(each, accounts.get(each.account)):
                (granted if each.granted else local)[each.account].append(each)
        return local, granted


def _listed(
    account: Account, sessions: Sequence[Session], signed_in: float | None, *, is_granted: bool = False
) -> Listed:
    used = [each.seen_at for each in sessions] + ([signed_in] if signed_in is not None else [])
    return Listed(account, sessions, max(used, default=None), is_granted)
