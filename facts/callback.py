"""What happened to a callback: each step of its life is one fact. No name, no number."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackMoved:
    """A callback has gone on to another state. `at`: Unix seconds.

    `state`, `before` and `outcome` are words of `routing.callback`; `kind`: callback, appointment or kiosk;
    `waited_seconds`: from the promise (an appointment: from its moment) until now.
    """

    at: float
    callback: str
    """Its id, also in the team's mailbox."""
    team: str
    before: str
    state: str
    kind: str = "callback"
    attempts: int = 0
    outcome: str = ""
    """How the attempt that this ends has ended; empty where none does."""
    waited_seconds: float | None = None
    by: str = ""
    """The account that did it; empty for Teamline and the citizen."""

    @property
    def id(self) -> str:
        """Each state is reached once a moment."""
        return f"{self.callback}/{self.state}/{self.at}/CallbackMoved"
