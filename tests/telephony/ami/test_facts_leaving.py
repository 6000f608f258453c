"""Why a caller left: every way out, by the events that Asterisk really sends."""

from collections.abc import Sequence

import pytest

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy, RingEnded
from facts.kinds import Fact
from metrics.stays import FlowReason, Outcome
from telephony.ami.leaving import ASK_SECONDS, OVERDUE_SECONDS
from tests.fakes import ami_sequences as seen
from tests.fakes.watched_line import WatchedLine

CALL = "1795300001.1"
NOTHING: Sequence[Fact] = []


@pytest.fixture
def line() -> WatchedLine:
    return WatchedLine()


def ways(facts: Sequence[Fact]) -> list[tuple[LeftBy, bool]]:
    """Cause and whether the caller returns."""
    return [(fact.cause, fact.returns) for fact in facts if isinstance(fact, CallerLeft)]


@pytest.mark.parametrize("sequence", [seen.ABANDONED, seen.ABANDONED_RINGING])
def test_a_hang_up_in_line_is_abandoned(line: WatchedLine, sequence: str) -> None:
    assert [(LeftBy.ABANDONED, False)] == ways(line.see(sequence))
    assert not any((line.model.visits, line.model.rings, line.model.places))


def test_a_hang_up_while_a_phone_rings_ends_the_ringing_first(line: WatchedLine) -> None:
    line.see(seen.JOINS + seen.RINGS)
    assert [RingEnded, CallerLeft] == [type(fact) for fact in line.see(seen.HANGS_UP)]


@pytest.mark.parametrize(
    ("sequence", "cause"),
    [
        (seen.TIMED_OUT, LeftBy.TIMEOUT),
        (seen.EMPTIED, LeftBy.EMPTY),
        (seen.WITHDRAWN, LeftBy.WITHDRAWN),
        (seen.LATE_LIMIT, LeftBy.MOVED),
    ],
)
def test_an_abandon_that_our_dialplan_explains_is_not_abandoned(
    line: WatchedLine, sequence: str, cause: LeftBy
) -> None:
    assert [(cause, True)] == ways(line.see(sequence))
    assert [CALL] == list(line.model.between)


def test_a_line_that_lets_nobody_in_is_neither_joined_nor_left(line: WatchedLine) -> None:
    assert NOTHING == line.see(seen.REFUSED)


def test_a_refusal_after_a_slice_leaves_the_caller_between_two_visits(line: WatchedLine) -> None:
    line.see(seen.TIMED_OUT)
    assert NOTHING == line.see(seen.REFUSED, v=2)
    assert [CALL] == list(line.model.between)


def test_a_key_exit_from_our_line_may_come_back(line: WatchedLine) -> None:
    assert [(LeftBy.KEY, True)] == ways(line.see(seen.KEY_EXIT))


def test_a_key_exit_and_a_hang_up_is_flowed_out(line: WatchedLine) -> None:
    line.see(seen.KEY_EXIT + "HangupRequest Uniqueid={c}\n" + seen.CALLER_GONE)
    assert [(Outcome.FLOWED_OUT, FlowReason.WITHDRAWN)] == [(stay.outcome, stay.reason) for stay in line.closed]


def test_a_key_exit_and_back_is_one_stay(line: WatchedLine) -> None:
    line.see(seen.KEY_EXIT)
    line.see(seen.JOINS + seen.RINGS + seen.CONNECTS, v=2)
    assert [Outcome.ANSWERED] == [stay.outcome for stay in line.closed]


def test_a_key_exit_from_another_dialplan_does_not_come_back(line: WatchedLine) -> None:
    assert [(LeftBy.KEY, False)] == ways(line.see(seen.FOREIGN_KEY_EXIT))


