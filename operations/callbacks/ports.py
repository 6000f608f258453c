"""What callbacks need of Asterisk, and what Asterisk tells of them, as values and a Protocol."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from routing.callback import Outcome


class AlreadyPlaced(Exception):
    """A placeholder of this callback is alive: Asterisk refuses a second channel with its id."""


@dataclass(frozen=True, slots=True)
class Placement:
    """What a placeholder stands in line with. `callback` is its ChannelId; times are Unix seconds."""

    callback: str
    queue: str
    team: str
    arrival: int
    credit: int
    concern: str
    language: str
    visit: int
    """TEAMLINE_VISIT before its first join: 100 times the number of placements before, so that no two visits of one
    callback are the same."""
    caller: str = field(default="", repr=False)
    """The citizen's number for the display of the phone that rings; empty for a kiosk. No event repeats it."""


@dataclass(frozen=True, slots=True)
class Dial:
    """One attempt: who is rung, once a member has answered the placeholder. Its `repr` has no number."""

    callback: str
    attempt: int
    """From 1; the dialplan tells it again with every result."""
    number: str = field(repr=False)
    """E.164; empty for a kiosk."""
    kiosk: str
    """The id of the kiosk whose phone rings; empty for a number."""
    shown: str
    """The team's outbound caller ID, or the centre's."""
    ring_seconds: int


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What Asterisk has of one callback now."""

    callback: str
    is_in_line: bool
    is_with_member: bool
    """A member has answered and has heard what it is about."""
    attempt: int
    """The attempt that its dialplan has begun; 0: none."""
    is_connected: bool
    """The citizen has pressed the key."""
    queue: str = ""
    """The line that it stands in; empty where it stands in none."""


class Wish:
    """What the citizen pressed when called: the keys of `ivr.call_back`."""

    TALK = "1"
    LATER = "2"
    NEVER = "3"


@dataclass(frozen=True, slots=True)
class MemberTook:
    """A member has answered the placeholder and heard the whisper: now the citizen may be dialled."""

    callback: str


@dataclass(frozen=True, slots=True)
class Connected:
    """The citizen has pressed the key of this attempt; they talk from now on."""

    callback: str
    attempt: int


@dataclass(frozen=True, slots=True)
class AttemptEnded:
    """An attempt is over without a talk (or a talk is, then after `Connected`)."""

    callback: str
    attempt: int
    outcome: Outcome
    wish: str = ""
    """`Wish`; empty: no key."""
    is_fault: bool = False
    """The call did not get out, and nobody had hung up."""


@dataclass(frozen=True, slots=True)
class PlaceholderGone:
    """The placeholder's channel is gone."""

    callback: str


CallbackEvent = MemberTook | Connected | AttemptEnded | PlaceholderGone
Listener = Callable[[CallbackEvent], None]


class CallbackSwitch(Protocol):
    """The Asterisk of one node. Every method raises `operations.ports.SwitchAway` or `SwitchRefused`."""

    async def place(self, placement: Placement) -> None:
        """Ask for a placeholder. It may come although this raises SwitchAway. Raises AlreadyPlaced."""
        ...

    async def dial(self, dial: Dial) -> None:
        """Dial for a placeholder that a member has answered; the record of this attempt is kept already."""
        ...

    async def let_go(self, callback: str) -> None:
        """Take the placeholder out of line, or end what it does; none there is no error."""
        ...

    async def placeholders(self) -> Mapping[str, Placeholder]:
        """Every one alive, by its callback."""
        ...

    async def result(self, callback: str) -> AttemptEnded | Connected | None:
        """What Asterisk remembers of the last attempt, though nobody listened then; None: nothing."""
        ...
