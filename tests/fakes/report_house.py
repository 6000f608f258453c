"""The rooms of reports over a journal in memory, worked out in this process."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI

from metrics.calendar_days import days_between
from metrics.day_curves import CurvesOfDay, DayCurves
from operations.journal import JournalAway
from operations.report_answer import answer, read_question
from operations.report_days import ReportDays
from operations.report_named import NamedQuestion, answer_named
from operations.sign_in.accounts import Role
from routing.centre import Centre
from tests.fakes.desk_house import DeskHouse, token_of
from tests.fakes.marked_journal import BERLIN, MarkedDays
from web.app import application
from web.health import Dependencies
from web.reports.api import reports
from web.reports.curves import curves
from web.reports.line import ReportLine
from web.reports.page import Patience, report_page
from web.reports.worker import ReportsAway


class JournalWorker:
    """`ReportWorker` over a journal; today is the day of now."""

    def __init__(self, journal: MarkedDays, centre: Centre) -> None:
        self._journal, self._centre = journal, centre
        self._days = ReportDays(journal, BERLIN)

    async def answer(self, question: Mapping[str, object], told: Callable[[int, int], None]) -> bytes:
        if "name" in question:
            named = NamedQuestion(**question)  # type: ignore[arg-type] - as a process would be told
            return (await answer_named(named, self._journal, self._centre, told)).encode()
        asked = read_question(question)
        try:
            days = days_between(asked.begin, asked.end, ZoneInfo(asked.zone))
            found = await self._days.span(days, datetime.now(BERLIN).date(), told)
        except JournalAway as error:
            raise ReportsAway from error
        return "".join(answer(asked, found)).encode()


@dataclass
class ReportHouse:
    """What a test changes and looks at."""

    folder: Path
    journal: MarkedDays = field(default_factory=MarkedDays)
    curves: DayCurves = field(default_factory=lambda: DayCurves(BERLIN))
    now: float = 0.0
    patience: Patience = field(default_factory=lambda: Patience(60.0, 60.0))

    def __post_init__(self) -> None:
        self.desk = DeskHouse(self.folder)
        self.line = ReportLine(JournalWorker(self.journal, self.desk.router.centre), lambda: 0.0)

    def today(self) -> CurvesOfDay:
        return self.curves.today(self.now)

    def application(self) -> FastAPI:
        async def nothing() -> Dependencies:
            return {}

        door, centre = self.desk.door, lambda: self.desk.router.centre
        rooms = [
            reports(self.line, centre, door),
            report_page(self.line, centre, door, self.patience),
            curves(self.today, centre, door),
        ]
        return application("1", nothing, None, rooms)

    def client(self, role: Role | None = Role.SUPERVISOR) -> httpx.AsyncClient:
        headers = {"authorization": f"Bearer {token_of(role)}"} if role else {}
        transport = httpx.ASGITransport(self.application())
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080", headers=headers)


def at(text: str) -> float:
    """A local time in Unix seconds."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()
