"""A customer file of any length for a centre: nobody in it exists. The same seed gives the same file."""

import math
import random
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from routing.centre import Area, Centre

HEADER = "customer_number,household,area,benefit_team,placement_team,language\n"
SIZES = (1, 1, 1, 2, 2, 3, 4)
"""Customers of a household, each as likely as the others."""
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
TWIN_EVERY = 150
"""Every so many households come with two customers elsewhere whose numbers differ only in the letter."""
WITH_LANGUAGE = 0.1
WITH_TEAMS = 0.05
BLOCK_LINES = 20_000


def write(path: Path, customers: int, centre: Centre, seed: int) -> None:
    """Write exactly so many customers, streaming. Raises ValueError if the patterns have too few numbers."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER)
        block: list[str] = []
        for line in _lines(customers, centre, random.Random(seed)):
            block.append(line)
            if len(block) == BLOCK_LINES:
                file.writelines(block)
                block.clear()
        file.writelines(block)


class _Digits:
    """Every number of a pattern's digits exactly once, in an order that looks like none."""

    def __init__(self, pattern: str, wanted: int, chance: random.Random) -> None:
        self._width = pattern.count("9")
        self._count = 10**self._width
        if wanted > self._count:
            raise ValueError(f"the pattern {pattern} has only {self._count} numbers")
        self._at = chance.randrange(self._count)
        # A step without a factor of the count walks through all of them (a full-period sequence).
        step = chance.randrange(self._count // 3, self._count) | 1
        while math.gcd(step, self._count) != 1:
            step += 2
        self._step = step

    def next(self) -> str:
        """The next digits."""
        self._at = (self._at + self._step) % self._count
        return f"{self._at:0{self._width}}"


class _Pattern:
    """Puts digits and a letter into a pattern."""

    def __init__(self, pattern: str) -> None:
        place, parts = 0, []
        for mark in pattern:
            parts.append(f"{{0[{place}]}}" if mark == "9" else "{1}" if mark == "A" else mark)
            place += mark == "9"
        self.written = "".join(parts).format
        self.has_letter = "A" in pattern


def _lines(customers: int, centre: Centre, chance: random.Random) -> Iterator[str]:
    return islice(_households(customers, centre, chance), customers)


def _households(customers: int, centre: Centre, chance: random.Random) -> Iterator[str]:
    customer_digits = _Digits(centre.customer_pattern, customers, chance)
    household_digits = _Digits(centre.household_pattern, customers, chance)
    customer, household = _Pattern(centre.customer_pattern), _Pattern(centre.household_pattern)
    areas, languages = tuple(centre.areas.values()), tuple(dict.fromkeys(centre.languages.values()))
    pick = chance.choice
    for number in count(1):
        area = areas[number % len(areas)]
        where = household.written(household_digits.next(), pick(LETTERS))
        teams = _teams(area, chance)
        for _ in range(pick(SIZES)):
            spoken = pick(languages) if chance.random() < WITH_LANGUAGE else ""
            yield f"{customer.written(customer_digits.next(), pick(LETTERS))},{where},{area.id},{teams},{spoken}\n"
        if number % TWIN_EVERY == 0 and customer.has_letter and len(areas) > 1:
            digits = customer_digits.next()
            for letter, home in zip(_twins(number), (area, areas[(number + 1) % len(areas)]), strict=True):
                where = household.written(household_digits.next(), pick(LETTERS))
                yield f"{customer.written(digits, letter)},{where},{home.id},,,\n"


def _twins(number: int) -> str:
    """Two letters: on one key (2, 5, 7) or on two, in turn."""
    return ("AB", "AD", "JL", "PS", "MX")[number // TWIN_EVERY % 5]


def _teams(area: Area, chance: random.Random) -> str:
    """Mostly empty, as the area's rule tells them; now and then spelt out."""
    if chance.random() >= WITH_TEAMS:
        return ","
    return f"{chance.choice(area.benefit)},{area.placement}"
