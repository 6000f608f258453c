"""What somebody sees on the board: own teams or all, with openings, orders, troubles and what they may do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from metrics.board import TeamNow, Trouble
from operations.closings import ClosedNow, Closings
from operations.sign_in.accounts import OWN_TEAMS_ONLY, Account, Right, Role
from routing.centre import Centre, Team
from routing.hours.closure import CENTRE_SCOPE, SITE_SCOPE, in_utc
from web.live import LiveNow, Look

SEES_TROUBLES = frozenset({Role.SUPERVISOR, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class TeamSeen:
    """A team as configured, and as it is now if that is known."""

    team: Team
    area: str
    """Its name; empty for the general line."""
    site: str
    """Its id; empty for the general line."""
    now: TeamNow | None
    is_open: bool
    opens_at: datetime | None
    """The next opening of a closed team, in the centre's zone."""
    orders: tuple[ClosedNow, ...]
    """What keeps it closed, whatever its hours say."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that one account sees."""

    centre: Centre
    live: LiveNow | None
    teams: tuple[TeamSeen, ...]
    troubles: tuple[Trouble, ...]
    orders: tuple[ClosedNow, ...]
    """For sites and the centre: whoever sees every team."""
    at: datetime
    """Now, in the centre's zone."""


class BoardLook:
    """Puts it together. `clock` rules the opening hours."""

    def __init__(
        self, centre: Callable[[], Centre], look: Look, closings: Closings, clock: Callable[[], datetime]
    ) -> None:
        self._centre, self._look, self._closings, self._clock = centre, look, closings, clock

    def seen_by(self, account: Account) -> Seen:
        """By this account, now."""
        centre, live = self._centre(), self._look()
        at = self._clock().astimezone(centre.timezone)
        known = {each.id: each for each in live.board.teams} if live else {}
        own = [team for team in _grouped(centre) if account.serves(team.id)]
        sees_all = account.role not in OWN_TEAMS_ONLY
        return Seen(
            centre=centre,
            live=live,
            teams=tuple(self._team(centre, team, known.get(team.id), at) for team in own),
            troubles=live.board.troubles if live and account.role in SEES_TROUBLES else (),
            orders=tuple(filter(None, map(self._closings.of_scope, _scopes(centre)))) if sees_all else (),
            at=at,
        )

    def _team(self, centre: Centre, team: Team, now: TeamNow | None, at: datetime) -> TeamSeen:
        area, is_open = centre.area_of_team.get(team.id), team.hours.is_open(at)
        return TeamSeen(
            team=team,
            area=area.name if area else "",
            site=area.site if area else "",
            now=now,
            is_open=is_open,
            opens_at=None if is_open else team.hours.next_opening(at),
            orders=self._closings.of_team(team.id),
        )


def rights(account: Account, centre: Centre) -> Mapping[str, object]:
    """What the page may offer this account; every route asks again."""
    return {
        "line": account.has(Right.CHANGE_LINE),
        "close": account.has(Right.CLOSE_TEAMS),
        "close_centre": account.has(Right.CLOSE_CENTRE),
        "members": account.has(Right.CHANGE_MEMBERS) and account.role is not Role.MEMBER,
        "place": account.place(centre.members) if account.has(Right.CHANGE_MEMBERS) else "",
        "messages": account.has(Right.READ_MESSAGES),
    }


def notices(seen: Seen) -> Mapping[str, object]:
    """As JSON for the page, which asks again now and then: all that the stream does not tell."""
    return {
        "configured": configured(seen),
        "teams": {
            each.team.id: {"opens_at": _iso(each.opens_at), "orders": [_order(order) for order in each.orders]}
            for each in seen.teams
        },
        "orders": [_order(each) for each in seen.orders],
        "troubles": [{"what": each.what, "cure": each.cure} for each in seen.troubles],
    }


def configured(seen: Seen) -> str:
    """Another one once rows would have to be made anew."""
    return "\n".join(
        f"{each.team.id}\t{each.team.name}\t{each.area}\t{each.site}\t{each.team.target_seconds}" for each in seen.teams
    )


def _grouped(centre: Centre) -> Sequence[Team]:
    """Those of no area first, then area by area as their sites and areas stand in teams.yaml."""
    sites, areas = list(centre.sites), list(centre.areas)

    def place(team: Team) -> tuple[int, int]:
        area = centre.area_of_team.get(team.id)
        return (sites.index(area.site), areas.index(area.id)) if area else (-1, -1)

    return sorted(centre.teams.values(), key=place)


def _scopes(centre: Centre) -> Sequence[str]:
    return [CENTRE_SCOPE, *(SITE_SCOPE + site for site in centre.sites)]


def _order(order: ClosedNow) -> Mapping[str, object]:
    closure = order.closure
    return {"scope": closure.scope, "until": _iso(closure.until), "reason": closure.reason}


def _iso(at: datetime | None) -> str | None:
    return in_utc(at).isoformat() if at else None
