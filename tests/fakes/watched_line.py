"""The way of an event, without sockets: translated, put into the stream, folded into live model and stays."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from facts.kinds import Fact
from metrics.live import LiveModel
from metrics.stays import StayClosed, StayOpened, Stays
from operations.fact_stream import FactStream
from routing.centre import Centre
from routing.teams.file import read
from telephony.ami.facts import EventFacts
from telephony.ami.reader import Frame
from tests.fakes.ami_sequences import frames

CENTRE = read(Path("teams.yaml"))
START = 1795300010.0


class WatchedLine:
    """`at` and `monotonic` stand still unless a test moves them; both clocks go alike."""

    def __init__(self, centre: Centre = CENTRE) -> None:
        self.centre = centre
        self.model = LiveModel()
        self._stays = Stays()
        self.events = EventFacts("pbx", lambda: self.centre, self.model, self._stays.open)
        self.told: list[Fact] = []
        self.offered: list[StayOpened] = []
        self.closed: list[StayClosed] = []
        self.monotonic = 100.0
        self._stream = FactStream([self.model, self], self.told.append)

    @property
    def at(self) -> float:
        """Unix seconds."""
        return START + self.monotonic - 100.0

    def fold(self, fact: Fact) -> None:
        for turn in self._stays.turns(fact):
            if isinstance(turn, StayClosed):
                self.closed.append(turn)
            else:
                self.offered.append(turn)

    def take(self, facts: Iterable[Fact]) -> Sequence[Fact]:
        """Facts of another source; those that were new."""
        return self._stream.take(facts)

    def read(self, events: Iterable[Frame]) -> Sequence[Fact]:
        """These events, now; the facts that were new."""
        return [fact for event in events for fact in self.take(self.events.read(event, self.at, self.monotonic))]

    def see(
        self, text: str, c: str = "1795300001.1", m: str = "1795300002.2", q: str = "L01", v: int = 1
    ) -> Sequence[Fact]:
        """A sequence of events, now."""
        return self.read(frames(text, c=c, m=m, q=q, v=v))

    def wait(self, seconds: float) -> None:
        """Both clocks go on."""
        self.monotonic += seconds

    def overdue(self) -> Sequence[Fact]:
        """What is settled because nobody explained it."""
        return self.take(self.events.overdue(self.at, self.monotonic))
