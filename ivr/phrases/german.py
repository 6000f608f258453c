"""German numbers and times in words."""

from collections.abc import Iterable, Mapping
from datetime import time
from functools import cached_property

ONES = (
    *(
        "null",
        "eins",
        "zwei",
        "drei",
        "vier",
        "fünf",
        "sechs",
        "sieben",
        "acht",
        "neun",
        "zehn",
        "elf",
        "zwölf",
    ),
    *("dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"),
)
TENS = ("", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober"),
    *("November", "Dezember"),
)
_IRREGULAR = {1: "ersten", 3: "dritten", 7: "siebten", 8: "achten"}
_LAST_SHORT_ORDINAL = 19


def cardinal(count: int) -> str:
    """0 to 99 as counted: `eins`, `einundzwanzig`."""
    if count < len(ONES):
        return ONES[count]
    tens, ones = divmod(count, 10)
    return f"{_before_a_noun(ones)}und{TENS[tens]}" if ones else TENS[tens]


def ordinal(day: int) -> str:
    """A day of the month after `am` or `den`: `ersten`, `vierundzwanzigsten`."""
    return _IRREGULAR.get(day) or cardinal(day) + ("ten" if day <= _LAST_SHORT_ORDINAL else "sten")


def _before_a_noun(count: int) -> str:
    return "ein" if count == 1 else cardinal(count)


class German:
    """German as a `Tongue`; Leichte Sprache counts alike."""

    @cached_property
    def vocabulary(self) -> Mapping[str, str]:
        """Every sound that numbers and times need -> the words it speaks."""
        return {
            **{f"n-{count}": cardinal(count) for count in range(100)},
            **{f"hundred-{count}": f"{_before_a_noun(count)}hundert" for count in range(1, 10)},
            "more-than-999": "mehr als neunhundertneunundneunzig",
            **{f"digit-{digit}": ONES[digit] for digit in range(10)},
            **{f"digits-{pair:02}": f"{ONES[pair // 10]} {ONES[pair % 10]}," for pair in range(100)},
            **{f"letter-{letter.lower()}": letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
            **{f"weekday-{number}": f"{name}," for number, name in enumerate(WEEKDAYS)},
            **{f"day-{day}": f"den {ordinal(day)}" for day in range(1, 32)},
            **{f"month-{number}": f"{name}," for number, name in enumerate(MONTHS, 1)},
            **{f"hour-{hour}": f"{_before_a_noun(hour)} Uhr" for hour in range(24)},
            "at": "um",
            "today": "heute,",
            "tomorrow": "morgen,",
        }

    def number(self, count: int) -> tuple[str, ...]:
        """The sounds of a number from 0 to 999: `einhundert` `einundzwanzig`."""
        hundreds, rest = divmod(count, 100)
        if not hundreds:
            return (f"n-{rest}",)
        return (f"hundred-{hundreds}", f"n-{rest}") if rest else (f"hundred-{hundreds}",)

    def clock(self, at: time) -> tuple[str, ...]:
        """The sounds of a time of day: `um` `acht Uhr` `dreißig`."""
        return ("at", *self.from_clock(at))

    def from_clock(self, at: time) -> tuple[str, ...]:
        """The sounds of a time of day after its day, with "ab" before both: `acht Uhr` `dreißig`."""
        return (f"hour-{at.hour}", f"n-{at.minute}") if at.minute else (f"hour-{at.hour}",)

    def join(self, words: Iterable[tuple[str, str]]) -> str:
        """Sounds and their words as one written text; hundreds are written together with what follows."""
        return "".join(word if name.startswith("hundred-") else f"{word} " for name, word in words).strip()
