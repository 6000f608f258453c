"""Talks of yesterday, written into a lab's journal as its router would have: what a centre that has run has learned."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, time, timedelta

import redis.asyncio as redis
from running_lab import RunningLab

from facts.call import MemberAnswered, TalkEnded
from facts.kinds import Journalled
from facts.place import Place
from facts.record import record
from store.journal import JournalStore

TALKS = 500
"""Of each team: what is believed before the first talk hardly counts any more."""
LONG_TEAM, LONG_SECONDS, ONE_IN = "V02", 300.0, 10
"""Of this team's talks one in so many is a long one: there a talk's age says much about what is left of it."""
_EVERY_SECONDS = 60.0


def write_talks(lab: RunningLab, ring_seconds: float, talk_seconds: float) -> None:
    """So many talks of each team, so long, from yesterday's first minute on; the router learns them as it starts."""
    midnight = datetime.combine(datetime.now(lab.centre.timezone).date() - timedelta(days=1), time())
    began = midnight.replace(tzinfo=lab.centre.timezone)
    facts = list(_talks(lab, began.timestamp(), ring_seconds, talk_seconds))

    async def write() -> None:
        client = redis.Redis.from_url(lab.told["redis"])
        try:
            await JournalStore(client).append(began.date(), [(fact.id, record(fact)) for fact in facts])
        finally:
            await client.aclose()

    loop = asyncio.new_event_loop()  # asyncio.run would take the tests' own loop away
    try:
        loop.run_until_complete(write())
    finally:
        loop.close()


def _talks(lab: RunningLab, began: float, rings: float, lasts: float) -> Iterator[Journalled]:
    for number in range(TALKS):
        for team in lab.centre.teams.values():
            at = began + number * _EVERY_SECONDS
            place = Place("earlier", f"earlier.{team.id}.{number}", team.queue, 1, team.id)
            yield MemberAnswered(at=at, place=place, member="m", ring=place.call, ring_seconds=rings)
            seconds = LONG_SECONDS if team.id == LONG_TEAM and number % ONE_IN == 0 else lasts
            yield TalkEnded(at=at + seconds, place=place, member="m", ring=place.call, talk_seconds=seconds)
