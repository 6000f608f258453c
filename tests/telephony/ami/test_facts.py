"""Real sequences of events to facts: the way of a call, rings and talks, members, hostile values."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from facts.call import (
    CallEnded,
    CallerJoined,
    CallerLeft,
    EndedBy,
    LeftBy,
    MemberAnswered,
    MemberRang,
    RingEnded,
    TalkEnded,
)
from facts.kinds import Fact
from facts.member import MemberPaused, MemberResumed, MemberSignedIn, MemberSignedOut, PhoneChanged, PhoneState
from facts.place import Place
from metrics.stays import Outcome
from telephony.ami.reader import Frame
from tests.fakes import ami_sequences as seen
from tests.fakes.watched_line import START, WatchedLine

CALL, RING = "1795300001.1", "1795300002.2"
PLACE = Place(
    node="pbx",
    call=CALL,
    queue="L01",
    visit=1,
    team="L01",
    arrival=1795300000,
    rule="household-team",
    concern="money",
    language="de",
    site="nord",
)
NOTHING: Sequence[Fact] = []


@pytest.fixture
def line() -> WatchedLine:
    return WatchedLine()


def kinds(facts: Sequence[Fact]) -> list[type[Fact]]:
    return [type(fact) for fact in facts if not isinstance(fact, PhoneChanged)]


def test_a_join_has_the_place_that_the_dialplan_announced(line: WatchedLine) -> None:
    assert [CallerJoined(at=START, place=PLACE)] == line.see(seen.JOINS)


def test_a_join_that_nobody_announced_is_a_first_visit_without_arrival(line: WatchedLine) -> None:
    (joined,) = line.see(seen.JOINS_FOREIGN)
    assert Place("pbx", CALL, "L01", 1, "L01", site="nord") == joined.place  # type: ignore[union-attr]


def test_the_newest_join_tells_whether_announcements_are_heard(line: WatchedLine) -> None:
    heard = [line.events.hears_announcements]
    for sequence, call in ((seen.JOINS_FOREIGN, CALL), (seen.JOINS, RING)):
        line.see(sequence, c=call)
        heard.append(line.events.hears_announcements)
    assert [True, False, True] == heard


def test_an_announcement_of_another_queue_is_not_believed(line: WatchedLine) -> None:
    line.see(seen.JOINS.partition("QueueCallerJoin")[0], q="L02")
    (joined,) = line.see(seen.JOINS_FOREIGN)
    assert 0 == joined.place.arrival  # type: ignore[union-attr]


def test_an_announcement_counts_for_one_join_only(line: WatchedLine) -> None:
    line.see(seen.JOINS)
    line.see(seen.GAVE_UP)
    joined = line.see(seen.JOINS_FOREIGN)[-1]
    assert (2, 0) == (joined.place.visit, joined.place.arrival)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("sequence", "by"),
    [
        (seen.ANSWERED_CALLER_HANGS_UP, EndedBy.CALLER),
        (seen.ANSWERED_MEMBER_HANGS_UP, EndedBy.MEMBER),
        (seen.ANSWERED_MEMBER_HANGS_UP_AT_ONCE, EndedBy.MEMBER),
        (seen.COMPLETED_LAST, EndedBy.CALLER),
    ],
)
def test_an_answered_call_is_joined_rung_left_answered_talked_and_ended(sequence: str, by: EndedBy) -> None:
    line = WatchedLine()
    told = line.see(sequence)
    assert [CallerJoined, MemberRang, CallerLeft, MemberAnswered, TalkEnded, CallEnded] == kinds(told)
    assert [by] == [fact.ended_by for fact in told if isinstance(fact, TalkEnded)]
    assert not any((line.model.visits, line.model.places, line.model.rings, line.model.talks))


def test_spans_are_those_of_the_monotonic_clock(line: WatchedLine) -> None:
    line.see(seen.JOINS)
    line.wait(4.25)
    line.see(seen.RINGS)
    line.wait(1.5)
    left, answered = line.see(seen.CONNECTS)
    line.wait(60.125)
    ended, _ = line.see(seen.COMPLETES.replace("{why}", "agent") + seen.CALLER_GONE)
    assert (5.75, 1.5, 60.125) == (left.hold_seconds, answered.ring_seconds, ended.talk_seconds)  # type: ignore[union-attr]


def test_spans_that_began_before_this_process_are_asterisks_own(line: WatchedLine) -> None:
    line.take([CallerJoined(at=START - 500, place=PLACE), MemberRang(at=START, place=PLACE, ring=RING, member="m0101")])
    left, answered = line.see(seen.CONNECTS)
    assert (7.0, 1) == (left.hold_seconds, answered.ring_seconds)  # type: ignore[union-attr]


def test_a_talk_that_began_before_this_process_lasts_as_asterisk_says(line: WatchedLine) -> None:
    line.take([MemberAnswered(at=START - 30, place=PLACE, ring=RING, member="m0101")])
    (ended,) = line.see(seen.COMPLETES.replace("{why}", "agent"))
    assert 3.0 == ended.talk_seconds  # type: ignore[union-attr]


def test_a_talk_that_began_before_this_process_and_only_hangs_up_lasts_by_the_clock_on_the_wall(
    line: WatchedLine,
) -> None:
    line.take([MemberAnswered(at=START - 30, place=PLACE, ring=RING, member="m0101")])
    (ended,) = line.see(seen.MEMBER_GONE)
    assert (30.0, EndedBy.UNKNOWN) == (ended.talk_seconds, ended.ended_by)  # type: ignore[union-attr]


def test_a_wait_that_nobody_measured_is_counted_by_the_clock_on_the_wall(line: WatchedLine) -> None:
    line.take([CallerJoined(at=START - 500, place=PLACE)])
    left, _ = line.see(seen.CALLER_GONE)
    assert 500.0 == left.hold_seconds  # type: ignore[union-attr]


def test_a_phone_that_turns_down_rings_no_more_and_the_caller_waits_on(line: WatchedLine) -> None:
    assert [CallerJoined, MemberRang, RingEnded] == kinds(line.see(seen.REJECTED))
    assert [CALL] == list(line.model.visits)


def test_a_phone_that_nobody_picks_up_is_followed_by_the_next(line: WatchedLine) -> None:
    line.see(seen.NOT_PICKED_UP)
    assert [MemberRang, CallerLeft, MemberAnswered] == kinds(line.see(seen.RINGS + seen.CONNECTS, m="1795300003.3"))


def test_a_member_who_hangs_up_before_being_joined_rings_no_more(line: WatchedLine) -> None:
    line.see(seen.JOINS + seen.RINGS)
    dump = f"AgentDump Queue=L01 Uniqueid={CALL} DestUniqueid={RING}\n"
    assert [RingEnded] == kinds(line.see(dump))


def test_of_two_phones_that_ring_at_once_one_answers_and_the_other_stops(line: WatchedLine) -> None:
    line.see(seen.JOINS + seen.RINGS)
    line.see(seen.RINGS, m="1795300003.3")
    told = line.see(seen.CONNECTS)
    assert [RingEnded, CallerLeft, MemberAnswered] == kinds(told)
    assert "1795300003.3" == told[0].ring  # type: ignore[union-attr]


def test_a_blind_transfer_ends_the_talk_and_not_the_call(line: WatchedLine) -> None:
    told = line.see(seen.BLIND_TRANSFER)
    assert [EndedBy.TRANSFER] == [fact.ended_by for fact in told if isinstance(fact, TalkEnded)]
    assert CallEnded not in kinds(told)


def test_a_transfer_that_fails_ends_nothing(line: WatchedLine) -> None:
    line.see(seen.JOINS + seen.RINGS + seen.CONNECTS)
    assert NOTHING == line.see("BlindTransfer Result=Fail TransfererUniqueid={m} TransfereeUniqueid={c}\n")


def test_an_attended_transfer_ends_the_talk(line: WatchedLine) -> None:
    line.see(seen.JOINS + seen.RINGS + seen.CONNECTS)
    transfer = "AttendedTransfer Result=Success OrigTransfererUniqueid={m} SecondTransfererUniqueid=1795300009.9\n"
    assert [TalkEnded] == kinds(line.see(transfer))


def test_an_end_with_a_reason_that_nobody_knows_is_unknown(line: WatchedLine) -> None:
    line.see(seen.JOINS + seen.RINGS + seen.CONNECTS)
    (ended,) = line.see(seen.COMPLETES.replace("{why}", "else"))
    assert EndedBy.UNKNOWN is ended.ended_by  # type: ignore[union-attr]


def test_the_callers_hang_up_is_known_from_its_request_when_the_members_channel_ends_first(line: WatchedLine) -> None:
    line.see(seen.JOINS + seen.RINGS + seen.CONNECTS)
    (ended,) = line.see("HangupRequest Uniqueid={c}\n" + seen.MEMBER_GONE)
    assert EndedBy.CALLER is ended.ended_by  # type: ignore[union-attr]


def test_a_talk_ends_with_the_callers_channel_when_nothing_else_was_told(line: WatchedLine) -> None:
    line.see(seen.JOINS + seen.RINGS + seen.CONNECTS)
    told = line.see("HangupRequest Uniqueid={m}\n" + seen.CALLER_GONE)
    assert [TalkEnded, CallEnded] == kinds(told)
    assert EndedBy.MEMBER is told[0].ended_by  # type: ignore[union-attr]


def test_another_calls_talk_goes_on(line: WatchedLine) -> None:
    line.see(seen.JOINS + seen.RINGS + seen.CONNECTS)
    line.see(seen.JOINS + seen.RINGS + seen.CONNECTS, c="1795300005.5", m="1795300006.6")
    line.see(seen.CALLER_GONE)
    assert ["1795300006.6"] == list(line.model.talks)


def test_slices_are_one_stay_and_the_hold_time_runs_on(line: WatchedLine) -> None:
    line.see(seen.JOINS)
    line.wait(60)
    line.see(seen.GAVE_UP + seen.RETURNED.replace("{status}", "TIMEOUT"))
    line.wait(2)
    line.see(seen.JOINS, v=2)
    line.wait(8)
    line.see(seen.RINGS + seen.CONNECTS, v=2)
    assert [(Outcome.ANSWERED, 70.0)] == [(stay.outcome, stay.hold_seconds) for stay in line.closed]
    assert 1 == len(line.offered)


def test_a_caller_who_hangs_up_between_two_slices_has_waited_until_then(line: WatchedLine) -> None:
    line.see(seen.TIMED_OUT)
    line.wait(3)
    (ended,) = line.see("HangupRequest Uniqueid={c}\n" + seen.CALLER_GONE)
    assert CallEnded(at=line.at, place=PLACE, hold_seconds=3.0) == ended
    assert [Outcome.ABANDONED] == [stay.outcome for stay in line.closed]


def test_a_call_that_ends_after_its_talk_was_not_in_line(line: WatchedLine) -> None:
    told = line.see(seen.ANSWERED_MEMBER_HANGS_UP)
    assert [None] == [fact.hold_seconds for fact in told if isinstance(fact, CallEnded)]


def test_a_stay_whose_first_slice_was_before_this_process_began_with_that_slice(line: WatchedLine) -> None:
    line.take([CallerJoined(at=START - 60, place=PLACE)])
    line.see(seen.GAVE_UP + seen.RETURNED.replace("{status}", "TIMEOUT"))
    line.wait(2)
    line.see(seen.JOINS, v=2)
    line.wait(8)
    line.see(seen.RINGS + seen.CONNECTS, v=2)
    assert [70.0] == [stay.hold_seconds for stay in line.closed]


def test_a_second_slice_from_before_this_process_is_not_all_of_the_wait(line: WatchedLine) -> None:
    line.take(
        [
            CallerJoined(at=START - 60, place=PLACE),
            CallerLeft(at=START - 9, place=PLACE, cause=LeftBy.TIMEOUT, hold_seconds=51.0, returns=True),
            CallerJoined(at=START - 7, place=replace(PLACE, visit=2)),
        ]
    )
    line.see(seen.CONNECTS, v=2)
    assert [60.0] == [stay.hold_seconds for stay in line.closed]


def test_a_restored_caller_who_hangs_up_between_two_slices_has_waited_since_the_first_join(line: WatchedLine) -> None:
    line.take(
        [
            CallerJoined(at=START - 60, place=PLACE),
            CallerLeft(at=START, place=PLACE, cause=LeftBy.TIMEOUT, hold_seconds=60.0, returns=True),
        ]
    )
    line.wait(2)
    (ended,) = line.see(seen.CALLER_GONE)
    assert 62.0 == ended.hold_seconds  # type: ignore[union-attr]


def test_a_stay_that_began_anew_while_nobody_watched_is_measured_from_there(line: WatchedLine) -> None:
    line.see(seen.JOINS)
    line.events.forget_what_is_open()
    line.wait(50)
    again = replace(PLACE, visit=3)
    line.take(
        [
            CallerJoined(at=START + 20, place=replace(PLACE, visit=2, queue="L02", team="L02")),
            CallerJoined(at=START + 40, place=again),
        ]
    )
    (left,) = [fact for fact in line.see(seen.CALLER_GONE) if isinstance(fact, CallerLeft)]
    assert (again, 10.0) == (left.place, left.hold_seconds)


def test_another_teams_line_begins_a_hold_time_of_its_own(line: WatchedLine) -> None:
    line.see(seen.TIMED_OUT)
    line.wait(5)
    line.see(seen.JOINS, q="L02", v=2)
    line.wait(4)
    left = line.see(seen.HANGS_UP, q="L02", v=2)[0]
    assert 4.0 == left.hold_seconds  # type: ignore[union-attr]


def test_events_of_other_queues_are_passed_over(line: WatchedLine) -> None:
    assert NOTHING == line.see(seen.JOINS + seen.RINGS + seen.CONNECTS + seen.SIGNED_IN, q="sales")


@pytest.mark.parametrize(
    "event", ["Newchannel Uniqueid={c}", "LocalOptimizationEnd Uniqueid={c}", "Rename Uniqueid={c}"]
)
def test_an_event_that_says_nothing_of_lines_says_nothing(line: WatchedLine, event: str) -> None:
    line.see(seen.JOINS)
    assert NOTHING == line.see(event)


def test_another_dialplans_own_event_says_nothing(line: WatchedLine) -> None:
    assert NOTHING == line.see("UserEvent UserEvent=TeamlineOther Queue=L01 Uniqueid={c}")


def test_a_member_signs_in_and_out_of_each_queue(line: WatchedLine) -> None:
    (signed_in,) = line.see(seen.SIGNED_IN)
    assert MemberSignedIn(at=START, node="pbx", member="m0101", queue="L01") == signed_in
    assert [MemberSignedIn] == kinds(line.see(seen.SIGNED_IN, q="A1-wide"))
    gone = seen.SIGNED_IN.replace("Added", "Removed")
    assert [MemberSignedOut] == kinds(line.see(gone))
    assert NOTHING == line.see(gone)
    assert [MemberSignedOut] == kinds(line.see(gone, q="A1-wide"))
    assert NOTHING == line.see(gone)
    assert {} == dict(line.model.members)


def test_a_member_who_signs_in_twice_signed_in_once(line: WatchedLine) -> None:
    line.see(seen.SIGNED_IN)
    assert NOTHING == line.see(seen.SIGNED_IN)


def test_a_member_may_sign_in_paused_and_with_a_phone_that_is_away(line: WatchedLine) -> None:
    told = line.see(seen.SIGNED_IN.replace("Status=1", "Status=5").replace("Paused=0", "Paused=1 PausedReason=lunch"))
    assert [
        MemberSignedIn(at=START, node="pbx", member="m0101", queue="L01"),
        PhoneChanged(at=START, node="pbx", member="m0101", phone=PhoneState.UNAVAILABLE),
        MemberPaused(at=START, node="pbx", member="m0101", reason="lunch"),
    ] == list(told)


def test_a_pause_told_by_each_queue_is_one_pause(line: WatchedLine) -> None:
    line.see(seen.SIGNED_IN)
    pause = "QueueMemberPause Queue={q} Interface=PJSIP/{u} Status=1 Paused=1 PausedReason=lunch\n"
    resume = "QueueMemberPause Queue={q} Interface=PJSIP/{u} Status=1 Paused=0\n"
    assert [MemberPaused(at=START, node="pbx", member="m0101", reason="lunch")] == line.see(pause + pause)
    assert [MemberResumed(at=START, node="pbx", member="m0101")] == line.see(resume + resume)


def test_a_pause_of_somebody_who_is_signed_in_nowhere_says_nothing(line: WatchedLine) -> None:
    assert NOTHING == line.see("QueueMemberPause Queue=L01 Interface=PJSIP/m0101 Paused=1\n")


def test_a_reason_that_is_no_token_is_left_out(line: WatchedLine) -> None:
    line.see(seen.SIGNED_IN)
    (paused,) = line.see("QueueMemberPause Queue=L01 Interface=PJSIP/m0101 Paused=1 PausedReason=a;b\n")
    assert "" == paused.reason  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("state", "phone"),
    [
        ("0", PhoneState.UNAVAILABLE),
        ("2", PhoneState.IN_USE),
        ("3", PhoneState.IN_USE),
        ("4", PhoneState.UNAVAILABLE),
        ("5", PhoneState.UNAVAILABLE),
        ("6", PhoneState.RINGING),
        ("7", PhoneState.RINGING),
        ("8", PhoneState.IN_USE),
    ],
)
def test_a_device_state_told_by_each_queue_is_one_change(line: WatchedLine, state: str, phone: PhoneState) -> None:
    line.see(seen.SIGNED_IN)
    status = f"QueueMemberStatus Queue={{q}} Interface=PJSIP/{{u}} Status={state}\n"
    assert [PhoneChanged(at=START, node="pbx", member="m0101", phone=phone)] == line.see(status + status)


@pytest.mark.parametrize("state", ["", "9", "x", "-1"])
def test_a_device_state_that_is_none_changes_nothing(line: WatchedLine, state: str) -> None:
    line.see(seen.SIGNED_IN)
    assert NOTHING == line.see(f"QueueMemberStatus Queue=L01 Interface=PJSIP/m0101 Status={state}\n")


@pytest.mark.parametrize("interface", ["", "PJSIP", "PJSIP/", "Local/a@b", "PJSIP/ü", "PJSIP/" + "x" * 65, "PJSIP/a/b"])
def test_an_interface_without_a_sound_name_is_nobody(line: WatchedLine, interface: str) -> None:
    added = f"QueueMemberAdded Queue=L01 MemberName=m0101 Interface={interface} Status=1 Paused=0\n"
    assert NOTHING == line.see(added + added.replace("Added", "Removed") + added.replace("Added", "Status"))


def test_a_member_is_known_by_the_interface_and_not_by_a_name(line: WatchedLine) -> None:
    (signed_in,) = line.see("QueueMemberAdded Queue=L01 MemberName=Somebody Interface=PJSIP/p1 Status=1 Paused=0\n")
    assert "p1" == signed_in.member  # type: ignore[union-attr]


NAMES = (
    *("UserEvent", "QueueCallerJoin", "QueueCallerAbandon", "QueueCallerLeave", "AgentCalled", "AgentRingNoAnswer"),
    *("AgentDump", "AgentConnect", "AgentComplete", "BlindTransfer", "AttendedTransfer", "HangupRequest", "Hangup"),
    *("QueueMemberAdded", "QueueMemberRemoved", "QueueMemberPause", "QueueMemberStatus"),
)
HOSTILE = ("", "\x00", "a\u2028b", "x" * 5000, "../..", "1795300001.1/../2", "-1", "1e9", "ü", "\ufffd", "1 2")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_values_never_raise_and_never_become_ids(name: str, hostile: str) -> None:
    line = WatchedLine()
    line.see(seen.SIGNED_IN + seen.JOINS + seen.RINGS)
    known = len(line.told)
    headers = {
        "Uniqueid": CALL,
        "Queue": "L01",
        "DestUniqueid": RING,
        "Interface": "PJSIP/m0101",
        "UserEvent": "TeamlineLeft",
        "Place": "1",
    }
    for spoilt in [
        *headers,
        "HoldTime",
        "RingTime",
        "TalkTime",
        "Status",
        "Paused",
        "PausedReason",
        "Reason",
        "Result",
    ]:
        told = {**headers, spoilt: hostile}
        line.read(
            [Frame("\r\n".join([f"Event: {name}", *(f"{key}: {value}" for key, value in told.items())]).encode())]
        )
    ids = [fact.id for fact in line.told[known:] if hasattr(fact, "id")]
    assert all(value.isascii() and value.isprintable() and " " not in value and len(value) < 300 for value in ids)


@pytest.mark.parametrize("name", NAMES)
def test_an_event_without_headers_says_nothing(line: WatchedLine, name: str) -> None:
    line.see(seen.JOINS)
    assert NOTHING == line.read([Frame(f"Event: {name}".encode())])


def test_an_answer_by_a_channel_without_a_sound_id_still_ends_the_wait(line: WatchedLine) -> None:
    line.see(seen.JOINS)
    assert [CallerLeft] == kinds(line.see(seen.CONNECTS, m="a/b"))


def test_a_ring_without_a_sound_id_is_none(line: WatchedLine) -> None:
    line.see(seen.JOINS)
    assert [] == kinds(line.see(seen.RINGS, m="a/b"))


def test_nothing_is_kept_of_a_call_that_has_ended(line: WatchedLine) -> None:
    for sequence in (seen.COMPLETED_LAST, seen.ABANDONED_RINGING, seen.TORN, seen.BLIND_TRANSFER + seen.CALLER_GONE):
        line.see(sequence)
    assert (0, 0) == (len(line.events._calls), len(line.events._legs._rings))


def test_a_hang_up_of_a_call_that_is_not_ours_is_not_remembered(line: WatchedLine) -> None:
    line.see("HangupRequest Uniqueid={c}\n")
    assert 0 == len(line.events._calls)


def test_the_leave_of_somebody_who_answers_is_left_by_answer_at_once(line: WatchedLine) -> None:
    line.see(seen.JOINS + seen.RINGS)
    left, answered = line.see(seen.CONNECTS)
    assert (LeftBy.ANSWERED, False, RING) == (left.cause, left.returns, answered.ring)  # type: ignore[union-attr]
