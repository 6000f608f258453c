import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.line import CallEnded
from ivr.ports import FormerPlace
from ivr.redial import go_in
from routing.decision import Concern, Contact, ContactKind, Decision
from routing.fair_line import priority
from routing.number import TypedNumber
from routing.spoken import Spoken, Upcoming
from tests.fakes.house import MemoryMailbox, NoCallbacks, house
from tests.fakes.line import FakeLine
from tests.fakes.router import MONDAY_AT_NINE, NEVER, SmallRouter, small_centre

ARRIVAL = int(MONDAY_AT_NINE.timestamp()) - 30
BEFORE = ARRIVAL - 400
CONTACT = Contact(arrival=ARRIVAL, number=SmallRouter().numbers.typed("123456789"))
CALLBACK = FormerPlace("m-1", "L01", Concern.MONEY, BEFORE, 0, 4)
LOST = replace(CALLBACK, callback="", position=None)
TOLD = "say redial-place(4)"
ASKED = "key redial-choice"
SHORT = ["say redial-kept goodbye"]
SOON = Upcoming(MONDAY_AT_NINE + timedelta(hours=2), MONDAY_AT_NINE)


async def again(
    line: FakeLine, callbacks: NoCallbacks, contact: Contact = CONTACT, router: SmallRouter | None = None
) -> Decision:
    mailbox = MemoryMailbox(callable_numbers=["0211777"])
    return await go_in(line, contact, house(router, mailbox=mailbox, callbacks=callbacks))


def caller(script: str = "") -> FakeLine:
    return FakeLine(script, arrival=ARRIVAL)


def spoken(line: FakeLine) -> list[str]:
    return [entry for entry in line.transcript if not entry.startswith(("set", "waiting"))]


def test_the_number_of_these_tests_is_known() -> None:
    assert isinstance(CONTACT.number, TypedNumber)


async def test_who_waits_nowhere_is_asked_nothing() -> None:
    line, callbacks = caller(), NoCallbacks()
    await again(line, callbacks)
    assert (spoken(line), callbacks.contact) == (["say connecting"], CONTACT)


async def test_a_kept_callback_ends_the_call() -> None:
    line, callbacks = caller("1"), NoCallbacks(CALLBACK)
    await again(line, callbacks)
    assert spoken(line) == [TOLD, ASKED, *SHORT]
    assert (line.variables, callbacks.done) == ({"TEAMLINE_END": "kept"}, [])


async def test_a_key_pressed_for_another_question_answers_none_here() -> None:
    callbacks = NoCallbacks(CALLBACK)
    await again(caller("13~1"), callbacks)
    assert callbacks.done == []


@pytest.mark.parametrize("script", ["2", "", ".9"])
async def test_the_callback_ends_as_its_citizen_stands_in_line_at_its_place(script: str) -> None:
    line, callbacks = caller(script), NoCallbacks(CALLBACK)
    decision = await again(line, callbacks)
    assert callbacks.done == [("take over", "m-1")]
    assert spoken(line)[-2:] == ["say redial-taken-over", "say connecting"]
    assert (decision.rule, decision.arrival) == ("redial", BEFORE)
    assert (line.variables["QUEUE_PRIO"], line.variables["__TEAMLINE_ARRIVAL"]) == (
        str(priority(BEFORE)),
        str(BEFORE),
    )


async def test_whoever_only_presses_keys_is_on_the_line_too() -> None:
    callbacks = NoCallbacks(CALLBACK)
    await again(FakeLine("1111", arrival=ARRIVAL, cuts="redial-place"), callbacks)
    assert callbacks.done == [("take over", "m-1")]


@pytest.mark.parametrize(("script", "arrival"), [("2", BEFORE), ("3", ARRIVAL)])
async def test_where_nothing_can_be_kept_the_caller_is_in_line_and_nothing_is_said_of_the_callback(
    script: str, arrival: int
) -> None:
    line = caller(script)
    decision = await again(line, NoCallbacks(CALLBACK, is_away=True))
    assert spoken(line) == [TOLD, ASKED, "say connecting"]
    assert (decision.arrival, line.variables["TEAMLINE_QUEUE"]) == (arrival, "L01")


