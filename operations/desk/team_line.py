"""A team's line as its desk shows it: everybody in the order of service, placeholders of callbacks among them."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from metrics.live import LiveModel
from operations.ports import SwitchAway, SwitchRefused

MOST_NUMBERS = 50
"""Of so many at the head of a line the number is asked, each once."""
MOST_KNOWN = 5000
NUMBERS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Stands:
    """One place in a line. `place` from 1; `since`: the first contact in Unix seconds."""

    call: str
    place: int
    since: float
    concern: str
    language: str
    is_callback: bool
    is_rung: bool
    number: str = ""
    """Masked: the last three digits; empty if nobody has told it."""


class TeamLine:
    """Lines out of the live model. `masked`: the number of a call, masked; raises SwitchAway or SwitchRefused."""

    def __init__(self, model: LiveModel, masked: Callable[[str], Awaitable[str]]) -> None:
        self._model, self._masked = model, masked
        self._numbers: OrderedDict[str, str] = OrderedDict()
        self._asking: dict[str, asyncio.Task[None]] = {}

    def of(self, team: str, now: float) -> tuple[Stands, ...]:
        """Who waits at `now` (Unix seconds); numbers as far as they are known already."""
        visits = [visit for visit in self._model.in_line if visit.place.team == team]
        visits.sort(key=lambda visit: visit.place.virtual_arrival)
        rung = {ring.place.call for ring in self._model.rings.values()}
        return tuple(
            Stands(
                visit.place.call,
                place,
                round(now - self._model.waiting_seconds(visit, now), 1),
                visit.place.concern,
                visit.place.language,
                visit.place.is_placeholder,
                visit.place.call in rung,
                self._numbers.get(visit.place.call, ""),
            )
            for place, visit in enumerate(visits, 1)
        )

    def unknown(self, line: Sequence[Stands]) -> list[str]:
        """The calls at the head whose number was not asked yet."""
        return [each.call for each in line[:MOST_NUMBERS] if not each.is_callback and each.call not in self._numbers]

    async def learn(self, calls: Sequence[str]) -> None:
        """Ask for these numbers, each once, and wait a second for them at most."""
        for call in calls:
            if call not in self._asking:
                self._asking[call] = asyncio.get_running_loop().create_task(self._ask(call))
        tasks = [self._asking[call] for call in calls if call in self._asking]
        if tasks:
            await asyncio.wait(tasks, timeout=NUMBERS_SECONDS)

    async def stop(self) -> None:
        """No question is left."""
        tasks = list(self._asking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, call: str) -> None:
        try:
            self._numbers[call] = await self._masked(call)
        except SwitchRefused:
            self._numbers[call] = ""  # gone meanwhile: nobody to ask
        except SwitchAway:
            return
        finally:
            self._asking.pop(call, None)
        if len(self._numbers) > MOST_KNOWN:
            self._numbers.popitem(last=False)
