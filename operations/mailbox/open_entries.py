"""What lies in mailboxes now, in memory: for figures, and for whoever may not wait for the store."""

from collections.abc import Callable, Iterable, Mapping

from facts.contact import LeftKind
from metrics.left_open import LeftOpen, is_open, left_open
from operations.mailbox.ports import Entry


class OpenEntries:
    """The entries as last listed, and as they have changed since in this process. Keeps no number, only hashes.

    `hashed`: a phone number as a keyed hash.
    """

    def __init__(self, hashed: Callable[[str], bytes]) -> None:
        self._hashed = hashed
        self._open: dict[str, tuple[str, LeftKind]] = {}
        self._callbacks: dict[str, tuple[bytes, float]] = {}
        """Callback -> the hash of its number, and when it came."""
        self._counts: Mapping[str, LeftOpen] | None = None

    @property
    def counts(self) -> Mapping[str, LeftOpen]:
        """Team -> how much of each kind is open (`metrics.left_open`)."""
        if self._counts is None:
            self._counts = left_open(self._open.values())
        return self._counts

    def listed(self, entries: Iterable[Entry]) -> None:
        """These are all."""
        self._open.clear()
        self._callbacks.clear()
        self._counts = None
        for entry in entries:
            self.hear(entry)

    def hear(self, entry: Entry) -> None:
        """One has come, or has changed."""
        self._counts = None
        self._open.pop(entry.id, None)
        if is_open(entry.what, entry.state):
            self._open[entry.id] = entry.team, entry.what
        if entry.what is LeftKind.CALLBACK and entry.phone:
            self._callbacks[entry.id] = self._hashed(entry.phone), entry.came_at

    def asked_since(self, phone: str, since: float) -> int:
        """How many callbacks to this number (E.164) were asked for from then on (Unix seconds)."""
        hashed = self._hashed(phone)
        return sum(1 for known, came in self._callbacks.values() if known == hashed and came >= since)
