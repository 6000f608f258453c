"""Members who forget to sign out: once all their teams have closed for the day they are signed out.

Whoever signs in while everything is closed for the day wants to be there, and stays until the next closing. After a
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
        self._stay: set[str] = set()

    def signed_in(self, member: str, queue: str) -> None:
        """The member serves this queue from now on; the model knows it already."""
        centre, known = self._centre(), self._model.members.get(member)
        configured = centre.members.get(member)
        if configured and known and known.queues == {queue} and _is_over(configured, self._closed(centre)):
            self._stay.add(member)

    def due(self) -> list[str]:
        """Members whose day is over, who do not talk, and in whose queues nobody waits. Due until signed out."""
        centre = self._centre()
        closed = self._closed(centre)
        there = [member for id_ in self._model.members if (member := centre.members.get(id_))]
        over = [member for member in there if _is_over(member, closed)]
        self._stay &= {member.id for member in over}
        if not centre.desk.sign_out_at_closing:
            return []
        waited_for = {visit.place.queue for visit in self._model.in_line}
        return [
            member.id
            for member in over
            if member.id not in self._stay
            and waited_for.isdisjoint(centre.queues_of(member))
            and not self._is_busy(member.id)
        ]

    def _closed(self, centre: Centre) -> set[str]:
        now = self._clock()
        return {team.id for team in centre.teams.values() if team.hours.is_over_for_today(now)}

    def _is_busy(self, member: str) -> bool:
        talks = any(talk.member == member for talk in self._model.talks.values())
        return talks or self._model.members[member].phone in _AT_WORK


def _is_over(member: Member, closed: set[str]) -> bool:
    return closed.issuperset(member.teams)
