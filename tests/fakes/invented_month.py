"""Facts of invented days: calls at random, so many members, first come first served, some give up.

Played in a few lines of its own, so that what is learned from it can be held against what it was made of.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random
from zoneinfo import ZoneInfo

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy, MemberAnswered, TalkEnded
from facts.kinds import Journalled
from facts.place import Place
from facts.watch import StaffCounted

BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class InventedTeam:
    """What its days are made of, from `opens` to `closes` (hours); spans are mean seconds."""

    name: str = "L03"
    members: int = 3
    calls_a_day: float = 60.0
    talk: float = 240.0
    patience: float = 300.0
    ring: float = 5.0
    opens: int = 8
    closes: int = 16

    def day(self, day: date, chance: Random) -> list[Journalled]:
        """The facts of a day, in their order."""
        begins, ends = (_at(day, hour) for hour in (self.opens, self.closes))
        found: list[Journalled] = [self._staff(_at(day, 0), 0), self._staff(begins, self.members)]
        free = [begins] * self.members
        at, number = begins, 0
        while (at := at + chance.expovariate(self.calls_a_day / (ends - begins))) < ends:
            number += 1
            found += self._call(f"{self.name}-{day:%m%d}.{number}", at, free, chance)
        return sorted([*found, self._staff(ends, 0)], key=lambda fact: fact.at)

    def _call(self, call: str, at: float, free: list[float], chance: Random) -> Iterator[Journalled]:
        place = Place("pbx1", call, self.name, 1, self.name, int(at))
        yield CallerJoined(at=at, place=place)
        patience, talk = chance.expovariate(1 / self.patience), chance.expovariate(1 / self.talk)
        member = free.index(min(free))
        answered = max(at, free[member]) + self.ring
        if answered - at > patience:
            yield CallerLeft(at=at + patience, place=place, cause=LeftBy.ABANDONED, hold_seconds=patience)
            yield CallEnded(at=at + patience, place=place)
            return
        free[member] = answered + talk
        yield CallerLeft(at=answered, place=place, cause=LeftBy.ANSWERED, hold_seconds=answered - at)
        yield MemberAnswered(at=answered, place=place, ring=f"r{call}", ring_seconds=self.ring)
        yield TalkEnded(at=answered + talk, place=place, ring=f"r{call}", talk_seconds=talk)
        yield CallEnded(at=answered + talk, place=place)

    def _staff(self, at: float, members: int) -> StaffCounted:
        return StaffCounted(at=at, node="pbx1", team=self.name, signed_in=members, paused=0)


def invented(teams: Sequence[InventedTeam], days: Sequence[date], seed: int = 1) -> dict[date, list[Journalled]]:
    """Each day's facts in order."""
    chance = Random(seed)
    return {
        day: sorted((fact for team in teams for fact in team.day(day, chance)), key=lambda fact: fact.at)
        for day in days
    }


def _at(day: date, hour: int) -> float:
    return datetime.combine(day, time(hour), BERLIN).timestamp()
