"""The team of somebody at a kiosk: that of `routing.decision` were everybody there, as for documents."""

from collections.abc import Callable
from datetime import datetime

from operations.active import InForce
from operations.documents.documents import always_there
from routing.centre import Centre, Team
from routing.decision import Contact, decide


class HomeTeams:
    """Asks the active directory; an unknown number is the general line's, in the same time."""

    def __init__(self, in_force: Callable[[], InForce], clock: Callable[[], datetime]) -> None:
        self._in_force, self._clock = in_force, clock
        self._open: tuple[InForce, Centre] | None = None

    def of(self, contact: Contact) -> Team:
        """Whose customer this is."""
        force = self._in_force()
        if self._open is None or self._open[0] is not force:
            self._open = force, always_there(force.centre)
        decision = decide(contact, self._open[1], force.directory, {}, self._clock(), force.config_version)
        return force.centre.teams.get(decision.home) or force.centre.teams[force.centre.general_line]
