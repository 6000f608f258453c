"""Revoked customer cards in the store: ids alone, which nobody can turn into a card."""

import redis.asyncio as redis

from operations.mailbox.ports import MailboxAway
from store.in_time import in_time

REVOKED = "teamline:cards:revoked"
ON_DISK_MILLISECONDS = 1000


class RevokedCards:
    """Fills `operations.cards.Revoked`."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    async def has(self, card: str) -> bool:
        """Whether the card with this id was revoked. Raises MailboxAway."""
        async with in_time(MailboxAway("the store does not answer")):
            return bool(await self._client.sismember(REVOKED, card))

    async def add(self, card: str) -> None:
        """It counts no more: on disk where the store has one. Raises MailboxAway."""
        async with in_time(MailboxAway("the store does not answer")), self._client.pipeline(transaction=False) as pipe:
            pipe.sadd(REVOKED, card)
            # A store without append-only file refuses it, and has kept the card.
            pipe.execute_command("WAITAOF", 1, 0, ON_DISK_MILLISECONDS)
            kept, _ = await pipe.execute(raise_on_error=False)
        if isinstance(kept, Exception):
            raise MailboxAway("the store does not answer: nothing was changed") from kept
