"""The web's desk over real rooms: accounts, mailbox and closures in memory, a real folder, a switch that notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from fastapi import FastAPI

from facts.call import CallerJoined, MemberRang
from facts.contact import LeftWithUs
from facts.kinds import Fact
from facts.place import Place
from metrics.board import TodayFigures, board
from metrics.live import LiveModel
from operations.active import ActiveRouter, Decided, InForce
from operations.callbacks.appointments import Appointments
from operations.callbacks.at_risk import AppointmentWatch
from operations.callbacks.call_off import CallsOff
from operations.callbacks.changes import CallbackChanges
from operations.closings import ClosedNow, Closings, ClosingsAway
from operations.desk.caller import Whose
from operations.desk.caller_phones import CallerPhones
from operations.desk.calls_on_phones import CallsOnPhones
from operations.desk.phone import PhoneLook
from operations.desk.team_line import TeamLine
from operations.gave_up.calling_back import CallingBack
from operations.gave_up.people import People
from operations.line_actions import LineActions
from operations.mailbox.callback_requests import CallbackRequests
from operations.mailbox.callback_wishes import CallbackWishes, HashedPhones
from operations.mailbox.content_files import ContentFiles
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.open_entries import OpenEntries
from operations.mailbox.record import MailboxRecords
from operations.member_changes import MemberChanges
from operations.member_times import MemberTimes
from operations.members import MemberDesk
from operations.ports import SwitchAway, SwitchRefused
from operations.sign_in.accounts import OWN_TEAMS_ONLY, Account, AccountExists, AccountsAway, Role, Rule, Session
from operations.sign_in.passwords import digest_of
from operations.sign_in.sign_in import SignIn
from routing.directory import DirectoryTable
from routing.fair_line import priority
from tests.fakes.entries import MemoryMail
from tests.fakes.notes import Noted
from tests.fakes.router import MONDAY_AT_NINE, small_centre
from tests.fakes.telling_switch import TellingSwitch
from web.app import application
from web.callback_page import callback_page
from web.callback_told import CallbackLook
from web.callbacks import callbacks
from web.closing import closing
from web.desk.page import desk_page
from web.desk.parts import DeskCallbacks, DeskParts, DeskPhones
from web.desk.stream import DeskStreams, desk_stream
from web.desk.told import Moment
from web.files import page_files
from web.gave_up import GaveUpRooms, gave_up
from web.health import Dependencies
from web.live import LiveNow
from web.looking import Looking
from web.members.routes import members
from web.members.told import MemberLook
from web.messages import messages
from web.session import session_routes
from web.sign_in.page import sign_in_page
from web.teams import TeamLook, teams
from web.waiting import waiting
from web.who import Door

TEAMS = ("L01", "V01")
HOST = "127.0.0.1:8080"


def token_of(role: Role | str) -> str:
    """The token, and password, of the account that has this role's name."""
    return f"{role}-token-of-at-least-20-characters"


@dataclass
class MemoryAccounts:
    """`KeptAccounts` in memory."""

    accounts: dict[str, Account] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    seen_at: dict[str, float] = field(default_factory=dict)
    is_away: bool = False

    async def add(self, account: Account) -> None:
        self._answer()
        if account.name in self.accounts:
            raise AccountExists
        self.accounts[account.name] = account

    async def change(self, former: Account, account: Account, rule: Rule | None = None) -> bool:
        self._answer()
        if self.accounts.get(former.name) != former:
            return False
        after = {**self.accounts, account.name: account}
        if rule:
            rule(list(after.values()))
        self.accounts.update(after)
        return True

    async def take_out(self, former: Account, rule: Rule | None = None) -> bool:
        self._answer()
        if self.accounts.get(former.name) != former:
            return False
        if rule:
            rule([each for each in self.accounts.values() if each != former])
        return await self.remove(former.name)

    async def remove(self, name: str) -> bool:
        self._answer()
        return self.accounts.pop(name, None) is not None

    async def named(self, name: str) -> Account | None:
        self._answer()
        return self.accounts.get(name)

    async def with_token(self, digest: str) -> Account | None:
        self._answer()
        return next((each for each in self.accounts.values() if each.token == digest), None)

    async def listed(self) -> Sequence[Account]:
        self._answer()
        return sorted(self.accounts.values(), key=lambda each: each.name)

    async def begin(self, session: Session, seconds: float) -> None:
        assert seconds > 0
        self._answer()
        self.sessions[session.id] = session

    async def session(self, session_id: str) -> Session | None:
        self._answer()
        return self.sessions.get(session_id)

    async def all_sessions(self) -> Sequence[Session]:
        self._answer()
        return list(self.sessions.values())

    async def seen(self, session: Session, seconds: float) -> None:
        assert seconds > 0
        self._answer()
        if session.id in self.sessions:
            self.sessions[session.id] = session

    async def end(self, session_id: str) -> None:
        self._answer()
        self.sessions.pop(session_id, None)

    async def end_all(self, name: str) -> int:
        self._answer()
        ended = [session.id for session in self.sessions.values() if session.account == name]
        for each in ended:
            del self.sessions[each]
        return len(ended)

    async def signed_in(self, name: str, at: float) -> None:
        self._answer()
        self.seen_at[name] = at

    async def last_sign_ins(self) -> Mapping[str, float]:
        self._answer()
        return dict(self.seen_at)

    def _answer(self) -> None:
        if self.is_away:
            raise AccountsAway


