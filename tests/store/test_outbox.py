from dataclasses import replace

import pytest
import redis.asyncio as redis

from operations.mail.ports import KeptOutbox, OutboxAway, Outgoing, Sending, Way
from store.connection import StoreAddress, connect
from store.outbox import OutboxStore
from tests.fakes.memory_outbox import MemoryOutbox

ONE = Outgoing(entry="m-1", way=Way.MAIL, since=100.0, due_at=100.0)
TWO = Outgoing(entry="m-2", way=Way.MAIL, since=90.0, due_at=90.0)
COPY = Outgoing(entry="m-1", way=Way.DROP, since=100.0, due_at=100.0)


@pytest.fixture(params=["store", "memory"])
def kept(request: pytest.FixtureRequest, client: redis.Redis) -> KeptOutbox:
    return OutboxStore(client) if request.param == "store" else MemoryOutbox()


async def test_what_is_due_the_longest_comes_first(kept: KeptOutbox) -> None:
    for each in (ONE, TWO, COPY):
        await kept.add(each)
    assert [TWO, ONE] == list(await kept.due(Way.MAIL, 100.0, 10))


async def test_what_is_due_later_waits(kept: KeptOutbox) -> None:
    await kept.add(ONE)
    assert [] == list(await kept.due(Way.MAIL, 99.0, 10))


async def test_no_more_come_than_are_asked_for(kept: KeptOutbox) -> None:
    await kept.add(ONE)
    await kept.add(TWO)
    assert [TWO] == list(await kept.due(Way.MAIL, 100.0, 1))


async def test_what_is_added_again_stays_as_it_is(kept: KeptOutbox) -> None:
    tried = replace(ONE, tries=3, due_at=500.0)
    await kept.add(ONE)
    await kept.change(tried)
    await kept.add(ONE)
    assert [tried] == list(await kept.unsettled())


async def test_what_was_sent_is_not_added_again(kept: KeptOutbox) -> None:
    await kept.add(ONE)
    await kept.change(replace(ONE, state=Sending.SETTLED))
    await kept.add(ONE)
    assert ([], {ONE.id}, (0, 0)) == (list(await kept.unsettled()), await kept.known(), await kept.counts())


async def test_only_one_router_claims_it(kept: KeptOutbox) -> None:
    await kept.add(ONE)
    assert [True, False] == [await kept.claim(ONE, 100.0, 1000.0), await kept.claim(ONE, 100.0, 1000.0)]


async def test_a_claim_ends(kept: KeptOutbox) -> None:
    await kept.add(ONE)
    await kept.claim(ONE, 100.0, 1000.0)
    assert ([], [ONE]) == (list(await kept.due(Way.MAIL, 999.0, 9)), list(await kept.due(Way.MAIL, 1000.0, 9)))


async def test_nobody_claims_what_is_gone(kept: KeptOutbox) -> None:
    assert not await kept.claim(ONE, 100.0, 1000.0)


async def test_what_was_given_up_is_counted_and_not_due(kept: KeptOutbox) -> None:
    await kept.add(ONE)
    await kept.add(TWO)
    await kept.change(replace(ONE, state=Sending.GIVEN_UP))
    assert ((1, 1), [TWO]) == (await kept.counts(), list(await kept.due(Way.MAIL, 200.0, 9)))


async def test_what_waits_can_be_hurried(kept: KeptOutbox) -> None:
    await kept.add(replace(ONE, due_at=9000.0))
    await kept.add(replace(COPY, due_at=9000.0))
    await kept.hurry(Way.MAIL, 200.0)
    assert ([ONE.id], []) == (
        [each.id for each in await kept.due(Way.MAIL, 200.0, 9)],
        await kept.due(Way.DROP, 200, 9),
    )


async def test_what_is_being_sent_is_not_hurried(kept: KeptOutbox) -> None:
    await kept.add(ONE)
    await kept.claim(ONE, 100.0, 1000.0)
    await kept.hurry(Way.MAIL, 200.0)
    assert [] == list(await kept.due(Way.MAIL, 200.0, 9))


async def test_what_is_removed_may_be_added_anew(kept: KeptOutbox) -> None:
    await kept.add(ONE)
    await kept.change(replace(ONE, state=Sending.SETTLED))
    await kept.remove([ONE.id])
    await kept.remove([])
    await kept.add(ONE)
    assert [ONE] == list(await kept.unsettled())


async def test_a_store_that_is_away_says_so() -> None:
    away = OutboxStore(connect(StoreAddress("unix:///nowhere/store.sock")))
    with pytest.raises(OutboxAway):
        await away.counts()
