"""The live stream in the router: the feature around `web.stream`."""

from collections.abc import Callable, Sequence

from facts.kinds import Fact
from operations.active import InForce
from routing.centre import Centre
from teamline.router.live import Live
from web.looking import Looking
from web.room import Room
from web.stream.room import live_stream
from web.stream.streams import Streams


class _Stirring:
    """A fold: whatever happens may change a board."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams

    def fold(self, fact: Fact) -> None:  # noqa: ARG002 - Fold's signature
        """Look soon."""
        self._streams.stir()


class LiveStreamFeature:
    """`Feature`."""

    def __init__(self, live: Live, looking: Looking, centre: Callable[[], Centre], most: int) -> None:
        """`most` streams at once."""
        self.streams = Streams(live.look, looking, most)
        self._rooms = [live_stream(self.streams, looking, lambda: centre().teams)]
        live.stream.also(_Stirring(self.streams))

    @property
    def rooms(self) -> Sequence[Room]:
        """`/api/v1/live/stream`."""
        return self._rooms

    async def start(self) -> None:
        """It works only while somebody looks."""

    async def stop(self) -> None:
        """End every stream."""
        await self.streams.stop()

    def let_go(self) -> None:
        """The server is to stop: streams end first."""
        self.streams.let_go()

    def configured(self, now: InForce) -> None:  # noqa: ARG002 - Feature's signature
        """Other teams: everybody gets a snapshot."""
        self.streams.stir()
