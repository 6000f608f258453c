"""Where all facts go through: each once, to every fold, then to the journal."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from facts.kinds import Fact, Journalled

REMEMBERED = 200_000
"""Ids of the last facts: some days of a centre; older duplicates cannot come."""


class Fold(Protocol):
    """Something that is folded of facts."""

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        ...


class FactStream:
    """Drops what was told before, tells every fold in their order, then the journal.

    `restore` is for facts read back from the journal: they go to the folds given there, never to the journal again.
    """

    def __init__(self, folds: Sequence[Fold], journal: Callable[[Fact], None], remembered: int = REMEMBERED) -> None:
        self._folds = folds
        self._journal = journal
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._remembered = remembered
        self.last_at: float | None = None
        """When the newest fact about a call happened (Unix seconds), None before the first."""

    def take(self, facts: Iterable[Fact]) -> list[Fact]:
        """Fold what is new; it, in order."""
        fresh = [fact for fact in facts if self._is_new(fact)]
        for fact in fresh:
            for fold in self._folds:
                fold.fold(fact)
            self._journal(fact)
        return fresh

    def restore(self, facts: Iterable[Journalled], folds: Sequence[Fold]) -> None:
        """Fold facts from the journal into these folds alone, and know them again."""
        for fact in facts:
            if self._is_new(fact):
                for fold in folds:
                    fold.fold(fact)

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
        self.last_at = max(fact.at, self.last_at or 0.0)
        return True
