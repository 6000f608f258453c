"""musiconhold.conf: the centre's own music, if it has any."""

from telephony.dialplan.lines import document, option, path, section
from telephony.dialplan.wiring import Wiring


def render(wiring: Wiring) -> str:
    """The text of musiconhold.conf: class `teamline`, or nothing where queues use the class `default`."""
    return document(wiring.version, [_own(wiring)] if wiring.music else [])


def _own(wiring: Wiring) -> str:
    lines = [
        option("mode", "files"),
        option("directory", path(str(wiring.music), "music")),
        option("sort", "random", "not the same first bar for everybody"),
    ]
    return section("[teamline]", lines)
