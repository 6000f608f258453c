"""Where a call would land, asked over HTTP: the feature around its room."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from operations.active import ActiveRouter, InForce
from routing.decision import Concern, Contact, decide
from routing.number import TypedNumber
from teamline.explained import record
from web.explain import explain
from web.room import Room
from web.who import Door


class ExplainFeature:
    """`Feature`. `clock` rules the opening hours."""

    def __init__(self, router: ActiveRouter, door: Door, clock: Callable[[], datetime]) -> None:
        self._router, self._clock = router, clock
        self._rooms = [explain(self.explained, lambda: router.centre, door)]

    @property
    def rooms(self) -> Sequence[Room]:
        """The API."""
        return self._rooms

    def explained(self, number: TypedNumber, concern: Concern, at: datetime | None) -> Mapping[str, object]:
        """As `teamline explain` decides, beside the router: no decision is counted or journalled."""
        force = self._router.in_force
        now = (at or self._clock()).astimezone(force.centre.timezone)
        contact = Contact(int(now.timestamp()), concern, number, letter=number.letter)
        return record(decide(contact, force.centre, force.directory, {}, now, force.config_version))

    async def start(self) -> None:
        """Nothing to begin: it answers when somebody asks."""

    async def stop(self) -> None:
        """Nothing to end."""

    def configured(self, now: InForce) -> None:
        """Whoever asks is answered by what is in force."""
