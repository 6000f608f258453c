"""What other hours in teams.yaml would change: one line a weekday, holiday rule or special day."""

from collections.abc import Iterator

from routing.centre import Centre, Site, Team
from routing.hours import DatedDay, DatedDays, OpeningHours, WeeklyHours
from routing.teams.hours import DAYS
from routing.teams.opening import CENTRE_PATH

_Pair = tuple[OpeningHours, OpeningHours]


def centre_hours_changes(old: OpeningHours, new: OpeningHours) -> Iterator[str]:
    """Of the centre's own hours."""
    yield from _week(f"{CENTRE_PATH}.default", old.weekly, new.weekly)
    before, after = _holidays(old), _holidays(new)
    yield from (f"{CENTRE_PATH}.{key}: {before[key]} -> {after[key]}" for key in after if before[key] != after[key])
    yield from _special_days(CENTRE_PATH, (old, new))


def own_hours_changes(path: str, hours: _Pair, inherited: _Pair) -> Iterator[str]:
    """Of a site's or team's own hours; what it takes over is told where it is written."""
    if any(one.weekly != other.weekly for one, other in zip(hours, inherited, strict=True)):
        yield from _week(f"{path}.hours", hours[0].weekly, hours[1].weekly)
    yield from _special_days(path, hours)


def inherited_hours(centre: Centre, entry: Site | Team) -> OpeningHours:
    """Whose hours a site or team has where it writes none."""
    area = centre.area_of_team.get(entry.id) if isinstance(entry, Team) else None
    return (area and centre.sites[area.site].hours) or centre.hours


def _week(path: str, old: WeeklyHours, new: WeeklyHours) -> Iterator[str]:
    for day, name in enumerate(DAYS):
        before, after = (_day(week, day) for week in (old, new))
        if before != after:
            yield f"{path}.{name}: {before} -> {after}"


def _day(week: WeeklyHours, day: int) -> str:
    return "always open" if week.always else ", ".join(map(str, week.days.get(day, ()))) or "closed"


def _holidays(hours: OpeningHours) -> dict[str, str]:
    kept = hours.holidays
    if kept is None:
        return {"holidays": "open", "open_on": "none", "closed_on": "none"}
    return {
        "holidays": "closed",
        "open_on": ", ".join(kept.open_on) or "none",
        "closed_on": ", ".join(kept.closed_on) or "none",
    }


def _special_days(path: str, hours: _Pair) -> Iterator[str]:
    old, new = (_written(path, one) for one in hours)
    for key in sorted({*old, *new}):
        if old.get(key) != new.get(key):
            yield f"{path}.{key}: {_shown(old.get(key))} -> {_shown(new.get(key))}"


def _written(path: str, hours: OpeningHours) -> dict[str, DatedDay]:
    own = next((level for level in hours.dated if level.path == path), DatedDays(path))
    yearly = {f"closing_days.{month:02}-{day:02}": special for (month, day), special in own.closing_days.items()}
    return yearly | {f"exceptions.{day}": special for day, special in own.exceptions.items()}


def _shown(day: DatedDay | None) -> str:
    return "none" if day is None else f"{day.name}, {', '.join(map(str, day.spans)) or 'closed'}"
