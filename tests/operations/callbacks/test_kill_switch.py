import asyncio
from dataclasses import dataclass, field

from operations.callbacks.kill_switch import KillSwitch, StopAway, Stopped

ORDER = Stopped(1.0, "command", "")


@dataclass
class KeptInMemory:
    order: Stopped | None = None
    is_away: bool = False
    looks: int = 0
    has_failed: asyncio.Event = field(default_factory=asyncio.Event)

    async def get(self) -> Stopped | None:
        self.looks += 1
        if self.is_away:
            raise StopAway
        if self.looks == 1 and self.order is None:
            self.has_failed.set()
            raise ValueError
        return self.order

    async def put(self, order: Stopped) -> None:
        self.order = order

    async def remove(self) -> bool:
        was = self.order is not None
        self.order = None
        return was


async def test_a_stop_is_followed_and_told_once() -> None:
    kept = KeptInMemory(ORDER)
    switch, told = KillSwitch(kept), []
    switch.changed.append(lambda: told.append(switch.stopped))
    await switch.look()
    await switch.look()
    await kept.remove()
    await switch.look()
    assert [ORDER, None] == told


async def test_while_the_store_is_away_what_was_known_last_counts() -> None:
    kept = KeptInMemory(ORDER)
    switch = KillSwitch(kept)
    await switch.look()
    kept.is_away = True
    await switch.look()
    assert ORDER == switch.stopped


async def test_a_fault_does_not_end_the_following() -> None:
    kept = KeptInMemory()
    switch = KillSwitch(kept)
    stopped = asyncio.Event()
    switch.changed.append(stopped.set)
    following = asyncio.create_task(switch.follow())
    await asyncio.wait_for(kept.has_failed.wait(), 10)
    await kept.put(ORDER)
    await asyncio.wait_for(stopped.wait(), 10)
    following.cancel()
