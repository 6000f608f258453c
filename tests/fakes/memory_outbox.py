"""What goes out, kept in memory as the store keeps it; carriers that note what they carry."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from operations.mail.ports import OutboxAway, Outgoing, Sending, Way
from operations.mailbox.ports import Entry


@dataclass
class MemoryOutbox:
    """`operations.mail.ports.KeptOutbox`; `is_away` is a store that does not answer."""

    records: dict[str, Outgoing] = field(default_factory=dict)
    due_at: dict[str, float] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    is_away: bool = False

    async def add(self, outgoing: Outgoing) -> None:
        self._ask()
        if outgoing.id not in self.settled and outgoing.id not in self.records:
            self.records[outgoing.id] = outgoing
            self.due_at[outgoing.id] = outgoing.due_at

    async def due(self, way: Way, now: float, most: int) -> Sequence[Outgoing]:
        self._ask()
        ids = sorted((each for each, at in self.due_at.items() if at <= now), key=lambda each: self.due_at[each])
        return [self.records[each] for each in ids if self.records[each].way is way][:most]

    async def claim(self, outgoing: Outgoing, now: float, until: float) -> bool:
        self._ask()
        if self.due_at.get(outgoing.id, now + 1) > now:
            return False
        self.due_at[outgoing.id] = until
        return True

    async def change(self, outgoing: Outgoing) -> None:
        self._ask()
        await self._forget(outgoing.id)
        if outgoing.state is Sending.SETTLED:
            self.settled.add(outgoing.id)
            return
        self.records[outgoing.id] = outgoing
        if outgoing.state is Sending.WAITING:
            self.due_at[outgoing.id] = outgoing.due_at

    async def hurry(self, way: Way, now: float) -> None:
        self._ask()
        for each in self.records.values():
            if each.way is way and now < each.due_at == self.due_at.get(each.id):
                self.due_at[each.id] = now

    async def remove(self, ids: Sequence[str]) -> None:
        self._ask()
        for each in ids:
            await self._forget(each)

    async def unsettled(self) -> Sequence[Outgoing]:
        self._ask()
        return list(self.records.values())

    async def known(self) -> set[str]:
        self._ask()
        return {*self.records, *self.settled}

    async def counts(self) -> tuple[int, int]:
        self._ask()
        return len(self.due_at), len(self.records) - len(self.due_at)

    async def _forget(self, each: str) -> None:
        self.records.pop(each, None)
        self.due_at.pop(each, None)
        self.settled.discard(each)

    def _ask(self) -> None:
        if self.is_away:
            raise OutboxAway


@dataclass
class NotedCarrier:
    """Carries into a list; raises what is set, as long as it is set."""

    carried: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    fails: Exception | None = None

    async def carry(self, entry: Entry) -> None:
        self.tried.append(entry.id)
        if self.fails:
            raise self.fails
        self.carried.append(entry.id)
