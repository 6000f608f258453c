import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from facts.call import CallEnded, CallerJoined, CallerLeft, EndedBy, LeftBy, TalkEnded
from facts.member import PhoneState
from facts.place import Place
from facts.watch import GapSeen, StaffCounted
from metrics.stays import Outcome
from operations.difference import Drift
from operations.live_truth import COMPARE_SECONDS, STUCK_SECONDS
from tests.fakes.small_centre import small_centre
from tests.fakes.watched_asterisk import NODE
from tests.fakes.watched_router import Router


@pytest.fixture
def router(tmp_path: Path) -> Router:
    return Router(tmp_path)


async def test_the_first_connect_learns_what_is_there_and_counts_no_drift(router: Router) -> None:
    router.asterisk.is_linked = False
    call = router.asterisk.joins()
    router.asterisk.signs_in("one")
    await router.linked()

    assert ([call], ["one"], []) == (list(router.model.visits), list(router.model.members), router.drift)
    assert await router.is_true()


async def test_the_first_start_of_all_has_no_gap(router: Router) -> None:
    await router.linked()

    assert [] == router.told(GapSeen)


async def test_nothing_is_asked_twice_when_nothing_differs(router: Router) -> None:
    await router.linked()

    assert 1 == router.asterisk.looks


async def test_what_happened_while_the_link_was_cut_is_told_by_queue_log(router: Router) -> None:
    await router.linked()
    router.asterisk.signs_in("one")
    before = router.asterisk.joins()
    router.cut()
    router.time.now += 3
    answered = router.asterisk.joins()
    ring = router.asterisk.answers(answered)
    router.asterisk.hangs_up(before)
    router.time.now += 10
    router.asterisk.talk_ends(answered, ring, 10)
    waits = router.asterisk.joins()
    router.time.now += 7
    await router.linked()

    assert ([waits], []) == (list(router.model.visits), router.drift)
    assert [Outcome.ANSWERED, Outcome.ABANDONED] == router.outcomes
    assert (True, 0) == (router.gap.filled, router.gap.unknown)
    assert await router.is_true()


async def test_what_events_told_before_the_cut_is_not_told_again(router: Router) -> None:
    await router.linked()
    call = router.asterisk.joins()
    ring = router.asterisk.answers(call)
    router.time.now += 5
    router.asterisk.talk_ends(call, ring)
    router.cut()
    before = len(router.kept.facts)
    router.time.now += 1
    await router.linked()

    assert [GapSeen, *[StaffCounted] * 4] == [type(fact) for fact in router.kept.facts[before:]]


async def test_without_a_log_a_caller_who_is_gone_is_lost_and_counted_as_unknown(tmp_path: Path) -> None:
    router = Router(tmp_path, log=None)
    await router.linked()
    call = router.asterisk.joins()
    router.cut()
    router.time.now += 5
    router.asterisk.hangs_up(call)
    await router.linked()

    assert ([LeftBy.LOST], [Drift.CALLER_GONE]) == (router.causes, router.drift)
    assert (False, 1) == (router.gap.filled, router.gap.unknown)
    assert {} == dict(router.model.places)


async def test_a_gap_begins_where_the_link_was_cut(router: Router) -> None:
    await router.linked()
    router.time.now += 5
    router.cut()
    cut_at = router.time.now
    router.time.now += 20
    await router.linked()

    assert cut_at == router.gap.since
    assert 20 <= router.gap.at - cut_at < 22


async def test_a_restart_of_asterisk_loses_its_calls_and_finds_the_new_ones(router: Router) -> None:
    await router.linked()
    router.asterisk.signs_in("one")
    waiting, talking = router.asterisk.joins(), router.asterisk.joins("L02")
    router.asterisk.answers(talking)
    router.cut()
    router.time.now += 2
    router.asterisk.restarts()
    router.time.now += 5
    fresh = router.asterisk.joins()
    await router.linked()

    assert [LeftBy.ANSWERED, LeftBy.LOST] == router.causes
    assert ([fresh], {}) == (list(router.model.visits), dict(router.model.talks))
    assert waiting not in router.model.places
    assert await router.is_true()


