import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from facts.contact import LeftKind, LeftState
from operations.mailbox.callback_wishes import CallbackWishes, HashedPhones, NotCalledBack
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.open_entries import OpenEntries
from operations.mailbox.ports import Entry, MailboxAway
from routing.centre import Member
from routing.contact_rules import CallbackRules
from routing.hours import OpeningHours, Span, WeeklyHours
from tests.fakes.directory_centre import centre
from tests.fakes.entries import MONDAY, MemoryMail

PHONE = "0211555100"
BERLIN = ZoneInfo("Europe/Berlin")
AFTERNOONS = OpeningHours(WeeklyHours(BERLIN, {0: (Span(time(13), time(16)),)}))


class Kit:
    """A centre reached by 0211910000 that shows 0211910101; L02 opens at 13:00; it is Monday, 9:00 in Berlin."""

    def __init__(self) -> None:
        self.now = MONDAY
        whole = centre()
        teams = {
            **whole.teams,
            "L01": replace(whole.teams["L01"], outbound_caller_id="0211910101"),
            "L02": replace(whole.teams["L02"], hours=AFTERNOONS),
        }
        self.centre = replace(whole, entry=("0211910000",), teams=teams)
        self.kept = MemoryMail()
        self.mailbox = Mailbox(self.kept, None, lambda: self.now, lambda _: None)  # type: ignore[arg-type]
        self.known = OpenEntries(HashedPhones(b"s" * 32))
        self.mailbox.changed.append(self.known.hear)
        self.wishes = CallbackWishes(
            self.mailbox,
            self.known,
            lambda: self.centre,
            lambda: self.now,
            lambda: datetime.fromtimestamp(self.now, UTC),
            lambda: self.can_dial,
        )
        self.can_dial = True

    async def ask_for(self, number: str, phone: str, arrival: int = 17) -> Entry:
        return await self.wishes.ask(phone, replace(self.wishes.wish("L01", arrival), number=number, source="api"))

    async def ask(self, phone: str = PHONE, team: str = "L01", arrival: int = 17) -> Entry:
        return await self.wishes.ask(phone, self.wishes.wish(team, arrival))


@pytest.fixture
def kit() -> Kit:
    return Kit()


async def test_a_wish_is_kept_with_the_number_to_dial_and_the_first_contact(kit: Kit) -> None:
    entry = await kit.ask()
    assert (LeftKind.CALLBACK, "+49211555100", "L01", 17) == (entry.what, entry.phone, entry.team, entry.arrival)
    assert [entry] == await kit.mailbox.listed()


async def test_without_a_first_contact_now_is_the_first(kit: Kit) -> None:
    assert int(MONDAY) == (await kit.ask(arrival=0)).arrival


async def test_an_open_team_may_call_at_once(kit: Kit) -> None:
    assert (await kit.ask()).due_at is None


async def test_a_closed_team_calls_once_it_opens(kit: Kit) -> None:
    assert datetime(2026, 11, 23, 13, tzinfo=BERLIN).timestamp() == (await kit.ask(team="L02")).due_at


async def test_a_team_that_opens_too_late_keeps_nobody_waiting(kit: Kit) -> None:
    closed = replace(kit.centre.teams["L02"], hours=OpeningHours(WeeklyHours(BERLIN, {})))
    members = {"c": Member("c", "c", ("general",), "3001")}
    kit.centre = replace(kit.centre, teams={**kit.centre.teams, "L02": closed}, members=members)
    assert kit.wishes.opens_in_time("L02")
    assert (await kit.ask(team="L02")).due_at is None


async def test_a_team_that_is_gone_has_no_hours(kit: Kit) -> None:
    assert (await kit.ask(team="gone")).due_at is None


async def test_asking_again_is_the_same_wish_with_the_place_of_the_first(kit: Kit) -> None:
    first = await kit.ask()
    assert first == await kit.ask("+49211555100", arrival=99)
    assert 1 == len(await kit.mailbox.listed())


async def test_who_asks_again_after_nothing_was_promised_is_noted_anew_and_stays(kit: Kit) -> None:
    kit.kept.is_away = True
    lost = kit.wishes.wish("L01", 17)
    with pytest.raises(MailboxAway):
        await kit.mailbox.put(replace(lost, phone="+49211555100"))
    kit.kept.is_away = False
    kit.kept.entries[lost.id] = replace(lost, phone="+49211555100")  # the answer alone was lost
    again = await kit.ask()
    assert ([again], {lost.id}) == (await kit.mailbox.listed(), kit.mailbox.withdrawn)


async def test_two_who_ask_at_once_for_one_number_are_one_wish(kit: Kit) -> None:
    one, other = await asyncio.gather(kit.ask(), kit.ask())
    assert one == other


async def test_after_it_is_done_one_may_ask_again_but_not_a_third_time_a_day(kit: Kit) -> None:
    for _ in range(2):
        assert kit.wishes.may_call(PHONE)
        await kit.mailbox.done((await kit.ask()).id, "anna")
    assert not kit.wishes.may_call(PHONE)
    with pytest.raises(NotCalledBack):
        await kit.ask()
    kit.now += 86_401
    assert kit.wishes.may_call(PHONE)


async def test_one_number_waits_once_whichever_team_it_asks(kit: Kit) -> None:
    assert (await kit.ask()).id == (await kit.ask(team="V01")).id


async def test_one_customer_waits_once_and_is_rung_where_they_asked_last(kit: Kit) -> None:
    first = await kit.ask_for("123A456789", PHONE)
    again = await kit.ask_for("123A456789", "015112345678", arrival=99)
    assert (first.id, "+4915112345678", 17) == (again.id, again.phone, again.arrival)
    assert [again] == await kit.mailbox.listed()


