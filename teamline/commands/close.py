"""`teamline close`: a team, a site or the whole centre closes now, until a moment."""

from datetime import datetime, time, timedelta
from typing import Annotated

import typer

from operations.audit import Deed
from operations.closings import ClosedNow, CloseRefused, ordered, scope_of, team_in
from routing.centre import Centre
from routing.hours.closure import Closure
from teamline.clock import wall_clock
from teamline.commands.in_force import centre_for
from teamline.noted import noted
from teamline.output import WRONG_USE, JsonOption, fail, print_json, run, settings_or_fail
from teamline.stored import Stored, open_store

Scope = Annotated[str, typer.Argument(metavar="TEAM|site:ID|centre", help="What: a team's id, site:ID, or centre")]


def close(
    scope: Scope,
    *,
    until: Annotated[str, typer.Option(help="When it opens again by itself: 14:30 (the next), or 2026-11-23T14:30")],
    reason: Annotated[str, typer.Option(help="Why, for boards and whoever asks")],
    as_json: JsonOption = False,
) -> None:
    """Close now, for 7 days at most; a running router follows within 2 seconds. Whoever waits stays in line."""
    settings = settings_or_fail()
    now = wall_clock(settings.clock_at)()

    async def work() -> None:
        async with open_store(settings) as stored:
            centre = await centre_for(stored, settings, is_named=False)
            try:
                closure = ordered(centre, scope_of(scope), _moment(until, centre, now), reason, now)
                await stored.closings.put(ClosedNow(closure, "command"))
                await _noted(stored, closure)
            except CloseRefused as error:
                fail(f"close: {error}", code=WRONG_USE)
        told = closure.until.astimezone(centre.timezone)
        if as_json:
            print_json({"scope": closure.scope, "until": told.isoformat(), "reason": closure.reason})
        else:
            typer.echo(f"{scope}: closed until {told:%Y-%m-%d %H:%M}. `teamline reopen {scope}` takes it back.")

    run(work)


def _moment(text: str, centre: Centre, now: datetime) -> datetime:
    """A time of day is the next one in the centre. Ends the command for what is neither that nor a moment."""
    try:
        clock = time.fromisoformat(text) if "T" not in text and "-" not in text else None
        if clock is None:
            return datetime.fromisoformat(text)
    except ValueError:
        fail(f"--until {text}: write a time like 14:30, or a moment like 2026-11-23T14:30", code=WRONG_USE)
    local = now.astimezone(centre.timezone)
    today = datetime.combine(local.date(), clock, centre.timezone)
    return today if today > local else datetime.combine(local.date() + timedelta(days=1), clock, centre.timezone)


async def _noted(stored: Stored, closure: Closure) -> None:
    told = {"until": closure.until.isoformat(), "reason": closure.reason}
    await noted(stored, Deed.CLOSED, team=team_in(closure.scope), about=closure.scope, **told)