async def test_a_closed_team_has_no_line_to_stand_in() -> None:
    closed = small_centre(hours={"L01": NEVER, "general": NEVER})
    line, callbacks = caller("2"), NoCallbacks(CALLBACK)
    await again(line, callbacks, router=SmallRouter(closed))
    assert (spoken(line), callbacks.done) == ([TOLD, ASKED, "say not-possible-now", *SHORT], [])


async def test_without_the_callback_the_call_is_as_any() -> None:
    line, callbacks = caller("3"), NoCallbacks(CALLBACK)
    decision = await again(line, callbacks)
    assert spoken(line) == [TOLD, ASKED, "say redial-cancelled", "say connecting"]
    assert (callbacks.done, decision.arrival) == ([("cancel", "m-1")], ARRIVAL)


async def test_another_number_is_keyed_read_back_and_kept() -> None:
    line, callbacks = caller("40211777#1"), NoCallbacks(CALLBACK)
    await again(line, callbacks)
    assert callbacks.done == [("change", "m-1", "0211777")]
    assert spoken(line)[-1] == "say redial-changed goodbye"


async def test_whoever_has_no_other_number_is_asked_again() -> None:
    line = caller("4#1")
    await again(line, NoCallbacks(CALLBACK))
    assert spoken(line)[-3:] == [TOLD, ASKED, *SHORT]


async def test_a_number_that_cannot_be_kept_leaves_the_choice() -> None:
    line = caller("40211777#11")
    await again(line, NoCallbacks(CALLBACK, is_away=True))
    assert spoken(line)[-4:] == ["say not-possible-now", TOLD, ASKED, *SHORT]


async def test_about_something_else_the_callback_stays_and_the_call_goes_on() -> None:
    for script in ("5", ""):
        line, callbacks = caller(script), NoCallbacks(CALLBACK)
        decision = await again(line, callbacks, replace(CONTACT, concern=Concern.JOB))
        assert spoken(line)[1] == f"{ASKED} redial-other"
        assert (decision.team, decision.arrival, callbacks.done) == ("V01", ARRIVAL, [])


async def test_a_callback_of_another_team_can_be_taken_over_all_the_same() -> None:
    decision = await again(caller("2"), NoCallbacks(CALLBACK), replace(CONTACT, concern=Concern.JOB))
    assert (decision.team, decision.concern) == ("L01", Concern.MONEY)


async def test_the_fifth_key_means_nothing_where_it_was_not_named() -> None:
    line = caller("51")
    await again(line, NoCallbacks(CALLBACK))
    assert spoken(line) == [TOLD, ASKED, TOLD, ASKED, *SHORT]


async def test_a_place_that_nobody_knows_is_not_told() -> None:
    line = caller("1")
    await again(line, NoCallbacks(replace(CALLBACK, position=None)))
    assert spoken(line)[0] == "say redial-callback"


async def test_an_appointment_is_told_and_its_credit_comes_with_its_moment() -> None:
    line = caller("2")
    later = replace(CALLBACK, arrival=ARRIVAL + 7200, credit=1800, appointment=SOON)
    decision = await again(line, NoCallbacks(later))
    assert spoken(line)[0] == f"say redial-appointment({SOON})"
    assert (decision.arrival, decision.credit) == (ARRIVAL, 0)


async def test_a_lost_place_is_kept_without_a_question() -> None:
    line = caller("1")
    decision = await again(line, NoCallbacks(replace(LOST, credit=300)))
    assert spoken(line) == ["say redial-place-kept", "say connecting"]
    assert (decision.rule, decision.arrival, decision.credit) == ("redial", BEFORE, 300)


async def test_a_lost_place_counts_for_its_own_team_only() -> None:
    line = caller()
    decision = await again(line, NoCallbacks(LOST), replace(CONTACT, concern=Concern.JOB))
    assert (spoken(line), decision.arrival) == (["say connecting"], ARRIVAL)


