"""The whole way of an event as the router goes it, without a socket and without a store."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from time import monotonic, time

from facts.kinds import Fact
from metrics.books import Books
from metrics.call_counts import CallCounts
from metrics.counts import target_in
from metrics.estimate_counts import EstimateCounts
from metrics.live import LiveModel
from metrics.said_happened import SaidAndHappened
from metrics.stays import Stays
from operations.fact_stream import FactStream, Fold
from operations.journal import Entry, Journal
from operations.spool import Spool
from routing.centre import Centre
from routing.wait_estimate import WaitEstimates
from telephony.ami.facts import EventFacts
from telephony.ami.reader import Frame

NODE = "pbx1"


class Watching:
    """Folds of one Asterisk's events, wired as in `teamline.router.live`. `journal` takes every fact after them."""

    def __init__(self, centre: Centre, journal: Callable[[Fact], None]) -> None:
        self.centre, self.model, stays = centre, LiveModel(), Stays()
        self.books = Books(
            lambda team: target_in(centre, team), centre.timezone, lambda: centre.targets.formula, _refuse, stays
        )
        self.counts = CallCounts(centre.teams.values())
        self.books.listen(self.counts.turn)
        self.estimates, self.estimate_counts = WaitEstimates(lambda: centre), EstimateCounts(centre.teams.values())
        self.estimates.catch_up()
        sequels = (self.estimates, SaidAndHappened())
        folds: list[Fold] = [self.model, self.books, self.counts, *sequels, self.estimate_counts]
        self.stream = FactStream(folds, journal, sequels=sequels)
        self._events = EventFacts(NODE, lambda: centre, self.model, stays.open)

    def take(self, frame: Frame) -> bool:
        """One event; whether it told anything."""
        facts = self._events.read(frame, time(), monotonic())
        if facts:
            self.stream.take(facts)
        return bool(facts)


def _refuse(team: str, what: str) -> None:
    raise RuntimeError(f"the books of {team}: {what}")


class Nowhere:
    """A store that forgets."""

    async def append(self, day: date, entries: Sequence[Entry]) -> int:  # noqa: ARG002 - a store's signature
        """Take them all."""
        return len(entries)


def journal_in_memory(centre: Centre, most: int) -> Journal:
    """A journal that makes records of facts and keeps at most so many; it is never started."""
    return Journal(Nowhere(), Spool(Path("unused")), lambda: centre.timezone, most_in_memory=most)