async def test_calls_that_a_restart_has_lost_are_known_and_not_unknown(router: Router) -> None:
    await router.linked()
    router.asterisk.joins()
    router.cut()
    router.time.now += 2
    router.asterisk.restarts()
    await router.linked()

    assert (True, 0) == (router.gap.filled, router.gap.unknown)


async def test_without_a_log_a_restart_loses_its_calls_too(tmp_path: Path) -> None:
    router = Router(tmp_path, log=None)
    await router.linked()
    talking = router.asterisk.joins()
    router.asterisk.answers(talking)
    router.asterisk.joins()
    router.cut()
    router.asterisk.restarts()
    await router.linked()

    assert [LeftBy.ANSWERED, LeftBy.LOST] == router.causes
    assert [(None, EndedBy.UNKNOWN)] == [
        (fact.talk_seconds, fact.ended_by) for fact in router.kept.facts if isinstance(fact, TalkEnded)
    ]
    assert await router.is_true()


async def test_a_router_that_was_killed_goes_on_from_journal_queue_log_and_snapshot(router: Router) -> None:
    await router.linked()
    router.asterisk.signs_in("one")
    waits, talks, leaves = (router.asterisk.joins() for _ in range(3))
    router.asterisk.answers(talks)
    router.asterisk.is_linked = False
    router.time.now += 4
    router.asterisk.hangs_up(leaves)
    came = router.asterisk.joins()
    router.time.now += 16
    again = await router.reborn()
    await again.linked()

    assert {waits, came} == set(again.model.visits)
    assert ["one"] == [talk.member for talk in again.model.talks.values()]
    assert [Outcome.ANSWERED, Outcome.ABANDONED] == again.outcomes
    assert (True, []) == (again.gap.filled, again.drift)
    assert await again.is_true()


async def test_a_gap_after_a_restart_begins_with_the_newest_journalled_fact(router: Router) -> None:
    router.asterisk.joins()
    joined_at = router.time.now
    router.asterisk.is_linked = False
    router.time.now += 100
    again = await router.reborn()
    await again.linked()

    assert joined_at == again.gap.since


async def test_an_older_journal_than_two_days_still_says_when_the_gap_began(router: Router) -> None:
    place = Place(NODE, "100.1", "L01", 1, "L01")
    await router.truth.restore([CallEnded(at=1_794_000_000.0, place=place)], [])
    await router.linked()

    assert 1_794_000_000.0 == router.gap.since


async def test_a_fact_that_a_wrong_clock_has_dated_ahead_hides_no_gap(router: Router) -> None:
    await router.linked()
    told = Place(NODE, "100.1", "L01", 1, "L01")
    known = [CallerJoined(at=router.time.now - 60.0, place=told), CallEnded(at=router.time.now + 9_000.0, place=told)]
    again = await router.reborn()
    await again.truth.restore(known, [])
    await again.linked()

    assert router.time.now - 60.0 == again.gap.since


async def test_a_journal_all_ahead_of_the_clock_begins_its_gap_now(router: Router) -> None:
    place = Place(NODE, "100.1", "L01", 1, "L01")
    await router.truth.restore([CallEnded(at=router.time.now + 9_000.0, place=place)], [])
    started_at = router.time.now
    await router.linked()

    assert started_at == router.gap.since


async def test_a_clock_set_back_while_the_link_was_cut_still_finds_what_was_written_since(router: Router) -> None:
    await router.linked()
    call = router.asterisk.joins("L01")
    router.cut()
    router.time.now -= 600.0
    router.asterisk.hangs_up(call)
    await router.linked()

    assert [LeftBy.ABANDONED] == router.causes
    assert router.gap.since <= router.gap.at


async def test_what_events_tell_before_the_past_is_known_waits_for_it(router: Router) -> None:
    await router.linked()
    call = router.asterisk.joins("L01")
    router.cut()
    ring = router.asterisk.answers(call)
    router.asterisk.is_linked = True
    moved = CallerLeft(
        at=router.time.now, place=_place(router, call), cause=LeftBy.MOVED, hold_seconds=1.0, returns=True
    )
    router.truth.tell(lambda: [moved])
    await router.truth.connected()

    assert ([LeftBy.ANSWERED], [ring]) == (router.causes, list(router.model.talks))


