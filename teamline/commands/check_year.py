"""A year's openings and conflicts for `teamline check --year`: as lines, as JSON."""

from collections.abc import Iterable, Iterator
from datetime import date

from routing.hours import Why
from routing.hours.stretches import ClockChange
from routing.year_conflicts import Conflict, conflicts
from routing.year_preview import Group, PreviewDay, days


def year_lines(groups: Iterable[Group], year: int, today: date) -> Iterator[str]:
    """Every date of each group of teams with the same hours, then every conflict."""
    every = tuple(groups)
    for group in every:
        yield ""
        yield f"{year}: {', '.join(f'{team.id} {team.name}' for team in group.teams)}"
        yield from map(_line, days(group.hours, year))
    found = conflicts(every, year, today)
    yield ""
    yield f"{len(found) or 'No'} conflict{'' if len(found) == 1 else 's'} in {year}."
    yield from (f"{one.date:%a %d.%m.%Y}  {one.where}: {one.what}" for one in found)


def year_values(groups: Iterable[Group], year: int, today: date) -> dict[str, object]:
    """The same for other programs."""
    every = tuple(groups)
    return {
        "year": year,
        "openings": [
            {"teams": [team.id for team in group.teams], "days": [_value(day) for day in days(group.hours, year)]}
            for group in every
        ],
        "conflicts": [_conflict(one) for one in conflicts(every, year, today)],
    }


def _line(preview: PreviewDay) -> str:
    day = preview.day
    told = [f"{day.date:%a %d.%m.%Y}", ", ".join(map(str, day.spans)) or "closed"]
    if day.why is not Why.WEEKLY:
        told.append(f"{day.why}: {day.name}" + (f" ({day.path})" if day.path else ""))
    if preview.clocks:
        told.append(_clocks(preview.clocks))
    return "  ".join(told)


def _clocks(change: ClockChange) -> str:
    way = "forward" if change.after > change.before else "back"
    return f"clocks go {way}: {change.shown_before:%H:%M} -> {change.shown_after:%H:%M}"


def _value(preview: PreviewDay) -> dict[str, object]:
    day = preview.day
    return {
        "date": day.date.isoformat(),
        "open": [str(span) for span in day.spans],
        "why": day.why.value,
        **({"name": day.name} if day.name else {}),
        **({"where": day.path} if day.path else {}),
        **({"clocks": _clocks(preview.clocks)} if preview.clocks else {}),
    }


def _conflict(conflict: Conflict) -> dict[str, str]:
    return {"date": conflict.date.isoformat(), "where": conflict.where, "what": conflict.what}
