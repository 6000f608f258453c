"""One life of the router beside an Asterisk that tells, writes and forgets as a real one: for tests of live truth."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from facts.call import CallerLeft, LeftBy
from facts.kinds import Fact, Journalled
from facts.watch import GapSeen
from metrics.live import LiveModel
from metrics.stays import Outcome, StayClosed, Stays, Turn
from operations.difference import Drift
from operations.differences import differences
from operations.fact_stream import FactStream
from operations.live_truth import LiveTruth, Sources, Times
from operations.staff_counts import StaffCounts
from telephony.queue_log.past import QueueLog
from tests.fakes.small_centre import small_centre
from tests.fakes.watched_asterisk import NODE, FakeTime, WatchedAsterisk

LOG_NAME = "queue_log"


class KeptFacts:
    """The journal, and the stays that the books count."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.stays = Stays()
        self.turns: list[Turn] = []

    def fold(self, fact: Fact) -> None:
        self.turns += self.stays.turns(fact)

    def keep(self, fact: Fact) -> None:
        self.facts.append(fact)


class OpenEvents:
    """What a translator has left open, as a test says."""

    def __init__(self) -> None:
        self.unsettled: frozenset[str] = frozenset()
        self.asks: list[str] = []
        self.answers: list[tuple[str, str]] = []
        self.late: list[Fact] = []
        self.cuts = 0
        self.fault: Exception | None = None

    def questions(self, _monotonic: float) -> Sequence[str]:
        if self.fault:
            raise self.fault
        asked, self.asks = self.asks, []
        return asked

    def told(self, call: str, status: str, _at: float, _monotonic: float) -> Sequence[Fact]:
        self.answers.append((call, status))
        return ()

    def overdue(self, _at: float, _monotonic: float) -> Sequence[Fact]:
        late, self.late = self.late, []
        return late

    def forget_what_is_open(self) -> None:
        self.cuts += 1


class Router:
    """One life of the router beside an Asterisk."""

    def __init__(self, folder: Path, time: FakeTime | None = None, log: str | None = LOG_NAME) -> None:
        self.folder = folder
        self.time = time or FakeTime()
        self.model = LiveModel()
        self.kept = KeptFacts()
        self.events = OpenEvents()
        self.drift: list[Drift] = []
        self.stream = FactStream([self.model, self.kept], self.kept.keep)
        log_path = folder / log if log else None
        self.asterisk = WatchedAsterisk(self.time, self.stream.take, log_path)
        self.truth = self._truth(log_path)

    def _truth(self, log: Path | None) -> LiveTruth:
        return LiveTruth(
            NODE,
            self.stream,
            self.model,
            self.kept.stays.open,
            StaffCounts(NODE, self.model, small_centre),
            Sources(self.asterisk, QueueLog(log, NODE, small_centre), self.events),
            Times(self.time.wall, self.time.monotonic, self.time.sleep),
            lambda found: self.drift.append(found.kind),
        )

    async def reborn(self) -> "Router":
        """Killed and started again, a while later, beside the same Asterisk."""
        after = self.reborn_without_a_journal()
        await after.truth.restore(self.journalled, [after.model, after.kept])
        return after

    def reborn_without_a_journal(self) -> "Router":
        """The same with the store away."""
        after = Router(self.folder, self.time)
        self.asterisk._tell = after.stream.take
        after.asterisk = self.asterisk
        after.truth = after._truth(self.folder / LOG_NAME)
        return after

    @property
    def journalled(self) -> list[Journalled]:
        return [without_member(fact) for fact in self.kept.facts if isinstance(fact, Journalled)]

    def cut(self) -> None:
        self.asterisk.is_linked = False
        self.truth.disconnected()

    async def linked(self) -> None:
        self.asterisk.is_linked = True
        await self.truth.connected()

    def told(self, kind: type[Fact]) -> list[Fact]:
        return [fact for fact in self.kept.facts if isinstance(fact, kind)]

    @property
    def gap(self) -> GapSeen:
        (gap,) = self.told(GapSeen)
        assert isinstance(gap, GapSeen)
        return gap

    @property
    def causes(self) -> list[LeftBy]:
        return [fact.cause for fact in self.kept.facts if isinstance(fact, CallerLeft)]

    @property
    def outcomes(self) -> list[Outcome]:
        return [turn.outcome for turn in self.kept.turns if isinstance(turn, StayClosed)]

    async def is_true(self) -> bool:
        return not differences(self.model, await self.asterisk.look(), NODE)


def without_member(fact: Journalled) -> Journalled:
    return replace(fact, member="") if hasattr(fact, "member") else fact
