from dataclasses import replace
from datetime import UTC, datetime

from operations.active import ActiveRouter, Decided, InForce, Subject
from routing.contact_rules import Condition
from routing.decision import Contact, ContactKind, Rule
from routing.directory import DirectoryTable
from routing.fair_line import HORIZON
from routing.number import NumberFormat
from tests.fakes.router import small_centre
from tests.fakes.ruled_centre import rule, ruled

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


def _ruled(told: list[Decided]) -> ActiveRouter:
    rules = {"general": [rule(Condition.HOLD_OVER, "L03", 60)]}
    return ActiveRouter(InForce(ruled(rules), "c-1", DirectoryTable.empty()), lambda: MONDAY, told.append)


def test_every_decision_is_about_its_subject() -> None:
    told: list[Decided] = []
    call = _ruled(told).about(lambda: Subject("1.1", language="en"))
    first = call.decide(Contact(arrival=int(MONDAY.timestamp()), kind=ContactKind.KIOSK))
    assert first.standing is not None
    sent = call.send_on(replace(first.standing, held_seconds=60.0))
    assert sent is not None
    assert sent.team == "L03"
    subjects = [Subject("1.1", ContactKind.KIOSK, "en"), Subject("1.1", ContactKind.CALL, "en")]
    assert subjects == [each.subject for each in told]


def test_whoever_stays_is_not_told() -> None:
    told: list[Decided] = []
    router = _ruled(told)
    first = router.decide(Contact(arrival=int(MONDAY.timestamp())))
    assert first.standing is not None
    assert router.about(Subject).send_on(replace(first.standing, held_seconds=59.0)) is None
    assert len(told) == 1


def test_one_calls_router_answers_as_the_router_does() -> None:
    router = _ruled([])
    call = router.about(Subject)
    standing = router.decide(Contact(arrival=int(MONDAY.timestamp()))).standing
    assert standing is not None
    assert (router.centre, router.numbers) == (call.centre, call.numbers)
    assert call.due_seconds(standing) == router.due_seconds(standing) == 60.0
    assert call.closing_notice(standing) is None
    number = NumberFormat().written("123A456789")
    assert number is not None
    assert call.find(number) == ()
