"""Hours of teams.yaml that cannot be: days named twice, times that overlap, holidays that this Land does not have."""

from collections.abc import Iterator, Mapping

from routing.hours.public_holidays import LANDS, PUBLIC, REGIONAL, lands_with, names_of, plain
from routing.teams.hours import DAYS, overlapping, weekdays
from routing.teams.mistakes import meant, shown
from routing.teams.places import Document, Finding, Path
from routing.teams.sightings import found, once, texts


def hours_findings(document: Document) -> Iterator[Finding]:
    """Every mistake of hours between the keys, in no order."""
    for pattern in (("hours", "default"), ("sites", "*", "hours"), ("teams", "*", "hours")):
        for path, week in found(document.value, pattern):
            if isinstance(week, dict):
                yield from _week(path, week)
    for level in (("hours",), ("sites", "*"), ("teams", "*")):
        for kind in ("closing_days", "exceptions"):
            for path, spans in found(document.value, (*level, kind, "*", "open")):
                yield from _overlaps(path, spans)
    yield from _holidays(document)


def _week(path: Path, week: Mapping[str, object]) -> Iterator[Finding]:
    seen: dict[int, str] = {}
    for key, spans in week.items():
        days = _days(key)
        if twice := [day for day in days if day in seen]:
            what = f"{DAYS[twice[0]]} stands in {shown(seen[twice[0]])} already"
            yield Finding((*path, key), what, "name each day once, with all its times in one list", at_key=True)
        seen |= {day: key for day in days if day not in seen}
        yield from _overlaps((*path, key), spans)


def _overlaps(path: Path, spans: object) -> Iterator[Finding]:
    times = [text for _, text in found(spans, ("*",)) if isinstance(text, str)]
    if pair := overlapping(times):
        cure = "write times that follow each other, or one span instead"
        yield Finding(path, f"{shown(pair[0])} and {shown(pair[1])} overlap", cure)


def _days(key: str) -> tuple[int, ...]:
    try:
        return weekdays(key)
    except ValueError:  # told as a mistake of shape
        return ()


def _holidays(document: Document) -> Iterator[Finding]:
    names = list(texts(document, "hours.open_on.*", "hours.closed_on.*"))
    for path, rule in texts(document, "hours.holidays"):
        if rule == "open" and names:
            what = "we are open on every holiday, so open_on and closed_on say nothing"
            yield Finding(path, what, "write holidays: closed, or remove open_on and closed_on")
    yield from once(document, "the holiday", "name it once", ((path, plain(name)) for path, name in names))
    for _, land in texts(document, "centre.land"):
        if land in LANDS:
            for path, name in names:
                yield from _elsewhere(path, name, land)


def _elsewhere(path: Path, name: str, land: str) -> Iterator[Finding]:
    """A name that is none of the holidays which this key can hold in this Land."""
    wanted, other = (PUBLIC, REGIONAL) if "open_on" in path else (REGIONAL, PUBLIC)
    ours = names_of(land, wanted)
    if plain(name) in map(plain, ours):
        return
    if plain(name) in map(plain, names_of(land, other)):
        yield Finding(path, *_other_key(name, land, other))
    elif lands := sorted({*lands_with(name), *lands_with(name, REGIONAL)}):
        what = f"{shown(name)} is no holiday in {land}, but in {', '.join(lands)}"
        yield Finding(path, what, _cure(land, ours, wanted))
    else:
        yield Finding(path, f"there is no holiday {shown(name)}", meant(name, ours, _cure(land, ours, wanted)))


def _other_key(name: str, land: str, other: str) -> tuple[str, str]:
    if other == REGIONAL:
        what = f"{shown(name)} is a holiday in parts of {land} only, and closes nothing unless closed_on names it"
        return what, "remove it here; where you keep it, write it under closed_on"
    return f"{shown(name)} is a holiday in all of {land}, so we are closed anyway", "remove it here"


def _cure(land: str, ours: tuple[str, ...], wanted: str) -> str:
    own = "if it is a day of your own, write its date under closing_days or exceptions"
    if not ours:
        return f"{land} has no holidays that only parts of it keep; {own}"
    where = "" if wanted == PUBLIC else " in parts of it"
    return f"the holidays of {land}{where} are {', '.join(ours)}; {own}"
