"""A fault in what is only told of waits costs nobody a fact or a call."""

from collections.abc import Iterable

import pytest
from structlog.testing import capture_logs

from facts.call import CallEnded
from facts.kinds import Fact
from facts.place import Place
from operations.fact_stream import FactStream
from teamline.router.contained import Contained, contained

ENDED = CallEnded(at=1.0, place=Place("node", "1.1", "L01", 1, "L01"))


class Broken:
    def fold(self, fact: Fact) -> None:
        raise TypeError(fact)

    def follows(self, fact: Fact) -> Iterable[Fact]:
        raise TypeError(fact)


def test_a_fact_reaches_the_journal_although_a_fold_and_a_sequel_fail() -> None:
    journal: list[Fact] = []
    broken = Contained(Broken())
    FactStream([broken], journal.append, sequels=[broken]).take([ENDED])
    assert [ENDED] == journal


def test_every_fault_is_logged() -> None:
    with capture_logs() as lines:
        Contained(Broken()).fold(ENDED)
    assert ["waits_stumbled"] == [line["event"] for line in lines]


def test_without_a_fault_the_answer_is_that_of_the_work() -> None:
    assert 2 == contained(lambda: 2, 3)


def test_a_cancellation_is_no_fault() -> None:
    with pytest.raises(KeyboardInterrupt):
        contained(_interrupted, None)


def _interrupted() -> None:
    raise KeyboardInterrupt