async def test_events_wait_no_longer_when_asterisk_cannot_be_asked(router: Router) -> None:
    await router.linked()
    call = router.asterisk.joins("L01")
    place = _place(router, call)
    router.cut()
    router.truth.tell(lambda: [CallEnded(at=router.time.now, place=place)])
    router.asterisk.is_away = True
    await router.linked()

    assert {} == dict(router.model.places)


async def test_events_that_wait_when_the_link_is_cut_again_are_told(router: Router) -> None:
    await router.linked()
    place = _place(router, router.asterisk.joins("L01"))
    router.cut()
    linking = asyncio.ensure_future(router.linked())
    await router.time.sleep(0.0)
    router.truth.tell(lambda: [CallEnded(at=router.time.now, place=place)])
    router.truth.disconnected()

    assert {} == dict(router.model.places)
    await linking


async def test_an_event_on_its_way_is_no_drift(router: Router) -> None:
    await router.linked()
    router.asterisk.is_linked = False
    call = router.asterisk.joins()
    place = router.asterisk.waiting[call][0]
    router.asterisk.is_linked = True
    router.time.meanwhile.append(lambda: router.stream.take([CallerJoined(at=router.time.now, place=place)]))
    await router.truth.compare()

    assert [] == router.drift


async def test_what_a_lost_event_should_have_told_is_drift_and_healed(router: Router) -> None:
    await router.linked()
    router.asterisk.is_linked = False
    call = router.asterisk.joins()
    router.asterisk.is_linked = True
    await router.truth.compare()

    assert ([Drift.CALLER_MISSING], [call]) == (router.drift, list(router.model.visits))


async def test_a_caller_whose_end_no_event_told_is_found_in_queue_log(router: Router) -> None:
    await router.linked()
    call = router.asterisk.joins()
    router.time.now += 5
    router.asterisk.is_linked = False
    router.asterisk.hangs_up(call)
    router.asterisk.is_linked = True
    await router.truth.compare()

    assert ([LeftBy.ABANDONED], []) == (router.causes, router.drift)


async def test_a_caller_whom_queue_log_does_not_know_is_lost(router: Router) -> None:
    await router.linked()
    call = router.asterisk.joins()
    router.asterisk.waiting.clear()
    router.asterisk.channels.clear()
    await router.truth.compare()

    assert ([LeftBy.LOST], [Drift.CALLER_GONE]) == (router.causes, router.drift)
    assert call not in router.model.places


async def test_a_queue_that_a_reload_removed_keeps_its_caller_in_our_line(router: Router) -> None:
    await router.linked()
    call = router.asterisk.joins()
    router.asterisk.queues.remove("L01")
    await router.truth.compare()
    await router.truth.compare()

    assert ([Drift.QUEUE_MISSING], [call]) == (router.drift, list(router.model.visits))
    assert "bring the queue back" in router.truth.standing[0].cure


async def test_a_caller_whom_a_reload_stranded_while_nobody_watched_is_told_at_the_first_look(router: Router) -> None:
    await router.linked()
    call = router.asterisk.joins()
    del router.asterisk.waiting[call]
    again = await router.reborn()
    await again.linked()

    assert [Drift.CALLER_STRANDED] == again.drift


async def test_a_queue_that_is_back_leaves_nothing_standing(router: Router) -> None:
    await router.linked()
    router.asterisk.joins()
    router.asterisk.queues.remove("L01")
    await router.truth.compare()
    router.asterisk.queues.add("L01")
    await router.truth.compare()

    assert () == router.truth.standing


async def test_a_member_who_stays_busy_without_a_channel_is_shown_with_the_cure(router: Router) -> None:
    await router.linked()
    router.asterisk.signs_in("one")
    router.asterisk.members[0] = replace(router.asterisk.members[0], phone=PhoneState.IN_USE)
    await router.truth.compare()
    router.time.now += STUCK_SECONDS
    await router.truth.compare()

    assert [Drift.PHONE_STATE, Drift.MEMBER_STUCK] == router.drift
    assert "*45" in router.truth.standing[0].cure