@pytest.mark.parametrize(("before", "now"), [(Concern.EMERGENCY, Concern.MONEY), (Concern.MONEY, Concern.EMERGENCY)])
async def test_an_emergency_neither_inherits_nor_leaves_a_place(before: Concern, now: Concern) -> None:
    decision = await again(caller(), NoCallbacks(replace(LOST, concern=before)), replace(CONTACT, concern=now))
    assert (decision.arrival, decision.concern) == (ARRIVAL, now)


async def test_a_lost_place_of_a_team_that_is_closed_is_no_promise() -> None:
    closed = small_centre(hours={"L01": NEVER, "general": NEVER})
    line = caller()
    await again(line, NoCallbacks(LOST), router=SmallRouter(closed))
    assert spoken(line) == ["say closed goodbye"]


SCANNED = replace(CONTACT, kind=ContactKind.KIOSK, is_scanned=True)
URGENT = replace(CONTACT, concern=Concern.EMERGENCY)


@pytest.mark.parametrize("contact", [SCANNED, URGENT])
async def test_who_has_scanned_or_is_in_an_emergency_is_asked_nothing_and_not_called_meanwhile(
    contact: Contact,
) -> None:
    line, callbacks = caller(), NoCallbacks(CALLBACK)
    decision = await again(line, callbacks, contact)
    assert callbacks.done == [("take over", "m-1")]
    assert (decision.arrival, [entry for entry in spoken(line) if entry.startswith("key")]) == (BEFORE, [])
    assert decision.concern is contact.concern


async def test_an_emergency_does_not_inherit_the_credit_of_one() -> None:
    urgent = replace(CALLBACK, concern=Concern.EMERGENCY, credit=1800)
    decision = await again(caller("2"), NoCallbacks(urgent))
    assert (decision.credit, decision.concern) == (0, Concern.MONEY)


async def test_at_the_handset_they_are_in_line_even_if_nothing_can_be_kept() -> None:
    line = caller()
    decision = await again(line, NoCallbacks(CALLBACK, is_away=True), SCANNED)
    assert (decision.arrival, line.variables["TEAMLINE_QUEUE"]) == (ARRIVAL, "L01")


async def test_at_the_handset_a_callback_of_another_team_stays() -> None:
    callbacks = NoCallbacks(replace(CALLBACK, team="V01"))
    decision = await again(caller(), callbacks, SCANNED)
    assert (decision.team, callbacks.done) == ("L01", [])


@pytest.mark.parametrize(("contact", "steps"), [(CONTACT, (4, 5)), (SCANNED, (1, 2))])
async def test_who_hangs_up_on_the_way_into_line_has_lost_no_place(contact: Contact, steps: tuple[int, ...]) -> None:
    for step in steps:
        callbacks = NoCallbacks(CALLBACK)
        with pytest.raises(CallEnded):
            await again(FakeLine("2", arrival=ARRIVAL, hangs_up_at=step), callbacks, contact)
        assert callbacks.done == [("take over", "m-1"), ("broke off", "m-1")]


@pytest.mark.parametrize("contact", [CONTACT, SCANNED])
async def test_who_hangs_up_while_the_store_is_slow_to_take_over_has_lost_no_place(contact: Contact) -> None:
    gone = asyncio.Event()

    class Impatient(FakeLine):
        async def say(self, *spoken: Spoken) -> bool:
            if spoken == (Spoken("please-wait"),):
                gone.set()
                raise CallEnded
            return await super().say(*spoken)

    class Slow(NoCallbacks):
        async def take_over(self, place: FormerPlace) -> None:
            await gone.wait()
            await super().take_over(place)

    callbacks = Slow(CALLBACK)
    with pytest.raises(CallEnded):
        await again(Impatient("2", arrival=ARRIVAL), callbacks, contact)
    assert callbacks.done == [("take over", "m-1"), ("broke off", "m-1")]


async def test_a_hang_up_at_the_question_changes_nothing() -> None:
    callbacks = NoCallbacks(CALLBACK)
    with pytest.raises(CallEnded):
        await again(caller("|"), callbacks)
    assert callbacks.done == []
