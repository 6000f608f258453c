"""Fields of the forms of accounts: role, own teams, the member whose desk it is."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape

from operations.sign_in.account_rules import MACHINES
from operations.sign_in.accounts import OWN_TEAMS_ONLY, Account, Role
from routing.centre import Centre
from web.accounts.sent import Sent
from web.page import filled

ORDER = (Role.MEMBER, Role.LEAD, Role.VIEWER, Role.SUPERVISOR, Role.ADMIN, Role.KIOSK, Role.SCANNER)


def wanted_of(given: Sent, former: Account) -> Account:
    """The account as the form wants it: teams only where the role has own ones."""
    told = given.one("role")
    role = Role(told) if told in set(Role) else former.role
    teams = tuple(given.all("teams")) if role in OWN_TEAMS_ONLY else ()
    return replace(former, role=role, teams=teams, member="" if role in MACHINES else given.one("member")[:64])


def place_fields(wanted: Account, told: Mapping[str, str], centre: Centre) -> str:
    """Role, own teams and desk, as the form for a new account and that for a change have them."""
    html = {
        "roles": _role_options(wanted.role, told),
        "teams": _team_boxes(wanted, told, centre),
        "members": _member_options(wanted, told, centre),
    }
    return filled("accounts/place.html", told, html)


def _role_options(chosen: Role, told: Mapping[str, str]) -> str:
    """Every role, with what it may."""
    return "".join(
        f'<option value="{each}"{" selected" if each is chosen else ""}>'
        f"{escape(told[f'role_{each}'])} – {escape(told[f'may_{each}'])}</option>"
        for each in ORDER
    )


def _team_boxes(wanted: Account, told: Mapping[str, str], centre: Centre) -> str:
    """A box for each team; those that teams.yaml does not have any more can only be taken away."""
    names = {each.id: each.name for each in centre.teams.values()}
    gone = {each: told["is_unknown"] for each in wanted.teams if each not in names}
    return "".join(_box(team, name, is_on=team in wanted.teams) for team, name in (names | gone).items())


def _member_options(wanted: Account, told: Mapping[str, str], centre: Centre) -> str:
    """Whose desk it may be."""
    names = {each.id: each.name for each in centre.members.values()}
    if wanted.member:
        names.setdefault(wanted.member, told["is_unknown"])
    none = f'<option value="">{escape(told["member_own"])}</option>'
    return none + "".join(
        f'<option value="{escape(each)}"{" selected" if each == wanted.member else ""}>'
        f"{escape(_named(each, name))}</option>"
        for each, name in names.items()
    )


def _box(team: str, name: str, *, is_on: bool) -> str:
    on = " checked" if is_on else ""
    return (
        f'<label class="choice"><input type="checkbox" name="teams" value="{escape(team)}"{on}>'
        f"<span>{escape(_named(team, name))}</span></label>"
    )


def _named(each: str, name: str) -> str:
    return each if name == each else f"{each} – {name}"
