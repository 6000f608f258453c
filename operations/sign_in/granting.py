"""What an identity provider's claims make of somebody: a name, a role, own teams. Pure."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from operations.sign_in.accounts import OWN_TEAMS_ONLY, Account, Role
from operations.sign_in.sign_in import NAME

BY_WEIGHT = (Role.ADMIN, Role.SUPERVISOR, Role.LEAD, Role.MEMBER, Role.VIEWER)
"""Who has several roles has the first of these. Kiosks and scanners are machines: no provider makes one."""
MOST_VALUES = 1000
"""So many groups of one person are looked at."""
MOST_SUBJECT = 255
"""Characters of a `sub` (OpenID Connect Core, 2)."""


class NotGranted(Exception):
    """None of this person's groups is mapped to a role: see TEAMLINE_OIDC_ROLES."""


class NoName(Exception):
    """The name's claim is not 1 to 64 letters, digits and . _ @ -: see TEAMLINE_OIDC_NAME_CLAIM."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What one value of the roles' claim stands for."""

    role: Role
    teams: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError for what cannot be: its sentence names the cure."""
        if self.role not in BY_WEIGHT:
            raise ValueError(f"a {self.role} is a machine: make it an account by `teamline token`")
        if self.role in OWN_TEAMS_ONLY and not self.teams:
            raise ValueError(f"a {self.role} works for own teams: name them as teams")
        if self.role not in OWN_TEAMS_ONLY and self.teams:
            raise ValueError(f"a {self.role} has no own teams: leave teams out")


@dataclass(frozen=True, slots=True)
class Granting:
    """Which claims count, and what their values stand for. A dot in a claim's name leads into an object."""

    provider: str
    """Issuer and client: another provider's word is another one."""
    roles: Mapping[str, Grant] = field(default_factory=lambda: MappingProxyType({}))
    roles_claim: str = "groups"
    name_claim: str = "preferred_username"
    member_claim: str = ""
    """Names the member, as in teams.yaml, whose desk this is; empty for the member of the person's own name."""

    @property
    def id(self) -> str:
        """Changes with whatever changes here: what was granted before is over then."""
        return hashlib.sha256(repr((self.provider, sorted(self.roles.items()), self.roles_claim)).encode()).hexdigest()

    def person(self, claims: Mapping[str, object]) -> Account:
        """Who this is. Raises NotGranted or NoName."""
        name = _found(claims, self.name_claim)
        if not isinstance(name, str) or not NAME(name):
            raise NoName
        grants = [self.roles[value] for value in _values(_found(claims, self.roles_claim)) if value in self.roles]
        role = next((role for role in BY_WEIGHT if any(grant.role is role for grant in grants)), None)
        if role is None:
            raise NotGranted
        teams = tuple(dict.fromkeys(team for grant in grants if grant.role is role for team in grant.teams))
        member = _found(claims, self.member_claim) if self.member_claim else ""
        return Account(
            name,
            role,
            teams,
            member=member if isinstance(member, str) and NAME(member) else "",
            id=str(claims.get("sub", ""))[:MOST_SUBJECT],
        )


def _found(claims: Mapping[str, object], name: str) -> object:
    if name in claims:
        return claims[name]
    first, dot, rest = name.partition(".")
    within = claims.get(first)
    return _found(within, rest) if dot and isinstance(within, Mapping) else None


def _values(claim: object) -> Iterator[str]:
    told = claim if isinstance(claim, list) else [claim]
    return (each for each in told[:MOST_VALUES] if isinstance(each, str))
