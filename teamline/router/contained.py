"""Whoever only tells more of what happened is no part of it: a fault there is logged, and facts and calls go on."""

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

import structlog

from facts.kinds import Fact
from operations.fact_stream import Fold, Sequel

_Result = TypeVar("_Result")

log = structlog.get_logger()


class FoldAndSequel(Fold, Sequel, Protocol):
    """Who folds facts and concludes from them."""


class ContainedFold:
    """The same fold, that raises nothing."""

    def __init__(self, fold: Fold) -> None:
        self._fold = fold

    def fold(self, fact: Fact) -> None:
        """Take one fact in."""
        contained(lambda: self._fold.fold(fact), None)


class Contained(ContainedFold):
    """The same fold and sequel, that raises nothing."""

    def __init__(self, inner: FoldAndSequel) -> None:
        super().__init__(inner)
        self._sequel = inner

    def follows(self, fact: Fact) -> Iterable[Fact]:
        """The facts that follow from this one; none of a fault."""
        return contained(lambda: self._sequel.follows(fact), ())


def contained(work: Callable[[], _Result], otherwise: _Result) -> _Result:
    """What this work returns; `otherwise`, and a line in the log, where it raises anything."""
    try:
        return work()
    except Exception:
        log.exception("waits_stumbled")  # nobody is told a wait by it; whoever calls is served all the same
        return otherwise
