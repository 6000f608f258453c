"""Where somebody goes once signed in: an own page that was wanted, else the one for the role."""

import re

from operations.sign_in.accounts import Account, Right, Role
from routing.centre import Centre

_OWN = re.compile(
    r"/(?!/|api/|sign-|pages/|vendor/)[A-Za-z0-9/_.~-]{0,200}(?:\?[A-Za-z0-9_=&,.~%+:-]{0,500})?"
).fullmatch


def own_path(wanted: str) -> str:
    """A path of a page of ours to go on to; empty for anything else, another host's address above all."""
    return wanted if _OWN(wanted) else ""


def first_page(account: Account, centre: Centre) -> str:
    """A member's is the desk of the first own team; empty for whom there is no page at all."""
    if not account.has(Right.SEE_TEAMS):
        return ""
    if account.role is not Role.MEMBER:
        return "/"
    team = next((team for team in centre.teams if account.serves(team)), "")
    return f"/desk/{team}" if team else ""
