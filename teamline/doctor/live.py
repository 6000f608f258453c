"""Live figures, as the router tells them: fresh, and what it has found wrong."""

import asyncio
import http.client
from collections.abc import Sequence
from datetime import UTC, datetime

from pydantic import ValidationError

from teamline.doctor.findings import Verdict, fail, ok, warn
from teamline.doctor.premises import Premises
from teamline.doctor.router import OK, START, got, reachable
from web.live import Live

PAGE = "/api/v1/live"
UNKNOWN, NOT_SHOWN = 503, 401


async def live(on: Premises) -> Sequence[Verdict]:
    """Figures are known and of now; each trouble that the router knows is a line."""
    settings = on.settings
    try:
        status, body = await asyncio.to_thread(got, reachable(settings.http_host), settings.http_port, PAGE)
    except (OSError, http.client.HTTPException):
        return [fail("the router does not tell what happens now", START)]
    if status == UNKNOWN:
        return [warn("nothing is known yet: Asterisk was not heard since the router's start", "see `ami`")]
    if status == NOT_SHOWN:
        return [ok("not shown to this machine without a sign-in (TEAMLINE_WALLBOARD_FROM)")]
    try:
        told = Live.model_validate_json(body if status == OK else b"")
    except ValidationError:
        return [fail(f"{PAGE} does not answer as ours", f"something else may listen there: free the port, {START}")]
    return [_age(told, datetime.now(UTC)), *(warn(each.what, each.cure) for each in told.troubles)]


def _age(told: Live, now: datetime) -> Verdict:
    seconds = f"{max(0.0, (now - told.as_of).total_seconds()):.0f} s"
    waiting = sum(team.waiting for team in told.teams)
    if told.stale:
        return warn(
            f"the figures are {seconds} old: boards show the past",
            "see `ami`; if it is well, the log event live_truth_not_proved of the router has the reason",
        )
    return ok(f"{len(told.teams)} teams, {waiting} in line, Asterisk was heard {seconds} ago")
