"""A place in a line: which call, in which queue, for the how-manieth time, and what is known of the contact."""

from dataclasses import dataclass

FALLBACK = "fallback"
"""The rule of a call that no router has decided: the dialplan sent it to the general line."""

CALLBACK = "callback"
"""The rule of a placeholder: it keeps the place of a citizen who is called back, and is nobody on the line itself."""

VISITS_A_PLACEMENT = 100
"""Every placeholder of one callback has the same Uniqueid; the visits of the second begin at 101, and so on."""


@dataclass(frozen=True, slots=True)
class Place:
    """One visit of one call to one queue. Strings are tokens, checked by whoever read them, or empty.

    `arrival` is the first contact in Unix seconds, `credit` the seconds granted; both 0 when nobody told.
    """

    node: str
    """The Asterisk that holds the call."""
    call: str
    """Uniqueid of the caller's channel: the one id from the first ring to the last."""
    queue: str
    visit: int
    """From 1; the dialplan counts every entrance of this call into any queue (TEAMLINE_VISIT)."""
    team: str
    """The team in whose books the visit counts."""
    arrival: int = 0
    credit: int = 0
    rule: str = ""
    concern: str = ""
    language: str = ""
    site: str = ""
    kiosk: str = ""
    """The kiosk that calls; empty for everybody else."""

    def __post_init__(self) -> None:
        if not (self.node and self.call and self.queue and self.team):
            raise ValueError("a place needs node, call, queue and team")
        if self.visit < 1:
            raise ValueError("visits are counted from 1")

    @property
    def is_placeholder(self) -> bool:
        """Whether nobody waits on the line: callbacks are in the line and in no team's calls."""
        return self.rule == CALLBACK

    @property
    def placement(self) -> int:
        """Which placeholder of its callback this is, from 1; 0 for a caller, whose channel lives once."""
        return (self.visit - 1) // VISITS_A_PLACEMENT + 1 if self.is_placeholder else 0

    def outlives(self, last: "Place") -> bool:
        """Whether this is a later placeholder than the one whose last place that was: its end was told late."""
        return self.call == last.call and self.placement > last.placement

    @property
    def key(self) -> str:
        """What makes this visit itself: the same thing told twice has the same key."""
        return f"{self.node}/{self.call}/{self.queue}/{self.visit}"

    @property
    def virtual_arrival(self) -> int:
        """By this the line is ordered, oldest first (Unix seconds)."""
        return self.arrival - self.credit
