"""Everything that Asterisk must be told, as file name -> text."""

from collections.abc import Mapping

from routing.centre import Centre
from telephony.dialplan import extensions, manager, musiconhold, pjsip, queues, records
from telephony.dialplan.wiring import Wiring


def render(centre: Centre, wiring: Wiring) -> Mapping[str, str]:
    """The files of `<etc>/teamline.d/`. The same centre and wiring give the same bytes.

    Raises UnsupportedAsterisk for a release that cannot keep the fair line, UnrenderableValue for a value
    that Asterisk could misread.
    """
    wiring.asterisk.require_support()
    return {
        "cdr.conf": records.render(wiring),
        "cel.conf": records.render(wiring),
        "extensions.conf": extensions.render(centre, wiring),
        "manager.conf": manager.render(wiring),
        "musiconhold.conf": musiconhold.render(wiring),
        "pjsip.conf": pjsip.render(centre, wiring),
        "queues.conf": queues.render(centre, wiring),
    }
