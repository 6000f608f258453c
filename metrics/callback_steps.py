"""What one step in a callback's life means for figures: confirmed, an attempt, an end.

A callback is confirmed once, and ends once: a task on the team's desk that somebody strikes off later has ended before.
An attempt counts when it ends; a fault of ours is none.
"""

from facts.callback import CallbackMoved
from routing.callback import FINAL, Outcome, State

KINDS = ("callback", "appointment", "kiosk")
"""Of callbacks: as soon as the team has time; at an agreed moment; to a kiosk's own phone."""
ENDS = tuple(Outcome)
ATTEMPTS = tuple(outcome for outcome in Outcome if outcome is not Outcome.EXPIRED)
"""How an attempt may end; cancelled: the citizen was there, and pressed the key for it."""

_BEFORE = frozenset(("", State.OFFERED))
_UNTIL_THEN = frozenset((*_BEFORE, *(state for state in State if state not in FINAL)))
_BY_STATE = {State.REACHED: Outcome.REACHED, State.EXPIRED: Outcome.EXPIRED, State.CANCELLED: Outcome.CANCELLED}


def is_confirmed(fact: CallbackMoved) -> bool:
    """Whether the callback has been promised just now."""
    return fact.state == State.CONFIRMED and fact.before in _BEFORE


def end(fact: CallbackMoved) -> Outcome | None:
    """How the callback has ended with this step; None if it goes on, or has ended before."""
    if fact.before not in _UNTIL_THEN:
        return None
    if fact.state == State.GIVEN_UP:
        return _outcome(fact.outcome)
    return _end(fact.state)


def begins_attempt(fact: CallbackMoved) -> bool:
    """Whether the citizen is dialled from now on."""
    return fact.state == State.DIALLING and fact.before != State.DIALLING


def attempt(fact: CallbackMoved) -> Outcome | None:
    """How the attempt ended that this step ends; None if it ends none."""
    if fact.before != State.DIALLING or fact.state == State.DIALLING:
        return None
    return _end(fact.state) or _outcome(fact.outcome)


def _end(state: str) -> Outcome | None:
    return next((outcome for ending, outcome in _BY_STATE.items() if state == ending), None)


def _outcome(word: str) -> Outcome:
    """What a newer version calls otherwise is a fault of ours, as far as we know."""
    try:
        outcome = Outcome(word)
    except ValueError:
        return Outcome.FAILED
    return outcome if outcome in ATTEMPTS else Outcome.FAILED
