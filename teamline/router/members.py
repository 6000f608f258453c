"""Members over HTTP: the feature around the API."""

import time
from collections.abc import Callable, Sequence

from operations.active import InForce
from operations.audit import Notes
from operations.member_changes import MemberChanges
from operations.member_times import MemberTimes
from operations.members import MemberDesk
from routing.centre import Centre
from teamline.router.live import Live
from web.members.routes import members
from web.members.told import MemberLook
from web.room import Room
from web.who import Door


class MembersFeature:
    """`Feature`. `changes` and `look` are also for the desk's page."""

    def __init__(self, desk: MemberDesk, live: Live, centre: Callable[[], Centre], door: Door, notes: Notes) -> None:
        times = MemberTimes(live.model, centre, lambda: live.truth.is_caught_up)
        live.stream.also(times)
        self.changes = MemberChanges(desk, notes)
        self.look = MemberLook(centre, live.model, times, time.time)
        self._rooms: list[Room] = [members(self.look, self.changes, door)]

    @property
    def rooms(self) -> Sequence[Room]:
        """The API."""
        return self._rooms

    async def start(self) -> None:
        """There is nothing to begin."""

    async def stop(self) -> None:
        """There is nothing to end."""

    def configured(self, now: InForce) -> None:
        """The centre is asked for each time."""
