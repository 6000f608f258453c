"""What was decided about a contact, and what it left with us: a message, a document, a request to be called.

No name, no number: `customer` is a keyed hash, there only where reports need to know the same household again.
"""

from dataclasses import dataclass
from enum import StrEnum


class LeftKind(StrEnum):
    """What came into a team's mailbox."""

    VOICE = "voice"
    DOCUMENT = "document"
    CALLBACK = "callback"


class LeftState(StrEnum):
    """The life of something in a mailbox; ERASED is the end of all."""

    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"
    ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDecided:
    """A contact was sent somewhere, by a rule. `at`: Unix seconds.

    `goal` and `rule` are words of `routing`; `way`: call, kiosk, document, request; `steps`: the rules that sent it
    on, as `L01:overflow-wait>L02:overflow-line`, at most 128 characters; `visit`: how many lines the call had been in.
    """

    at: float
    node: str
    call: str
    """Uniqueid of the caller's channel; an own id for what is no call."""
    visit: int
    team: str
    """Where it went; empty for a goodbye."""
    home: str
    """The team that the contact is for."""
    goal: str
    rule: str
    concern: str
    way: str = "call"
    language: str = ""
    steps: str = ""
    customer: str = ""
    taken_back: bool = False
    """The caller pressed the key for an emergency, and then said that it is none."""

    @property
    def id(self) -> str:
        """A call is decided once between two visits and for each goal."""
        return f"{self.node}/{self.call}/{self.visit}/{self.goal}/{self.rule}/ContactDecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallAnswered:
    """Somebody took an emergency out of hours. `at`: Unix seconds; `call`: as in `ContactDecided`."""

    at: float
    node: str
    call: str

    @property
    def id(self) -> str:
        """The emergency service is rung once a call."""
        return f"{self.node}/{self.call}/OnCallAnswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftWithUs:
    """Something in a team's mailbox came, or has gone on to another state. `at`: Unix seconds."""

    at: float
    entry: str
    """Its id."""
    what: LeftKind
    team: str
    state: LeftState

    @property
    def id(self) -> str:
        """Each state is reached once a moment: what was claimed may be open again."""
        return f"{self.entry}/{self.state}/{self.at}/LeftWithUs"
