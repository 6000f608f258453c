"""Administration's rooms over stores in memory; long work is done at once, in this process."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI

from metrics.board import Trouble
from operations.sign_in.account_changes import AccountChanges
from operations.sign_in.account_list import AccountList
from operations.sign_in.accounts import Account, Role
from operations.sign_in.own_sign_in import OwnSignIn
from operations.sign_in.passwords import digest_of
from operations.sign_in.sign_in import SignIn
from operations.sign_in.terms import Terms
from operations.versions import (
    ConfigVersion,
    Directories,
    ListedVersion,
    NoSuchVersion,
    VersionMovedOn,
    VersionsAway,
)
from routing.centre import Centre
from routing.teams.file import parse
from teamline.router.administration_child import ANSWERS
from tests.fakes.desk_house import HOST, MemoryAccounts, token_of
from tests.fakes.notes import Noted
from web.accounts.api import accounts_api
from web.accounts.list_page import list_page
from web.accounts.one_page import one_page
from web.accounts.own_page import own_page
from web.accounts.rooms import AccountRooms
from web.admin.configuration_api import configuration_api
from web.admin.configuration_page import configuration_page
from web.admin.customer_api import customer_api
from web.admin.customer_page import customer_page
from web.admin.directory_api import directory_api
from web.admin.directory_page import directory_page
from web.admin.health_page import HealthLook, health_page
from web.admin.landing_page import landing_page
from web.admin.ports import (
    Checked,
    Differences,
    Erased,
    Finding,
    Force,
    ImportNow,
    ImportRunning,
    ImportState,
    Kept,
    PlacedMistake,
    WorkFailed,
    WorkRefused,
)
from web.admin.rooms import AdminRooms
from web.admin.year_page import year_page
from web.app import application
from web.health import Dependencies, Dependency
from web.session import session_routes
from web.sign_in.page import sign_in_page
from web.who import Door

TEAMS = """\
centre: {name: Testamt, land: NW, timezone: Europe/Berlin}
entry: ["0211910000"]
hours: {default: {mon-fri: ["08:00-12:00"]}}
languages: {"1": de}
numbers: {customer: "99A9", household: "999BG99"}
general_line: general
sites:
  - {id: nord, name: Nord}
areas:
  - {id: A1, name: Nord 1, site: nord, benefit: [L01], placement: V01, benefit_rule: household-last-digit}
teams:
  general: {name: Zentrale, kind: general, extension: "2000"}
  L01: {name: Leistung 01, kind: benefit, extension: "2101"}
  V01: {name: Vermittlung 01, kind: placement, extension: "2201"}
members:
  one: {name: Platz 1, teams: [L01], phone: "3102"}
"""
RENAMED = TEAMS.replace("Leistung 01", "Leistung Eins")
WRONG = TEAMS.replace("kind: benefit", "kind: benefits")
NUMBER = "10A1"
FIRST = "c-20261120T080000-000001"


@dataclass
class MemoryConfigurations:
    """`KeptConfigurations`."""

    texts: dict[str, str] = field(default_factory=lambda: {FIRST: TEAMS})
    who: dict[str, str] = field(default_factory=dict)
    now: str = FIRST
    before: str = ""
    is_away: bool = False

    async def active(self) -> ConfigVersion | None:
        self._answer()
        return await self.read(self.now)

    async def read(self, version: str) -> ConfigVersion | None:
        self._answer()
        return ConfigVersion(version, self.texts[version]) if version in self.texts else None

    async def listed(self) -> Sequence[ListedVersion]:
        self._answer()
        ids = sorted(self.texts, reverse=True)
        return [ListedVersion(each, self.who.get(each, ""), each == self.now, each == self.before) for each in ids]

    async def activate(self, text: str, by: str, expected: str | None) -> str:
        self._answer(expected)
        new = f"c-20261123T0800{len(self.texts):02}-{len(self.texts):06}"
        self.texts[new] = text
        self._switch(new, by)
        return new

    async def go_to(self, version: str | None, by: str, expected: str | None) -> str:
        self._answer(expected)
        chosen = version or self.before
        if chosen not in self.texts:
            raise NoSuchVersion("there is none")
        self._switch(chosen, by)
        return chosen

    def _switch(self, version: str, by: str) -> None:
        self.before, self.now = self.now, version
        self.who[version] = by

    def _answer(self, expected: str | None = None) -> None:
        if self.is_away:
            raise VersionsAway
        if expected is not None and expected != self.now:
            raise VersionMovedOn


@dataclass
class MemoryDirectories:
    """`KeptDirectories`."""

    versions: Directories = field(default_factory=lambda: Directories("d-20261122T080000-2", "d-20261115T080000-1"))
    is_away: bool = False

    async def both(self) -> Directories:
        if self.is_away:
            raise VersionsAway
        return self.versions

    async def rollback(self) -> str:
        if self.versions.previous is None:
            raise NoSuchVersion("there is no earlier directory")
        self.versions = Directories(self.versions.previous, self.versions.active)
        return str(self.versions.active)


@dataclass
class WorkAtOnce:
    """`Work`. Customers: number -> how many entries; what was asked for, in order."""

    customers: dict[str, int] = field(default_factory=lambda: {NUMBER: 2})
    done: list[str] = field(default_factory=list)
    fails: str = ""

    async def checked(self, text: str, active: str | None) -> Checked:
        told = dict(self._answer("check", text=text, active=active))
        told["mistakes"] = [PlacedMistake(**each) for each in told["mistakes"]]
        return Checked(**told)

    async def differences(self, before: str, after: str) -> Differences:
        return Differences(**self._answer("differences", before=before, after=after))

    async def year(self, text: str, year: int, team: str) -> Mapping[str, object]:
        return self._answer("year", text=text, year=year, team=team)

    async def calendar(self, text: str, year: int, team: str) -> str:
        return str(self._answer("calendar", text=text, year=year, team=team)["calendar"])

    async def kept(self, number: str) -> Kept:
        self._answer("")
        return Kept({"entries": self.customers.get(number, 0)}, is_in_directory=True)

    async def export(self, number: str) -> bytes:
        self._answer("")
        return b'{"mailbox": []}' if number in self.customers else b"{}"

    async def erase(self, number: str) -> Erased:
        self._answer("")
        self.done.append("erase")
        return Erased({"entries": self.customers.pop(number, 0)}, ["The directory is replaced as a whole."])

    async def doctor(self) -> Sequence[Finding]:
        self._answer("")
        return [Finding("clock", "ok", "it is noon", ""), Finding("disk", "FAIL", "<b>full</b>", "make room")]

    def _answer(self, do: str, **asked: object) -> Mapping[str, Any]:
        if self.fails:
            raise WorkFailed(self.fails)
        told = ANSWERS[do](asked) if do else {}
        if "refused" in told:
            raise WorkRefused(told["refused"])
        return told


@dataclass
class MemoryImport:
    """`DirectoryImport`: what arrived; `now` is the test's to set."""

    now: ImportNow = field(default_factory=ImportNow)
    arrived: bytes = b""

    async def take(self, arriving: AsyncIterator[bytes], length: int | None, account: Account, *, dry: bool) -> None:
        if self.now.state in {ImportState.RECEIVING, ImportState.RUNNING}:
            raise ImportRunning(str(ImportRunning.__doc__))
        self.arrived = b"".join([part async for part in arriving])
        assert length in {None, len(self.arrived)}
        self.now = ImportNow(ImportState.RUNNING, is_dry=dry, by=account.name)

    async def cancel(self) -> None:
        self.now = ImportNow()