def test_a_key_that_only_our_dialplan_tells_is_a_key(line: WatchedLine) -> None:
    leave = seen.CONNECTS.partition("AgentConnect")[0]
    told = line.see(seen.JOINS + leave + seen.RETURNED.replace("{status}", ""))
    assert [(LeftBy.KEY, True)] == ways(told)


def test_our_dialplan_is_believed_even_if_no_leave_was_seen(line: WatchedLine) -> None:
    told = line.see(seen.JOINS + seen.RETURNED.replace("{status}", "TIMEOUT"))
    assert [(LeftBy.TIMEOUT, True)] == ways(told)


def test_a_redirect_to_another_team_is_moved(line: WatchedLine) -> None:
    line.see(seen.REDIRECTED)
    told = line.see(seen.JOINS, q="L02", v=2)
    assert [CallerLeft, CallerJoined] == [type(fact) for fact in told]
    assert [(Outcome.FLOWED_OUT, FlowReason.MOVED)] == [(stay.outcome, stay.reason) for stay in line.closed]


def test_a_redirect_to_the_same_team_is_the_same_stay(line: WatchedLine) -> None:
    line.see(seen.REDIRECTED)
    line.wait(1)
    line.see(seen.JOINS + seen.HANGS_UP + seen.CALLER_GONE, v=2)
    assert [(Outcome.ABANDONED, 1.0)] == [(stay.outcome, stay.hold_seconds) for stay in line.closed]


def test_a_redirect_while_a_phone_rings_ends_the_ringing(line: WatchedLine) -> None:
    line.see(seen.JOINS + seen.RINGS + seen.REDIRECTED.removeprefix(seen.JOINS))
    told = line.see(seen.JOINS, q="L02", v=2)
    assert [RingEnded, CallerLeft, CallerJoined] == [type(fact) for fact in told]


def test_a_redirect_out_of_all_lines_is_moved_when_it_is_overdue(line: WatchedLine) -> None:
    line.see(seen.REDIRECTED)
    left_at = line.at
    line.wait(OVERDUE_SECONDS - 0.5)
    assert NOTHING == line.overdue()
    line.wait(0.5)
    (left,) = line.overdue()
    assert (LeftBy.MOVED, False, left_at, 0.0) == (left.cause, left.returns, left.at, left.hold_seconds)  # type: ignore[union-attr]
    assert NOTHING == line.overdue()


def test_a_redirect_that_hangs_up_at_once_is_moved(line: WatchedLine) -> None:
    gone = "Hangup Uniqueid={c} Context=teamline-queue Exten=L02 Priority=1\n"
    assert [(LeftBy.MOVED, False)] == ways(line.see(seen.REDIRECTED + gone))


def test_a_call_torn_from_its_line_is_lost(line: WatchedLine) -> None:
    assert [(LeftBy.LOST, False)] == ways(line.see(seen.TORN))


def test_a_hang_up_whose_request_comes_late_is_abandoned(line: WatchedLine) -> None:
    late = seen.JOINS + seen.GAVE_UP + "HangupRequest Uniqueid={c}\n" + seen.CALLER_GONE
    assert [(LeftBy.ABANDONED, False)] == ways(line.see(late))


def test_a_call_that_ends_in_line_without_another_word_is_lost(line: WatchedLine) -> None:
    assert [(LeftBy.LOST, False)] == ways(line.see(seen.JOINS + seen.CALLER_GONE))


def test_an_answer_that_fails_by_the_callers_hang_up_is_abandoned(line: WatchedLine) -> None:
    leave = seen.CONNECTS.partition("AgentConnect")[0]
    told = line.see(seen.JOINS + leave + "HangupRequest Uniqueid={c}\n" + seen.CALLER_GONE)
    assert [(LeftBy.ABANDONED, False)] == ways(told)


def test_a_leave_that_awaits_its_answer_is_never_overdue(line: WatchedLine) -> None:
    line.see(seen.JOINS + seen.CONNECTS.partition("AgentConnect")[0])
    line.wait(60)
    assert NOTHING == line.overdue()
    assert [] == line.events.questions(line.monotonic)
    assert {CALL} == line.events.unsettled


