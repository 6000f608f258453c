"""One member's phone at one moment: the state in one word, and the caller who belongs to it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from facts.pause_reasons import wrap_up_until
from metrics.live import LiveModel, MemberNow
from metrics.member_state import MemberState
from operations.desk.caller import OnPhone, Phase
from operations.desk.calls_on_phones import CallsOnPhones
from routing.centre import Centre
from routing.wrap_up import after_call_seconds

SIGNED_OUT = "signed-out"
SAME_SECONDS = 2.0
"""A talk's end is told once by its own fact and once by the model: so far apart they are the same."""


@dataclass(frozen=True, slots=True)
class PhoneNow:
    """`until`: the end of after-call work in Unix seconds; `reason` of a pause, None while there is none."""

    member: str
    state: str
    """SIGNED_OUT, or a word of `metrics.member_state`."""
    reason: str | None = None
    until: float | None = None
    is_extended: bool = False
    """After-call work that the member has asked for, and may end."""
    phase: Phase | None = None
    """How far it is with `caller`."""
    caller: OnPhone | None = None
    last: tuple[OnPhone, ...] = ()
    """Whom this phone has talked to, the last first, without `caller`."""


class PhoneLook:
    """Puts it together, without waiting for anybody."""

    def __init__(self, model: LiveModel, calls: CallsOnPhones, centre: Callable[[], Centre]) -> None:
        self._model, self._calls, self._centre = model, calls, centre

    def __call__(self, member: str, now: float) -> PhoneNow:
        """At `now` (Unix seconds)."""
        seconds = partial(after_call_seconds, self._centre())
        state = self._model.state_of(member, now, seconds)
        known = self._model.members.get(member)
        caller, last = self._calls.on(member), self._calls.last(member)
        phase = None if caller is None else Phase.TALKING if caller.answered_at is not None else Phase.RINGING
        if caller is None and known and state is MemberState.WRAPUP and _is_of(last, known):
            caller, last, phase = last[0], last[1:], Phase.WRAPUP
        return PhoneNow(
            member,
            state.value if state else SIGNED_OUT,
            _reason(known),
            self._until(known) if state is MemberState.WRAPUP and known else None,
            known is not None and wrap_up_until(known.paused) is not None,
            phase,
            caller,
            last,
        )

    def _until(self, known: MemberNow) -> float | None:
        more = wrap_up_until(known.paused)
        if more is not None or known.last_talk_ended_at is None or known.last_place is None:
            return more
        return known.last_talk_ended_at + after_call_seconds(self._centre(), known.last_place)


def _is_of(last: tuple[OnPhone, ...], known: MemberNow) -> bool:
    """Whether the last caller is the one whom after-call work is about."""
    ended_at = last[0].ended_at if last else None
    return (
        ended_at is not None
        and known.last_talk_ended_at is not None
        and abs(ended_at - known.last_talk_ended_at) <= SAME_SECONDS
    )


def _reason(known: MemberNow | None) -> str | None:
    is_more = known is not None and wrap_up_until(known.paused) is not None
    return None if known is None or is_more else known.paused
