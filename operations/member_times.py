"""Since when a member is in their state: a fold beside the live model, which keeps the state alone.

What a router finds when it comes up has begun before, nobody knows when; only what changes while it watches is told.
"""

import asyncio
from collections.abc import Callable

from facts.kinds import Fact
from facts.member import MemberPaused, MemberResumed, MemberSignedIn, MemberSignedOut, PhoneChanged, PhoneState
from metrics.live import LiveModel, MemberNow
from metrics.member_state import MemberState
from routing.centre import Centre
from routing.wrap_up import after_call_seconds

_OF_MEMBERS = (MemberSignedIn, MemberSignedOut, MemberPaused, MemberResumed, PhoneChanged)
_Seen = tuple[bool, str | None, PhoneState | None]


class MemberTimes:
    """`model` is told of each fact first. `is_watching`: whether changes are seen as they happen."""

    def __init__(self, model: LiveModel, centre: Callable[[], Centre], is_watching: Callable[[], bool]) -> None:
        self._model, self._centre, self._is_watching = model, centre, is_watching
        self._seen: dict[str, _Seen] = {}
        self._since: dict[str, float] = {}
        self._turned = asyncio.Event()

    def fold(self, fact: Fact) -> None:
        """Note when something about a member became another."""
        if not isinstance(fact, _OF_MEMBERS):
            return
        seen, before = _seen(self._model.members.get(fact.member)), self._seen.get(fact.member)
        if seen != before:
            self._seen[fact.member] = seen
            if self._is_watching():
                self._since[fact.member] = fact.at
            else:
                self._since.pop(fact.member, None)
        self._turned.set()

    def since(self, member: str, state: MemberState | None) -> float | None:
        """Unix seconds; None where nobody knows. `state` None: signed out."""
        known, changed = self._model.members.get(member), self._since.get(member)
        if known is None:
            return changed
        if state is MemberState.TALKING:
            return next((talk.since for talk in self._model.talks.values() if talk.member == member), changed)
        if state is MemberState.RINGING:
            return next((ring.since for ring in self._model.rings.values() if ring.member == member), changed)
        if state is MemberState.WRAPUP and known.paused is None:
            return known.last_talk_ended_at
        return self._after_wrap_up(known, changed) if state is MemberState.AVAILABLE else changed

    def _after_wrap_up(self, known: MemberNow, changed: float | None) -> float | None:
        """After-call work ends without a fact."""
        if changed is None or known.last_talk_ended_at is None or known.last_place is None:
            return changed
        return max(changed, known.last_talk_ended_at + after_call_seconds(self._centre(), known.last_place))

    async def until(self, is_so: Callable[[], bool], seconds: float) -> None:
        """Wait until facts have made it so, at most so long."""
        try:
            async with asyncio.timeout(seconds):
                while not is_so():
                    self._turned.clear()
                    await self._turned.wait()
        except TimeoutError:
            return


def _seen(known: MemberNow | None) -> _Seen:
    return (True, known.paused, known.phone) if known else (False, None, None)