@dataclass
class AdminHouse:
    """What a test changes and looks at."""

    folder: Path
    accounts: MemoryAccounts = field(default_factory=MemoryAccounts)
    configs: MemoryConfigurations = field(default_factory=MemoryConfigurations)
    directories: MemoryDirectories = field(default_factory=MemoryDirectories)
    work: WorkAtOnce = field(default_factory=WorkAtOnce)
    imports: MemoryImport = field(default_factory=MemoryImport)
    notes: Noted = field(default_factory=Noted)
    force: Force = field(default_factory=lambda: Force(FIRST, FIRST, "d-20261122T080000-2", 7, 1.0))
    dependencies: dict[str, Dependency] = field(default_factory=dict)
    troubles: tuple[Trouble, ...] = ()

    def __post_init__(self) -> None:
        for role in Role:
            account = Account(role.value, role, (), token=digest_of(token_of(role)), id=role.value)
            self.accounts.accounts[role.value] = account
        self.sign_in = SignIn(self.accounts, lambda: 1_764_000_000.0)
        self.door = Door(self.sign_in)
        self._application: FastAPI | None = None

    async def look(self) -> Force:
        return self.force

    def application(self) -> FastAPI:
        centre = parse(TEAMS)
        rooms = AdminRooms(
            self.door, self.notes, self.configs, self.directories, self.work, self, self.imports, lambda: centre
        )

        async def depends() -> Dependencies:
            return self.dependencies

        health = HealthLook(depends, lambda: None, self.folder)
        return application(
            "1",
            depends,
            lambda: None,
            [
                session_routes(self.sign_in, self.door),
                landing_page(rooms),
                configuration_api(rooms),
                configuration_page(rooms),
                directory_api(rooms),
                directory_page(rooms),
                year_page(rooms),
                health_page(rooms, health),
                customer_api(rooms),
                customer_page(rooms),
                *self._accounts(centre),
            ],
        )

    def _accounts(self, centre: Centre) -> list[APIRouter]:
        terms = Terms()
        listed = AccountList(self.accounts, terms, self.sign_in._now)
        own = OwnSignIn(self.accounts, self.sign_in, listed, terms, self.notes)
        changes = AccountChanges(self.accounts, self.notes, lambda: centre)
        rooms = AccountRooms(self.door, listed, changes, own, lambda: centre)
        return [
            sign_in_page(self.sign_in, self.door, lambda: centre),
            accounts_api(rooms),
            list_page(rooms),
            one_page(rooms),
            own_page(rooms),
        ]

    def client(self, role: Role | str | None = "admin") -> httpx.AsyncClient:
        """Asks as a machine with the role's token; without a role as nobody."""
        headers = {"authorization": f"Bearer {token_of(role)}"} if role else {}
        self._application = self._application or self.application()
        transport = httpx.ASGITransport(self._application)
        return httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}", headers=headers)

    def imported(self, **what: Any) -> None:  # noqa: ANN401 - whatever ImportNow has
        """An import that has ended so."""
        self.imports.now = replace(ImportNow(), **what)
