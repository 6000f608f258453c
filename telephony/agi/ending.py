"""How a session ended, as a value for metrics."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """The `outcome` label of `teamline_ivr_calls_total`."""

    QUEUED = "queued"
    """The conversation ran to its end; the dialplan goes on with what it set."""
    HUNG_UP = "hung_up"
    """The caller, or Asterisk, went away first."""
    FALLBACK = "fallback"
    """We turned the call away (cap, unknown script, drain): the dialplan falls back."""
    TIMEOUT = "timeout"
    """A step ran past its deadline: the dialplan falls back."""
    FAILED = "failed"
    """The conversation or the peer broke: the dialplan falls back."""


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """One session, over. `script` is empty where the call was turned away before it named one."""

    script: str
    outcome: Outcome
    seconds: float
