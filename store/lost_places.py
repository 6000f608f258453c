"""Places that callers lost a moment ago, by a keyed hash of the customer: one key each, forgotten by the store."""

import json
from typing import cast

import redis.asyncio as redis

from operations.callbacks.lost_places import LostPlace, LostPlacesAway
from store.in_time import in_time

PREFIX = "teamline:lost-place:"
_AWAY = "the store does not answer"


class LostPlaceStore:
    """Fills `operations.callbacks.lost_places.KeptPlaces`. The client must not decode responses."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    async def put(self, whose: str, place: LostPlace, seconds: int) -> None:
        """For so long; in place of one before. Raises LostPlacesAway."""
        written = [place.team, place.concern, place.arrival, place.credit, place.lost_at]
        async with in_time(LostPlacesAway(_AWAY)):
            await self._client.set(PREFIX + whose, json.dumps(written), ex=seconds)

    async def get(self, whose: str) -> LostPlace | None:
        """None for none, or one that cannot be read. Raises LostPlacesAway."""
        async with in_time(LostPlacesAway(_AWAY)):
            told = cast("bytes | None", await self._client.get(PREFIX + whose))
        return read(told) if told else None

    async def remove(self, whose: str) -> None:
        """None there is no error. Raises LostPlacesAway."""
        async with in_time(LostPlacesAway(_AWAY)):
            await self._client.delete(PREFIX + whose)


def read(text: bytes) -> LostPlace | None:
    """The place that these bytes mean; None if they mean none."""
    try:
        team, concern, arrival, credit, lost_at = json.loads(text)
        return LostPlace(str(team), str(concern), int(arrival), int(credit), float(lost_at))
    except (ValueError, TypeError, OverflowError):
        return None
