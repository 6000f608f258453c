import pytest
import redis.asyncio as redis

from operations.callbacks.lost_places import LostPlace, LostPlacesAway
from store.connection import StoreAddress, connect
from store.lost_places import PREFIX, LostPlaceStore, read

PLACE = LostPlace("L01", "money", 1_767_600_000, 300, 1_767_600_400.5)


async def test_a_lost_place_is_found_until_it_is_removed(client: redis.Redis) -> None:
    kept = LostPlaceStore(client)
    await kept.put("ab", PLACE, 600)
    assert PLACE == await kept.get("ab")
    await kept.remove("ab")
    await kept.remove("ab")
    assert await kept.get("ab") is None


async def test_the_store_forgets_it_by_itself(client: redis.Redis) -> None:
    await LostPlaceStore(client).put("ab", PLACE, 600)
    assert 590 < await client.ttl(f"{PREFIX}ab") <= 600


@pytest.mark.parametrize("text", [b"{", b"[1]", b'["L01","money",{},0,0]', b'["L01","money",1e999,0,0]', b"7"])
def test_what_cannot_be_read_is_no_place(text: bytes) -> None:
    assert read(text) is None


async def test_a_store_that_is_away_says_so() -> None:
    kept = LostPlaceStore(connect(StoreAddress("redis://127.0.0.1:1")))
    with pytest.raises(LostPlacesAway):
        await kept.get("ab")
    with pytest.raises(LostPlacesAway):
        await kept.put("ab", PLACE, 600)
    with pytest.raises(LostPlacesAway):
        await kept.remove("ab")
