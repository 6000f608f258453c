"""The life of a callback: one table, and who is dialled again when.

Theory of operation. A callback is kept before it is promised (`CONFIRMED`). When its time has come a placeholder
stands in line for the citizen (`IN_LINE`), with the place of the first contact. A member answers it (`ANSWERED`),
which is noted before anybody is dialled (`DIALLING`); the citizen presses a key (`REACHED`) or does not, and then has
the place still at the next attempt (`RETRY`), until the attempts are used up (`GIVEN_UP`: a task on the team's desk).
Every state but the final ones may be cut off by the citizen, the team or the clock. `AFTER` is all of it;
docs/callbacks.md is drawn from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a callback is in its life."""

    OFFERED = "offered"
    """The citizen has been asked; nothing is kept."""
    CONFIRMED = "confirmed"
    """Kept; its time has not come, or its placeholder is on the way into line."""
    IN_LINE = "in-line"
    """A placeholder stands in line."""
    ANSWERED = "answered"
    """A member has taken it and hears what it is about; nobody is dialled yet."""
    DIALLING = "dialling"
    """The citizen is being dialled, noted before it began."""
    RETRY = "retry"
    """Not reached: dialled again later, with the same place."""
    BY_HAND = "by-hand"
    """Somebody of the team has claimed it and calls themselves; nothing dials."""
    REACHED = "reached"
    """The citizen has pressed the key: they talk, or have talked."""
    GIVEN_UP = "given-up"
    """Every attempt was in vain: it lies on the team's desk."""
    EXPIRED = "expired"
    """Its days, or its window, are over: it lies on the team's desk."""
    CANCELLED = "cancelled"
    """Not wanted any more, or served otherwise."""
    DECLINED = "declined"
    """The citizen did not want what was offered."""


class Event(StrEnum):
    """What may happen to a callback."""

    ACCEPTED = "accepted"
    TURNED_DOWN = "turned down"
    PLACED = "placed"
    """Its placeholder has joined the line."""
    LOST_PLACE = "lost place"
    """The placeholder is gone: Asterisk restarted, or somebody hung it up. It comes back."""
    TAKEN = "taken"
    """A member has answered the placeholder."""
    DIALLED = "dialled"
    """The record of this attempt is kept: now the citizen may be dialled."""
    CONNECTED = "connected"
    """The citizen has pressed the key."""
    MISSED = "missed"
    """The attempt ended without the citizen: not answered, busy, refused, an answering machine; attempts are left."""
    MISSED_LAST = "missed, last"
    """The same, and it was the last attempt, or the number is none."""
    LET_DOWN = "let down"
    """The member hung up, or a fault of ours: the attempt does not count."""
    DUE = "due"
    """Its moment has come."""
    CLAIMED = "claimed"
    RELEASED = "released"
    SETTLED = "settled"
    """Somebody of the team says that it is done."""
    CALLED_OFF = "called off"
    RAN_OUT = "ran out"


class Outcome(StrEnum):
    """How an attempt, or a whole callback, ended: the words of reports and metrics."""

    REACHED = "reached"
    NO_ANSWER = "no-answer"
    """Also an answering machine: nobody pressed the key."""
    BUSY = "busy"
    REFUSED = "refused"
    INVALID = "invalid"
    """The network knows no such number."""
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"
    """A technical fault of ours, or the member hung up: not counted as an attempt."""


_S, _E = State, Event
_CUT_OFF: Mapping[Event, State] = {
    _E.CLAIMED: _S.BY_HAND,
    _E.CALLED_OFF: _S.CANCELLED,
    _E.RAN_OUT: _S.EXPIRED,
    _E.SETTLED: _S.CANCELLED,
}
"""What may happen to everything that is open and not just being dialled."""

AFTER: Mapping[State, Mapping[Event, State]] = {
    _S.OFFERED: {_E.ACCEPTED: _S.CONFIRMED, _E.TURNED_DOWN: _S.DECLINED},
    _S.CONFIRMED: {**_CUT_OFF, _E.PLACED: _S.IN_LINE, _E.TAKEN: _S.ANSWERED},
    _S.IN_LINE: {**_CUT_OFF, _E.TAKEN: _S.ANSWERED, _E.LOST_PLACE: _S.CONFIRMED, _E.PLACED: _S.IN_LINE},
    _S.ANSWERED: {**_CUT_OFF, _E.DIALLED: _S.DIALLING, _E.LET_DOWN: _S.CONFIRMED, _E.LOST_PLACE: _S.CONFIRMED},
    _S.DIALLING: {
        _E.CONNECTED: _S.REACHED,
        _E.MISSED: _S.RETRY,
        _E.MISSED_LAST: _S.GIVEN_UP,
        _E.LET_DOWN: _S.CONFIRMED,
        _E.CALLED_OFF: _S.CANCELLED,
    },
    _S.RETRY: {**_CUT_OFF, _E.DUE: _S.CONFIRMED},
    _S.BY_HAND: {
        _E.RELEASED: _S.CONFIRMED,
        _E.SETTLED: _S.REACHED,
        _E.CALLED_OFF: _S.CANCELLED,
        _E.RAN_OUT: _S.EXPIRED,
    },
    _S.GIVEN_UP: {_E.SETTLED: _S.GIVEN_UP, _E.CALLED_OFF: _S.CANCELLED},
    _S.EXPIRED: {_E.SETTLED: _S.EXPIRED, _E.CALLED_OFF: _S.CANCELLED},
    _S.REACHED: {},
    _S.CANCELLED: {},
    _S.DECLINED: {},
}
"""State -> what may happen -> the state after it."""

WAITING = frozenset({_S.CONFIRMED, _S.IN_LINE, _S.ANSWERED, _S.DIALLING, _S.RETRY})
"""Open: Teamline dials, sooner or later."""
FINAL = frozenset(state for state in State if state not in WAITING | {_S.OFFERED, _S.BY_HAND})
"""Nothing is dialled any more."""
STANDING = frozenset({_S.IN_LINE, _S.ANSWERED, _S.DIALLING})
"""A placeholder is in Asterisk, as far as is known."""


class ImpossibleEvent(ValueError):
    """This cannot happen to a callback in that state."""

    def __init__(self, state: State, event: Event) -> None:
        super().__init__(f"{event.value!r} cannot happen to a callback that is {state.value!r}")


def after(state: State, event: Event) -> State:
    """The state after `event`. Raises ImpossibleEvent."""
    try:
        return AFTER[state][event]
    except KeyError:
        raise ImpossibleEvent(state, event) from None


@dataclass(frozen=True, slots=True)
class Missed:
    """What follows an attempt in vain. `retry_at`: Unix seconds, None when it was the last."""

    event: Event
    retry_at: float | None


def missed(outcome: Outcome, attempts: int, most: int, spacing_seconds: float, now: float, jitter: float) -> Missed:
    """What follows attempt number `attempts` of `most`, which ended with `outcome`. `jitter`: 0 to 1, drawn at random.

    A fault of ours is no attempt. A number that the network does not know is not tried again. The next attempt comes
    after the spacing and up to a tenth more, so that a thousand phones do not ring at once.
    """
    if outcome is Outcome.FAILED:
        return Missed(Event.LET_DOWN, now)
    if outcome is Outcome.INVALID or attempts >= most:
        return Missed(Event.MISSED_LAST, None)
    return Missed(Event.MISSED, now + spacing_seconds * (1 + jitter / 10))
