"""Simulated citizens: who calls, what they key, how long they would wait."""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from routing.number import NumberFormat
from telephony.lab.calls import CitizenCall, Keys, Step, Wait

KEYS_OF_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
CONCERNS = (("1", 60), ("2", 25), ("3", 14), ("91", 1))
UNKNOWN_SHARE = 0.04
WITHOUT_SHARE = 0.04
CALLBACK_SHARE = 0.4
"""Who would rather be called back than wait on."""
ASK_FOR_CALLBACK = (Wait(1.0), Keys("#"), Wait(10.0), Keys("#"), Wait(6.0), Keys("1"), Wait(7.0), Keys("1"))
"""Cut the announcement short; whom nobody has answered for a while leave the line by `#`: a callback, to this number.

Nobody asks while a free member's phone rings for them: most are answered by then, and talk.
"""
PATIENCE_SECONDS = (20.0, 240.0)


@dataclass(frozen=True, slots=True)
class Customer:
    """One line of the customers' file that the demo may call as."""

    number: str
    area: str

    @property
    def keys(self) -> str:
        """The number on a phone's keys."""
        return self.number.upper().replace("//", "24").translate(KEYS_OF_LETTERS)


def customers(file: Path, numbers: NumberFormat, most: int = 5000) -> Sequence[Customer]:
    """The first customers of an example file, as far as their numbers are well-formed."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        found = (Customer(row["customer_number"], row["area"]) for _, row in zip(range(most), rows, strict=False))
        return tuple(each for each in found if numbers.written(each.number))


def citizens(known: Sequence[Customer], chance: random.Random) -> Iterator[CitizenCall]:
    """An endless stream of callers: most key their number, some a wrong one, some none; some want a callback."""
    while True:
        roll = chance.random()
        if not known or roll < WITHOUT_SHARE:
            number = "0#"
        elif roll < WITHOUT_SHARE + UNKNOWN_SHARE:
            number = f"{chance.randrange(10**9):09d}#1"
        else:
            number = f"{chance.choice(known).keys}#1"
        concern = chance.choices([keys for keys, _ in CONCERNS], [weight for _, weight in CONCERNS])[0]
        steps: tuple[Step, ...] = (
            Wait(chance.uniform(1, 4)),
            Keys(number),
            Wait(chance.uniform(0.5, 2)),
            Keys(concern),
        )
        if chance.random() < CALLBACK_SHARE:
            steps += ASK_FOR_CALLBACK
        yield CitizenCall(
            from_number=f"0211{chance.randrange(10**7):07d}",
            steps=steps,
            hang_up_after_seconds=chance.uniform(*PATIENCE_SECONDS),
        )
