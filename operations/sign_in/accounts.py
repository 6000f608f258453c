"""Who may do what over HTTP: roles, rights, accounts and sessions as values, and how they are kept."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol


class Role(StrEnum):
    """What somebody is for Teamline."""

    VIEWER = "viewer"
    """Sees teams' figures."""
    MEMBER = "member"
    """The own desk."""
    LEAD = "lead"
    """The own teams."""
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    KIOSK = "kiosk"
    """A kiosk phone with its scanner."""
    SCANNER = "scanner"
    """A document scanner, or another system that hands documents in."""


class Right(StrEnum):
    """What a route lets somebody do."""

    SEE_TEAMS = "see-teams"
    READ_MESSAGES = "read-messages"
    """With phone and customer number: who answers needs them."""
    TAKE_MESSAGES = "take-messages"
    DELETE_MESSAGES = "delete-messages"
    CALL_BACK = "call-back"
    """Have somebody called back, agree on a moment, and call it off."""
    CLOSE_TEAMS = "close-teams"
    CLOSE_CENTRE = "close-centre"
    """A site, or everything."""
    CHANGE_LINE = "change-line"
    """Raise, move or take out a waiting caller."""
    ADD_DOCUMENTS = "add-documents"
    SCAN_AT_KIOSK = "scan-at-kiosk"
    USE_KIOSK = "use-kiosk"
    """What is scanned there, its calls and callbacks, how its phone is; a kiosk's account: its own."""
    RING_KIOSK = "ring-kiosk"
    RAISE_EMERGENCY = "raise-emergency"
    EXPLAIN = "explain"
    CHANGE_MEMBERS = "change-members"
    """Sign in and out, pause: a member their own phone, a lead the members of own teams."""
    READ_REPORTS = "read-reports"
    """Of own teams."""
    ASK_WHAT_IF = "ask-what-if"
    READ_AUDIT = "read-audit"
    ADMINISTER = "administer"
    """Configuration, directory, accounts, one customer's data."""


_PEOPLE = frozenset({Role.VIEWER, Role.MEMBER, Role.LEAD, Role.SUPERVISOR, Role.ADMIN})
_ANSWERING = _PEOPLE - {Role.VIEWER}
_LEADING = frozenset({Role.LEAD, Role.SUPERVISOR, Role.ADMIN})
_WHOLE = frozenset({Role.SUPERVISOR, Role.ADMIN})

RIGHTS: Mapping[Right, frozenset[Role]] = MappingProxyType(
    {
        Right.SEE_TEAMS: _PEOPLE,
        Right.READ_MESSAGES: _ANSWERING,
        Right.TAKE_MESSAGES: _ANSWERING,
        Right.DELETE_MESSAGES: _LEADING,
        Right.CALL_BACK: _ANSWERING,
        Right.CLOSE_TEAMS: _LEADING,
        Right.CLOSE_CENTRE: _WHOLE,
        Right.CHANGE_LINE: _LEADING,
        Right.ADD_DOCUMENTS: frozenset({Role.SCANNER, Role.KIOSK, Role.ADMIN}),
        Right.SCAN_AT_KIOSK: frozenset({Role.SCANNER, Role.KIOSK, Role.ADMIN}),
        Right.USE_KIOSK: frozenset({Role.KIOSK, Role.ADMIN}),
        Right.RING_KIOSK: _ANSWERING,
        Right.RAISE_EMERGENCY: _ANSWERING,
        Right.EXPLAIN: _WHOLE,
        Right.CHANGE_MEMBERS: _ANSWERING,
        Right.READ_REPORTS: _PEOPLE - {Role.MEMBER},
        Right.ASK_WHAT_IF: _WHOLE,
        Right.READ_AUDIT: _WHOLE,
        Right.ADMINISTER: frozenset({Role.ADMIN}),
    }
)
"""Who has which right; a member and a lead have theirs for their own teams only."""

OWN_TEAMS_ONLY = frozenset({Role.MEMBER, Role.LEAD})


class AccountsAway(Exception):
    """Accounts and sessions cannot be asked just now: the store does not answer. Try again in a moment."""


