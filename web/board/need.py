"""Who needs somebody: how a wait stands against its target, and what makes a team worth a look. Pure.

`web/pages/board/need.js` says the same in the browser, where figures move on; a test compares the two.
"""

from enum import StrEnum

from metrics.board import MemberCounts, TeamNow

CLOSE_SHARE = 2 / 3
"""From this share of the target on a wait is close to it."""


class Urgency(StrEnum):
    """How the longest wait stands against the team's target."""

    NONE = "none"
    """Nobody waits."""
    IN = "in"
    CLOSE = "close"
    OVER = "over"


class Need(StrEnum):
    """Why a team needs somebody to look; the gravest first."""

    OVER_TARGET = "over-target"
    NOBODY_SIGNED_IN = "nobody-signed-in"
    """Open, and no member's phone can be reached."""
    NOBODY_FREE_SOON = "nobody-free-soon"
    """Somebody waits, and whoever is signed in has paused."""
    CLOSED_WITH_CALLERS = "closed-with-callers"
    CLOSED_BY_ORDER = "closed-by-order"
    CALLBACKS = "callbacks"
    MESSAGES = "messages"


def urgency(waiting: int, longest_seconds: float, target_seconds: int) -> Urgency:
    """Of a team's longest wait."""
    if not waiting:
        return Urgency.NONE
    if longest_seconds > target_seconds:
        return Urgency.OVER
    return Urgency.CLOSE if longest_seconds >= target_seconds * CLOSE_SHARE else Urgency.IN


def needs(team: TeamNow, target_seconds: int, is_closed_by_order: bool) -> tuple[Need, ...]:
    """All that hold, in the order of `Need`."""
    reached, working = _reached(team.members), _working(team.members)
    found = {
        Need.OVER_TARGET: urgency(team.waiting, team.longest_wait_seconds, target_seconds) is Urgency.OVER,
        Need.NOBODY_SIGNED_IN: team.open and not reached,
        Need.NOBODY_FREE_SOON: bool(team.waiting and reached and not working),
        Need.CLOSED_WITH_CALLERS: bool(team.waiting and not team.open),
        Need.CLOSED_BY_ORDER: is_closed_by_order,
        Need.CALLBACKS: team.callbacks_open > 0,
        Need.MESSAGES: team.messages_open > 0,
    }
    return tuple(need for need, holds in found.items() if holds)


def _reached(members: MemberCounts) -> int:
    return _working(members) + members.paused


def _working(members: MemberCounts) -> int:
    return members.available + members.ringing + members.talking + members.busy + members.wrapup
