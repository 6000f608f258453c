"""English numbers and times in words."""

from collections.abc import Iterable, Mapping
from datetime import time
from functools import cached_property

ONES = (
    *(
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)
_IRREGULAR = {1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth", 9: "ninth", 12: "twelfth"}


def cardinal(count: int) -> str:
    """0 to 99 as counted: `one`, `twenty-one`."""
    if count < len(ONES):
        return ONES[count]
    tens, ones = divmod(count, 10)
    return f"{TENS[tens]}-{ONES[ones]}" if ones else TENS[tens]


def ordinal(day: int) -> str:
    """A day of the month: `first`, `twentieth`, `twenty-fourth`."""
    if day in _IRREGULAR:
        return _IRREGULAR[day]
    if day < len(ONES):
        return f"{ONES[day]}th"
    tens, ones = divmod(day, 10)
    return f"{TENS[tens]}-{ordinal(ones)}" if ones else f"{TENS[tens][:-1]}ieth"


class English:
    """English as a `Tongue`: the twelve-hour clock, "one hundred and twenty-one"."""

    @cached_property
    def vocabulary(self) -> Mapping[str, str]:
        """Every sound that numbers and times need -> the words it speaks."""
        return {
            **{f"n-{count}": cardinal(count) for count in range(100)},
            **{f"hundred-{count}": f"{ONES[count]} hundred" for count in range(1, 10)},
            **{f"hundred-{count}-and": f"{ONES[count]} hundred and" for count in range(1, 10)},
            "more-than-999": "more than nine hundred and ninety-nine",
            **{f"digit-{digit}": ONES[digit] for digit in range(10)},
            **{f"digits-{pair:02}": f"{ONES[pair // 10]} {ONES[pair % 10]}," for pair in range(100)},
            **{f"letter-{letter.lower()}": letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
            **{f"weekday-{number}": f"on {name}," for number, name in enumerate(WEEKDAYS)},
            **{f"day-{day}": f"the {ordinal(day)}" for day in range(1, 32)},
            **{f"month-{number}": f"of {name}," for number, name in enumerate(MONTHS, 1)},
            **{f"hour-{hour}": f"at {ONES[hour]}" for hour in range(1, 13)},
            **{f"oh-{minute}": f"oh {ONES[minute]}" for minute in range(1, 10)},
            "today": "today",
            "tomorrow": "tomorrow",
            "am": "a.m.",
            "pm": "p.m.",
            "noon": "noon",
            "midnight": "midnight",
        }

    def number(self, count: int) -> tuple[str, ...]:
        """The sounds of a number from 0 to 999: `one hundred and` `twenty-one`."""
        hundreds, rest = divmod(count, 100)
        if not hundreds:
            return (f"n-{rest}",)
        return (f"hundred-{hundreds}-and", f"n-{rest}") if rest else (f"hundred-{hundreds}",)

    def clock(self, at: time) -> tuple[str, ...]:
        """The sounds of a time of day: `at eight` `thirty` `a.m.`, `at twelve` `noon`."""
        hour = f"hour-{(at.hour - 1) % 12 + 1}"
        if not at.minute:
            return (hour, {0: "midnight", 12: "noon"}.get(at.hour) or _half_of_the_day(at))
        return (hour, f"n-{at.minute}" if at.minute >= 10 else f"oh-{at.minute}", _half_of_the_day(at))  # noqa: PLR2004 two digits

    def from_clock(self, at: time) -> tuple[str, ...]:
        """The sounds of a time of day after its day: the same, `at eight` `a.m.`."""
        return self.clock(at)

    def join(self, words: Iterable[tuple[str, str]]) -> str:
        """Sounds and their words as one written text."""
        return " ".join(word for _, word in words)


def _half_of_the_day(at: time) -> str:
    return "am" if at.hour < 12 else "pm"  # noqa: PLR2004 noon
