from datetime import UTC, datetime

from operations.active import ActiveRouter, Decided, InForce, Subject
from routing.decision import Contact, Rule
from routing.directory import DirectoryTable
from routing.fair_line import HORIZON
from routing.number import NumberFormat
from tests.fakes.router import small_centre

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)


def _router(told: list[Decided]) -> ActiveRouter:
    ticks = iter([1.0, 1.25])
    return ActiveRouter(
        InForce(small_centre(), "c-1", DirectoryTable.empty()),
        lambda: MONDAY,
        told.append,
        stopwatch=lambda: next(ticks),
    )


def test_each_decision_is_told_with_the_time_it_took() -> None:
    told: list[Decided] = []
    decision = _router(told).decide(Contact(arrival=int(MONDAY.timestamp())))
    assert [Decided(decision, 0.25, Subject())] == told


def test_a_decision_names_the_versions_it_was_made_from() -> None:
    decision = _router([]).decide(Contact(arrival=int(MONDAY.timestamp())))
    assert ("c-1", "d-empty") == (decision.versions.config, decision.versions.directory)
    assert Rule.NO_NUMBER is decision.rule


def test_the_number_patterns_are_those_of_the_centre() -> None:
    assert NumberFormat() == _router([]).numbers


def test_an_empty_directory_finds_nobody() -> None:
    number = NumberFormat().written("123A456789")
    assert number is not None
    assert () == _router([]).find(number)


def test_opening_hours_on_another_time_leave_the_arrival_as_asterisk_told_it() -> None:
    told_by_asterisk = int(MONDAY.timestamp()) + 86_400
    router = ActiveRouter(
        InForce(small_centre(), "c-1", DirectoryTable.empty()),
        lambda: MONDAY,
        lambda _decided: None,
        asterisk_clock=lambda: told_by_asterisk + 20.5,
    )
    decision = router.decide(Contact(arrival=told_by_asterisk))
    assert (told_by_asterisk, HORIZON - told_by_asterisk) == (decision.arrival, decision.priority)