class AccountExists(Exception):
    """There is an account of this name: revoke it first, or take another name."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody or something that may sign in. `password` and `token` are what is kept of them, empty for none."""

    name: str
    role: Role
    teams: tuple[str, ...] = ()
    password: str = field(default="", repr=False)
    """As `operations.sign_in.passwords` writes it."""
    token: str = field(default="", repr=False)
    """SHA-256 of the bearer token, in hex."""
    member: str = ""
    """Whose desk this is, as teams.yaml names them; empty: the member of the account's own name, if there is one."""
    id: str = ""
    """Random: a session is of the account with its name and id, so another id ends every session at once."""
    is_disabled: bool = False
    """Nobody comes in by it, until an administrator enables it again."""
    is_temporary: bool = False
    """The password is one that somebody else has chosen: it opens nothing but the page that changes it."""

    @property
    def may_come_in(self) -> bool:
        """Whether there is a way in by it."""
        return not self.is_disabled and bool(self.password or self.token)

    def has(self, right: Right) -> bool:
        """Whether the role has this right at all."""
        return self.role in RIGHTS[right]

    def place(self, members: Container[str]) -> str:
        """The member whose phone stands beside this person, one of `members`; empty if none does."""
        wanted = self.member or self.name
        return wanted if wanted in members else ""

    def serves(self, team: str) -> bool:
        """Whether the rights count for this team."""
        return self.role not in OWN_TEAMS_ONLY or team in self.teams


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has signed in with a browser. Times are Unix seconds; `id` is the SHA-256 of the cookie, in hex."""

    id: str = field(repr=False)
    account: str
    account_id: str
    csrf: str = field(repr=False)
    began_at: float
    seen_at: float
    granted: Account | None = None
    """Who this is by the word of an identity provider: no account of ours, gone with the session."""
    hint: str = field(default="", repr=False)
    """The provider's identity token, for the sign-out there; empty if there is none, or it is too long to keep."""
    browser: str = ""
    """By what it was begun, as `operations.sign_in.browsers` tells it; empty for a session of an earlier release."""


Rule = Callable[[Sequence[Account]], None]
"""Is shown all accounts as they would be after a change, and raises to refuse it."""


class KeptAccounts(Protocol):
    """The store's side. All raise AccountsAway."""

    async def add(self, account: Account) -> None:
        """Raises AccountExists."""
        ...

    async def change(self, former: Account, account: Account, rule: Rule | None = None) -> bool:
        """Keep it in place of `former`, of the same name; False if that is not kept just so any more."""
        ...

    async def remove(self, name: str) -> bool:
        """Whether it was there; its sessions end with it."""
        ...

    async def take_out(self, former: Account, rule: Rule | None = None) -> bool:
        """As `remove`; False if `former` is not kept just so any more."""
        ...

    async def named(self, name: str) -> Account | None:
        """By its name."""
        ...

    async def with_token(self, digest: str) -> Account | None:
        """By the SHA-256 of its token, in hex."""
        ...

    async def listed(self) -> Sequence[Account]:
        """All, by name."""
        ...

    async def begin(self, session: Session, seconds: float) -> None:
        """Keep it, for so long at most unless it is seen again."""
        ...

    async def session(self, session_id: str) -> Session | None:
        """None once it has expired or ended."""
        ...

    async def all_sessions(self) -> Sequence[Session]:
        """All, in no order; some may be over by their times, or those of an account that is another one now."""
        ...

    async def seen(self, session: Session, seconds: float) -> None:
        """The same session, seen at its `seen_at`, for so long again; one that has ended stays ended."""
        ...

    async def end(self, session_id: str) -> None:
        """Not there is no error."""
        ...

    async def end_all(self, name: str) -> int:
        """End every session of this name, granted by a provider or not; how many there were."""
        ...

    async def signed_in(self, name: str, at: float) -> None:
        """Note when an account was last used to sign in, Unix seconds."""
        ...

    async def last_sign_ins(self) -> Mapping[str, float]:
        """Of each account that ever signed in."""
        ...
