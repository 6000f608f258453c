"""What an account must be like, and what nobody may do to one. Pure."""

from collections.abc import Sequence

from operations.sign_in import passwords
from operations.sign_in.accounts import OWN_TEAMS_ONLY, Account, Role
from operations.sign_in.sign_in import NAME
from routing.centre import Centre

MACHINES = frozenset({Role.KIOSK, Role.SCANNER})
"""They have a token and no password: nobody sits there to key one."""
LEAST_BESIDE_NAME = 4
"""Characters of a password that are not the account's name."""


class ImpossibleAccount(Exception):
    """An account cannot be like this. `kind` is a word for what is wrong, by which pages say it in their language."""

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind


class LastAdministrator(Exception):
    """Nobody could administer any more: make another administrator first."""


class OwnAccount(Exception):
    """This is your own account: another administrator changes it, so that nobody locks themselves out."""


def expect_possible(wanted: Account, centre: Centre) -> None:
    """Raises ImpossibleAccount, whose sentence names the cure."""
    if not NAME(wanted.name):
        raise ImpossibleAccount("name", "this is no name: 1 to 64 letters, digits and . _ @ -")
    if wanted.role not in OWN_TEAMS_ONLY and wanted.teams:
        raise ImpossibleAccount("teams_none", f"a {wanted.role} has no own teams: leave teams out")
    if wanted.role in OWN_TEAMS_ONLY and not wanted.teams:
        raise ImpossibleAccount("teams_missing", f"a {wanted.role} works for own teams: name them")
    if unknown := [team for team in wanted.teams if team not in centre.teams]:
        raise ImpossibleAccount("team_unknown", f"no such team: {', '.join(unknown)}: see teams.yaml")
    if wanted.member:
        _expect_member(wanted, centre)


def expect_person(wanted: Account) -> None:
    """Raises ImpossibleAccount for a machine, which has no password."""
    if wanted.role in MACHINES:
        raise ImpossibleAccount("machine", f"a {wanted.role} is a machine and has no password: make it a token")


def expect_password(wanted: Account, password: str) -> None:
    """Raises ImpossibleAccount, whose sentence names the cure."""
    expect_person(wanted)
    if not passwords.SHORTEST <= len(password) <= passwords.MOST_CHARACTERS:
        raise ImpossibleAccount(
            "length", f"a password has {passwords.SHORTEST} to {passwords.MOST_CHARACTERS} characters"
        )
    if len(password.casefold().replace(wanted.name.casefold(), "")) < LEAST_BESIDE_NAME:
        raise ImpossibleAccount("like_name", "this password is little more than the account's name: take another one")


def somebody_administers(after: Sequence[Account]) -> None:
    """A `Rule`: raises LastAdministrator if nobody of these does."""
    if not any(administers(each) for each in after):
        raise LastAdministrator


def administers(account: Account) -> bool:
    """Whether somebody can come in by it and administer."""
    return account.role is Role.ADMIN and account.may_come_in


def _expect_member(wanted: Account, centre: Centre) -> None:
    if wanted.member not in centre.members:
        raise ImpossibleAccount("member_unknown", f"no such member: {wanted.member}: see teams.yaml")
    if not any(wanted.serves(team) for team in centre.members[wanted.member].teams):
        raise ImpossibleAccount("member_elsewhere", f"{wanted.member} works for none of these teams: see teams.yaml")
