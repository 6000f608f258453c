"""A callback as the API tells it, and takes it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from facts.contact import LeftState
from operations.callbacks.at_risk import Risk
from operations.callbacks.call_off import is_called_off
from operations.callbacks.life import is_dialled_by_us, state_of
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry
from operations.sign_in.accounts import Account, Right
from routing.callback import Outcome, State
from routing.centre import Centre
from routing.rules import Concern

_BY_PEOPLE: Mapping[LeftState, State] = {
    LeftState.OPEN: State.CONFIRMED,
    LeftState.CLAIMED: State.BY_HAND,
    LeftState.DONE: State.REACHED,
    LeftState.ERASED: State.CANCELLED,
}
"""What only people call back has no life of its own."""


_OUTCOMES = frozenset(outcome.value for outcome in Outcome)


class NewCallback(BaseModel):
    """Whom to call, and when."""

    model_config = ConfigDict(extra="forbid")

    phone: str = Field(min_length=1, max_length=40, description="As written or dialled here", repr=False)
    team: str = Field(default="", max_length=64, description="Empty: found by `number`")
    number: str = Field(default="", max_length=64, description="The customer's, as written", repr=False)
    concern: Concern = Concern.MONEY
    language: str = Field(default="", max_length=16, description="Empty: the centre's first")
    at: datetime | None = Field(
        default=None,
        description="An appointment begins then: ISO 8601, without offset in the centre's time zone, in open hours, "
        "10 minutes to 60 days ahead; null: as soon as possible",
    )
    until: datetime | None = Field(default=None, description="It expires then; null: by the centre's rule")


class Callback(BaseModel):
    """A callback, or an appointment."""

    id: str = Field(description="Also of the message, for claim and done")
    team: str
    kind: str = Field(description="callback, appointment, or kiosk: it rings a kiosk's phone")
    state: State
    outcome: Outcome | None = Field(description="How the last attempt ended; null before")
    dials: bool = Field(description="Teamline dials, sooner or later; else somebody of the team calls")
    came_at: AwareDatetime
    due: AwareDatetime | None = Field(description="Not before this: the next opening, attempt or appointment")
    place: int | None = Field(description="In the team's line, from 1; null while nothing stands there for it")
    at: AwareDatetime | None = Field(description="An appointment begins then")
    until: AwareDatetime | None = Field(description="It expires then; null: by the centre's rule")
    attempts: int = Field(description="How often the citizen was dialled")
    dialled_at: AwareDatetime | None
    at_risk: Risk | None = Field(description="Why an appointment cannot be kept as things stand; null: it can")
    concern: str
    language: str
    phone: str | None = Field(description="E.164; null for who may not read this team's messages")
    number: str | None = Field(description="The customer's; null likewise")
    kiosk: str
    source: str
    claimed_by: str
    done_at: AwareDatetime | None


class Callbacks(BaseModel):
    """A page of them, oldest first."""

    callbacks: tuple[Callback, ...]
    next: str | None = Field(description="`after` of the next page; null on the last")


def shown_state(entry: Entry) -> State:
    """Where it is in its life; of what only people call back as near as that comes."""
    return State.CANCELLED if is_called_off(entry) else state_of(entry) or _BY_PEOPLE[entry.state]


def kind_of(entry: Entry) -> str:
    """As in facts.callback."""
    if entry.kiosk:
        return "kiosk"
    return "callback" if entry.appointment_at is None else "appointment"


@dataclass(frozen=True, slots=True)
class CallbackLook:
    """Puts answers together."""

    mailbox: Mailbox
    centre: Callable[[], Centre]
    risks: Callable[[Sequence[Entry]], Mapping[str, Risk]]
    ahead: Callable[[], float]
    """Seconds that the clock of the opening hours, by which moments are told, is before the entries'."""
    places: Callable[[], Mapping[tuple[str, str], int]]
    """Team and callback -> its place in the line, from 1, of whatever stands in one."""

    def one(self, entry: Entry, account: Account) -> Callback:
        """One, whose half-hour may be overfull for all that this looks at."""
        [told] = self._all([entry], [entry], account, self.places())
        return told

    async def told(self, shown: Sequence[Entry], entries: Sequence[Entry], account: Account) -> tuple[Callback, ...]:
        """Those that are shown, beside all of their teams'; put together in a thread."""
        return await asyncio.to_thread(self._all, shown, entries, account, self.places())

    def _all(
        self, shown: Sequence[Entry], entries: Sequence[Entry], account: Account, places: Mapping[tuple[str, str], int]
    ) -> tuple[Callback, ...]:
        risks, ahead = self.risks(entries), timedelta(seconds=self.ahead())
        return tuple(
            _told(each, risks.get(each.id), ahead, account, places.get((each.team, each.id))) for each in shown
        )


def _told(entry: Entry, risk: Risk | None, ahead: timedelta, account: Account, place: int | None) -> Callback:
    sees = account.has(Right.READ_MESSAGES) and account.serves(entry.team)

    def moment(at: float | None) -> datetime | None:
        return None if at is None else datetime.fromtimestamp(at, UTC) + ahead

    return Callback(
        id=entry.id,
        team=entry.team,
        kind=kind_of(entry),
        state=shown_state(entry),
        outcome=Outcome(entry.outcome) if entry.outcome in _OUTCOMES else None,
        dials=is_dialled_by_us(entry),
        came_at=datetime.fromtimestamp(entry.came_at, UTC) + ahead,
        due=moment(entry.due_at),
        place=place,
        at=moment(entry.appointment_at),
        until=moment(entry.until_at),
        attempts=entry.attempts,
        dialled_at=moment(entry.dialled_at),
        at_risk=risk,
        concern=entry.concern,
        language=entry.language,
        phone=entry.phone if sees else None,
        number=entry.number if sees else None,
        kiosk=entry.kiosk,
        source=entry.source,
        claimed_by=entry.claimed_by,
        done_at=moment(entry.done_at),
    )
