"""The wallboard in the router: the feature around its page."""

from collections.abc import Callable, Sequence

from operations.active import InForce
from routing.centre import Centre
from web.looking import Looking
from web.room import Room
from web.wallboard.page import wallboard
from web.who import Door


class WallboardFeature:
    """`Feature`."""

    def __init__(self, centre: Callable[[], Centre], looking: Looking, door: Door) -> None:
        self._rooms = [wallboard(centre, looking, door)]

    @property
    def rooms(self) -> Sequence[Room]:
        """The page."""
        return self._rooms

    async def start(self) -> None:
        """Nothing to begin: its figures come by the live stream."""

    async def stop(self) -> None:
        """Nothing to end."""

    def configured(self, now: InForce) -> None:
        """A wall that shows other teams than are in force loads itself anew."""
