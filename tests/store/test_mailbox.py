import asyncio
import json
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from typing import cast

import pytest
import redis.asyncio as redis

from facts.contact import LeftState
from operations.mailbox.entry_id import new_id
from operations.mailbox.ports import MailboxAway, NoSuchEntry, TakenAlready
from operations.mailbox.record import MailboxRecords
from store.mailbox import MailboxStore
from tests.fakes.entries import MONDAY, callback, document, voice

RECORDS = MailboxRecords(b"s" * 32)


@pytest.fixture
def mail(client: redis.Redis) -> MailboxStore:
    return MailboxStore(client, RECORDS)


async def test_what_was_put_is_what_is_got(mail: MailboxStore) -> None:
    entry = voice(seconds=4.25, file="m-1.wav", bytes=17, concern="money", language="de-leicht")
    await mail.put(entry)
    assert entry == await mail.get(entry.id)


async def test_the_same_id_again_is_the_same_entry(mail: MailboxStore) -> None:
    entry = voice()
    await mail.put(entry)
    await mail.put(replace(entry, concern="job"))
    assert [entry] == await mail.listed()


async def test_a_list_is_sorted_by_the_time_at_which_entries_came(mail: MailboxStore) -> None:
    late, early = voice(MONDAY + 60), callback(MONDAY, team="P01")
    for entry in (late, early):
        await mail.put(entry)
    assert [early, late] == await mail.listed()


async def test_a_team_sees_its_own_entries(mail: MailboxStore) -> None:
    own = voice(team="L01")
    await mail.put(own)
    await mail.put(voice(team="L02"))
    assert [own] == await mail.listed("L01")


async def test_an_id_that_is_none_keeps_no_list_from_being_read(mail: MailboxStore, client: redis.Redis) -> None:
    entry = voice()
    await mail.put(entry)
    await cast("Awaitable[int]", client.sadd("teamline:mailbox:team:L01", b"\xff"))
    await cast("Awaitable[int]", client.sadd("teamline:mailbox:teams", b"\xff"))
    assert [entry] == await mail.listed()


async def test_thousands_are_listed_whole(mail: MailboxStore, client: redis.Redis) -> None:
    entries = [voice(MONDAY + each) for each in range(2000)]
    pipe = client.pipeline()
    for entry in entries:
        pipe.set(f"teamline:mailbox:entry:{entry.id}", RECORDS.record(entry))
        pipe.sadd("teamline:mailbox:team:L01", entry.id)
    pipe.sadd("teamline:mailbox:teams", "L01")
    await pipe.execute()
    assert entries == await mail.listed("L01")


async def test_of_two_claims_at_once_one_succeeds(mail: MailboxStore) -> None:
    entry = voice()
    await mail.put(entry)
    claims = [replace(entry, state=LeftState.CLAIMED, claimed_by=by) for by in ("anna", "bela", "cem")]
    ended = await asyncio.gather(*(mail.change(entry, claim) for claim in claims), return_exceptions=True)
    assert 1 == ended.count(None)
    assert [TakenAlready] * 2 == [type(each) for each in ended if each]
    assert claims[ended.index(None)] == await mail.get(entry.id)


async def test_a_change_of_what_was_erased_is_refused(mail: MailboxStore) -> None:
    entry = voice()
    await mail.put(entry)
    await mail.erase(entry.id)
    with pytest.raises(NoSuchEntry):
        await mail.change(entry, replace(entry, state=LeftState.CLAIMED))


async def test_erased_is_nowhere_any_more(mail: MailboxStore, client: redis.Redis) -> None:
    entry = document()
    await mail.put(entry)
    await mail.erase(entry.id)
    await mail.erase(entry.id)
    assert [] == await mail.listed()
    assert await mail.same("L01", entry.digest, entry.number, 0) is None
    assert [b"teamline:mailbox:teams"] == await client.keys("teamline:mailbox:*")


async def test_the_same_content_is_found_within_its_time_and_team(mail: MailboxStore) -> None:
    entry = document()
    await mail.put(entry)
    assert entry == await mail.same("L01", entry.digest, entry.number, MONDAY)
    assert await mail.same("L01", entry.digest, entry.number, MONDAY + 1) is None
    assert await mail.same("L02", entry.digest, entry.number, MONDAY) is None
    assert await mail.same("L01", "", entry.number, 0) is None


async def test_the_same_content_of_each_customer_is_found_whoever_came_last(mail: MailboxStore) -> None:
    first, other = document(number="123A456789"), document(number="123A456780")
    for entry in (first, other):
        await mail.put(entry)
    assert [first, other] == [await mail.same("L01", each.digest, each.number, MONDAY) for each in (first, other)]


async def test_what_a_former_version_found_contents_by_is_erased_too(mail: MailboxStore, client: redis.Redis) -> None:
    entry = document()
    await mail.put(entry)
    await cast("Awaitable[int]", client.hset("teamline:mailbox:contents:L01", entry.digest, entry.id))
    await mail.erase(entry.id)
    assert [b"teamline:mailbox:teams"] == await client.keys("teamline:mailbox:*")


