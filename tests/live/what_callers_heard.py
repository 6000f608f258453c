"""What callers in line have heard of place and wait, as their channels keep it: looked at again and again."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from ami_record import AmiRecord
from running_lab import RunningLab, until

from ivr.wait import IN_A_MOMENT
from routing.spoken_wait import WaitRange, read

_NAMES = ("TEAMLINE_TOLD_PLACE", "TEAMLINE_TOLD", "TEAMLINE_VISIT")


class Heard:
    """By channel, everything that was new at a look: place, wait and visit; nothing for what was not told."""

    def __init__(self, lab: RunningLab) -> None:
        self._lab = lab
        self._seen: defaultdict[str, list[tuple[int | None, WaitRange | None, int]]] = defaultdict(list)
        self.spoken_again: set[str] = set()
        """Channels that have been out of line and back in it while we looked."""

    def look(self) -> bool:
        """Once more; always true."""
        with AmiRecord(self._lab.told["ami"]) as ami:
            rows = ami.ask("Status", Variables=",".join(_NAMES))
        for row in rows:
            told = dict(value.partition("=")[::2] for name, value in row if name == "Variable")
            if told.get("TEAMLINE_VISIT", "").isdecimal():
                self._add(dict(row)["Channel"], told)
        return True

    def _add(self, channel: str, told: dict[str, str]) -> None:
        place, seen = told.get("TEAMLINE_TOLD_PLACE", ""), self._seen[channel]
        now = int(place) if place.isdecimal() else None, read(told.get("TEAMLINE_TOLD")), int(told["TEAMLINE_VISIT"])
        if not seen or seen[-1] != now:
            seen.append(now)

    def until_spoken_to_again(self, team: str, times: int = 2) -> None:
        """Wait until all callers of this line but the first ones were let out of it, and are back, so often again."""
        self.look()
        channels = [each.channel for each in self._lab.line(team)][IN_A_MOMENT + 1 :]
        before = {channel: self._visit(channel) for channel in channels}
        until(
            lambda: self.look() and all(self._visit(each) >= before[each] + times for each in channels),
            60,
            f"{len(channels)} callers of {team} spoken to {times} times",
        )
        self.spoken_again |= {*channels}

    def _visit(self, channel: str) -> int:
        return self._seen[channel][-1][2] if self._seen[channel] else 0

    @property
    def places_told(self) -> Sequence[int]:
        """The newest place of each channel that was told one."""
        newest = (seen[-1][0] for seen in self._seen.values())
        return sorted(place for place in newest if place is not None)

    @property
    def ranges_told(self) -> set[WaitRange]:
        """All that was told to anybody."""
        return {wait for seen in self._seen.values() for _, wait, _ in seen if wait}

    @property
    def grown(self) -> Sequence[tuple[str, object, object]]:
        """Channel, and two tellings one after the other of which the second has a larger number."""
        return [
            (channel, one, then)
            for channel, seen in self._seen.items()
            for one, then in pairwise(seen)
            if _is_worse(then, one)
        ]


def _is_worse(then: tuple[int | None, WaitRange | None, int], one: tuple[int | None, WaitRange | None, int]) -> bool:
    if then[0] and one[0] and then[0] > one[0]:
        return True
    (_, wait, _), (_, before, _) = then, one
    return bool(wait and before) and (
        wait.low_minutes > before.low_minutes or wait.high_minutes > before.high_minutes  # type: ignore[union-attr]
    )
