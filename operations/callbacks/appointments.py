"""Makes callbacks and appointments for the API, the desk and files of them: checked, decided as a call is, kept.

One at a time within a router (a lock around reading the store's list and keeping the entry), so a half-hour never
takes one too many. A file that a command takes in beside a running router is another process: should both fill the
same place in the same moment, `operations.callbacks.at_risk` tells it within a minute.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from operations.active import Subject
from operations.callbacks.capacity import half_hour, minute_after, next_free, taken
from operations.callbacks.life import has_landed, is_waiting
from operations.callbacks.rules import longest_seconds, opens_within
from operations.callbacks.wanted import NotMade, Wanted, Why
from operations.mailbox.callback_requests import Decides, Lists, dialled
from operations.mailbox.callback_wishes import CallbackWishes, NotCalledBack
from operations.mailbox.entry_id import new_id
from operations.mailbox.ports import Entry
from operations.mailbox.written_number import written_number
from routing.centre import Team
from routing.decision import Contact
from routing.number import TypedNumber
from routing.rules import ContactKind, Rule

SOONEST_MINUTES = 10
FARTHEST = timedelta(days=60)
SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(hours=8)

_AGAIN_LATER = "This number has had its callbacks within 24 hours: somebody of the team may call by hand."


class Appointments:
    """`now`: Unix seconds; `opens_by`: the clock of the opening hours (aware), by which `at` is told."""

    def __init__(
        self,
        mailbox: Lists,
        wishes: CallbackWishes,
        router: Decides,
        now: Callable[[], float],
        opens_by: Callable[[], datetime],
    ) -> None:
        self._mailbox, self._wishes, self._router = mailbox, wishes, router
        self._now, self._opens_by = now, opens_by
        self._turn = asyncio.Lock()

    @property
    def ahead(self) -> float:
        """Seconds that the clock of the opening hours is before ours: a lab's may be days; 0 everywhere else."""
        return float(round(self._opens_by().timestamp() - self._now()))

    async def make(self, wanted: Wanted, may: Callable[[str], object] = bool) -> Entry:
        """Kept on return. `may` is told the team, and raises if whoever asks may not.

        Raises NotMade, MailboxAway, and what `may` raises.
        """
        async with self._turn:
            return await self.keep(await self.checked(wanted, await self._mailbox.listed(), may))

    async def checked(self, wanted: Wanted, entries: Sequence[Entry], may: Callable[[str], object] = bool) -> Entry:
        """What would be kept beside these entries. Raises NotMade, and what `may` raises."""
        phone, number = self._phone(wanted), self._number(wanted)
        language = self._language(wanted)
        entry, now = new_id(self._now()), self._opens_by()
        contact = Contact(
            arrival=wanted.arrival or int(self._now()),
            concern=wanted.concern,
            number=number,
            letter=number.letter if number else None,
            without_number=Rule.NO_NUMBER,
            kind=ContactKind.REQUEST,
        )
        team = self._team(wanted, contact, entry, language)
        may(team.id)
        made = replace(
            self._wishes.wish(team.id, contact.arrival),
            id=entry,
            phone=phone,
            concern=wanted.concern.value,
            language=language,
            number=written_number(contact, self._router.numbers, self._router.find(number) if number else ()),
            source=wanted.source,
            credit=wanted.credit,
        )
        if wanted.at is None:
            await asyncio.to_thread(self._refuse_late, wanted, team, now)
        else:
            await asyncio.to_thread(self._refuse_moment, wanted.at, wanted.until, team, entries, now)
            made = self._agreed(made, wanted.at, wanted.until)
        self._refuse_second(made, entries)
        if not self._wishes.may_call(phone):
            raise NotMade(Why.TOO_OFTEN, _AGAIN_LATER, place="phone")
        return made

    async def keep(self, checked: Entry) -> Entry:
        """Kept on return. Raises NotMade, MailboxAway."""
        try:
            kept = await self._wishes.ask(checked.phone, checked)
        except NotCalledBack as error:
            raise NotMade(Why.TOO_OFTEN, _AGAIN_LATER, place="phone") from error
        if kept.id != checked.id:
            raise _second(kept)
        return kept

    def _agreed(self, entry: Entry, at: datetime, until: datetime | None) -> Entry:
        begins = at.timestamp() - self.ahead
        return replace(
            entry,
            appointment_at=begins,
            until_at=until.timestamp() - self.ahead if until else None,
            due_at=begins,
            arrival=int(begins),
            credit=self._router.centre.credits.appointment,
        )

    def _phone(self, wanted: Wanted) -> str:
        phone = self._wishes.phone(dialled(wanted.phone))
        if phone is None:
            sentence = "This number is not called back: a German fixed line or mobile with its area code is."
            raise NotMade(Why.PHONE, sentence, place="phone")
        return phone

    def _number(self, wanted: Wanted) -> TypedNumber | None:
        if not wanted.number.strip():
            return None
        number = self._router.numbers.written(wanted.number.strip())
        if number is None:
            numbers = self._router.numbers
            sentence = f"No customer number: it is written like {numbers.customer} or {numbers.household} (9 a digit)."
            raise NotMade(Why.NUMBER, sentence, place="number")
        return number

    def _language(self, wanted: Wanted) -> str:
        known = tuple(self._router.centre.languages.values())
        if wanted.language and wanted.language not in known:
            raise NotMade(Why.LANGUAGE, f"This centre speaks {', '.join(known)}.", place="language")
        return wanted.language or known[0]

    def _team(self, wanted: Wanted, contact: Contact, entry: str, language: str) -> Team:
        """The one that is named, else the one that a call would be for."""
        teams = self._router.centre.teams
        if wanted.team:
            if wanted.team not in teams:
                raise NotMade(Why.TEAM, "There is no such team.", place="team")
            return teams[wanted.team]
        if contact.number is None:
            raise NotMade(Why.TEAM, "Name a team, or a customer number to find it by.", place="team")
        decision = self._router.decide(contact, Subject(entry, ContactKind.REQUEST, language))
        return teams.get(decision.home) or teams[self._router.centre.general_line]

    @staticmethod
    def _refuse_second(wish: Entry, entries: Iterable[Entry]) -> None:
        """As `CallbackWishes.ask` knows what is the same wish: there it would ring the number that was told last."""
        for entry in entries:
            is_of_its_kind = (entry.appointment_at is None) == (wish.appointment_at is None)
            is_theirs = entry.phone == wish.phone or (entry.number != "" and entry.number == wish.number)
            if is_waiting(entry) and not has_landed(entry) and is_of_its_kind and is_theirs:
                raise _second(entry)

    def _refuse_late(self, wanted: Wanted, team: Team, now: datetime) -> None:
        if wanted.until is not None:
            raise NotMade(Why.WINDOW, "An end needs a beginning: name `at`, too.", place="until")
        if opens_within(team, now, longest_seconds(self._router.centre)):
            return
        opens = team.hours.next_opening(now)
        if opens is None:
            raise NotMade(Why.CLOSED, f"{team.id} does not open any more.", place="team")
        sentence = (
            f"{team.id} opens at {opens.isoformat(timespec='minutes')}, later than a callback is kept: "
            "agree on an appointment (`at`)."
        )
        raise NotMade(Why.CLOSED, sentence, place="team", next_opening=opens)

    def _refuse_moment(
        self, at: datetime, until: datetime | None, team: Team, entries: Sequence[Entry], now: datetime
    ) -> None:
        soonest, farthest = now + timedelta(minutes=SOONEST_MINUTES), now + FARTHEST
        if not now.timestamp() + SOONEST_MINUTES * 60 <= at.timestamp() <= farthest.timestamp():
            sentence = f"An appointment is at least {SOONEST_MINUTES} minutes and at most {FARTHEST.days} days away."
            raise NotMade(Why.MOMENT, sentence, place="at")
        # Not by subtraction: two times of one zone are an hour off twice a year, and the year 9999 has no whole UTC.
        if until is not None and not SHORTEST.seconds <= until.timestamp() - at.timestamp() <= LONGEST.seconds:
            raise NotMade(Why.WINDOW, "It ends 10 minutes to 8 hours after its beginning.", place="until")
        begun, most = taken(entries, team.id, self.ahead), team.appointments_per_half_hour
        since = max(at, minute_after(soonest, 0)).astimezone(UTC)
        if not team.hours.is_open(at):
            opens = team.hours.next_opening(at)
            raise NotMade(
                Why.CLOSED,
                f"{team.id} is closed then"
                + (f"; it opens at {opens.isoformat(timespec='minutes')}." if opens else "."),
                place="at",
                next_opening=opens,
                free=next_free(team.hours, begun, most, since, farthest),
            )
        if begun.get(half_hour(at.timestamp()), 0) >= most:
            raise NotMade(
                Why.FULL,
                f"{team.id} has {most} appointments in this half-hour already.",
                place="at",
                free=next_free(team.hours, begun, most, since, farthest),
            )


def _second(entry: Entry) -> NotMade:
    sentence = "A callback for this number is open already."
    return NotMade(Why.OPEN_ALREADY, sentence, place="phone", callback=entry.id, team=entry.team)
