"""One callback's entry after each step of its life: pure, by the table of `routing.callback`.

Each function takes the record as it was read and returns the record to be kept in its place; whoever keeps it (from
exactly the one that was read) has made the step, nobody else. Times are Unix seconds. All raise ImpossibleEvent.
"""

from dataclasses import replace

from facts.contact import LeftKind, LeftState
from operations.callbacks.ports import Wish
from operations.mailbox.ports import Entry
from routing.callback import FINAL, WAITING, Event, Outcome, State, after, missed
from routing.contact_rules import CallbackRules

LANDED = frozenset((State.GIVEN_UP, State.EXPIRED))
"""Final for Teamline, and a task on the team's desk."""
LET_DOWN_SECONDS = (0.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0)
"""So long after a dial that does not count the next one begins: the first, the second, ... and every one after that."""
MOST_UNCOUNTED = 20
"""After so many dials that do not count a person of the team has to look."""
CUT_OFF_SECONDS = 5.0
"""Not sooner is a citizen dialled again whose dial Asterisk did not survive: their phone has just rung."""
_MINUTE = 60.0


def state_of(entry: Entry) -> State | None:
    """Where the callback is in its life; None for what only people call back, and for what is no callback."""
    if entry.what is not LeftKind.CALLBACK:
        return None
    try:
        return State(entry.life)
    except ValueError:
        return None


def is_dialled_by_us(entry: Entry) -> bool:
    """Whether Teamline will dial, sooner or later."""
    return state_of(entry) in WAITING and entry.state is LeftState.OPEN


def has_landed(entry: Entry) -> bool:
    """Whether it lies on the team's desk in the end, as a task."""
    return state_of(entry) in LANDED and entry.state is LeftState.OPEN


def is_waiting(entry: Entry) -> bool:
    """Whether somebody still counts on being called: by Teamline, or by a person who has taken it or will."""
    return entry.what is LeftKind.CALLBACK and entry.state in (LeftState.OPEN, LeftState.CLAIMED)


def counted(entry: Entry) -> int:
    """Attempts that count."""
    return max(0, entry.attempts - entry.uncounted)


def placed(entry: Entry) -> Entry:
    """A placeholder is about to be asked of Asterisk."""
    now = _due(state(entry))
    return replace(entry, life=after(now, Event.PLACED).value, placements=entry.placements + 1)


def out_of_line(entry: Entry) -> Entry:
    """There is no placeholder (any more), and none is to come just now."""
    return replace(entry, life=after(state(entry), Event.LOST_PLACE).value)


def dialled(entry: Entry, now: float) -> Entry:
    """The fence: kept before anybody is dialled."""
    taken = after(_due(state(entry)), Event.TAKEN) if state(entry) is not State.ANSWERED else State.ANSWERED
    life = after(taken, Event.DIALLED)
    return replace(entry, life=life.value, attempts=entry.attempts + 1, dialled_at=now)


def connected(entry: Entry, now: float) -> Entry:
    """The citizen talks with the member."""
    life = after(state(entry), Event.CONNECTED)
    return replace(entry, life=life.value, outcome=Outcome.REACHED.value, state=LeftState.DONE, done_at=now)


def ended(entry: Entry, outcome: Outcome, wish: str, rules: CallbackRules, now: float, jitter: float) -> Entry:
    """An attempt is over. `jitter`: 0 to 1, drawn at random."""
    if outcome is Outcome.REACHED or wish == Wish.TALK:
        return connected(entry, now)
    if wish == Wish.NEVER:
        return called_off(entry, now)
    if outcome is Outcome.FAILED and entry.uncounted >= MOST_UNCOUNTED:
        return landed(entry, Event.MISSED_LAST, outcome, now)
    if outcome is Outcome.FAILED:
        pause = LET_DOWN_SECONDS[min(entry.uncounted, len(LET_DOWN_SECONDS) - 1)]
        life = after(state(entry), Event.LET_DOWN)
        return replace(entry, life=life.value, uncounted=entry.uncounted + 1, due_at=now + pause, outcome=outcome.value)
    most = counted(entry) + 1 if wish == Wish.LATER else rules.attempts
    follows = missed(outcome, counted(entry), most, rules.spacing_minutes * _MINUTE, now, jitter)
    if follows.event is Event.MISSED_LAST:
        return landed(entry, follows.event, outcome, now)
    life = after(state(entry), follows.event)
    return replace(entry, life=life.value, due_at=follows.retry_at, outcome=outcome.value)


def cut_off(entry: Entry, rules: CallbackRules, now: float) -> Entry:
    """Nobody knows how this dial ended: Asterisk has not survived it. A fault of ours, so it counts for nothing."""
    after_all = ended(entry, Outcome.FAILED, "", rules, now, 0.0)
    due_at = max(after_all.due_at or now, now + CUT_OFF_SECONDS)
    return replace(after_all, due_at=due_at) if state(after_all) is State.CONFIRMED else after_all


def landed(entry: Entry, event: Event, outcome: Outcome, now: float) -> Entry:
    """It lies on the team's desk from now on."""
    life = after(state(entry), event)
    return replace(entry, life=life.value, outcome=outcome.value, due_at=now, state=LeftState.OPEN, reminded_at=None)


def called_off(entry: Entry, now: float) -> Entry:
    """Not wanted any more, or served otherwise."""
    life = after(state(entry), Event.CALLED_OFF)
    return replace(entry, life=life.value, outcome=Outcome.CANCELLED.value, state=LeftState.DONE, done_at=now)


def state(entry: Entry) -> State:
    """The same as `state_of`, for one that has a life. Raises ValueError."""
    return State(entry.life)


def by_people(before: Entry, now: Entry) -> Entry:
    """What a claim, a release or a settlement by a member does to a callback's life. `now`: as it is to be kept."""
    life = state_of(before)
    if life is None or life in FINAL or before.state is now.state:
        return now
    if now.state is LeftState.CLAIMED:
        return replace(now, life=after(life, Event.CLAIMED).value)
    if now.state is LeftState.OPEN:
        return replace(now, life=after(life, Event.RELEASED).value)
    settled = after(life, Event.SETTLED)
    outcome = Outcome.REACHED if settled is State.REACHED else Outcome.CANCELLED
    return replace(now, life=settled.value, outcome=outcome.value)


def _due(now: State) -> State:
    return after(now, Event.DUE) if now is State.RETRY else now


def steps(before: State, now: State) -> tuple[State, ...]:
    """The states from one (excluded) to another (included), those that were passed in one record among them."""
    between = {
        (State.RETRY, State.IN_LINE): (State.CONFIRMED,),
        (State.RETRY, State.DIALLING): (State.CONFIRMED, State.ANSWERED),
        (State.CONFIRMED, State.DIALLING): (State.ANSWERED,),
        (State.IN_LINE, State.DIALLING): (State.ANSWERED,),
    }.get((before, now), ())
    return (*between, now)
