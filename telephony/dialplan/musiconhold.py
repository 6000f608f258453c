"""musiconhold.conf: the centre's own music, if it has any, and silence for teams that want it."""

from telephony.dialplan.lines import document, option, path, section
from telephony.dialplan.wiring import Wiring


def render(wiring: Wiring) -> str:
    """The text of musiconhold.conf: class `teamline` where queues do not use `default`, and `teamline-silence`."""
    classes = (("teamline", wiring.music), ("teamline-silence", wiring.silence))
    return document(wiring.version, [_class(name, str(folder)) for name, folder in classes if folder])


def _class(name: str, folder: str) -> str:
    lines = [
        option("mode", "files"),
        option("directory", path(folder, "music")),
        option("sort", "random", "not the same first bar for everybody"),
    ]
    return section(f"[{name}]", lines)
