"""A text view of the centre: who waits where, what the members do, today's books. It fits the window."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from web.live import Live, LiveTeam, LiveTrouble

TEAM_COLUMNS = 18
ALL_COLUMNS = 100
"""In a window that is narrower some columns are left out."""
WIDE_COLUMNS = 110
"""Here there is room for the estimated wait, too."""
TABLE_LINES = 4
"""Two of headings, a rule, the caption."""
NOTHING = "·"
UNDEFINED = "-"
"""Figures of an empty interval are neither 0 nor 100 % (docs/metrics.md)."""
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Window:
    """Columns and lines that there are."""

    columns: int
    lines: int


def view(centre: str, seen: Live | None, away: str, now: datetime, window: Window, below: Sequence[str] = ()) -> Group:
    """The whole screen. `seen`: what the router told last; `away`: why it tells nothing now, else empty.

    `below`: lines under the table. Where not every team fits, those where most happens are shown.
    """
    above = [Text(f"{centre}: {_in_all(seen)}", style="bold"), _status(seen, away, now)]
    above += [_trouble(each) for each in (seen.troubles if seen else ())]
    under = [Text(line, no_wrap=True) for line in (*below, "Ctrl-C ends everything.")]
    if not seen:
        return Group(*above, *under)
    taken = sum(_lines(text, window) for text in above) + TABLE_LINES + len(under)
    shown = _fitting(seen.teams, window.lines - taken)
    return Group(*above, _table(seen, shown, window), *under)


def _in_all(seen: Live | None) -> str:
    waiting = sum(team.waiting for team in seen.teams) if seen else 0
    if not seen or not waiting:
        return "nobody waits" if seen else "who waits where"
    return f"{waiting} in line, the longest for {_span(max(team.longest_wait_seconds for team in seen.teams))}"


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
    return Text(f"Live: Asterisk was heard {_span(age)} ago.", style="green")


def _trouble(trouble: LiveTrouble) -> Text:
    return Text.assemble((f"Trouble: {trouble.what}. ", "bold yellow"), f"Cure: {trouble.cure}.")


def _lines(text: Text, window: Window) -> int:
    """How many lines a sentence takes; a word that moves to the next line may make it one more."""
    whole, rest = divmod(text.cell_len, window.columns)
    return whole + bool(rest) + bool(whole)


def _fitting(teams: Sequence[LiveTeam], room: int) -> Sequence[LiveTeam]:
    """All teams, else those where most happens, in the order of all."""
    if len(teams) <= room:
        return teams
    busiest = sorted(teams, key=_happening, reverse=True)[: max(1, room)]
    return [team for team in teams if team in busiest]


def _happening(team: LiveTeam) -> tuple[int, float, int, int]:
    are = team.members
    return team.waiting, team.longest_wait_seconds, are.ringing + are.talking, team.today.offered


def _table(seen: Live, shown: Sequence[LiveTeam], window: Window) -> Table:
    hidden = len(seen.teams) - len(shown)
    more = f"{hidden} more teams where less happens. " if hidden else 'From "Offered" on: today. '
    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=0,
        caption=f'{more}Service level by the formula "{seen.formula}".',
        caption_justify="left",
    )
    columns = [each for each in COLUMNS if window.columns >= each.from_columns]
    table.add_column("Team", width=TEAM_COLUMNS, no_wrap=True, overflow="ellipsis")
    for each in columns:
        table.add_column(each.heading, justify="right", no_wrap=True)
    for team in shown:
        table.add_row(_name(team), *(each.cell(team) for each in columns))
    return table


def _name(team: LiveTeam) -> Text:
    return Text(f"{team.id} {team.name}", style="" if team.open else "dim")


def _waiting(team: LiveTeam) -> Text:
    return Text(str(team.waiting), style="bold red") if team.waiting else _count(0)


def _longest(team: LiveTeam) -> Text:
    if team.waiting:
        return Text(_span(team.longest_wait_seconds))
    return Text("" if team.open else "closed", style="dim")


def _expected(team: LiveTeam) -> Text:
    """What somebody who joins now has to expect; nothing where too little is known."""
    seconds = team.estimated_wait_seconds
    return Text(NOTHING, style="dim") if seconds is None else Text(_span(seconds))


def _level(team: LiveTeam) -> Text:
    level = team.today.service_level
    return Text(UNDEFINED if level is None else f"{level:.1%}")


def _count(count: int) -> Text:
    return Text(str(count)) if count else Text(NOTHING, style="dim")


def _span(seconds: float) -> str:
    """`34 s` below a minute, then `12:34`."""
    whole = int(seconds)
    return f"{whole} s" if whole < MINUTE else f"{whole // MINUTE}:{whole % MINUTE:02d}"


@dataclass(frozen=True, slots=True)
class _Column:
    heading: str
    cell: Callable[[LiveTeam], Text]
    from_columns: int = 0
    """The narrowest window that has room for it."""


COLUMNS = (
    _Column("In\nline", _waiting),
    _Column("Long-\nest", _longest),
    _Column("Wait\nnow", _expected, WIDE_COLUMNS),
    _Column("Free", lambda team: _count(team.members.available)),
    _Column("Ring", lambda team: _count(team.members.ringing)),
    _Column("Talk", lambda team: _count(team.members.talking)),
    _Column("Busy", lambda team: _count(team.members.busy), ALL_COLUMNS),
    _Column("Wrap\nup", lambda team: _count(team.members.wrapup), ALL_COLUMNS),
    _Column("Pau-\nsed", lambda team: _count(team.members.paused), ALL_COLUMNS),
    _Column("No\nphone", lambda team: _count(team.members.unavailable), ALL_COLUMNS),
    _Column("Of-\nfered", lambda team: _count(team.today.offered)),
    _Column("Ans-\nwered", lambda team: _count(team.today.answered)),
    _Column("Aban-\ndoned", lambda team: _count(team.today.abandoned)),
    _Column("Flow\nout", lambda team: _count(team.today.flowed_out), ALL_COLUMNS),
    _Column("Lost", lambda team: _count(team.today.lost)),
    _Column("Serv.\nlevel", _level),
)
