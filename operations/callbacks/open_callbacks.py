"""Callbacks that somebody still counts on, in memory, as the store has them: as last listed, and as changed since."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from facts.contact import LeftState
from operations.callbacks.life import is_waiting, state_of
from operations.mailbox.ports import Entry
from routing.callback import State


class OpenCallbacks:
    """By id. What is heard while a listing is on its way is newer than the listing."""

    def __init__(self) -> None:
        self._open: dict[str, Entry] = {}
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
        self.is_known = True

    def hear(self, entry: Entry) -> None:
        """One has come, or has changed."""
        self._moment += 1
        self._heard[entry.id] = self._moment
        if is_waiting(entry) and entry.state is not LeftState.ERASED:
            self._open[entry.id] = entry
        else:
            self._open.pop(entry.id, None)

    def forget(self, callback: str) -> None:
        """The store has no such entry."""
        self._moment += 1
        self._heard[callback] = self._moment
        self._open.pop(callback, None)

    def get(self, callback: str) -> Entry | None:
        """None for one that is settled, erased or unknown."""
        return self._open.get(callback)

    def of_customer(self, number: str) -> Sequence[Entry]:
        """Those of this customer number, as it is written in entries; oldest first contact first."""
        return [entry for entry in self if number and entry.number == number]

    def of_phone(self, phone: str) -> Sequence[Entry]:
        """Those that ring this number (E.164)."""
        return [entry for entry in self if phone and entry.phone == phone]

    def dialling(self) -> int:
        """How many citizens are being dialled, as far as is kept."""
        return sum(1 for entry in self._open.values() if state_of(entry) is State.DIALLING)


def by_state(entries: Iterable[Entry]) -> Mapping[str, int]:
    """State of `routing.callback` -> how many callbacks among these are in it and not settled; by its order there.

    `by-hand` counts those, too, that only people call back.
    """
    states = Counter(state_of(entry) or State.BY_HAND for entry in entries if is_waiting(entry))
    return {state.value: states[state] for state in State if states[state]}
