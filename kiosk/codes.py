"""What may be scanned, read strictly: a customer card's token or a printed number. Shown once is scanned once."""

import hashlib
import os
import re
from dataclasses import dataclass, field

from operations.cards import MARK
from routing.number import NumberFormat

LONGEST = 100
"""Characters of a card's token: whatever is longer is nothing of ours."""
AGAIN_SECONDS = 5.0
"""The same code within so many seconds of when it was last seen is the same scan."""
TYPED_AGAIN_SECONDS = 1.0
"""The same where a scanner types: whoever was refused, or was done, scans again at once."""
_CARD = re.compile(rf"{MARK}[A-Z2-7]{{96}}").fullmatch  # operations/cards.py: how a token is made
_PRINTED = re.compile(r"[A-Z0-9][A-Z0-9 ./-]{2,62}[A-Z0-9]").fullmatch


@dataclass(frozen=True, slots=True)
class Code:
    """What is on a card or a letter: social data, hidden from `repr`."""

    text: str = field(repr=False)


def read_code(text: str, numbers: NumberFormat | None) -> Code | None:
    """The code that this text is, or None; printed numbers only where `numbers` says how they look.

    Small letters count as large ones, as some scanners type them. Nothing of what is refused is kept or told.
    """
    if len(text) > LONGEST or not text.isascii():
        return None
    plain = text.upper()
    if _CARD(plain):
        return Code(plain)
    if numbers and _PRINTED(plain) and numbers.written(plain):
        return Code(plain)
    return None


class Sightings:
    """Tells a new code from one that is still held before the camera. What it remembers is a keyed digest."""

    def __init__(self) -> None:
        self._key = os.urandom(32)
        self._last: bytes | None = None
        self._seen_at = float("-inf")

    def is_new(self, code: Code | None, now: float, *, is_typed: bool = False) -> bool:
        """Whether this is a scan of its own. None: something was seen that nobody can read. `now`: seconds."""
        within = TYPED_AGAIN_SECONDS if is_typed else AGAIN_SECONDS
        digest = hashlib.blake2b(code.text.encode() if code else b"", key=self._key).digest()
        is_same = digest == self._last and now - self._seen_at < within
        self._last, self._seen_at = digest, now
        return not is_same

    def forget(self) -> None:
        """The next one is somebody else."""
        self._last = None
