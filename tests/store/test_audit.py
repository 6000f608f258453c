import time
from types import MappingProxyType

import pytest
import redis.asyncio as redis

from operations.audit import Asked, AuditAway, AuditEntry, Deed
from store import audit
from store.audit import STREAM, AuditStore, read
from store.connection import StoreAddress, connect


def entry(at: float, who: str = "anna", team: str = "L01", about: str = "") -> AuditEntry:
    return AuditEntry(at, who, "lead", Deed.CLOSED, team, about, MappingProxyType({"reason": "Brand ä"}))


async def filled(client: redis.Redis, *entries: AuditEntry) -> AuditStore:
    kept = AuditStore(client)
    for each in entries:
        await kept.add(each)
    return kept


async def test_the_newest_comes_first_with_all_that_was_noted(client: redis.Redis) -> None:
    now = time.time()
    kept = await filled(client, entry(now, "anna"), entry(now + 1, "bert"))
    [newest, oldest] = (await kept.listed(Asked(), 10)).entries
    assert [newest.who, oldest.who] == ["bert", "anna"]
    assert {"reason": "Brand ä"} == dict(oldest.told)
    assert newest.id > oldest.id


async def test_an_entry_that_is_brought_twice_is_kept_once(client: redis.Redis) -> None:
    now = time.time()
    kept = await filled(client, entry(now), entry(now))
    assert len((await kept.listed(Asked(), 10)).entries) == 1


async def test_pages_follow_one_another_without_a_gap(client: redis.Redis) -> None:
    now = time.time()
    kept = await filled(client, *(entry(now, about=str(each)) for each in range(5)))
    first = await kept.listed(Asked(), 3)
    second = await kept.listed(Asked(), 3, first.next)
    assert [each.about for each in (*first.entries, *second.entries)] == ["4", "3", "2", "1", "0"]
    assert second.next == ""


async def test_one_team_one_person_one_span_are_told_alone(client: redis.Redis) -> None:
    now = time.time()
    kept = await filled(client, entry(now, "anna", "L01"), entry(now, "bert", "L02"), entry(now - 500, "carl", "L03"))
    assert ["bert"] == [each.who for each in (await kept.listed(Asked(team="L02"), 9)).entries]
    assert ["anna"] == [each.who for each in (await kept.listed(Asked(who="anna"), 9)).entries]
    assert ["carl"] == [each.who for each in (await kept.listed(Asked(since=now - 600, until=now - 400), 9)).entries]


async def test_what_is_rare_is_found_by_going_on(client: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)
    monkeypatch.setattr(audit, "MOST_PAGES", 1)
    now = time.time()
    kept = await filled(client, entry(now, "anna"), *(entry(now, "bert", about=str(each)) for each in range(2)))
    first = await kept.listed(Asked(who="anna"), 9)
    assert not first.entries
    assert ["anna"] == [each.who for each in (await kept.listed(Asked(who="anna"), 9, first.next)).entries]


async def test_old_entries_are_trimmed_as_the_setting_wants(client: redis.Redis) -> None:
    for each in range(1, 301):
        await client.xadd(STREAM, {"e": "[]"}, id=f"{each}-0")
    await AuditStore(client, days_kept=1).add(entry(time.time()))
    assert await client.xlen(STREAM) < 300


async def test_zero_days_keep_for_ever(client: redis.Redis) -> None:
    for each in range(1, 301):
        await client.xadd(STREAM, {"e": "[]"}, id=f"{each}-0")
    await AuditStore(client, days_kept=0).add(entry(time.time()))
    assert await client.xlen(STREAM) == 301


@pytest.mark.parametrize(
    "text", [b"{", b"[1]", b'[1,"a","b","flown-to-mars","","",{}]', b"7", b'[1,"a","b","closed","","",[]]']
)
def test_what_cannot_be_read_is_passed_over(text: bytes) -> None:
    assert read("1-0", text) is None


async def test_a_store_that_is_away_says_so() -> None:
    kept = AuditStore(connect(StoreAddress("redis://127.0.0.1:1")))
    with pytest.raises(AuditAway):
        await kept.add(entry(1.0))
    with pytest.raises(AuditAway):
        await kept.listed(Asked(), 1)
