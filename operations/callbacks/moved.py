"""Each step of a callback's life as a fact for the journal."""

from collections.abc import Iterator

from facts.callback import CallbackMoved
from facts.contact import LeftState
from operations.callbacks.life import state_of, steps
from operations.mailbox.ports import Entry
from routing.callback import FINAL, State

_ENDS_AN_ATTEMPT = frozenset((State.REACHED, State.RETRY, State.GIVEN_UP, State.EXPIRED, State.CANCELLED))


def moved(before: Entry | None, entry: Entry, now: float) -> Iterator[CallbackMoved]:
    """What has happened when `entry` was kept in place of `before` (None: it is new). `now`: Unix seconds."""
    old, new = State.OFFERED if before is None else state_of(before), _state(entry)
    if old is None or new is None or (old is new and not _is_placed_anew(before, entry)):
        return
    for state in steps(old, new):
        ends = state is new and (state in _ENDS_AN_ATTEMPT or old is State.DIALLING)
        yield CallbackMoved(
            at=now,
            callback=entry.id,
            team=entry.team,
            before=old.value,
            state=state.value,
            kind=kind(entry),
            attempts=entry.attempts,
            outcome=entry.outcome if ends else "",
            waited_seconds=max(0.0, now - (entry.appointment_at or entry.came_at)),
            by=entry.claimed_by,
        )
        old = state


def kind(entry: Entry) -> str:
    """A word of `CallbackMoved.kind`."""
    if entry.kiosk:
        return "kiosk"
    return "callback" if entry.appointment_at is None else "appointment"


def _state(entry: Entry) -> State | None:
    """Erased while open: nobody is called any more."""
    state = state_of(entry)
    return State.CANCELLED if entry.state is LeftState.ERASED and state not in FINAL and state else state


def _is_placed_anew(before: Entry | None, entry: Entry) -> bool:
    return before is not None and before.placements != entry.placements
