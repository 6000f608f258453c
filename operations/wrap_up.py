"""After-call work that app_queue cannot give: pauses that end by themselves (`facts.pause_reasons.wrap_up`).

Nothing is kept here but which talks have been seen to: who pauses, and until when, is read in the live model, which
Asterisk fills anew after every login. So a router that was away ends what has run out meanwhile.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from facts.pause_reasons import wrap_up, wrap_up_until
from metrics.live import LiveModel, MemberNow
from routing.centre import Centre
from routing.wrap_up import after_call_seconds, rendered_seconds


@dataclass(frozen=True, slots=True)
class Begin:
    """Pause this member for `reason`, unless they pause already."""

    member: str
    reason: str


@dataclass(frozen=True, slots=True)
class End:
    """Let this member ring again, if `reason` is still why they pause."""

    member: str
    reason: str


class WrapUps:
    """What is due now, by the live model and teams.yaml."""

    def __init__(self, model: LiveModel, centre: Callable[[], Centre]) -> None:
        self._model = model
        self._centre = centre
        self._rendered: tuple[Centre, Mapping[str, int]] | None = None
        self._seen_to: dict[str, float] = {}

    def due(self, now: float) -> list[Begin | End]:
        """Every pause to begin or to end at `now` (Unix seconds); what was not done is due again."""
        for gone in self._seen_to.keys() - self._model.members.keys():
            del self._seen_to[gone]
        return [step for member, known in self._model.members.items() for step in self._of(member, known, now)]

    def begun(self, member: str) -> None:
        """The member's last talk has been seen to: `*46` may end this pause, and it does not begin again."""
        known = self._model.members.get(member)
        if known and known.last_talk_ended_at is not None:
            self._seen_to[member] = known.last_talk_ended_at

    def _of(self, member: str, known: MemberNow, now: float) -> Iterator[Begin | End]:
        if known.paused is not None:
            until = wrap_up_until(known.paused)
            if until is not None and until <= now:
                yield End(member, known.paused)
            return
        until = self._longer_until(member, known)
        if until is not None and now < until:
            yield Begin(member, wrap_up(until))

    def _longer_until(self, member: str, known: MemberNow) -> int | None:
        """Until when after-call work lasts, where that is longer than app_queue waits by itself."""
        ended_at, place = known.last_talk_ended_at, known.last_place
        if ended_at is None or place is None or self._seen_to.get(member) == ended_at:
            return None
        seconds = after_call_seconds(self._centre(), place)
        return ceil(ended_at + seconds) if seconds > self._rendered_seconds(place.queue) else None

    def _rendered_seconds(self, queue: str) -> int:
        centre = self._centre()
        if self._rendered is None or self._rendered[0] is not centre:
            self._rendered = centre, rendered_seconds(centre)
        return self._rendered[1].get(queue, 0)
