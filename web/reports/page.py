"""`/reports`: an interval, whose figures, and how they are cut; the address holds the whole question."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request, Response

from operations.report_answer import Kind
from operations.sign_in.accounts import Account, Right
from routing.centre import Centre
from web.frame import MOST_QUERY, Page, come_in, framed, tongue
from web.page import filled, shown, words
from web.reports.api import overview_of, told
from web.reports.asked import Meant, intervals, meant, question
from web.reports.choice import Choice, chosen
from web.reports.form import form
from web.reports.line import ReportLine, Working
from web.reports.result import Drawn, result, trouble, working
from web.who import Door, Guest

PATH = "/reports"
MOST_COURSE = 1500
"""Intervals of one page."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that the page, and a piece of it, wait for figures before they show how far those are."""

    whole: float = 1.0
    part: float = 3.0


class ReportPage:
    """Puts the page together."""

    def __init__(self, line: ReportLine, centre: Callable[[], Centre], door: Door, patience: Patience) -> None:
        self._line, self._centre, self.door, self._patience = line, centre, door, patience

    async def whole(self, request: Request) -> Response:
        """The page: form and figures."""
        guest = await come_in(self.door, request, Right.READ_REPORTS)
        texts = words("reports/reports", tongue(request))
        centre = self._centre()
        choice = chosen(request, datetime.now(centre.timezone).date())
        figures = await self.figures(request, guest.account, choice, self._patience.whole)
        html = {"form": form(choice, guest.account, centre, texts), "result": figures}
        main = filled("reports/reports.html", texts, html)
        scripts = ["/pages/reports/reports.js"]
        styles = ["/vendor/uPlot.css", "/pages/reports/reports.css"]
        page = Page("reports", texts["title"], main, scripts, styles, is_wide=True)
        return framed(request, guest, page)

    async def part(self, request: Request) -> Response:
        """The figures alone, for a page that waits for them."""
        guest = await self._come_again(request)
        choice = chosen(request, datetime.now(self._centre().timezone).date())
        return shown(await self.figures(request, guest.account, choice, self._patience.part), tongue(request))

    async def figures(self, request: Request, account: Account, choice: Choice, seconds: float) -> str:
        """The figures, how far they are, or why there are none."""
        texts, centre, address = words("reports/reports", tongue(request)), self._centre(), request.url.query
        if choice.wrong:
            return trouble(texts, texts["wrong"], texts[f"wrong_{choice.wrong[0]}"], address)
        try:
            said = meant(choice.wish, account, centre, time.time())
            asked = question(Kind.OVERVIEW, said, centre)
            if intervals(said) > MOST_COURSE:
                return trouble(texts, texts["wrong"], texts["wrong_long"], address)
            found = await told(self._line, account, asked, seconds)
        except HTTPException as refused:
            return trouble(texts, *_why(refused, texts), address)
        drawn = self._drawn(texts, tongue(request), choice, said, address)
        if isinstance(found, Working):
            return working(drawn, found)
        return await asyncio.to_thread(lambda: result(drawn, overview_of(found)))

    async def _come_again(self, request: Request) -> Guest:
        """Whoever has to sign in meanwhile is led there as a whole page, and back to the whole report."""
        try:
            return await come_in(self.door, request, Right.READ_REPORTS)
        except HTTPException as refused:
            if refused.status_code != HTTPStatus.SEE_OTHER:
                raise
            query = request.url.query
            back = quote(f"{PATH}?{query}" if query and len(query) <= MOST_QUERY else PATH, safe="")
            raise HTTPException(
                HTTPStatus.UNAUTHORIZED, "Sign in first.", {"HX-Redirect": f"/sign-in?next={back}"}
            ) from refused

    def _drawn(self, texts: Mapping[str, str], spoken: str, choice: Choice, said: Meant, address: str) -> Drawn:
        centre = self._centre()
        return Drawn(texts, spoken, choice, said, centre, datetime.now(centre.timezone), address)


def _why(refused: HTTPException, texts: Mapping[str, str]) -> tuple[str, str]:
    """In the words of the page."""
    if refused.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        return texts["away"], texts["away_cure"]
    if refused.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return texts["full"], texts["full_cure"]
    if refused.status_code == HTTPStatus.FORBIDDEN:
        return texts["not_yours"], texts["not_yours_cure"]
    return texts["wrong"], texts["wrong_other"]


def report_page(
    line: ReportLine,
    centre: Callable[[], Centre],
    door: Door,
    patience: Patience = Patience(),
) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)
    page = ReportPage(line, centre, door, patience)
    router.add_api_route(PATH, page.whole, methods=["GET"])
    router.add_api_route(f"{PATH}/part", page.part, methods=["GET"])
    return router
