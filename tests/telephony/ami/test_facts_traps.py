"""Traps measured on a real Asterisk, each by its name."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from facts.call import CallerJoined, CallerLeft, EndedBy, LeftBy, MemberAnswered, Source, TalkEnded
from facts.kinds import Fact
from facts.place import Place
from metrics.stays import Outcome
from telephony.ami.remembered import OfCall, Remembered
from tests.fakes import ami_sequences as seen
from tests.fakes.watched_line import START, WatchedLine

CALL, RING = "1795300001.1", "1795300002.2"
PLACE = Place("pbx", CALL, "L01", 1, "L01", 1795300000, 0, "household-team", "money", "de", "nord")
NOTHING: Sequence[Fact] = []


@pytest.fixture
def line() -> WatchedLine:
    return WatchedLine()


def snapshot_says(line: WatchedLine, visit: int = 1, queue: str = "L01") -> None:
    place = replace(PLACE, visit=visit, queue=queue, team=queue)
    line.take([CallerJoined(at=line.at, place=place, source=Source.SNAPSHOT)])


def outcomes(line: WatchedLine) -> list[Outcome]:
    return [stay.outcome for stay in line.closed]


def test_a_join_older_than_the_snapshot_joins_nobody_twice(line: WatchedLine) -> None:
    snapshot_says(line)
    assert NOTHING == line.see(seen.JOINS)
    assert 1 == len(line.offered)


def test_a_join_older_than_the_snapshot_that_nobody_announced_joins_nobody_twice(line: WatchedLine) -> None:
    snapshot_says(line)
    assert NOTHING == line.see(seen.JOINS_FOREIGN)


def test_join_leave_and_connect_older_than_the_snapshot_answer_once(line: WatchedLine) -> None:
    snapshot_says(line)
    line.see(seen.JOINS + seen.RINGS + seen.CONNECTS)
    assert [Outcome.ANSWERED] == outcomes(line)
    assert {} == dict(line.model.visits)
    assert [RING] == list(line.model.talks)


def test_a_whole_slice_older_than_the_snapshot_changes_nothing(line: WatchedLine) -> None:
    snapshot_says(line, visit=2)
    line.see(seen.TIMED_OUT)
    line.see(seen.JOINS, v=2)
    assert [2] == [visit.place.visit for visit in line.model.visits.values()]
    line.see(seen.RINGS + seen.CONNECTS, v=2)
    assert [Outcome.ANSWERED] == outcomes(line)


def test_the_end_of_a_slice_older_than_the_snapshot_changes_nothing(line: WatchedLine) -> None:
    line.see(seen.JOINS)
    snapshot_says(line, visit=2)
    line.see(seen.TIMED_OUT.removeprefix(seen.JOINS))
    line.see(seen.JOINS, v=2)
    assert [2] == [visit.place.visit for visit in line.model.visits.values()]
    assert frozenset() == line.events.unsettled


def test_an_end_of_a_slice_whose_join_nobody_saw_does_not_end_the_next(line: WatchedLine) -> None:
    snapshot_says(line, visit=2)
    line.see(seen.TIMED_OUT.removeprefix(seen.JOINS))
    line.see(seen.JOINS, v=2)
    assert [2] == [visit.place.visit for visit in line.model.visits.values()]
    assert frozenset() == line.events.unsettled


def test_a_move_older_than_the_snapshot_leaves_the_caller_where_the_snapshot_says(line: WatchedLine) -> None:
    line.see(seen.JOINS)
    snapshot_says(line, visit=2, queue="L02")
    line.see(seen.REDIRECTED.removeprefix(seen.JOINS))
    line.see(seen.JOINS, q="L02", v=2)
    assert ["L02"] == [visit.place.queue for visit in line.model.visits.values()]
    assert [Outcome.FLOWED_OUT] == outcomes(line)


def test_a_late_end_of_a_visit_does_not_touch_the_line_of_another_queue(line: WatchedLine) -> None:
    snapshot_says(line, visit=2, queue="L02")
    assert NOTHING == line.see(seen.HANGS_UP)


@pytest.mark.parametrize(
    ("sequence", "cause"),
    [
        (seen.TIMED_OUT, LeftBy.TIMEOUT),
        (seen.EMPTIED, LeftBy.EMPTY),
        (seen.WITHDRAWN, LeftBy.WITHDRAWN),
        (seen.REDIRECTED + seen.JOINS.format(c="{c}", m="{m}", q="L02", u="{u}", v=2), LeftBy.MOVED),
    ],
)
def test_an_abandon_that_is_not_an_abandon(line: WatchedLine, sequence: str, cause: LeftBy) -> None:
    assert [cause] == [fact.cause for fact in line.see(sequence) if isinstance(fact, CallerLeft)]


def test_a_key_exit_raises_no_abandon_and_is_known_all_the_same(line: WatchedLine) -> None:
    assert "Abandon" not in seen.KEY_EXIT
    assert [LeftBy.KEY] == [fact.cause for fact in line.see(seen.KEY_EXIT) if isinstance(fact, CallerLeft)]


def test_a_redirect_in_talk_ends_the_talk_at_the_members_hang_up_and_not_twice(line: WatchedLine) -> None:
    line.see(seen.REDIRECTED_IN_TALK)
    line.see(seen.JOINS, q="L02", v=2)
    line.wait(5)
    (ended,) = line.see(seen.MEMBER_GONE)
    assert (5.0, EndedBy.UNKNOWN, "L01") == (ended.talk_seconds, ended.ended_by, ended.place.queue)  # type: ignore[union-attr]
    assert NOTHING == line.see(seen.LATE_COMPLETE)
    line.see(seen.HANGS_UP + seen.CALLER_GONE, q="L02", v=2)
    assert [Outcome.ANSWERED, Outcome.ABANDONED] == outcomes(line)


def test_after_a_restart_without_events_the_old_calls_stay_until_a_snapshot_tells(line: WatchedLine) -> None:
    line.see(seen.JOINS)
    line.events.forget_what_is_open()
    line.see(seen.JOINS, c="1795300500.0")
    assert {CALL, "1795300500.0"} == set(line.model.visits)


def test_what_was_open_when_the_link_was_cut_is_void(line: WatchedLine) -> None:
    line.see(seen.JOINS)
    line.see(seen.GAVE_UP)
    line.see(seen.JOINS.partition("QueueCallerJoin")[0], c="1795300009.9")
    line.events.forget_what_is_open()
    line.wait(60)
    assert (frozenset(), NOTHING) == (line.events.unsettled, line.overdue())
    assert 1 == len(line.events._calls)


def test_after_a_cut_link_the_snapshots_visit_is_followed(line: WatchedLine) -> None:
    line.see(seen.JOINS)
    line.events.forget_what_is_open()
    snapshot_says(line, visit=2)
    line.see(seen.RINGS + seen.CONNECTS, v=2)
    assert [Outcome.ANSWERED] == outcomes(line)


def test_a_stay_measured_before_a_cut_link_is_measured_on(line: WatchedLine) -> None:
    line.see(seen.JOINS)
    line.events.forget_what_is_open()
    line.wait(33)
    line.see(seen.CONNECTS)
    assert [33.0] == [stay.hold_seconds for stay in line.closed]


def test_a_queue_that_a_reload_took_away_still_ends_its_callers_wait(line: WatchedLine) -> None:
    line.see(seen.JOINS)
    line.centre = replace(line.centre, teams={}, areas={}, members={})
    line.see(seen.HANGS_UP + seen.CALLER_GONE)
    assert [Outcome.ABANDONED] == outcomes(line)


def test_a_leave_before_its_agent_connect_is_not_out_of_line_unexplained(line: WatchedLine) -> None:
    leave, connect = seen.CONNECTS.split("AgentConnect")
    line.see(seen.JOINS)
    assert NOTHING == line.see(leave)
    told = line.see("AgentConnect" + connect)
    assert [CallerLeft, MemberAnswered] == [type(fact) for fact in told]


def test_the_same_call_in_the_same_queue_again_is_another_visit(line: WatchedLine) -> None:
    line.see(seen.TIMED_OUT)
    (joined,) = line.see(seen.JOINS, v=2)
    assert "pbx/1795300001.1/L01/2/CallerJoined" == joined.id  # type: ignore[union-attr]


def test_local_optimisation_and_rename_are_harmless(line: WatchedLine) -> None:
    line.see(seen.JOINS + seen.RINGS + seen.CONNECTS)
    optimised = "LocalOptimizationEnd LocalOneUniqueid={m} LocalTwoUniqueid={c} Success=Yes\n"
    assert NOTHING == line.see(optimised + "Rename Channel=a Newname=b Uniqueid={c}\n")
    assert [RING] == list(line.model.talks)


def test_an_agent_complete_after_both_hang_ups_is_no_second_end(line: WatchedLine) -> None:
    told = line.see(seen.COMPLETED_LAST)
    assert 1 == sum(isinstance(fact, TalkEnded) for fact in told)


def test_a_connect_told_twice_answers_once(line: WatchedLine) -> None:
    line.see(seen.JOINS + seen.CONNECTS)
    assert NOTHING == line.see(seen.CONNECTS)


def test_a_snapshots_talk_is_not_answered_again(line: WatchedLine) -> None:
    snapshot_says(line)
    line.take([MemberAnswered(at=START, place=PLACE, ring=RING, source=Source.SNAPSHOT)])
    assert [CallerLeft] == [type(fact) for fact in line.see(seen.RINGS + seen.CONNECTS)]


def test_memory_is_bounded_and_the_oldest_goes() -> None:
    remembered = Remembered(OfCall, most=2)
    for call in ("1.1", "1.2", "1.3"):
        remembered.of(call)
    assert (2, None) == (len(remembered), remembered.known("1.1"))