async def test_the_store_holds_no_number_in_the_clear(mail: MailboxStore, client: redis.Redis) -> None:
    entry = voice(phone="+49211555100", number="123A456789")
    await mail.put(entry)
    held = cast("bytes", await client.get(f"teamline:mailbox:entry:{entry.id}"))
    assert b"555100" not in held
    assert b"456789" not in held


async def test_an_entry_of_another_secret_is_listed_without_numbers(mail: MailboxStore, client: redis.Redis) -> None:
    entry = voice()
    await mail.put(entry)
    others = MailboxStore(client, MailboxRecords(b"o" * 32))
    assert [replace(entry, phone="", number="")] == await others.listed()


async def test_a_claim_under_another_secret_keeps_the_sealed_numbers(mail: MailboxStore, client: redis.Redis) -> None:
    entry = voice()
    await mail.put(entry)
    others = MailboxStore(client, MailboxRecords(b"o" * 32))
    seen = await others.get(entry.id)
    await others.change(seen, replace(seen, state=LeftState.CLAIMED))
    assert replace(entry, state=LeftState.CLAIMED) == await mail.get(entry.id)


async def test_sealed_values_that_were_swapped_do_not_open(mail: MailboxStore, client: redis.Redis) -> None:
    one, other = voice(phone="+49211555100"), voice(phone="+49211555200")
    await mail.put(one)
    await mail.put(other)
    records = [
        json.loads(cast("bytes", await client.get(f"teamline:mailbox:entry:{entry.id}"))) for entry in (one, other)
    ]
    await client.set(f"teamline:mailbox:entry:{one.id}", json.dumps(records[0] | {"phone": records[1]["phone"]}))
    assert replace(one, phone="") == await mail.get(one.id)


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b"\xff\xfe", b"{}", b'{"id":5}', b"[" * 5000, b"x" * 9000])
async def test_a_broken_record_hides_no_other(mail: MailboxStore, client: redis.Redis, broken: bytes) -> None:
    entry, whole = voice(MONDAY), voice(MONDAY + 1)
    for each in (entry, whole):
        await mail.put(each)
    await client.set(f"teamline:mailbox:entry:{entry.id}", broken)
    assert [entry.id, whole.id] == [each.id for each in await mail.listed()]
    assert ("L01", "") == ((await mail.get(entry.id)).team, (await mail.get(entry.id)).phone)


async def test_a_broken_record_can_be_erased(mail: MailboxStore, client: redis.Redis) -> None:
    entry = voice()
    await mail.put(entry)
    await client.set(f"teamline:mailbox:entry:{entry.id}", b"{")
    await mail.erase(entry.id)
    assert [] == await mail.listed()


async def test_an_entry_that_was_never_there_is_no_entry(mail: MailboxStore) -> None:
    with pytest.raises(NoSuchEntry):
        await mail.get(new_id(MONDAY))


class Synced:
    """Answers of WAITAOF and CONFIG GET in place of the server's own; everything else is the real client."""

    def __init__(self, client: redis.Redis, synced: object, config: dict[bytes, bytes]) -> None:
        self._client, self._synced, self._config = client, synced, config

    def pipeline(self, *, transaction: bool) -> "Synced":
        assert not transaction
        return self

    def eval(self, *told: object) -> None:
        self._told = told

    def execute_command(self, *told: object) -> None:
        assert told[0] == "WAITAOF"

    async def execute(self, *, raise_on_error: bool) -> Sequence[object]:
        assert not raise_on_error
        script, keys, *rest = self._told
        return [
            await cast("Awaitable[int]", self._client.eval(str(script), int(str(keys)), *map(_raw, rest))),
            self._synced,
        ]

    async def config_get(self, *_names: str) -> dict[bytes, bytes]:
        return self._config


def _raw(told: object) -> str:
    return cast("str", told)


ALWAYS = {b"appendonly": b"yes", b"appendfsync": b"always"}
UNKNOWN = redis.ResponseError("unknown command 'WAITAOF'")


async def test_a_server_without_waitaof_is_trusted_if_it_always_syncs(client: redis.Redis) -> None:
    await MailboxStore(cast("redis.Redis", Synced(client, UNKNOWN, ALWAYS)), RECORDS).put(voice())


@pytest.mark.parametrize(
    ("synced", "config"),
    [
        (UNKNOWN, {b"appendonly": b"yes", b"appendfsync": b"everysec"}),
        (UNKNOWN, {b"appendonly": b"no", b"appendfsync": b"always"}),
        (UNKNOWN, {}),
        ([0, 0], {}),
    ],
)
async def test_what_is_not_on_the_servers_disk_is_not_promised(
    client: redis.Redis, synced: object, config: dict[bytes, bytes]
) -> None:
    with pytest.raises(MailboxAway):
        await MailboxStore(cast("redis.Redis", Synced(client, synced, config)), RECORDS).put(voice())


async def test_a_store_without_append_only_file_promises_nothing(mail: MailboxStore, client: redis.Redis) -> None:
    await client.config_set("appendonly", "no")
    try:
        with pytest.raises(MailboxAway):
            await mail.put(voice())
    finally:
        await client.config_set("appendonly", "yes")


async def test_a_store_that_does_not_answer_is_away(client: redis.Redis) -> None:
    mail = MailboxStore(client, RECORDS, answer_seconds=0.0)
    with pytest.raises(MailboxAway):
        await mail.listed()
