"""What a keyboard of Linux types: a scanner's code, a handset's hook and keys (linux/input-event-codes.h)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kiosk.codes import LONGEST, Code, read_code
from kiosk.words import Lifted, Pressed, PutDown, Seen
from routing.number import NumberFormat

BETWEEN_SECONDS = 0.5
"""A scanner types a character every few milliseconds: after so long a silence nothing belongs together."""
SHORTEST = 3
"""What is shorter was a touch of a key, no code."""

_ENTER, _PAD_ENTER, _TAB = 28, 96, 15
_SHIFTS = frozenset({42, 54})
_ENDS = frozenset({_ENTER, _PAD_ENTER, _TAB})
_NOTHING = "\0"

_DIGITS = {code: "1234567890"[place] for place, code in enumerate(range(2, 12))}
_ROWS = ((16, "QWERTYUIOP"), (30, "ASDFGHJKL"), (44, "ZXCVBNM"))
_LETTERS = {first + place: letter for first, row in _ROWS for place, letter in enumerate(row)}
_PAD = dict(zip((82, 79, 80, 81, 75, 76, 77, 71, 72, 73), "0123456789", strict=True))
_COMMON = {**_DIGITS, **_LETTERS, **_PAD, 52: ".", 57: " ", 74: "-", 98: "/"}
LAYOUTS: Mapping[str, Mapping[tuple[int, bool], str]] = {
    "us": {**{(code, False): sign for code, sign in {**_COMMON, 12: "-", 53: "/"}.items()}},
    "de": {
        **{(code, False): sign for code, sign in {**_COMMON, 53: "-", 21: "Z", 44: "Y"}.items()},
        (8, True): "/",
    },
}
"""(Key, with Shift) -> sign; with Shift a letter is the same letter."""

_NUMERIC = {0x200 + digit: str(digit) for digit in range(10)} | {0x20A: "*", 0x20B: "#"}
PHONE_KEYS: Mapping[int, str] = {**_DIGITS, **_PAD, **_NUMERIC, 55: "*"}
"""The keys of a handset: those of a keyboard, of its pad, and KEY_NUMERIC_0 to KEY_NUMERIC_POUND."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One key goes down or up."""

    key: int
    is_down: bool


class Wedge:
    """Makes codes of what a scanner types. `now`: seconds of a clock that never jumps."""

    def __init__(self, layout: str, numbers: NumberFormat | None) -> None:
        self._signs = LAYOUTS[layout]
        self._numbers = numbers
        self._shifts: set[int] = set()
        self._typed = ""
        self._last = float("-inf")

    def typed(self, stroke: Stroke, now: float) -> Seen | None:
        """What this stroke completes: a code, or one that nobody can read."""
        if stroke.key in _SHIFTS:
            (self._shifts.add if stroke.is_down else self._shifts.discard)(stroke.key)
            return None
        if not stroke.is_down:
            return None
        before, self._last = self._last, now
        if now - before > BETWEEN_SECONDS:
            self._typed = ""
        if stroke.key in _ENDS:
            return self._ended()
        if len(self._typed) <= LONGEST:
            self._typed += self._sign(stroke.key)
        return None

    def _sign(self, key: int) -> str:
        """A key that no code has makes the whole unreadable."""
        sign = self._signs.get((key, bool(self._shifts)))
        if sign is None and self._shifts:
            plain = self._signs.get((key, False), _NOTHING)
            return plain if plain.isalpha() else _NOTHING
        return sign or _NOTHING

    def _ended(self) -> Seen | None:
        typed, self._typed = self._typed, ""
        return Seen(read_code(typed, self._numbers), is_typed=True) if len(typed) >= SHORTEST else None


@dataclass(frozen=True, slots=True)
class Handset:
    """What the strokes of a handset mean."""

    up_key: int
    hang_up_key: int
    has_hook: bool

    def meaning(self, stroke: Stroke) -> Iterator[Lifted | PutDown | Pressed]:
        """Lifted, put down, a key pressed; or nothing."""
        if self.has_hook and stroke.key == self.up_key:
            yield Lifted() if stroke.is_down else PutDown()
        elif stroke.is_down and stroke.key == self.hang_up_key:
            yield PutDown()
        elif stroke.is_down and stroke.key in PHONE_KEYS:
            yield Pressed(PHONE_KEYS[stroke.key])


def line_meaning(line: str) -> Lifted | PutDown | Pressed | None:
    """A handset that speaks in lines (stdin): `up`, `down`, `key 5`."""
    match line.split():
        case ["up"]:
            return Lifted()
        case ["down"]:
            return PutDown()
        case ["key", key] if key in set("0123456789*#"):
            return Pressed(key)
    return None


def line_code(line: str, numbers: NumberFormat | None) -> Code | None:
    """A scanner that speaks in lines."""
    return read_code(line.rstrip("\r\n"), numbers)
