"""Has somebody called back who gave up: as any callback is made, in the place that they had."""

from collections.abc import Callable, Mapping

from operations.callbacks.appointments import Appointments
from operations.callbacks.wanted import NotMade, Wanted, Why
from operations.gave_up.people import People
from operations.gave_up.row import GaveUp
from operations.mailbox.ports import Entry
from routing.number import NumberFormat
from routing.rules import Concern

SOURCE = "gave-up"


class NobodyThere(Exception):
    """Nobody with this id is listed any more: they were served meanwhile, or another is about to call them."""


class NoPhone(Exception):
    """This caller's number is not known: send the one to call as `phone`."""


class CallingBack:
    """Raises NobodyThere, NoPhone, NotMade, MailboxAway."""

    def __init__(
        self,
        people: People,
        appointments: Appointments,
        numbers: Callable[[], NumberFormat],
        languages: Callable[[], Mapping[str, str]],
    ) -> None:
        """`languages`: those of the centre, as values."""
        self._people, self._appointments = people, appointments
        self._numbers, self._languages = numbers, languages

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
        return entry

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
