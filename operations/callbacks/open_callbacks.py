"""Callbacks that somebody still counts on, in memory, as the store has them: as last listed, and as changed since.

Theory of operation. The comparison with Asterisk comes again and again, and most callbacks have nothing to be compared:
appointments of the next weeks, attempts of the next hour. They sleep in a heap by the moment that they stir at; one
that has changed since may stir too early, which costs a look and nothing else.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from math import inf

from facts.contact import LeftState
from operations.callbacks.life import is_waiting, state_of
from operations.callbacks.rules import stirs_at
from operations.mailbox.ports import Entry
from routing.callback import State


class OpenCallbacks:
    """By id. What is heard while a listing is on its way is newer than the listing."""

    def __init__(self) -> None:
        self._open: dict[str, Entry] = {}
        self._awake: dict[str, Entry] = {}
        self._asleep: list[tuple[float, str]] = []
        self._dialling: set[str] = set()
        self._heard: dict[str, int] = {}
        self._moment = 0
        self.is_known = False
        """Whether the store has told all of them at least once."""

    def __iter__(self) -> Iterator[Entry]:
        """Oldest first contact first."""
        return iter(sorted(self._open.values(), key=lambda entry: (entry.arrival - entry.credit, entry.id)))

    @property
    def moment(self) -> int:
        """To be noted before a listing is asked for."""
        return self._moment

    def listed(self, entries: Iterable[Entry], asked_at: int) -> None:
        """These were all, for a listing asked for at this `moment`."""
        kept = {entry.id: entry for entry in entries if is_waiting(entry)}
        newer = {entry for entry, heard in self._heard.items() if heard > asked_at}
        ours = {entry: known for entry, known in self._open.items() if entry in newer}
        self._open = {entry: known for entry, known in kept.items() if entry not in newer} | ours
        self._heard = {entry: self._heard[entry] for entry in newer}
        moments = [(stirs_at(entry), entry) for entry in self._open.values()]
        self._awake = {entry.id: entry for at, entry in moments if not at}
        self._asleep = [(at, entry.id) for at, entry in moments if 0 < at < inf]
        heapify(self._asleep)
        self._dialling = {entry.id for entry in self._awake.values() if state_of(entry) is State.DIALLING}
        self.is_known = True

    def hear(self, entry: Entry) -> None:
        """One has come, or has changed."""
        self._moment += 1
        self._heard[entry.id] = self._moment
        self._drop(entry.id)
        if is_waiting(entry) and entry.state is not LeftState.ERASED:
            self._take(entry)

    def forget(self, callback: str) -> None:
        """The store has no such entry."""
        self._moment += 1
        self._heard[callback] = self._moment
        self._drop(callback)

    def get(self, callback: str) -> Entry | None:
        """None for one that is settled, erased or unknown."""
        return self._open.get(callback)

    def stirring(self, now: float, standing: Collection[str]) -> Sequence[Entry]:
        """Those that something may have to be done for (Unix seconds): their time has come, or they are `standing`."""
        while self._asleep and self._asleep[0][0] <= now:
            entry = self._open.get(heappop(self._asleep)[1])
            if entry is not None:
                self._awake[entry.id] = entry
        others = (self._open.get(each) for each in standing if each not in self._awake)
        return [*self._awake.values(), *(entry for entry in others if entry is not None)]

    def of_customer(self, number: str) -> Sequence[Entry]:
        """Those of this customer number, as it is written in entries; oldest first contact first."""
        return [entry for entry in self if number and entry.number == number]

    def of_phone(self, phone: str) -> Sequence[Entry]:
        """Those that ring this number (E.164)."""
        return [entry for entry in self if phone and entry.phone == phone]

    def dialling(self) -> int:
        """How many citizens are being dialled, as far as is kept."""
        return len(self._dialling)

    def _take(self, entry: Entry) -> None:
        self._open[entry.id] = entry
        at = stirs_at(entry)
        if not at:
            self._awake[entry.id] = entry
        elif at < inf:
            heappush(self._asleep, (at, entry.id))
        if state_of(entry) is State.DIALLING:
            self._dialling.add(entry.id)

    def _drop(self, callback: str) -> None:
        self._open.pop(callback, None)
        self._awake.pop(callback, None)
        self._dialling.discard(callback)


def by_state(entries: Iterable[Entry]) -> Mapping[str, int]:
    """State of `routing.callback` -> how many callbacks among these are in it and not settled; by its order there.

    `by-hand` counts those, too, that only people call back.
    """
    states = Counter(state_of(entry) or State.BY_HAND for entry in entries if is_waiting(entry))
    return {state.value: states[state] for state in State if states[state]}
