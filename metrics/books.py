"""The books: what each team was offered and what became of it, balanced after every fact.

Theory of operation. `Stays` says what each fact means; the books add it up, per team since the router began, and per
team and local day of the join for today's figures. A stay that began yesterday and ends today changes yesterday's
count, so nothing is set back at midnight: another day is simply asked for. The newest two days are kept.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from facts.kinds import Fact
from metrics.board import TodayFigures, TodayOf
from metrics.calendar_days import local_day, midnight
from metrics.contacts import Contact, Contacts
from metrics.counts import Counts, Tally, Target
from metrics.service_level import service_level
from metrics.stays import StayOpened, Stays, Turn
from routing.centre import CENTRE

KEPT_DAYS = 2
_LATEST = 4_102_444_800.0
"""2100 in Unix seconds: no moment is later, whatever a damaged journal says."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one day and their service level: a share, None for an empty denominator, never without `formula`."""

    counts: Counts
    service_level: float | None
    formula: str


@dataclass(frozen=True, slots=True)
class _Day:
    teams: dict[str, Tally]
    centre: Tally


class Books:
    """A fold of facts. `target_of` must know every team, those no longer in teams.yaml included.

    `formula_of` names the formula in force. `tell_break` hears, once, of a team whose books no longer balance, in a
    sentence; of `CENTRE` when more or fewer wait by the books than by the stays.
    """

    def __init__(
        self,
        target_of: Callable[[str], Target],
        zone: ZoneInfo,
        formula_of: Callable[[], str],
        tell_break: Callable[[str, str], None],
        stays: Stays | None = None,
    ) -> None:
        self._target_of, self._zone, self._formula_of, self._tell_break = target_of, zone, formula_of, tell_break
        self._stays = stays or Stays()
        self._contacts = Contacts()
        self._teams: dict[str, Tally] = {}
        self._days: dict[date, _Day] = {}
        self._waiting = 0
        self._listeners: list[Callable[[Turn], None]] = []
        self._contact_listeners: list[Callable[[Contact], None]] = []
        self._unbalanced: set[str] = set()
        self.broken = 0
        """How often a team's books stopped being balanced."""

    def listen(self, listener: Callable[[Turn], None]) -> None:
        """Tell this one every turn from now on, in order, after the books have it."""
        self._listeners.append(listener)

    def listen_to_contacts(self, listener: Callable[[Contact], None]) -> None:
        """Tell this one every contact that ends from now on."""
        self._contact_listeners.append(listener)

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        turns = self._stays.turns(fact)
        for turn in turns:
            self._take(turn)
        for turn in turns:
            self._check(turn.stay.team)
        if contact := self._contacts.ended(fact):
            self._ended(contact)

    def fold_unheard(self, fact: Fact) -> None:
        """Take one fact in, and tell no listener of it."""
        listeners, of_contacts = self._listeners, self._contact_listeners
        self._listeners, self._contact_listeners = [], []
        try:
            self.fold(fact)
        finally:
            self._listeners, self._contact_listeners = listeners, of_contacts

    @property
    def teams(self) -> tuple[str, ...]:
        """Every team that was ever offered a call, in the order of the first one."""
        return tuple(self._teams)

    def counts(self, team: str) -> Counts:
        """What the team's books say since they were opened."""
        return self._teams.get(team, Tally()).counts()

    def today(self, team: str, now: float) -> Figures:
        """Figures of the calls that joined this team on the local day of `now` (Unix seconds).

        For `CENTRE` those of the contacts that came on this day, each counted once.
        """
        day = self._days.get(self._date(now))
        if day is None:
            return self._figures(Counts())
        if team == CENTRE:
            return self._figures(self._centre(day, self._date(now)))
        return self._figures(day.teams.get(team, Tally()).counts())

    def _centre(self, day: _Day, when: date) -> Counts:
        tally = deepcopy(day.centre)
        for contact in self._contacts.living.values():
            if self._date(contact.joined_at) == when:
                count_contact(contact, tally, self._target_of(contact.team))
        return tally.counts()

    def _figures(self, counts: Counts) -> Figures:
        formula = self._formula_of()
        return Figures(counts, service_level(formula, counts), formula)

    def _take(self, turn: Turn) -> None:
        team, joined_at = turn.stay.team, turn.stay.joined_at
        is_opened = isinstance(turn, StayOpened)
        self._waiting += 1 if is_opened else -1
        self._count(turn, self._teams.setdefault(team, Tally()))
        day = self._opened_day(joined_at) if is_opened else self._kept(joined_at)
        if day:
            self._count(turn, day.teams.setdefault(team, Tally()))
        self._contacts.take(turn)
        for listener in self._listeners:
            listener(turn)

    def _ended(self, contact: Contact) -> None:
        if day := self._kept(contact.joined_at):
            count_contact(contact, day.centre, self._target_of(contact.team))
        for listener in self._contact_listeners:
            listener(contact)

    def _count(self, turn: Turn, tally: Tally) -> None:
        if isinstance(turn, StayOpened):
            tally.opened()
        else:
            tally.closed(turn.outcome, turn.hold_seconds, turn.reason, self._target_of(turn.stay.team))

    def _check(self, team: str) -> None:
        tally, waiting = self._teams[team], len(self._stays.open)
        if self._turned_wrong(team, is_right=tally.is_balanced):
            self._tell_break(team, f"the books do not balance: {tally.counts()}")
        if self._turned_wrong(CENTRE, is_right=self._waiting == waiting):
            self._tell_break(CENTRE, f"{self._waiting} wait by the books, {waiting} by the stays")

    def _turned_wrong(self, team: str, *, is_right: bool) -> bool:
        if is_right:
            self._unbalanced.discard(team)
            return False
        is_news = team not in self._unbalanced
        self._unbalanced.add(team)
        self.broken += is_news
        return is_news

    def _date(self, at: float) -> date:
        return local_day(min(max(at, 0.0), _LATEST), self._zone)

    def _kept(self, at: float) -> _Day | None:
        return self._days.get(self._date(at))

    def _opened_day(self, at: float) -> _Day | None:
        when = self._date(at)
        if when not in self._days:
            self._days[when] = _Day({}, Tally())
            for old in sorted(self._days)[:-KEPT_DAYS]:
                del self._days[old]
            self._contacts.forget_before(midnight(min(self._days), self._zone))
        return self._days.get(when)


class Earlier:
    """A fold for what was before this process began, and is read late: whoever counts with the process counts on."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        self._books.fold_unheard(fact)


def today_of(books: Books, now: float) -> TodayOf:
    """Today's figures at `now` (Unix seconds) as the board shows them."""

    def figures(team: str, /) -> TodayFigures:
        today = books.today(team, now)
        counts = today.counts
        return TodayFigures(
            offered=counts.offered,
            answered=counts.answered,
            answered_in_target=counts.answered_in_target,
            abandoned=counts.abandoned,
            flowed_out=counts.flowed_out,
            lost=counts.lost,
            service_level=today.service_level,
        )

    return figures


def count_contact(contact: Contact, tally: Tally, target: Target) -> None:
    """Count a contact as it stands."""
    tally.opened()
    if contact.outcome:
        tally.closed(contact.outcome, contact.hold_seconds, contact.reason, target)