async def test_a_member_who_is_busy_for_a_moment_is_not_stuck(router: Router) -> None:
    await router.linked()
    router.asterisk.signs_in("one")
    for phone in (PhoneState.IN_USE, PhoneState.IDLE, PhoneState.IN_USE):
        router.asterisk.members[0] = replace(router.asterisk.members[0], phone=phone)
        await router.truth.compare()
        router.time.now += STUCK_SECONDS

    assert Drift.MEMBER_STUCK not in router.drift


async def test_calls_that_events_will_explain_are_left_to_them(router: Router) -> None:
    await router.linked()
    call = router.asterisk.joins()
    router.asterisk.waiting.clear()
    router.asterisk.channels[call] = replace(router.asterisk.channels[call], application="Wait")
    router.events.unsettled = frozenset([call])
    await router.truth.compare()

    assert [] == router.drift


async def test_asterisk_silent_at_the_connect_is_asked_again_soon(router: Router) -> None:
    router.asterisk.is_away = True
    await router.linked()
    assert not router.truth.is_caught_up
    router.asterisk.is_away = False
    router.time.now += 1
    await router.truth.pulse()

    assert router.truth.is_caught_up


async def test_that_asterisk_cannot_be_asked_is_logged_once(router: Router) -> None:
    router.asterisk.is_away = True
    with capture_logs() as logged:
        await router.linked()
        await router.truth.compare()

    assert [("live_truth_not_proved", "not connected")] == [(line["event"], line["reason"]) for line in logged]


async def test_drift_is_logged_with_both_sides(router: Router) -> None:
    await router.linked()
    router.asterisk.is_linked = False
    router.asterisk.joins()
    router.asterisk.is_linked = True
    with capture_logs() as logged:
        await router.truth.compare()

    assert [("caller_missing", "unknown", "in line in L01, visit 1")] == [
        (line["kind"], line["ours"], line["asterisks"]) for line in logged
    ]


async def test_a_gap_stays_open_until_it_could_be_closed(router: Router) -> None:
    await router.linked()
    router.cut()
    cut_at = router.time.now
    router.time.now += 5
    router.asterisk.is_away = True
    await router.linked()
    router.cut()
    router.asterisk.is_away = False
    router.time.now += 5
    await router.linked()

    assert cut_at == router.gap.since


async def test_a_link_that_was_silent_was_cut_when_it_was_heard_last(router: Router) -> None:
    await router.linked()
    heard_at = router.time.now
    router.asterisk.is_linked = False
    router.time.now += 8.0
    router.truth.disconnected(heard_at)
    await router.linked()

    assert heard_at == router.gap.since


async def test_a_cut_in_mid_comparison_leaves_the_gap_open(router: Router) -> None:
    await router.linked()
    router.asterisk.is_linked = False
    router.asterisk.joins()
    router.asterisk.is_linked = True
    router.time.meanwhile.append(router.truth.disconnected)
    await router.truth.compare()

    assert not router.truth.is_caught_up
    await router.linked()
    assert router.truth.is_caught_up
    assert router.gap.filled


async def test_nothing_is_compared_while_the_link_is_cut(router: Router) -> None:
    await router.truth.compare()
    await router.truth.pulse()

    assert 0 == router.asterisk.looks


async def test_every_15_seconds_both_sides_are_compared(router: Router) -> None:
    await router.linked()
    for _ in range(2 * int(COMPARE_SECONDS)):
        await router.time.sleep(1)
        await router.truth.pulse()

    assert 3 == router.asterisk.looks


async def test_the_age_grows_from_the_last_proof(router: Router) -> None:
    assert router.truth.age_seconds is None
    await router.linked()
    proved_at = router.time.now
    router.time.now += 4

    assert (4.0, proved_at) == (router.truth.age_seconds, router.truth.as_of)


async def test_an_event_is_a_proof_while_we_are_caught_up(router: Router) -> None:
    await router.linked()
    router.time.now += 4
    router.truth.heard()

    assert 0.0 == router.truth.age_seconds


async def test_an_event_proves_nothing_before_the_gap_is_closed(router: Router) -> None:
    await router.linked()
    router.cut()
    router.time.now += 9
    router.asterisk.is_away = True
    await router.linked()
    router.truth.heard()

    assert 9.0 == router.truth.age_seconds


