"""A text view of the centre: who waits where, what the members do, today's books. It fits 100 columns."""

from datetime import datetime

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from web.live import Live, LiveTeam, LiveTrouble

TEAM_COLUMNS = 20
COLUMNS = (
    "Wait-\ning",
    "Long-\nest",
    "Free",
    "Ring-\ning",
    "Talk-\ning",
    "Busy",
    "Wrap-\nup",
    "Pau-\nsed",
    "Of-\nfered",
    "An-\nswered",
    "In\ntarget",
    "Aban-\ndoned",
    "Service\nlevel",
)
NOTHING = "·"
UNDEFINED = "-"
"""Figures of an empty interval are neither 0 nor 100 % (docs/metrics.md)."""
MINUTE = 60


def view(centre: str, seen: Live | None, away: str, now: datetime) -> Group:
    """The whole screen. `seen`: what the router told last; `away`: why it tells nothing now, else empty."""
    heading = Text(f"{centre}: who waits where", style="bold")
    parts: list[Table | Text] = [heading, _status(seen, away, now)]
    if seen:
        parts += [_trouble(each) for each in seen.troubles]
        parts.append(_table(seen))
    parts.append(Text("Ctrl-C ends everything."))
    return Group(*parts)


def _status(seen: Live | None, away: str, now: datetime) -> Text:
    """How old the figures are, and whether they may be believed."""
    if seen is None:
        return Text(f"{away}. There are no figures yet.", style="bold red")
    age = max(0.0, (now - seen.as_of).total_seconds())
    since = f"these figures are of {seen.as_of.astimezone():%H:%M:%S}, {_span(age)} ago"
    if away:
        return Text(f"{away}: {since}.", style="bold red")
    if seen.stale:
        return Text(f"STALE, the router does not hear Asterisk: {since}.", style="bold red")
    return Text(f"Live: checked against Asterisk {_span(age)} ago.", style="green")


def _trouble(trouble: LiveTrouble) -> Text:
    return Text.assemble((f"Trouble: {trouble.what}. ", "bold yellow"), f"Cure: {trouble.cure}.")


def _table(seen: Live) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=0,
        caption=f'From "Offered" on: today. Service level by the formula "{seen.formula}".',
        caption_justify="left",
    )
    table.add_column("Team", width=TEAM_COLUMNS, no_wrap=True, overflow="ellipsis")
    for heading in COLUMNS:
        table.add_column(heading, justify="right", no_wrap=True)
    for team in seen.teams:
        table.add_row(_name(team), *_line(team), *_members(team), *_today(team))
    return table


def _name(team: LiveTeam) -> Text:
    return Text(f"{team.id} {team.name}", style="" if team.open else "dim")


def _line(team: LiveTeam) -> tuple[Text, Text]:
    if not team.waiting:
        return _count(0), Text("" if team.open else "closed", style="dim")
    return Text(str(team.waiting), style="bold red"), Text(_span(team.longest_wait_seconds))


def _members(team: LiveTeam) -> list[Text]:
    are = team.members
    return [_count(each) for each in (are.available, are.ringing, are.talking, are.busy, are.wrapup, are.paused)]


def _today(team: LiveTeam) -> list[Text]:
    today = team.today
    counts = (today.offered, today.answered, today.answered_in_target, today.abandoned)
    level = UNDEFINED if today.service_level is None else f"{today.service_level:.1%}"
    return [*(_count(each) for each in counts), Text(level)]


def _count(count: int) -> Text:
    return Text(str(count)) if count else Text(NOTHING, style="dim")


def _span(seconds: float) -> str:
    """`34 s` below a minute, then `12:34`."""
    whole = int(seconds)
    return f"{whole} s" if whole < MINUTE else f"{whole // MINUTE}:{whole % MINUTE:02d}"
