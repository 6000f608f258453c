import asyncio
from dataclasses import replace

import pytest

from operations.mailbox.ports import MailboxAway, NoSuchEntry, TakenAlready
from routing.callback import Outcome
from tests.fakes.callback_house import RULES, CallbackHouse, staffed
from tests.fakes.entries import MONDAY


@pytest.fixture
def house() -> CallbackHouse:
    return CallbackHouse()


async def test_a_callback_stands_in_line_with_its_first_contact(house: CallbackHouse) -> None:
    entry = await house.ask(arrival=int(MONDAY) - 60, credit=30, concern="money", language="en")
    await house.look()
    [placed] = house.asterisk.placed
    assert (entry.id, "L01", "L01", int(MONDAY) - 60, 30, "money", "en", 0) == (
        placed.callback,
        placed.queue,
        placed.team,
        placed.arrival,
        placed.credit,
        placed.concern,
        placed.language,
        placed.visit,
    )
    assert ("in-line", "open") == await house.now_is(entry.id)


async def test_looking_again_places_nobody_twice(house: CallbackHouse) -> None:
    await house.ask()
    await house.look()
    await house.look()
    assert 1 == len(house.asterisk.placed)


async def test_a_member_who_answers_is_connected_and_the_talk_ends_the_callback(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    await house.answered()
    [dialled] = house.asterisk.dialled
    assert ("+49211555100", 1, 30) == (dialled.number, dialled.attempt, dialled.ring_seconds)
    assert ("dialling", "open") == await house.now_is(entry.id)
    house.asterisk.citizen_talks(entry.id)
    await house.settle()
    assert ("reached", "done") == await house.now_is(entry.id)
    await house.look()
    await house.look()
    assert [] == house.asterisk.let_down
    house.asterisk.talk_ends(entry.id)
    await house.settle()
    assert ("reached", "done") == await house.now_is(entry.id)


async def test_each_step_is_told_as_a_fact(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    await house.answered()
    house.asterisk.citizen_talks(entry.id)
    await house.settle()
    assert ["confirmed", "in-line", "answered", "dialling", "reached"] == [fact.state for fact in house.facts]
    assert ("reached", 1, "callback", house.now - MONDAY) == (
        house.facts[-1].outcome,
        house.facts[-1].attempts,
        house.facts[-1].kind,
        house.facts[-1].waited_seconds,
    )


@pytest.mark.parametrize("outcome", [Outcome.NO_ANSWER, Outcome.BUSY, Outcome.REFUSED])
async def test_who_is_not_reached_is_dialled_again_later_at_the_same_place(
    house: CallbackHouse, outcome: Outcome
) -> None:
    entry = await house.ask()
    await house.look()
    await house.answered()
    house.asterisk.attempt_ends(entry.id, outcome)
    await house.settle()
    assert ("retry", "open") == await house.now_is(entry.id)
    await house.look(30)
    assert [] == house.asterisk.line
    await house.look(40)
    first, second = house.asterisk.placed
    assert (first.arrival, 0, 100) == (second.arrival, first.visit, second.visit)


async def test_after_the_last_attempt_it_is_a_task_on_the_teams_desk(house: CallbackHouse) -> None:
    entry = await house.ask()
    for _ in range(2):
        await house.look(70)
        await house.answered()
        house.asterisk.attempt_ends(entry.id, Outcome.BUSY)
        await house.settle()
    assert ("given-up", "open") == await house.now_is(entry.id)
    assert "busy" == (await house.kept.get(entry.id)).outcome


async def test_a_number_that_is_none_is_not_tried_again(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    await house.answered()
    house.asterisk.attempt_ends(entry.id, Outcome.INVALID)
    await house.settle()
    assert ("given-up", "open") == await house.now_is(entry.id)


async def test_who_wishes_to_be_called_later_is_not_given_up(house: CallbackHouse) -> None:
    entry = await house.ask()
    for _ in range(3):
        await house.look(70)
        await house.answered()
        house.asterisk.attempt_ends(entry.id, Outcome.NO_ANSWER, "2")
        await house.settle()
    assert ("retry", "open") == await house.now_is(entry.id)


async def test_who_wishes_no_call_any_more_is_not_called(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    await house.answered()
    house.asterisk.attempt_ends(entry.id, Outcome.CANCELLED, "3")
    await house.settle()
    assert ("cancelled", "done") == await house.now_is(entry.id)


async def test_a_fault_of_ours_does_not_count_and_whoever_waits_is_connected_at_once(
    house: CallbackHouse,
) -> None:
    entry = await house.ask()
    house.asterisk.refuses_dials = True
    await house.look()
    await house.answered()
    kept = await house.kept.get(entry.id)
    assert ("confirmed", 1, 1) == (kept.life, kept.attempts, kept.uncounted)
    house.asterisk.refuses_dials = False
    await house.look()
    assert [2] == [dial.attempt for dial in house.asterisk.dialled]


async def test_a_fault_that_stays_ends_on_the_teams_desk(house: CallbackHouse) -> None:
    entry = await house.ask()
    house.asterisk.refuses_dials = True
    for _ in range(100):
        await house.look(60)
        if house.asterisk.line:
            await house.answered()
    assert ("given-up", "open") == await house.now_is(entry.id)


async def test_no_more_citizens_are_dialled_at_once_than_the_centre_allows(house: CallbackHouse) -> None:
    for _ in range(5):
        await house.ask()
    await house.look()
    for _ in range(4):
        await house.answered()
    assert 3 == len(house.asterisk.dialled)
    assert 1 == len(house.asterisk.let_down)
    await house.look()
    assert [*house.asterisk.let_down] == [each for each in house.asterisk.line if each in house.asterisk.let_down]


async def test_no_more_dials_begin_within_a_second_than_the_centre_allows(house: CallbackHouse) -> None:
    house.centre = staffed(replace(RULES, per_second=1))
    for _ in range(2):
        await house.ask()
    await house.look()
    began = house.now
    for _ in range(2):
        await house.answered()
    assert 2 == len(house.asterisk.dialled)
    assert house.now - began >= 1


async def test_nothing_is_dialled_while_the_store_cannot_keep_the_fence(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    house.kept.is_away = True
    await house.answered()
    assert ([], [entry.id]) == (house.asterisk.dialled, house.asterisk.let_down)
    await house.look()
    assert [] == house.asterisk.line
    house.kept.is_away = False
    await house.look()
    assert [entry.id] == house.asterisk.line


async def test_that_they_talk_is_noted_once_the_store_is_back(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    await house.answered()
    house.kept.is_away = True
    house.asterisk.citizen_talks(entry.id)
    await house.settle()
    house.asterisk.talk_ends(entry.id)
    await house.look()
    house.kept.is_away = False
    await house.look()
    assert ("reached", "done") == await house.now_is(entry.id)


async def test_a_lost_fence_dials_nobody(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    elsewhere = house.kept.entries[entry.id]
    house.kept.entries[entry.id] = replace(elsewhere, attempts=1, life="dialling")
    await house.answered()
    assert [] == house.asterisk.dialled


@pytest.mark.parametrize("stage", ["confirmed", "in-line", "dialling", "talks"])
async def test_a_router_that_was_killed_goes_on_where_it_was(house: CallbackHouse, stage: str) -> None:
    entry = await house.ask()
    if stage != "confirmed":
        await house.look()
    if stage in ("dialling", "talks"):
        await house.answered()
    await house.kill()
    if stage == "talks":
        house.asterisk.citizen_talks(entry.id)
    house.start_again()
    for _ in range(3):
        await house.look()
    if stage in ("confirmed", "in-line"):
        await house.answered()
    if stage != "talks":
        house.asterisk.citizen_talks(entry.id)
        await house.settle()
    assert ([1], [entry.id]) == ([dial.attempt for dial in house.asterisk.dialled], house.asterisk.reached)
    assert ("reached", "done") == await house.now_is(entry.id)


async def test_a_member_who_answered_while_no_router_was_there_is_connected_by_the_next(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    await house.kill()
    house.asterisk.member_answers()
    house.start_again()
    await house.look()
    assert [entry.id] == [dial.callback for dial in house.asterisk.dialled]


async def test_a_stop_while_a_member_waits_for_a_dial_dials_nobody(house: CallbackHouse) -> None:
    house.centre = staffed(replace(RULES, at_once=1))
    first, second = await house.ask(arrival=int(MONDAY)), await house.ask(arrival=int(MONDAY) + 1)
    await house.look()
    await house.answered()
    house.asterisk.member_answers()
    await asyncio.sleep(0)
    house.is_stopped = True
    house.asterisk.attempt_ends(first.id)
    await house.settle()
    assert [first.id] == [dial.callback for dial in house.asterisk.dialled]
    assert ([second.id], ("in-line", "open")) == (house.asterisk.let_down, await house.now_is(second.id))


async def test_after_a_stop_an_attempt_that_was_only_noted_is_not_dialled_and_does_not_count(
    house: CallbackHouse,
) -> None:
    entry = await house.ask()
    await house.look()
    house.asterisk.listeners.clear()
    house.asterisk.member_answers()
    placed = house.kept.entries[entry.id]
    house.kept.entries[entry.id] = replace(placed, life="dialling", attempts=1, dialled_at=house.now)
    await house.kill()
    house.is_stopped = True
    house.start_again()
    await house.look()
    assert ([], [entry.id]) == (house.asterisk.dialled, house.asterisk.let_down)
    assert (1, "confirmed") == (house.kept.entries[entry.id].uncounted, house.kept.entries[entry.id].life)


async def test_a_router_killed_between_fence_and_dial_dials_the_same_attempt(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    house.asterisk.listeners.clear()
    house.asterisk.member_answers()
    placed = house.kept.entries[entry.id]
    house.kept.entries[entry.id] = replace(placed, life="dialling", attempts=1, dialled_at=house.now)
    await house.kill()
    house.start_again()
    await house.look()
    assert [1] == [dial.attempt for dial in house.asterisk.dialled]


async def test_what_ended_while_no_router_was_there_is_asked_of_asterisk(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    await house.answered()
    await house.kill()
    house.asterisk.attempt_ends(entry.id, Outcome.BUSY)
    house.start_again()
    await house.look()
    assert ("retry", "busy") == ((await house.kept.get(entry.id)).life, (await house.kept.get(entry.id)).outcome)


async def test_placeholders_come_back_after_asterisk_in_the_order_of_arrival(house: CallbackHouse) -> None:
    for after in (30, 10, 20):
        await house.ask(arrival=int(MONDAY) + after)
    await house.look()
    before = house.asterisk.line
    house.asterisk.restarts()
    await house.look()
    assert before == house.asterisk.line == [each.callback for each in house.asterisk.placed[3:]]
    assert [100] * 3 == [each.visit for each in house.asterisk.placed[3:]]


async def test_a_dial_that_asterisk_did_not_survive_is_dialled_again_soon_and_counts(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    await house.answered()
    house.asterisk.restarts()
    for _ in range(5):
        await house.look()
    assert [entry.id] == house.asterisk.line
    await house.answered()
    assert [1, 2] == [dial.attempt for dial in house.asterisk.dialled]


async def test_a_lost_answer_to_the_placement_places_nobody_twice(house: CallbackHouse) -> None:
    await house.ask()
    house.asterisk.loses_answers = True
    await house.look()
    house.asterisk.loses_answers = False
    await house.look()
    assert 1 == len(house.asterisk.placed) == len(house.asterisk.line)


async def test_a_lost_answer_to_the_dial_dials_nobody_twice(house: CallbackHouse) -> None:
    await house.ask()
    await house.look()
    house.asterisk.loses_answers = True
    await house.answered()
    house.asterisk.loses_answers = False
    await house.look()
    await house.look()
    assert 1 == len(house.asterisk.dialled)


async def test_while_asterisk_is_away_nothing_is_judged(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    house.asterisk.is_away = True
    await house.look(60)
    assert ("in-line", "open") == await house.now_is(entry.id)


async def test_a_stop_takes_who_waits_out_of_line_and_cuts_off_no_talk(house: CallbackHouse) -> None:
    talking, waiting = await house.ask(arrival=int(MONDAY)), await house.ask(arrival=int(MONDAY) + 1)
    await house.look()
    await house.answered()
    house.asterisk.citizen_talks(talking.id)
    await house.settle()
    house.is_stopped = True
    await house.look()
    await house.look()
    assert ([waiting.id], []) == (house.asterisk.let_down, house.asterisk.line)
    assert ("confirmed", "open") == await house.now_is(waiting.id)
    house.is_stopped = False
    await house.look()
    assert [waiting.id] == house.asterisk.line


async def test_a_stop_ends_the_ringing_which_counts_for_nothing(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    await house.answered()
    house.is_stopped = True
    await house.look()
    await house.settle()
    assert ([], [entry.id]) == (house.asterisk.ringing, house.asterisk.let_down)
    assert ("confirmed", "open") == await house.now_is(entry.id)
    assert 1 == (await house.kept.get(entry.id)).uncounted


async def test_who_is_called_by_hand_is_taken_out_of_line_and_comes_back_when_given_back(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    await house.mailbox.claim(entry.id, "anna")
    assert ("by-hand", "claimed") == await house.now_is(entry.id)
    await house.look()
    assert [] == house.asterisk.line
    await house.mailbox.release(entry.id, "anna")
    await house.look()
    assert [entry.id] == house.asterisk.line


async def test_who_is_just_being_dialled_cannot_be_taken_by_hand(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    await house.answered()
    with pytest.raises(TakenAlready):
        await house.mailbox.claim(entry.id, "anna")


async def test_a_call_by_hand_that_is_settled_was_reached(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.mailbox.claim(entry.id, "anna")
    await house.mailbox.done(entry.id, "anna")
    assert ("reached", "done") == await house.now_is(entry.id)


async def test_who_is_called_off_while_the_phone_rings_is_rung_no_longer(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    await house.answered()
    await house.changes.call_off(entry.id)
    await house.look()
    await house.look()
    assert [] == house.asterisk.ringing
    assert ("cancelled", "done") == await house.now_is(entry.id)


async def test_another_number_is_rung_at_the_same_place(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    await house.changes.change_number(entry.id, "+49211555222")
    await house.answered()
    assert ["+49211555222"] == [dial.number for dial in house.asterisk.dialled]
    assert 1 == len(house.asterisk.placed)
    with pytest.raises(TakenAlready):
        await house.changes.change_number(entry.id, "+49211555333")


async def test_what_is_settled_can_be_changed_no_more(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.changes.call_off(entry.id)
    with pytest.raises(NoSuchEntry):
        await house.changes.call_off(entry.id)


async def test_what_only_people_call_back_can_be_called_off_too(house: CallbackHouse) -> None:
    entry = await house.ask(life="")
    await house.changes.call_off(entry.id)
    assert ("", "done") == await house.now_is(entry.id)


async def test_what_is_erased_is_taken_out_of_line(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    await house.mailbox.erase(entry.id)
    await house.look()
    await house.look()
    assert [] == house.asterisk.line
    assert "cancelled" == house.facts[-1].state


async def test_what_is_over_lies_on_the_desk_and_is_out_of_line(house: CallbackHouse) -> None:
    entry = await house.ask(until_at=MONDAY + 200)
    await house.look()
    await house.look(200)
    await house.look()
    assert ("expired", "open") == await house.now_is(entry.id)
    assert [] == house.asterisk.line


async def test_what_was_not_promised_is_not_placed(house: CallbackHouse) -> None:
    entry = await house.ask()
    house.mailbox.withdrawn.add(entry.id)
    await house.look()
    assert [] == house.asterisk.placed


async def test_many_come_into_line_a_few_at_a_time_who_came_first_first(house: CallbackHouse) -> None:
    for after in range(50):
        await house.ask(arrival=int(MONDAY) + 99 - after)
    await house.look()
    assert 20 == len(house.asterisk.placed)
    await house.look()
    await house.look()
    arrivals = [each.arrival for each in house.asterisk.placed]
    assert (50, sorted(arrivals)) == (len(arrivals), arrivals)


async def test_nothing_is_done_before_the_store_has_told_who_is_to_be_called(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    await house.kill()
    house.kept.is_away = True
    house.start_again()
    await house.look()
    await house.look()
    assert [entry.id] == house.asterisk.line
    with pytest.raises(MailboxAway):
        await house.changes.call_off(entry.id)


async def test_a_kiosk_rings_in_place_of_a_number(house: CallbackHouse) -> None:
    await house.ask(kiosk="K1", phone="", came_at=house.now)
    await house.look()
    await house.answered()
    assert [("K1", "")] == [(dial.kiosk, dial.number) for dial in house.asterisk.dialled]


async def test_what_is_erased_while_a_member_hears_of_it_is_let_go(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    del house.kept.entries[entry.id]
    await house.answered()
    await house.look()
    await house.look()
    assert ([], []) == (house.asterisk.dialled, house.asterisk.line)


async def test_a_refusal_of_asterisk_keeps_nobody_else_from_being_placed(house: CallbackHouse) -> None:
    for after in range(3):
        await house.ask(arrival=int(MONDAY) + after)
    house.asterisk.refused = {house.kept_in_order()[0]}
    await house.look()
    assert house.kept_in_order()[1:] == house.asterisk.line


async def test_a_placeholder_that_cannot_be_let_go_is_tried_again(house: CallbackHouse) -> None:
    entry = await house.ask()
    await house.look()
    house.is_stopped = True
    house.asterisk.refused = {entry.id}
    await house.look()
    assert [entry.id] == house.asterisk.line
    house.asterisk.refused = set()
    await house.look()
    assert [] == house.asterisk.line


async def test_it_looks_by_itself_and_at_once_when_something_has_changed(house: CallbackHouse) -> None:
    running = asyncio.create_task(house.runner.run())
    entry = await house.ask()
    house.runner.wake()
    async with asyncio.timeout(60):
        await house.asterisk.has_placed.wait()
    running.cancel()
    await house.settle()
    assert [entry.id] == house.asterisk.line


async def test_a_fault_in_a_look_does_not_end_the_looking(house: CallbackHouse) -> None:
    whole = house.centre
    house.centre = replace(whole, callbacks=None)  # type: ignore[arg-type]  # what no centre has
    await house.ask()
    running = asyncio.create_task(house.runner.run())
    async with asyncio.timeout(60):
        await house.asterisk.was_asked.wait()
        house.centre = whole
        house.runner.wake()
        await house.asterisk.has_placed.wait()
    running.cancel()
