"""What another teams.yaml would change in the rules for contacts that cannot simply be answered."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import datetime

from routing.centre import Centre, Team
from routing.contact_rules import (
    Announcement,
    CallbackRules,
    Closing,
    DeskRules,
    DocumentRules,
    EmergencyRules,
    MessageRules,
    OverflowRule,
)

_Block = Announcement | CallbackRules | Closing | DeskRules | DocumentRules | EmergencyRules | MessageRules
_BLOCKS = ("closing", "emergency", "messages", "documents", "desk", "callbacks")


def rules_changes(before: Centre, after: Centre) -> Iterator[str]:
    """Of the whole centre: one line a difference, with its path in the file."""
    yield from changed("overflow", overflow_text(before.overflow), overflow_text(after.overflow))
    for block in _BLOCKS:
        yield from block_changes(block, getattr(before, block), getattr(after, block))
    yield from _announcements(before.announcements, after.announcements)


def team_rules_changes(path: str, before: tuple[Centre, Team], after: tuple[Centre, Team]) -> Iterator[str]:
    """Of a team: nothing where it has the centre's rules, before and after."""
    (old_centre, old), (new_centre, new) = before, after
    if (old.overflow, new.overflow) != (old_centre.overflow, new_centre.overflow):
        yield from changed(f"{path}.overflow", overflow_text(old.overflow), overflow_text(new.overflow))
    if (old.closing, new.closing) != (old_centre.closing, new_centre.closing):
        yield from block_changes(f"{path}.closing", old.closing, new.closing)


def block_changes(path: str, old: _Block, new: _Block) -> Iterator[str]:
    """Of a block of keys: one line a key."""
    for field in fields(old):
        yield from changed(f"{path}.{field.name}", getattr(old, field.name), getattr(new, field.name))


def overflow_text(rules: Sequence[OverflowRule]) -> str:
    """Rules as people read them: `wait-over 600 to sister, then closed to message`."""
    return ", then ".join(
        f"{rule.when}{f' {rule.limit}' if rule.limit is not None else ''} to {rule.team or rule.goal}" for rule in rules
    )


def changed(path: str, old: object, new: object) -> Iterator[str]:
    """The line of one difference; none where there is none."""
    if old != new:
        yield f"{path}: {_shown(old)} -> {_shown(new)}"


def _announcements(before: Sequence[Announcement], after: Sequence[Announcement]) -> Iterator[str]:
    old, new = ({one.id: one for one in each} for each in (before, after))
    yield from (f"announcements.{id_}: removed" for id_ in old if id_ not in new)
    for id_, one in new.items():
        if id_ not in old:
            yield f"announcements.{id_}: added"
        else:
            yield from block_changes(f"announcements.{id_}", old[id_], one)


def _shown(value: object) -> str:
    if value in (None, "", ()):
        return "none"
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else json.dumps(value, ensure_ascii=False)