async def test_nobody_turns_a_callback_to_another_phone_by_writing_its_customer_number_on_the_page(kit: Kit) -> None:
    first = await kit.ask_for("123A456789", PHONE)
    wish = replace(kit.wishes.wish("L01", 99), number="123A456789", source="page")
    assert first == await kit.wishes.ask("015112345678", wish)


async def test_two_callers_of_one_household_are_both_called_back(kit: Kit) -> None:
    first, then = (replace(kit.wishes.wish("L01", at), number="123A456789") for at in (17, 18))
    assert (await kit.wishes.ask(PHONE, first)).id != (await kit.wishes.ask("015112345678", then)).id


async def test_another_customer_with_another_number_is_another_wish(kit: Kit) -> None:
    assert (await kit.ask_for("123A456789", PHONE)).id != (await kit.ask_for("123A456788", "015112345678")).id


async def test_whoever_is_just_being_dialled_keeps_the_number_that_rings(kit: Kit) -> None:
    first = await kit.ask_for("123A456789", PHONE)
    ringing = await kit.mailbox.change(first, replace(first, life="dialling"))
    assert ringing == await kit.ask_for("123A456789", "015112345678")


async def test_an_appointment_is_a_wish_of_its_own(kit: Kit) -> None:
    agreed = replace(kit.wishes.wish("L01", 17), appointment_at=MONDAY + 7200)
    assert (await kit.wishes.ask(PHONE, agreed)).id != (await kit.ask()).id


async def test_a_new_wish_settles_what_lay_on_the_desk_for_the_same_person(kit: Kit) -> None:
    first = await kit.ask()
    await kit.mailbox.change(first, replace(first, life="given-up"))
    second = await kit.ask()
    assert {first.id: LeftState.DONE, second.id: LeftState.OPEN} == {
        entry.id: entry.state for entry in await kit.mailbox.listed()
    }


@pytest.mark.parametrize(
    ("can_dial", "rule", "life"), [(True, True, "confirmed"), (True, False, ""), (False, True, "")]
)
async def test_a_wish_begins_its_life_where_teamline_dials(kit: Kit, can_dial: bool, rule: bool, life: str) -> None:
    kit.can_dial = can_dial
    kit.centre = replace(kit.centre, callbacks=CallbackRules(dial=rule))
    assert life == (await kit.ask()).life


async def test_a_kiosk_is_rung_without_a_trunk_and_once_for_one_person(kit: Kit) -> None:
    kit.can_dial = False
    wish = replace(kit.wishes.wish("L01", 17), number="123A456789")
    entry = await kit.wishes.ask_at_kiosk("K1", wish)
    assert ("confirmed", "K1", "") == (entry.life, entry.kiosk, entry.phone)
    assert entry == await kit.wishes.ask_at_kiosk("K1", replace(wish, id="m-0"))


async def test_whoever_waits_at_a_kiosk_and_then_asks_to_be_rung_elsewhere_is_rung_there(kit: Kit) -> None:
    kiosk = await kit.wishes.ask_at_kiosk("K1", replace(kit.wishes.wish("L01", 17), number="123A456789"))
    again = await kit.ask_for("123A456789", PHONE)
    assert (kiosk.id, "+49211555100", "", 17) == (again.id, again.phone, again.kiosk, again.arrival)
    assert [again] == await kit.mailbox.listed()


async def test_nobody_ends_a_wait_at_a_kiosk_by_writing_its_customer_number_on_the_page(kit: Kit) -> None:
    kiosk = await kit.wishes.ask_at_kiosk("K1", replace(kit.wishes.wish("L01", 17), number="123A456789"))
    wish = replace(kit.wishes.wish("L01", 99), number="123A456789", source="page")
    other = await kit.wishes.ask(PHONE, wish)
    assert {kiosk.id: kiosk, other.id: other} == {entry.id: entry for entry in await kit.mailbox.listed()}
    assert kiosk != other


async def test_without_a_trunk_a_kiosk_rings_on_beside_the_wish_for_another_phone(kit: Kit) -> None:
    kit.can_dial = False
    kiosk = await kit.wishes.ask_at_kiosk("K1", replace(kit.wishes.wish("L01", 17), number="123A456789"))
    other = await kit.ask_for("123A456789", PHONE)
    assert {kiosk.id: kiosk, other.id: other} == {entry.id: entry for entry in await kit.mailbox.listed()}
    assert kiosk != other


async def test_a_centre_may_allow_a_number_abroad_by_name(kit: Kit) -> None:
    assert not kit.wishes.may_call("0043123456")
    kit.centre = replace(kit.centre, callbacks=CallbackRules(also_allowed=("0043123456",)))
    assert "+43123456" == (await kit.ask("0043123456")).phone


@pytest.mark.parametrize("number", ["0211910000", "+49211910000", "0211910101", "110", "09001234567", "", "x"])
async def test_neither_our_own_numbers_nor_costly_ones_are_called(kit: Kit, number: str) -> None:
    assert not kit.wishes.may_call(number)
    with pytest.raises(NotCalledBack):
        await kit.ask(number)


async def test_while_the_store_is_away_nothing_is_promised(kit: Kit) -> None:
    kit.kept.is_away = True
    with pytest.raises(MailboxAway):
        await kit.ask()


def test_a_phone_number_is_remembered_as_a_keyed_hash_only() -> None:
    assert HashedPhones(b"s" * 32)(PHONE) == HashedPhones(b"s" * 32)(PHONE) != HashedPhones(b"o" * 32)(PHONE)