@pytest.mark.parametrize("is_pulse_first", [False, True])
async def test_a_router_that_slept_until_the_session_was_closed_resyncs(router: Router, is_pulse_first: bool) -> None:
    await router.linked()
    router.asterisk.signs_in("one")
    call = router.asterisk.joins()
    await router.truth.pulse()
    router.asterisk.is_linked = False  # stopped: Asterisk has closed the session, and we do not know it yet
    ring = router.asterisk.answers(call)
    router.time.now += 60
    router.asterisk.talk_ends(call, ring, 60)
    waits = router.asterisk.joins()
    if is_pulse_first:
        router.asterisk.is_away = True
        await router.truth.pulse()
        router.asterisk.is_away = False
    router.cut()
    await router.linked()

    assert ([waits], []) == (list(router.model.visits), router.drift)
    assert [Outcome.ANSWERED] == router.outcomes
    assert await router.is_true()


async def test_staff_is_counted_at_the_connect_and_at_every_change(router: Router) -> None:
    await router.linked()
    router.time.now += 1
    router.asterisk.signs_in("one")
    router.asterisk.signs_in("one", "A1-wide")
    await router.truth.pulse()
    counts = [fact for fact in router.kept.facts if isinstance(fact, StaffCounted)]

    assert [(team, 0, 0) for team in small_centre().teams] == [
        (count.team, count.signed_in, count.paused) for count in counts[:4]
    ]
    assert [("L01", 1, 0)] == [(count.team, count.signed_in, count.paused) for count in counts[4:]]


async def test_staff_is_counted_at_local_midnight(router: Router) -> None:
    await router.linked()
    router.time.now += 86400
    await router.truth.pulse()

    assert 8 == len(router.told(StaffCounted))


async def test_open_questions_are_put_to_asterisk(router: Router) -> None:
    await router.linked()
    router.events.asks = ["100.1"]
    router.asterisk.status["100.1"] = "TIMEOUT"
    await router.truth.pulse()

    assert [("100.1", "TIMEOUT")] == router.events.answers


async def test_a_question_that_fails_stays_open(router: Router) -> None:
    await router.linked()
    router.events.asks = ["100.1"]
    router.asterisk.is_away = True
    await router.truth.pulse()

    assert [] == router.events.answers


async def test_what_is_overdue_is_folded(router: Router) -> None:
    await router.linked()
    call = router.asterisk.joins()
    router.events.late = [CallEnded(at=router.time.now, place=_place(router, call))]
    await router.truth.pulse()

    assert {} == dict(router.model.visits)


def _place(router: Router, call: str) -> Place:
    return router.model.places[call]


async def test_what_events_left_open_is_forgotten_once_a_cut(router: Router) -> None:
    await router.linked()
    router.cut()
    router.truth.disconnected()

    assert 1 == router.events.cuts


async def test_the_watch_pulses_until_it_is_cancelled(router: Router) -> None:
    await router.linked()
    watching = asyncio.ensure_future(router.truth.watch())
    router.time.meanwhile.append(lambda: router.time.meanwhile.append(watching.cancel))
    with pytest.raises(asyncio.CancelledError):
        await watching


async def test_a_fault_of_ours_ends_neither_the_watch_nor_the_comparisons(router: Router) -> None:
    await router.linked()
    watching = asyncio.ensure_future(router.truth.watch())
    router.asterisk.fault = ValueError("a mistake")
    router.time.now += COMPARE_SECONDS
    with capture_logs() as logs:
        await _until(router, lambda: any(line["event"] == "live_truth_stumbled" for line in logs))
    router.asterisk.fault = None
    compared = router.asterisk.looks
    await _until(router, lambda: router.asterisk.looks > compared)
    watching.cancel()

    assert router.truth.is_caught_up


async def test_a_question_that_cannot_be_put_stops_no_comparison(router: Router) -> None:
    await router.linked()
    looks = router.asterisk.looks
    router.events.fault = ValueError("a mistake")
    router.time.now += COMPARE_SECONDS
    with pytest.raises(ValueError, match="a mistake"):
        await router.truth.pulse()

    assert looks + 1 == router.asterisk.looks


async def _until(router: Router, happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not happened():
            await router.time.sleep(0.0)
