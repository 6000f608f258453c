"""Has somebody called back who gave up: as any callback is made, in the place that they had."""

from collections import OrderedDict
from collections.abc import Callable, Mapping

from operations.callbacks.appointments import Appointments
from operations.callbacks.wanted import NotMade, Wanted, Why
from operations.gave_up.people import People
from operations.gave_up.row import GaveUp
from operations.mailbox.ports import Entry
from routing.number import NumberFormat
from routing.rules import Concern

SOURCE = "gave-up"
UNDO_SECONDS = 120.0
"""So long who made a callback may take it back, and the row returns: longer than the page offers it."""
MOST_MADE = 500


class NobodyThere(Exception):
    """Nobody with this id is listed any more: they were served meanwhile, or another is about to call them."""


class NoPhone(Exception):
    """This caller's number is not known: send the one to call as `phone`."""


class NotJustMade(Exception):
    """Nothing was made of this row within the last two minutes: call the callback off by its own id."""


class CallingBack:
    """Raises NobodyThere, NoPhone, NotMade, MailboxAway; NotJustMade. `now`: seconds that only go on."""

    def __init__(
        self,
        people: People,
        appointments: Appointments,
        numbers: Callable[[], NumberFormat],
        languages: Callable[[], Mapping[str, str]],
        now: Callable[[], float],
    ) -> None:
        """`languages`: those of the centre, as values."""
        self._people, self._appointments = people, appointments
        self._numbers, self._languages, self._now = numbers, languages, now
        self._made: OrderedDict[str, tuple[float, GaveUp, str]] = OrderedDict()
        """When, of which row, and the callback's id; by the row's."""

    async def make(self, team: str, row_id: str, phone: str = "") -> Entry:
        """Kept on return, and no longer among those who gave up. `phone` in place of the one that is known."""
        row = self._people.get(row_id)
        if row is None or row.team != team:
            raise NobodyThere
        if not (phone or row.phone):
            raise NoPhone
        try:
            entry = await self._appointments.make(self._wanted(row, phone or row.phone))
        except NotMade as refused:
            if refused.why is Why.OPEN_ALREADY:
                self._people.forget(row_id)
            raise
        self._people.forget(row_id)
        self._remember(row, entry.id)
        return entry

    def just_made(self, team: str, row_id: str) -> str:
        """The id of the callback that was made of this row a moment ago."""
        self._let_go()
        _, row, callback = self._made.get(row_id, (0.0, None, ""))
        if row is None or row.team != team:
            raise NotJustMade
        return callback

    def list_again(self, row_id: str) -> None:
        """The callback was called off: whoever gave up is listed as before. Once; not remembered is no error."""
        _, row, _ = self._made.pop(row_id, (0.0, None, ""))
        if row is not None:
            self._people.add(row)

    def _remember(self, row: GaveUp, callback: str) -> None:
        self._made[row.id] = self._now(), row, callback
        self._made.move_to_end(row.id)
        self._let_go()

    def _let_go(self) -> None:
        while self._made:
            made_at, _, _ = self._made[next(iter(self._made))]
            if len(self._made) <= MOST_MADE and self._now() < made_at + UNDO_SECONDS:
                return
            self._made.popitem(last=False)

    def _wanted(self, row: GaveUp, phone: str) -> Wanted:
        known = self._numbers().written(row.number) is not None
        concern = Concern(row.concern) if row.concern in set(Concern) else Concern.MONEY
        return Wanted(
            phone=phone,
            team=row.team,
            number=row.number if known else "",
            concern=concern,
            language=row.language if row.language in self._languages().values() else "",
            source=SOURCE,
            arrival=row.arrival,
            credit=row.credit,
        )
