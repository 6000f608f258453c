import pytest
import redis.asyncio as redis

from operations.cards import CardRefused, Cards
from operations.mailbox.ports import MailboxAway
from store.cards import REVOKED, RevokedCards
from store.connection import StoreAddress, connect


async def test_a_revoked_card_is_known_after_a_restart_of_the_router(client: redis.Redis) -> None:
    card = Cards(b"s" * 32, RevokedCards(client)).make("123A456789")
    await Cards(b"s" * 32, RevokedCards(client)).revoke(card)
    with pytest.raises(CardRefused):
        await Cards(b"s" * 32, RevokedCards(client)).number_on(card)


async def test_the_store_knows_neither_card_nor_number(client: redis.Redis) -> None:
    cards = Cards(b"s" * 32, RevokedCards(client))
    card = cards.make("123A456789")
    await cards.revoke(card)
    [kept] = await client.smembers(REVOKED)
    assert 32 == len(kept)
    assert b"123A456789" not in kept
    assert card.encode() not in kept


async def test_a_store_that_is_away_says_so() -> None:
    away = connect(StoreAddress("unix:///nowhere/store.sock"))
    for work in (RevokedCards(away).has, RevokedCards(away).add):
        with pytest.raises(MailboxAway):
            await work("card")
    await away.aclose()
