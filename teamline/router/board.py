"""The board of supervisors: the feature around its page."""

from collections.abc import Callable, Sequence
from datetime import datetime

from operations.active import ActiveRouter, InForce
from operations.closings import Closings
from teamline.router.front_door import FrontDoor
from teamline.router.live import Live
from web.board.page import board_page
from web.board.seen import BoardLook
from web.room import Room


class BoardFeature:
    """`Feature`. `clock` rules the opening hours."""

    def __init__(
        self, router: ActiveRouter, live: Live, closings: Closings, front: FrontDoor, clock: Callable[[], datetime]
    ) -> None:
        self._rooms = [board_page(BoardLook(lambda: router.centre, live.look, closings, clock), front.door)]

    @property
    def rooms(self) -> Sequence[Room]:
        """The page."""
        return self._rooms

    async def start(self) -> None:
        """Nothing to begin: the page is made when somebody asks."""

    async def stop(self) -> None:
        """Nothing to end."""

    def configured(self, now: InForce) -> None:
        """Whoever looks sees what is in force."""