@dataclass
class MemoryClosings:
    """`KeptClosings`, and what remembers them without a store."""

    orders: dict[str, ClosedNow] = field(default_factory=dict)
    noted: Sequence[ClosedNow] = ()
    is_away: bool = False

    async def all(self) -> Sequence[ClosedNow]:
        self._answer()
        return tuple(self.orders[scope] for scope in sorted(self.orders))

    async def put(self, order: ClosedNow) -> None:
        self._answer()
        self.orders[order.closure.scope] = order

    async def remove(self, scope: str) -> bool:
        self._answer()
        return self.orders.pop(scope, None) is not None

    def keep_closings(self, orders: Sequence[ClosedNow]) -> None:
        self.noted = orders

    def closings(self) -> Sequence[ClosedNow]:
        return self.noted

    def _answer(self) -> None:
        if self.is_away:
            raise ClosingsAway


@dataclass
class NotingSwitch:
    """`CallerSwitch`: channels' variables, and every change in its order; refuses or is away if told so."""

    variables: dict[str, dict[str, str]] = field(default_factory=dict)
    done: list[tuple[str, ...]] = field(default_factory=list)
    refuses: bool = False
    is_away: bool = False

    async def caller_variable(self, call: str, name: str) -> str:
        self._answer()
        return self.variables.get(call, {}).get(name, "")

    async def set_caller(self, call: str, **variables: str) -> None:
        self._answer()
        self.variables.setdefault(call, {}).update(variables)
        self.done += [("set", call, name, value) for name, value in variables.items()]

    async def raise_caller(self, queue: str, call: str, priority: int) -> None:
        self._change("raise", queue, call, str(priority))

    async def withdraw(self, queue: str, call: str) -> None:
        self._change("withdraw", queue, call)

    async def send_into_line(self, call: str) -> None:
        self._change("send", call)

    def _change(self, *words: str) -> None:
        self._answer()
        if self.refuses:
            raise SwitchRefused("No such caller")
        self.done.append(words)

    def _answer(self) -> None:
        if self.is_away:
            raise SwitchAway


