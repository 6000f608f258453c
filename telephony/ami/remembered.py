"""What must be remembered of living calls and ringings that no fact carries. Bounded: the oldest is forgotten."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from telephony.ami.leaving import Leave, Spot

MOST = 20_000
"""Some twenty times what a nation's Asterisk holds at once."""

_Memory = TypeVar("_Memory")


@dataclass(slots=True)
class OfCall:
    """Of one caller's channel; instants of the monotonic clock."""

    announced: tuple[str, str] | None = None
    """Queue and place of a TeamlineJoins that no join has followed yet."""
    visit: int = 0
    """The visit of the last join that an event told; 0 before the first."""
    entered: Spot | None = None
    """Where in the dialplan that join was."""
    team: str = ""
    first: int = 0
    """The visit with which the stay in that team's line began."""
    since: float | None = None
    """When it began; None outside one, or if this process did not see a join of it."""
    is_hang_up_requested: bool = False
    leave: Leave | None = None

    def joined(self, visit: int, entered: Spot) -> None:
        """An event told this join: what was open before it is settled."""
        self.visit, self.entered, self.announced, self.leave = visit, entered, None, None

    def stays(self, team: str, first: int, since: float) -> None:
        """In line for this team since then, unless it is known from when on."""
        if self.since is None or (self.team, self.first) != (team, first):
            self.team, self.first, self.since = team, first, since

    def stay_seconds(self, team: str, first: int, monotonic: float) -> float | None:
        """How long in line for this team, if a join of this stay was seen."""
        return None if self.since is None or (self.team, self.first) != (team, first) else monotonic - self.since


@dataclass(slots=True)
class OfRing:
    """Of one member's channel; instants of the monotonic clock."""

    rang: float | None = None
    answered: float | None = None
    is_hang_up_requested: bool = False


class Remembered(Generic[_Memory]):
    """Uniqueid -> memory, at most `most` of them."""

    def __init__(self, blank: Callable[[], _Memory], most: int = MOST) -> None:
        self._blank = blank
        self._most = most
        self._memories: OrderedDict[str, _Memory] = OrderedDict()

    def __len__(self) -> int:
        return len(self._memories)

    def of(self, channel: str) -> _Memory:
        """The memory of this channel, from now on kept."""
        known = self._memories.get(channel)
        if known is None:
            known = self._memories[channel] = self._blank()
            if len(self._memories) > self._most:
                self._memories.popitem(last=False)
        return known

    def known(self, channel: str) -> _Memory | None:
        """The memory of this channel, None if there is none."""
        return self._memories.get(channel)

    def forget(self, channel: str) -> None:
        """Nothing will be asked of this channel any more."""
        self._memories.pop(channel, None)

    def items(self) -> Iterator[tuple[str, _Memory]]:
        """Every channel and its memory, as they are now."""
        return iter(tuple(self._memories.items()))
