"""`teamline callbacks list`: callbacks and appointments, and which of them cannot be kept."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated

import typer

from facts.contact import LeftKind, LeftState
from operations.callbacks.at_risk import Risk, risks
from operations.callbacks.life import state_of
from operations.mailbox.ports import Entry, MailboxAway
from routing.closures import apply
from teamline.clock import wall_clock
from teamline.commands.in_force import centre_for
from teamline.commands.messages import AWAY
from teamline.output import WRONG_USE, JsonOption, fail, print_json, run, settings_or_fail
from teamline.stored import open_store


def list_callbacks(
    *,
    team: Annotated[str | None, typer.Option(help="Of this team only")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Settled ones, too")] = False,
    numbers: Annotated[bool, typer.Option(help="With phone and customer numbers")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show callbacks and appointments, oldest first."""
    settings = settings_or_fail()
    clock = wall_clock(settings.clock_at)

    async def work() -> None:
        async with open_store(settings) as stored:
            centre = await centre_for(stored, settings, is_named=False)
            if team is not None and team not in centre.teams:
                fail(f"--team {team}: there is no such team: {', '.join(centre.teams)}", code=WRONG_USE)
            closed = apply(centre, [order.closure for order in await stored.closings.all()])
            try:
                listed = await stored.mailbox.listed(team)
            except MailboxAway:
                fail(AWAY)
        ahead = float(round(clock().timestamp() - time.time()))
        at_risk = risks(listed, closed, time.time(), ahead)
        shown = [
            _told(entry, centre.timezone, ahead, at_risk.get(entry.id), numbers=numbers)
            for entry in listed
            if entry.what is LeftKind.CALLBACK and (everything or entry.state is not LeftState.DONE)
        ]
        if as_json:
            print_json({"callbacks": shown})
        else:
            _print(shown)

    run(work)


def _told(entry: Entry, zone: tzinfo, ahead: float, risk: Risk | None, *, numbers: bool) -> Mapping[str, object]:
    def moment(at: float | None) -> str | None:
        if at is None:
            return None
        shown = datetime.fromtimestamp(at, UTC) + timedelta(seconds=ahead)
        return shown.astimezone(zone).isoformat(timespec="seconds")

    state = state_of(entry)
    told: dict[str, object] = {
        "id": entry.id,
        "team": entry.team,
        "state": state.value if state else entry.state.value,
        "came_at": moment(entry.came_at),
        "due": moment(entry.due_at),
        "at": moment(entry.appointment_at),
        "until": moment(entry.until_at),
        "attempts": entry.attempts,
        "outcome": entry.outcome,
        "at_risk": risk.value if risk else None,
        "concern": entry.concern,
        "language": entry.language,
        "kiosk": entry.kiosk,
        "source": entry.source,
        "claimed_by": entry.claimed_by,
    }
    return told | {"phone": entry.phone, "number": entry.number} if numbers else told


def _print(shown: Sequence[Mapping[str, object]]) -> None:
    if not shown:
        typer.echo("Nothing there.")
    for each in shown:
        agreed = f"at {each['at']}" if each["at"] else ""
        risk = f"AT RISK: {each['at_risk']}" if each["at_risk"] else ""
        tried = f"{each['attempts']} tried" if each["attempts"] else ""
        words = [each[name] for name in ("id", "came_at", "team", "state")]
        words += [tried, each["outcome"], agreed, risk, each["claimed_by"], each.get("phone"), each.get("number")]
        typer.echo("  ".join(str(word) for word in words if word))
