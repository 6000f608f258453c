"""What the emergency service of teams.yaml may not ring."""

from collections.abc import Iterator, Mapping

from routing.teams.mistakes import shown
from routing.teams.places import Document, Finding
from routing.teams.sightings import once, texts

_PUBLIC_EMERGENCY = frozenset(("110", "112"))
_OTHERS: Mapping[str, str] = {
    "entry.*": "an entry number of this centre: the call would come back to itself",
    "text_entry.*": "an entry number of this centre: the call would come back to itself",
    "teams.*.extension": "a team's extension, and all teams are closed then",
    "kiosks.*.phone": "a kiosk's phone, which anybody may pick up",
}
_CURE = "name a member's phone, or the public number of whoever is on call"


def emergency_findings(document: Document) -> Iterator[Finding]:
    """Every number of `emergency.on_call` that cannot be meant."""
    numbers = list(texts(document, "emergency.on_call.*"))
    taken = {number: what for pattern, what in _OTHERS.items() for _, number in texts(document, pattern)}
    for path, number in numbers:
        if number.removeprefix("+") in _PUBLIC_EMERGENCY:
            yield Finding(path, f"{shown(number)} is never rung by a machine: callers are told to dial it", _CURE)
        elif what := taken.get(number):
            yield Finding(path, f"{shown(number)} is {what}", _CURE)
    yield from once(document, "in emergency.on_call the number", "name it once: each is rung once", numbers)
