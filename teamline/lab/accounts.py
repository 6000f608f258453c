"""The lab's accounts: one of each role, and one for each kiosk; the same at every start of the same lab."""

from collections.abc import Iterator, Mapping

from operations.sign_in.accounts import OWN_TEAMS_ONLY, Account, KeptAccounts, Role
from operations.sign_in.passwords import digest_of
from routing.centre import Centre
from teamline.secret_file import derived


def web_accounts(centre: Centre, secret: bytes) -> list[Mapping[str, object]]:
    """As lab.json shows them: the password is the bearer token, too."""
    return [
        {
            "user": role.value,
            "password": _password(secret, role.value),
            "role": role.value,
            "teams": list(_teams(role, centre)),
            "member": _member(role, centre),
        }
        for role in Role
    ]


def kiosk_token(secret: bytes, kiosk: str) -> str:
    """The bearer token of a kiosk phone's scanner."""
    return derived(secret, f"kiosk-token:{kiosk}")


async def keep_accounts(accounts: KeptAccounts, centre: Centre, secret: bytes) -> None:
    """Make them in the store; those that are there are made anew."""
    for account in _accounts(centre, secret):
        await accounts.remove(account.name)
        await accounts.add(account)


def _accounts(centre: Centre, secret: bytes) -> Iterator[Account]:
    for role in Role:
        token = digest_of(_password(secret, role.value))
        yield Account(
            role.value, role, _teams(role, centre), token=token, member=_member(role, centre), id=f"lab-{role}"
        )
    for kiosk in centre.kiosks:
        if kiosk not in list(Role):
            yield Account(kiosk, Role.KIOSK, token=digest_of(kiosk_token(secret, kiosk)), id=f"lab-{kiosk}")


def _teams(role: Role, centre: Centre) -> tuple[str, ...]:
    """A member's is the first team of an area; a lead has that area."""
    if role not in OWN_TEAMS_ONLY:
        return ()
    area = next(iter(centre.areas.values()), None)
    own = area.teams if area else (centre.general_line,)
    return own if role is Role.LEAD else own[:1]


def _member(role: Role, centre: Centre) -> str:
    """Whose phone stands beside the account `member`: the first of its team."""
    own = centre.members_of(_teams(role, centre)[0]) if role is Role.MEMBER else ()
    return next((each.id for each in own), "")


def _password(secret: bytes, name: str) -> str:
    return derived(secret, f"web:{name}")
