"""Where all facts go through: each once, to every fold, then to the journal."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from facts.call import CallEnded, MemberAnswered, TalkEnded
from facts.kinds import Fact, Journalled

REMEMBERED = 200_000
"""Ids of the last facts: some days of a centre; older duplicates cannot come."""


class Fold(Protocol):
    """Something that is folded of facts."""

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        ...


class Sequel(Protocol):
    """Somebody who concludes from facts."""

    def follows(self, fact: Fact) -> Iterable[Fact]:
        """The facts that follow from this one."""
        ...


class FactStream:
    """Drops what was told before, tells every fold in their order, then the journal.

    `restore` is for facts read back from the journal: they go to the folds given there, never to the journal again.
    The journal keeps no member's id, so a restored talk may be told once more, by whoever knows the member.
    """

    def __init__(
        self,
        folds: Sequence[Fold],
        journal: Callable[[Fact], None],
        remembered: int = REMEMBERED,
        sequels: Sequence[Sequel] = (),
    ) -> None:
        """`sequels` tell what follows from a fact that every fold and the journal have; asked once a new fact."""
        self._folds = folds
        self._journal = journal
        self._sequels = sequels
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._remembered = remembered
        self._nameless: dict[str, str] = {}

    def also(self, fold: Fold) -> None:
        """One more fold, told of everything from now on."""
        self._folds = (*self._folds, fold)

    def take(self, facts: Iterable[Fact]) -> list[Fact]:
        """Fold what is new; it, in order."""
        fresh = []
        for fact in facts:
            is_new = self._is_new(fact)
            if is_new or self._names_the_member(fact):
                for fold in self._folds:
                    fold.fold(fact)
            if is_new:
                self._journal(fact)
                fresh.append(fact)
                for sequel in self._sequels:
                    fresh += self.take(sequel.follows(fact))
        return fresh

    def restore(self, facts: Iterable[Journalled], folds: Sequence[Fold]) -> None:
        """Fold facts from the journal into these folds alone, and know them again."""
        for fact in facts:
            if self._is_new(fact):
                for fold in folds:
                    fold.fold(fact)
                if isinstance(fact, MemberAnswered) and not fact.member:
                    self._nameless[fact.ring] = fact.place.call

    def _names_the_member(self, fact: Fact) -> bool:
        return isinstance(fact, MemberAnswered) and bool(fact.member) and bool(self._nameless.pop(fact.ring, ""))

    def _end_talks(self, fact: Fact) -> None:
        """A talk that is over is not told again."""
        if isinstance(fact, TalkEnded):
            self._nameless.pop(fact.ring, None)
        elif isinstance(fact, CallEnded) and self._nameless:
            call = fact.place.call
            self._nameless = {ring: of for ring, of in self._nameless.items() if of != call}

    def knows(self, fact_id: str) -> bool:
        """Whether a fact with this id was taken."""
        return fact_id in self._seen

    def _is_new(self, fact: Fact) -> bool:
        known = getattr(fact, "id", None)
        if known is None:
            return True  # a member's state may come and go: the folds are idempotent
        if known in self._seen:
            return False
        self._seen[known] = None
        if len(self._seen) > self._remembered:
            self._seen.popitem(last=False)
        self._end_talks(fact)
        return True
