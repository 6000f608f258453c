"""What activating another teams.yaml would change: one readable line a difference."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields

from routing.centre import Area, Centre, Credits, Kiosk, Limits, Member, Site, Targets, Team, WaitRules
from routing.teams.hours_changes import centre_hours_changes, inherited_hours, own_hours_changes
from routing.teams.rules_changes import changed, rules_changes, team_rules_changes

_Entry = Site | Area | Team | Member | Kiosk
_TOLD_ELSEWHERE = ("hours", "overflow", "closing")


def changes(before: Centre, after: Centre) -> tuple[str, ...]:
    """One line a difference, in the order of teams.yaml; paths are those of the file.

    What a team takes over from the centre (hours, targets) is told once, for the centre.
    """
    old, new = _centre(before), _centre(after)
    lines = [line for path in new for line in changed(path, old[path], new[path])]
    lines += centre_hours_changes(before.hours, after.hours)
    lines += rules_changes(before, after)
    for section in ("sites", "areas", "teams", "members", "kiosks"):
        lines += _section(section, before, after)
    return tuple(lines)


def _centre(centre: Centre) -> dict[str, object]:
    """What the centre says outside of its lists, each under its path in the file."""
    return {
        "centre.name": centre.name,
        "centre.land": centre.land,
        "centre.timezone": centre.timezone.key,
        "entry": centre.entry,
        "text_entry": centre.text_entry,
        "languages": ", ".join(f"{key} {language}" for key, language in centre.languages.items()),
        "numbers.customer": centre.customer_pattern,
        "numbers.household": centre.household_pattern,
        **_attributes("targets", centre.targets),
        **_attributes("limits", centre.limits),
        **_attributes("credits", centre.credits),
        **_attributes("waits", centre.waits),
        "general_line": centre.general_line,
    }


def _attributes(path: str, value: Targets | Limits | Credits | WaitRules) -> dict[str, object]:
    return {f"{path}.{name}": one for name, one in asdict(value).items()}


def _section(section: str, before: Centre, after: Centre) -> Iterator[str]:
    old: Mapping[str, _Entry] = getattr(before, section)
    new: Mapping[str, _Entry] = getattr(after, section)
    yield from (f"{section}.{name}: removed" for name in old if name not in new)
    for name, entry in new.items():
        if name not in old:
            yield f"{section}.{name}: added"
        else:
            path = f"{section}.{name}"
            yield from _entry(path, (old[name], entry), _inherited(before), _inherited(after))
            yield from _own_hours(path, (before, old[name]), (after, entry))
            yield from _own_rules(path, (before, old[name]), (after, entry))


def _inherited(centre: Centre) -> dict[str, object]:
    """What a team has of the centre unless it says otherwise."""
    return {
        "target_seconds": centre.targets.answer_seconds,
        "short_abandon_seconds": centre.targets.short_abandon_seconds,
        "callback_from_seconds": centre.waits.callback_from_seconds,
    }


def _entry(
    path: str, pair: tuple[_Entry, _Entry], theirs: Mapping[str, object], ours: Mapping[str, object]
) -> Iterator[str]:
    for field in fields(pair[0]):
        old, new = (getattr(entry, field.name) for entry in pair)
        if isinstance(pair[0], Team) and field.name in ours and (old, new) == (theirs[field.name], ours[field.name]):
            continue
        if field.name not in _TOLD_ELSEWHERE:
            yield from changed(f"{path}.{field.name}", old, new)


def _own_hours(path: str, before: tuple[Centre, _Entry], after: tuple[Centre, _Entry]) -> Iterator[str]:
    (old_centre, old), (new_centre, new) = before, after
    if isinstance(old, Site | Team) and isinstance(new, Site | Team):
        inherited = inherited_hours(old_centre, old), inherited_hours(new_centre, new)
        hours = old.hours or inherited[0], new.hours or inherited[1]
        yield from own_hours_changes(path, hours, inherited)


def _own_rules(path: str, before: tuple[Centre, _Entry], after: tuple[Centre, _Entry]) -> Iterator[str]:
    (old_centre, old), (new_centre, new) = before, after
    if isinstance(old, Team) and isinstance(new, Team):
        yield from team_rules_changes(path, (old_centre, old), (new_centre, new))
