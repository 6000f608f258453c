"""Why members pause: our own reasons, and how many pause for which, as one short text without names: `break:2,lunch:1`.

A reason that is no token, and whatever finds no room, is left out: those members pause for no reason that is told.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

MOST_KINDS = 12
MISSED_RINGS = "missed-rings"
"""Nobody picked up, again and again."""
_WRAP_UP = re.compile(r"wrapup-([0-9]{1,11})")
_ROOM = 128  # of a text in a record
_REASON = re.compile(r"[A-Za-z0-9_-]{1,16}")
_COUNTED = re.compile(r"([A-Za-z0-9_-]{1,16}):([1-9][0-9]{0,5})")


def wrap_up(until: int) -> str:
    """The reason of a pause for after-call work until then, in Unix seconds."""
    return f"wrapup-{until}"


def wrap_up_until(reason: str | None) -> int | None:
    """Until when after-call work lasts, in Unix seconds; None for every other reason, and for no pause (None)."""
    found = _WRAP_UP.fullmatch(reason) if reason else None
    return int(found[1]) if found else None


def told(reasons: Iterable[str]) -> str:
    """Of one reason a member who pauses, in the order of the alphabet; the frequent ones find room first."""
    counts = Counter(reason for reason in reasons if _REASON.fullmatch(reason))
    kinds: list[str] = []
    room = _ROOM + 1
    for reason, count in sorted(counts.items(), key=lambda kind: (-kind[1], kind[0]))[:MOST_KINDS]:
        kind = f"{reason}:{count}"
        room -= len(kind) + 1
        if room >= 0:
            kinds.append(kind)
    return ",".join(sorted(kinds))


def counted(text: str) -> Mapping[str, int]:
    """Reason -> members, as `told` wrote it; whatever is not written so is passed over."""
    kinds = (_COUNTED.fullmatch(kind) for kind in text[:_ROOM].split(",")[:MOST_KINDS])
    return {kind[1]: int(kind[2]) for kind in kinds if kind}
