"""cdr.conf and cel.conf: off, since who called a job centre is social data and has its own books."""

from telephony.dialplan.lines import document, option, section
from telephony.dialplan.wiring import Wiring


def render(wiring: Wiring) -> str:
    """The text of cdr.conf and of cel.conf: they happen to be the same."""
    return document(wiring.version, [section("[general](+)", [option("enable", "no")])])
