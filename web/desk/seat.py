"""Whose phone stands beside somebody: the account's own, else one that they have chosen among those of their teams."""

import hashlib
from dataclasses import dataclass, replace

from operations.desk.caller import OnPhone
from operations.desk.phone import PhoneNow
from operations.sign_in.accounts import Account, Right
from routing.centre import Centre

COOKIE = "teamline-place"


@dataclass(frozen=True, slots=True)
class Seat:
    """`member`: whose phone it is, empty for none. `may_choose`: another one, since the account has none of its own."""

    member: str
    may_choose: bool


def seat_of(account: Account, centre: Centre, cookie: str) -> Seat:
    """The own phone, or the one that the cookie remembers for this account."""
    own = account.place(centre.members)
    if own or not may_choose(account, centre):
        return Seat(own, may_choose=False)
    kept, _, member = cookie.partition(".")
    chosen = member if kept == _whose(account) and may_sit(account, member, centre) else ""
    return Seat(chosen, may_choose=True)


def may_choose(account: Account, centre: Centre) -> bool:
    """Whether this account has no phone of its own, and none that an administrator has given it."""
    return not account.place(centre.members) and (account.has(Right.DELETE_MESSAGES) or not account.member)


def may_sit(account: Account, member: str, centre: Centre) -> bool:
    """Whether this phone may be the account's: its own; or, where it may choose, one of a team that it serves."""
    known = centre.members.get(member)
    if known is None:
        return False
    if account.place(centre.members) == member:
        return True
    serves = any(account.serves(team) for team in known.teams)
    return serves and (account.has(Right.DELETE_MESSAGES) or may_choose(account, centre))


def seen_by(account: Account, phone: PhoneNow, centre: Centre) -> PhoneNow:
    """On the own phone everybody; on another's the callers of the own teams, of others that there is one (`phase`)."""
    if account.place(centre.members) == phone.member:
        return phone

    def is_own(caller: OnPhone) -> bool:
        return account.serves(caller.place.team)

    caller = phone.caller if phone.caller and is_own(phone.caller) else None
    return replace(phone, caller=caller, last=tuple(filter(is_own, phone.last)))


def remembered(account: Account, member: str) -> str:
    """The cookie's value: counts for this account only."""
    return f"{_whose(account)}.{member}"


def _whose(account: Account) -> str:
    return hashlib.sha256(f"{account.name}\n{account.id}".encode()).hexdigest()[:16]
