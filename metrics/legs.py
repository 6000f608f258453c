"""Legs: what binds a member's channel to a call, found by channel, by call and by member, each at once.

A dropped call stops every phone that rings for it, and a board asks for every member's legs: with 800 members
neither may look at all legs, so each leg stands under both of its ends.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar

from facts.place import Place


class Leg(Protocol):
    """A ringing or a talk. `member` is empty when nobody told."""

    @property
    def place(self) -> Place:
        """Where the caller was in line."""
        ...

    @property
    def member(self) -> str:
        """Whose phone it is."""
        ...


AnyLeg = TypeVar("AnyLeg", bound=Leg)


class Legs(Generic[AnyLeg]):
    """Legs of one kind by the Uniqueid of the member's channel. Empty again when all of them are taken out."""

    def __init__(self) -> None:
        self._legs: dict[str, AnyLeg] = {}
        self._by_call: dict[str, set[str]] = {}
        self._by_member: dict[str, set[str]] = {}
        self.all: Mapping[str, AnyLeg] = MappingProxyType(self._legs)

    def put(self, channel: str, leg: AnyLeg) -> None:
        """Add a leg; one of the same channel goes."""
        self.take(channel)
        self._legs[channel] = leg
        self._by_call.setdefault(leg.place.call, set()).add(channel)
        self._by_member.setdefault(leg.member, set()).add(channel)

    def take(self, channel: str) -> AnyLeg | None:
        """The leg of this channel, which is out from now on; None if there is none."""
        leg = self._legs.pop(channel, None)
        if leg:
            _discard(self._by_call, leg.place.call, channel)
            _discard(self._by_member, leg.member, channel)
        return leg

    def of_call(self, call: str) -> tuple[str, ...]:
        """The channels that this call has a leg with."""
        return tuple(self._by_call.get(call, ()))

    def has_member(self, member: str) -> bool:
        """Whether this member has a leg; nobody has those without a member."""
        return bool(member) and member in self._by_member


def _discard(index: dict[str, set[str]], key: str, channel: str) -> None:
    index[key].discard(channel)
    if not index[key]:
        del index[key]
