import asyncio

from operations.audit import Asked, Deed
from operations.audit_log import MOST_CHARACTERS, AuditLog
from tests.fakes.notes import MemoryAudit


async def until_kept(log: AuditLog) -> None:
    async with asyncio.timeout(60):
        while log.waiting:  # noqa: ASYNC110 - the log tells nobody when it is done
            await asyncio.sleep(0.01)


async def test_what_is_noted_comes_into_the_store() -> None:
    kept = MemoryAudit()
    log = AuditLog(kept, lambda: 7.0)
    await log.start()
    log.note("anna", "lead", Deed.CLOSED, team="L01", about="team:L01", reason="Brand")
    await until_kept(log)
    [entry] = kept.entries
    assert (7.0, "anna", "lead", Deed.CLOSED, "L01", "team:L01") == (
        entry.at,
        entry.who,
        entry.role,
        entry.deed,
        entry.team,
        entry.about,
    )
    assert {"reason": "Brand"} == dict(entry.told)
    await log.stop()


async def test_while_the_store_is_away_deeds_wait_in_their_order() -> None:
    kept = MemoryAudit(is_away=True)
    log = AuditLog(kept, lambda: 7.0)
    await log.start()
    log.note("anna", "lead", Deed.CLOSED)
    log.note("anna", "lead", Deed.OPENED)
    await asyncio.sleep(0)
    kept.is_away = False
    await until_kept(log)
    assert [Deed.CLOSED, Deed.OPENED] == [each.deed for each in kept.entries]
    await log.stop()


async def test_what_finds_no_room_is_counted() -> None:
    log = AuditLog(MemoryAudit(is_away=True), lambda: 7.0, most_waiting=1)
    log.note("anna", "lead", Deed.CLOSED)
    log.note("anna", "lead", Deed.OPENED)
    assert log.waiting == 1
    assert log.lost == 1


async def test_what_waits_at_the_end_is_kept_still() -> None:
    kept = MemoryAudit()
    log = AuditLog(kept, lambda: 7.0)
    await log.start()
    log.note("anna", "lead", Deed.CLOSED)
    await log.stop()
    assert len(kept.entries) == 1


async def test_an_end_without_the_store_does_not_wait_for_it() -> None:
    log = AuditLog(MemoryAudit(is_away=True), lambda: 7.0)
    await log.start()
    log.note("anna", "lead", Deed.CLOSED)
    await log.stop()
    assert log.waiting == 1


async def test_texts_from_the_network_become_short_and_of_one_line() -> None:
    kept = MemoryAudit()
    log = AuditLog(kept, lambda: 7.0)
    await log.start()
    log.note("a\nb\x00", "lead", Deed.CLOSED, reason="x" * 10_000)
    await log.stop()
    [entry] = (await kept.listed(Asked(), 1)).entries
    assert entry.who == "a b?"
    assert len(entry.told["reason"]) == MOST_CHARACTERS
