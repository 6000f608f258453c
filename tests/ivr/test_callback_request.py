import pytest

from ivr.callback_request import TRIES, Offered, ask_for_callback
from ivr.line import CallEnded
from ivr.ports import CallbackWish
from routing.spoken import Upcoming
from tests.fakes.house import MemoryMailbox, house
from tests.fakes.line import FakeLine
from tests.fakes.router import MONDAY_AT_NINE

OWN = "0211555"
OTHER = "0301234567"
ASKED = f"key callback-offer callback-own-number({OWN}) callback-choice"
NOTED = "say callback-noted goodbye"
ARRIVAL = 1_767_600_000


async def asked(line: FakeLine, mailbox: MemoryMailbox, opens: Upcoming | None = None) -> bool:
    return await ask_for_callback(line, Offered(CallbackWish("L01"), opens), house(mailbox=mailbox))


def with_numbers(*numbers: str) -> MemoryMailbox:
    return MemoryMailbox(callable_numbers=numbers)


async def test_the_own_number_is_read_back_and_noted_before_it_is_promised() -> None:
    line, mailbox = FakeLine("1", arrival=ARRIVAL), with_numbers(OWN)
    assert await asked(line, mailbox)
    assert line.transcript == [ASKED, NOTED]
    assert mailbox.callbacks == [(OWN, "L01", ARRIVAL)]


@pytest.mark.parametrize(("told", "spelled"), [("+49211555", "0211555"), ("+33155", "0033155")])
async def test_an_own_number_is_spelled_as_it_is_dialled(told: str, spelled: str) -> None:
    line, mailbox = FakeLine("1", caller=told), with_numbers(told)
    assert await asked(line, mailbox)
    assert f"callback-own-number({spelled})" in line.transcript[0]
    assert told == mailbox.callbacks[0][0]


async def test_a_closed_team_says_from_when_on_it_calls() -> None:
    line = FakeLine("1")
    opens = Upcoming(MONDAY_AT_NINE, MONDAY_AT_NINE)
    assert await asked(line, with_numbers(OWN), opens)
    assert line.transcript[-1] == f"say callback-noted callback-from({opens}) goodbye"


async def test_another_number_is_keyed_and_read_back() -> None:
    line, mailbox = FakeLine(f"2{OTHER}#1"), with_numbers(OWN, OTHER)
    assert await asked(line, mailbox)
    assert line.transcript[1:3] == ["keys callback-number", f"key you-typed({OTHER}) right-or-again"]
    assert OTHER == mailbox.callbacks[0][0]


@pytest.mark.parametrize("caller", ["", "0900123"])
async def test_whoever_cannot_be_called_at_the_own_number_keys_one(caller: str) -> None:
    line, mailbox = FakeLine(f"{OTHER}#.", caller=caller), with_numbers(OTHER)
    assert await asked(line, mailbox)
    assert line.transcript[0] == "keys callback-offer callback-number"
    assert OTHER == mailbox.callbacks[0][0]


async def test_a_number_that_was_misread_or_started_over_is_keyed_again() -> None:
    mailbox = with_numbers("0211", OTHER)
    assert await asked(FakeLine(f"0211#299*{OTHER}#1", caller=""), mailbox)
    assert OTHER == mailbox.callbacks[0][0]


async def test_a_number_that_must_not_be_called_is_refused_honestly() -> None:
    line, mailbox = FakeLine("110#" * TRIES, caller=""), with_numbers()
    assert not await asked(line, mailbox)
    assert line.transcript[1:] == ["keys callback-not-callable callback-number"] * (TRIES - 1)
    assert mailbox.callbacks == []


@pytest.mark.parametrize("script", ["3", "..", "#9", "#"])
async def test_without_agreement_nobody_is_called(script: str) -> None:
    caller = "" if script == "#" else OWN  # a lone # in place of a number means none
    line, mailbox = FakeLine(script, caller=caller), with_numbers(OWN)
    assert not await asked(line, mailbox)
    assert (mailbox.callbacks, NOTED in line.transcript) == ([], False)


async def test_what_cannot_be_noted_is_not_promised() -> None:
    line = FakeLine("1")
    assert not await asked(line, MemoryMailbox(is_away=True))
    assert line.transcript == [ASKED, "say not-possible-now"]


async def test_a_hang_up_before_the_agreement_notes_nothing() -> None:
    for step in (1, 2, 3):
        mailbox = with_numbers(OWN)
        with pytest.raises(CallEnded):
            await asked(FakeLine("1", hangs_up_at=step), mailbox)
        assert mailbox.callbacks == []


async def test_a_hang_up_after_it_leaves_it_noted() -> None:
    mailbox = with_numbers(OWN)
    with pytest.raises(CallEnded):
        await asked(FakeLine("1", hangs_up_at=4), mailbox)
    assert len(mailbox.callbacks) == 1


AT_KIOSK = {"TEAMLINE_KIOSK": "k1"}
HERE = "key callback-kiosk callback-choice"


async def test_at_a_kiosk_its_own_phone_rings_and_its_number_is_not_offered() -> None:
    line, mailbox = FakeLine("1", variables=AT_KIOSK), with_numbers(OWN)
    assert await asked(line, mailbox)
    assert line.transcript == [HERE, "say callback-kiosk-noted goodbye"]
    assert mailbox.wishes == [CallbackWish("L01", kiosk="k1")]


async def test_at_a_kiosk_another_number_may_be_keyed() -> None:
    mailbox = with_numbers(OTHER)
    assert await asked(FakeLine(f"2{OTHER}#1", variables=AT_KIOSK), mailbox)
    assert mailbox.wishes == [CallbackWish("L01", OTHER)]


async def test_a_kiosk_that_is_not_configured_is_none() -> None:
    line = FakeLine("1", variables={"TEAMLINE_KIOSK": "gone"})
    assert await asked(line, with_numbers(OWN))
    assert line.transcript[0] == ASKED


async def test_place_and_credit_are_kept_with_the_wish_and_no_repr_has_the_number() -> None:
    mailbox = with_numbers(OWN)
    wish = CallbackWish("L01", arrival=ARRIVAL - 900, credit=300)
    assert await ask_for_callback(FakeLine("1"), Offered(wish), house(mailbox=mailbox))
    assert [(kept.arrival, kept.credit) for kept in mailbox.wishes] == [(ARRIVAL - 900, 300)]
    assert OWN not in repr(mailbox.wishes[0])
