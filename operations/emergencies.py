"""Emergencies in the books: which household it was, without saying who; and that the emergency service was reached."""

import time
from collections.abc import Callable, Sequence

from facts.contact import OnCallAnswered
from facts.kinds import Fact
from routing.directory import KeyedHash
from routing.number import TypedNumber

_PURPOSE = b"emergency of "
_CHARACTERS = 24


def household(number: TypedNumber | None, keyed_hash: KeyedHash) -> str:
    """The same text for the same customer or household number; empty where there is none.

    A hash of its own: it stands in no directory, so the journal alone tells nobody's number.
    """
    if number is None:
        return ""
    told = f"{number.kind.value}:{number.canonical}".encode("utf-8", "backslashreplace")
    return keyed_hash.seal((_PURPOSE, told)).hex()[:_CHARACTERS]


class EmergencyService:
    """Notes that somebody answered for the emergency service."""

    def __init__(
        self, node: str, take: Callable[[Sequence[Fact]], object], clock: Callable[[], float] = time.time
    ) -> None:
        """`take` brings facts into the journal; `clock` tells Unix seconds."""
        self._node, self._take, self._clock = node, take, clock

    def answered(self, call: str) -> None:
        """Of this call (its Uniqueid)."""
        self._take([OnCallAnswered(at=self._clock(), node=self._node, call=call)])
