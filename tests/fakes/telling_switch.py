"""Queues in memory whose changes are told as facts, as Asterisk's events would."""

from collections.abc import Callable, Iterable

from facts.kinds import Fact
from facts.member import MemberPaused, MemberResumed, MemberSignedIn, MemberSignedOut
from tests.fakes.switch import FakeSwitch


class TellingSwitch(FakeSwitch):
    """Members are their interface without `PJSIP/`."""

    def __init__(self, queues: Iterable[str], tell: Callable[[Fact], object], now: Callable[[], float]) -> None:
        super().__init__(queues)
        self._tell, self._now = tell, now

    async def add_member(self, queue: str, interface: str, name: str, paused: bool = False, reason: str = "") -> None:
        await super().add_member(queue, interface, name, paused, reason)
        self._tell(MemberSignedIn(at=self._now(), node="n", member=name, queue=queue))

    async def remove_member(self, queue: str, interface: str) -> None:
        await super().remove_member(queue, interface)
        member = interface.removeprefix("PJSIP/")
        self._tell(MemberSignedOut(at=self._now(), node="n", member=member, queue=queue))

    async def pause(self, interface: str, paused: bool, reason: str = "") -> None:
        await super().pause(interface, paused, reason)
        at, member = self._now(), interface.removeprefix("PJSIP/")
        told = MemberPaused(at=at, node="n", member=member, reason=reason)
        self._tell(told if paused else MemberResumed(at=at, node="n", member=member))
