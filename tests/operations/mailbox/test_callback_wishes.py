import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from facts.contact import LeftKind
from operations.mailbox.callback_wishes import CallbackWishes, HashedPhones, NotCalledBack
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.open_entries import OpenEntries
from operations.mailbox.ports import Entry, MailboxAway
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
        )

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


async def test_a_team_that_is_gone_has_no_hours(kit: Kit) -> None:
    assert (await kit.ask(team="gone")).due_at is None


async def test_asking_again_is_the_same_wish_with_the_place_of_the_first(kit: Kit) -> None:
    first = await kit.ask()
    assert first == await kit.ask("+49211555100", arrival=99)
    assert 1 == len(await kit.mailbox.listed())


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


async def test_another_team_is_another_wish(kit: Kit) -> None:
    assert (await kit.ask()).id != (await kit.ask(team="V01")).id


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
