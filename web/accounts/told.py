"""Accounts as JSON: what is told of them, and what may be sent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool

from operations.sign_in.account_changes import Way
from operations.sign_in.account_list import Listed
from operations.sign_in.account_rules import MACHINES
from operations.sign_in.accounts import OWN_TEAMS_ONLY, Account, Role
from operations.sign_in.passwords import MOST_CHARACTERS, SHORTEST
from operations.sign_in.sign_in import NAME_PATTERN

MOST_LISTED = 500
MOST_TEAMS = 100

Short = Annotated[str, Field(max_length=64)]
Teams = Annotated[
    tuple[Short, ...], Field(max_length=MOST_TEAMS), AfterValidator(lambda teams: tuple(dict.fromkeys(teams)))
]
Name = Annotated[str, Field(min_length=1, max_length=64, json_schema_extra={"pattern": f"^{NAME_PATTERN}$"})]
Password = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS, json_schema_extra={"minLength": SHORTEST})]
"""Of both the rules of accounts say what is wrong, in a sentence; the description has it, too."""
WayIn = Literal["password", "one-time", "token", "provider"]


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AccountTold(_Told):
    """One account, or a person of the identity provider who is signed in."""

    id: str = Field(description="Names it in addresses")
    user: str
    role: Role
    teams: Sequence[str] = Field(description="Own teams; empty where the role has all")
    member: str = Field(description="Whose desk it is, as teams.yaml names them; empty: the member of its own name")
    ways_in: Sequence[WayIn] = Field(description="one-time: a password that has to be changed first")
    is_enabled: bool
    last_use: datetime | None = Field(description="To the minute; null: never, or not known")
    sessions: int = Field(description="Browsers that are signed in")


class AccountsTold(_Told):
    """By `id`. `next`: ask again with `after` set to it; null at the end."""

    accounts: Sequence[AccountTold]
    next: str | None


class Secret(_Told):
    """What the account is proved by from now on; null for a password that was sent."""

    id: str
    user: str
    secret: str | None = Field(description="Shown this once", repr=False)


class Ended(_Told):
    """How many sessions there were."""

    ended: int


class ToMake(_Sent):
    """A new account. `proof` null: a token for a machine, a one-time password for a person."""

    user: Name
    role: Role
    teams: Teams = ()
    member: Short = ""
    proof: Literal["one-time", "token"] | None = None
    password: Password | None = Field(default=None, description="12 to 256 characters; instead of `proof`", repr=False)


class ToChange(_Sent):
    """What is to be another. `is_enabled` goes alone."""

    role: Role | None = None
    teams: Teams | None = None
    member: Short | None = None
    is_enabled: StrictBool | None = None

    @property
    def is_change(self) -> bool:
        """Whether role, teams or member are to be others."""
        return any(each is not None for each in (self.role, self.teams, self.member))

    def over(self, former: Account) -> Account:
        """The account with what was sent."""
        role = former.role if self.role is None else self.role
        kept = former.teams if role in OWN_TEAMS_ONLY else ()
        member = former.member if self.member is None else self.member
        return replace(former, role=role, teams=kept if self.teams is None else self.teams, member=member)


class NewPassword(_Sent):
    """null: a random one."""

    password: Password | None = Field(default=None, repr=False)


def account_told(found: Listed) -> AccountTold:
    """As it is answered."""
    account = found.account
    return AccountTold(
        id=found.handle,
        user=account.name,
        role=account.role,
        teams=account.teams,
        member=account.member,
        ways_in=ways_in(found),
        is_enabled=not account.is_disabled,
        last_use=to_the_minute(found.last_use),
        sessions=len(found.sessions),
    )


def ways_in(found: Listed) -> Sequence[WayIn]:
    """By what somebody comes in."""
    account = found.account
    if found.is_granted:
        return ("provider",)
    own: tuple[WayIn, ...] = ("one-time" if account.is_temporary else "password",) if account.password else ()
    return (*own, "token") if account.token else own


def to_the_minute(at: float | None) -> datetime | None:
    """When somebody began to work is theirs."""
    return datetime.fromtimestamp(at, UTC).replace(second=0, microsecond=0) if at is not None else None


def way_of(sent: ToMake) -> Way:
    """What the account shall be proved by."""
    if sent.password is not None:
        return Way.PASSWORD
    if sent.proof is not None:
        return Way(sent.proof)
    return Way.TOKEN if sent.role in MACHINES else Way.ONE_TIME