@dataclass
class DeskHouse:
    """What a test changes and looks at. `now` moves accounts, mailbox and opening hours at once."""

    folder: Path
    now: float = MONDAY_AT_NINE.timestamp()
    has_trunk: bool = False
    is_stale: bool = False
    accounts: MemoryAccounts = field(default_factory=MemoryAccounts)
    kept: MemoryMail = field(default_factory=MemoryMail)
    closed: MemoryClosings = field(default_factory=MemoryClosings)
    switch: NotingSwitch = field(default_factory=NotingSwitch)
    model: LiveModel = field(default_factory=LiveModel)
    facts: list[LeftWithUs] = field(default_factory=list)
    decided: list[Decided] = field(default_factory=list)
    notes: Noted = field(default_factory=Noted)

    def __post_init__(self) -> None:
        for role in Role:
            own = TEAMS if role in OWN_TEAMS_ONLY else ()
            self.accounts.accounts[role.value] = Account(
                role.value, role, own, token=digest_of(token_of(role)), id=role.value
            )
        in_force = InForce(small_centre(), "config-1", DirectoryTable.empty())
        self.router = ActiveRouter(in_force, self.clock, self.decided.append, asterisk_clock=lambda: self.now)
        files = ContentFiles(self.folder, MailboxRecords(bytes(32)))
        self.mailbox = Mailbox(self.kept, files, lambda: self.now, self.facts.append)
        known = OpenEntries(HashedPhones(bytes(32)))
        self.mailbox.changed.append(known.hear)
        self.wishes = CallbackWishes(
            self.mailbox, known, lambda: self.router.centre, lambda: self.now, self.clock, lambda: self.has_trunk
        )
        self.appointments = Appointments(self.mailbox, self.wishes, self.router, lambda: self.now, self.clock)
        self.watch = AppointmentWatch(self.mailbox, lambda: self.router.centre, lambda: self.now, self.clock)
        self.closings = Closings(self.closed, self.closed, self.router, self.clock)
        self.line = LineActions(self.switch, self.model)
        self.sign_in = SignIn(self.accounts, lambda: self.now)
        self.door = Door(self.sign_in)
        self.phones = TellingSwitch(self.router.centre.queues, self.tell, lambda: self.now)
        self.desk = MemberDesk(self.phones, lambda: self.router.centre, lambda: self.now)
        self.changes = MemberChanges(self.desk, self.notes)
        self.times = MemberTimes(self.model, lambda: self.router.centre, lambda: True)
        self.customers: dict[str, Whose] = {}
        self.on_phones = CallsOnPhones(
            self.model, lambda place: self.customers.get(place.call, Whose()), lambda: self.now
        )
        self.people = People(lambda number: number or None, lambda _id, _row: None)
        self.calling_back = CallingBack(
            self.people,
            self.appointments,
            lambda: self.router.numbers,
            lambda: self.router.centre.languages,
            lambda: self.now,
        )
        self._application: FastAPI | None = None

    def clock(self) -> datetime:
        return MONDAY_AT_NINE + timedelta(seconds=self.now - MONDAY_AT_NINE.timestamp())

    def look(self) -> LiveNow:
        seen = board(self.router.centre, self.model, lambda _: TodayFigures(), self.now, opens_by=self.clock())
        return LiveNow(seen, self.clock(), is_stale=False)

    def waits(self, call: str, team: str = "L01", *, arrival: int | None = None, credit: int = 0) -> Place:
        """Somebody joins a team's line."""
        came = int(self.now) - 60 if arrival is None else arrival
        place = Place(node="n", call=call, queue=team, visit=1, team=team, arrival=came, credit=credit, concern="money")
        self.model.fold(CallerJoined(at=self.now, place=place))
        self.switch.variables[call] = {
            "TEAMLINE_ARRIVAL": str(came),
            "TEAMLINE_CREDIT": str(credit),
            "QUEUE_PRIO": str(priority(came, credit)),
            "TEAMLINE_CALLER": "02115550100",
        }
        return place

    def tell(self, *facts: Fact) -> None:
        """Asterisk tells these."""
        for fact in facts:
            self.model.fold(fact)
            self.times.fold(fact)
            self.on_phones.fold(fact)

    def rings(self, place: Place) -> None:
        """A member's phone rings for this caller."""
        self.tell(MemberRang(at=self.now, place=place, ring=f"r{place.call}", member="mL01"))

    def application(self) -> FastAPI:
        async def nothing() -> Dependencies:
            return {}

        look = TeamLook(lambda: self.router.centre, self.clock, self.look, self.closings, self.line, lambda: self.now)
        calls_off = CallsOff(self.mailbox, CallbackChanges(self.mailbox, lambda: self.now))
        callback_look = CallbackLook(
            self.mailbox,
            lambda: self.router.centre,
            self.watch.risks,
            lambda: self.appointments.ahead,
            self.line.places,
        )
        desk = self.desk_parts(DeskCallbacks(callback_look, self.appointments, calls_off))
        requests = CallbackRequests(self.mailbox, self.wishes, self.router, lambda: self.now)
        rooms = [
            session_routes(self.sign_in, self.door),
            messages(self.mailbox, lambda: self.router.centre, self.door, self.notes),
            callbacks(callback_look, self.appointments, calls_off, self.door, self.notes),
            closing(self.closings, lambda: self.router.centre, self.door, self.notes),
            teams(look, self.door),
            members(
                MemberLook(lambda: self.router.centre, self.model, self.times, lambda: self.now),
                self.changes,
                self.door,
            ),
            gave_up(self._gave_up(callback_look, calls_off), self.door, self.notes),
            waiting(self.line, lambda: self.router.centre, self.door, self.notes),
            page_files(),
            sign_in_page(self.sign_in, self.door, lambda: self.router.centre),
            desk_page(desk),
            desk_stream(desk, DeskStreams(desk)),
            callback_page(requests, lambda: self.router.centre),
        ]
        return application("1", nothing, self.look, rooms, looking=Looking(self.door))

    def desk_parts(self, calls: DeskCallbacks) -> DeskParts:
        """What the team desk is built of."""

        async def number(call: str) -> str:
            return await self.switch.caller_variable(call, "TEAMLINE_CALLER")

        phones = DeskPhones(
            PhoneLook(self.model, self.on_phones, lambda: self.router.centre),
            self.on_phones,
            CallerPhones(self.on_phones, number),
            TeamLine(self.model, self.line.number),
            self.changes,
            self.desk,
            self.notes,
            lambda: Moment(self.now, self.is_stale, self.now),
        )
        return DeskParts(self.mailbox, lambda: self.router.centre, self.door, calls, phones, self.notes)

    def _gave_up(self, look: CallbackLook, calls_off: CallsOff) -> GaveUpRooms:
        return GaveUpRooms(
            self.people, self.calling_back, calls_off, look, lambda: self.router.centre, self.wishes.may_call
        )

    def client(self, role: Role | str | None = None, host: str = HOST, scheme: str = "http") -> httpx.AsyncClient:
        """Asks as a machine with the role's token; without a role as nobody."""
        headers = {"authorization": f"Bearer {token_of(role)}"} if role else {}
        self._application = self._application or self.application()
        transport = httpx.ASGITransport(self._application)
        return httpx.AsyncClient(transport=transport, base_url=f"{scheme}://{host}", headers=headers)

    async def signed_in(self, client: httpx.AsyncClient, role: Role | str) -> str:
        """Signs this client in with a cookie; the CSRF token."""
        answer = await client.post("/api/v1/session", json={"user": str(role), "password": token_of(role)})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["csrf"])
