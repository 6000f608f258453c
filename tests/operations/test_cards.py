import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.cards import MARK, CardRefused, Cards
from operations.mailbox.ports import MailboxAway
from tests.fakes.document_desk import RevokedInMemory

NUMBERS = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-. ", min_size=1, max_size=32)


def cards(secret: bytes = b"s" * 32) -> Cards:
    return Cards(secret, RevokedInMemory())


@given(NUMBERS)
async def test_a_card_holds_its_number(number: str) -> None:
    known = cards()
    assert number == await known.number_on(known.make(number))


def test_two_cards_of_a_number_differ_and_tell_nothing_of_it() -> None:
    one, other, longer = cards().make("123A456789"), cards().make("123A456789"), cards().make("12345BG0001234")
    assert one != other
    assert len(one) == len(longer) == 100
    assert "123A456789" not in one
    assert one.isalnum()


@pytest.mark.parametrize("number", ["", "1" * 33, "12ä"])
def test_what_no_card_can_hold_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        cards().make(number)


@pytest.mark.parametrize(
    "token", ["", "TLK1", "TL1-opaque", f"{MARK}{'A' * 96}", f"{MARK}{'A' * 95}", "\x00", "ä" * 100]
)
async def test_a_stranger_is_no_card(token: str) -> None:
    with pytest.raises(CardRefused):
        await cards().number_on(token)


async def test_a_card_of_another_centre_is_no_card_here() -> None:
    with pytest.raises(CardRefused, match="of this centre"):
        await cards().number_on(cards(b"t" * 32).make("123A456789"))


@given(st.integers(4, 99), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
async def test_a_card_with_another_letter_is_no_card(place: int, letter: str) -> None:
    known = cards()
    card = known.make("123A456789")
    changed = card[:place] + letter + card[place + 1 :]
    if changed != card:
        with pytest.raises(CardRefused):
            await known.number_on(changed)


async def test_a_revoked_card_counts_no_more_and_its_twin_still_does() -> None:
    known = cards()
    lost, twin = known.make("123A456789"), known.make("123A456789")
    await known.revoke(lost)
    with pytest.raises(CardRefused, match="revoked"):
        await known.number_on(lost)
    assert "123A456789" == await known.number_on(twin)


async def test_a_stranger_cannot_be_revoked() -> None:
    with pytest.raises(CardRefused):
        await cards().revoke("TLK1")


async def test_while_nobody_can_tell_a_card_is_not_believed() -> None:
    revoked = RevokedInMemory()
    known = Cards(b"s" * 32, revoked)
    card = known.make("123A456789")
    revoked.is_away = True
    with pytest.raises(MailboxAway):
        await known.number_on(card)