def test_another_dialplans_time_out_is_asked_for_once(line: WatchedLine) -> None:
    line.see(seen.FOREIGN_TIMED_OUT)
    assert [] == line.events.questions(line.monotonic)
    line.wait(ASK_SECONDS)
    assert [CALL] == line.events.questions(line.monotonic)
    assert [] == line.events.questions(line.monotonic)


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        ("TIMEOUT", LeftBy.TIMEOUT),
        ("LEAVEEMPTY", LeftBy.EMPTY),
        ("LEAVEUNAVAIL", LeftBy.EMPTY),
        ("WITHDRAW", LeftBy.WITHDRAWN),
    ],
)
def test_another_dialplans_leave_has_the_cause_that_asterisk_tells(
    line: WatchedLine, status: str, cause: LeftBy
) -> None:
    line.see(seen.FOREIGN_TIMED_OUT)
    told = line.take(line.events.told(CALL, status, line.at, line.monotonic))
    assert [(cause, False)] == ways(told)
    assert frozenset() == line.events.unsettled


@pytest.mark.parametrize("status", ["", "(null)", "CONTINUE", "x\r\ny"])
def test_an_answer_that_explains_nothing_leaves_it_open(line: WatchedLine, status: str) -> None:
    line.see(seen.FOREIGN_TIMED_OUT)
    assert [] == line.events.told(CALL, status, line.at, line.monotonic)
    line.wait(OVERDUE_SECONDS)
    assert [(LeftBy.MOVED, False)] == ways(line.overdue())


def test_an_answer_that_comes_too_late_says_nothing(line: WatchedLine) -> None:
    line.see(seen.FOREIGN_TIMED_OUT + seen.FOREIGN_GONE)
    assert [] == line.events.told(CALL, "TIMEOUT", line.at, line.monotonic)


def test_nobody_asks_about_a_redirected_call_whose_status_is_an_earlier_lines(line: WatchedLine) -> None:
    line.see(seen.REDIRECTED)
    line.wait(1)
    assert [] == line.events.questions(line.monotonic)


def test_another_dialplan_that_hangs_up_after_its_line_let_the_caller_time_out(line: WatchedLine) -> None:
    told = line.see(seen.FOREIGN_TIMED_OUT + seen.FOREIGN_GONE)
    assert [(LeftBy.TIMEOUT, False)] == ways(told)
    assert [Outcome.FLOWED_OUT] == [stay.outcome for stay in line.closed]


def test_another_dialplan_that_comes_back_begins_another_visit(line: WatchedLine) -> None:
    line.see(seen.FOREIGN_TIMED_OUT)
    line.take(line.events.told(CALL, "TIMEOUT", line.at, line.monotonic))
    (joined,) = line.see(seen.JOINS_FOREIGN)
    assert 2 == joined.place.visit  # type: ignore[union-attr]


def test_a_join_elsewhere_without_a_leave_is_moved(line: WatchedLine) -> None:
    line.see(seen.JOINS)
    line.wait(3)
    left, joined = line.see(seen.JOINS, q="L02", v=2)
    assert (LeftBy.MOVED, 3.0, "L02") == (left.cause, left.hold_seconds, joined.place.queue)  # type: ignore[union-attr]


def test_a_call_that_is_withdrawn_twice_left_once(line: WatchedLine) -> None:
    told = line.see(seen.JOINS + seen.GAVE_UP + seen.GAVE_UP + seen.RETURNED.replace("{status}", "WITHDRAW") * 2)
    assert [(LeftBy.WITHDRAWN, True)] == ways(told)


def test_the_end_of_a_call_follows_its_leave(line: WatchedLine) -> None:
    assert [CallerLeft, CallEnded] == [type(fact) for fact in line.see(seen.TORN)[1:]]
