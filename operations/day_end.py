"""Members who forget to sign out: once all their teams have closed for the day they are signed out.

Whoever signs in while everything is closed for the day wants to be there: they stay until the next closing. After a
router's start nobody knows who did, so all who are there count as forgotten.
"""

from collections.abc import Callable
from datetime import datetime

from facts.member import PhoneState
from metrics.live import LiveModel
from routing.centre import Centre, Member

_AT_WORK = frozenset((PhoneState.IN_USE, PhoneState.RINGING))


class DayEnd:
    """Who is to be signed out; `clock`: that of the opening hours."""

    def __init__(self, model: LiveModel, centre: Callable[[], Centre], clock: Callable[[], datetime]) -> None:
        self._model = model
        self._centre = centre
        self._clock = clock
        self._working: set[str] | None = None

    def due(self) -> list[str]:
        """Members whose day is over, who do not talk, and in whose queues nobody waits. Due until signed out."""
        centre, now = self._centre(), self._clock()
        there = [member for id_ in self._model.members if (member := centre.members.get(id_))]
        if self._working is None:
            self._working = {member.id for member in there}
        at_work = {member.id for member in there if not _is_over(centre, member, now)}
        self._working = (self._working | at_work) & {member.id for member in there}
        if not centre.desk.sign_out_at_closing:
            return []
        waited_for = {visit.place.queue for visit in self._model.in_line}
        return [
            member.id
            for member in there
            if member.id in self._working - at_work
            and waited_for.isdisjoint(centre.queues_of(member))
            and not self._is_busy(member.id)
        ]

    def _is_busy(self, member: str) -> bool:
        talks = any(talk.member == member for talk in self._model.talks.values())
        return talks or self._model.members[member].phone in _AT_WORK


def _is_over(centre: Centre, member: Member, now: datetime) -> bool:
    return all(centre.teams[team].hours.is_over_for_today(now) for team in member.teams)
