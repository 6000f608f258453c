from datetime import date
from zoneinfo import ZoneInfo

from operations.gave_up.keeping import GaveUpToday
from tests.fakes.gave_up import AT, MemoryGaveUp, row

ZONE = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 1, 5)


class Clock:
    now = AT

    def __call__(self) -> float:
        return self.now


def today(kept: MemoryGaveUp, clock: Clock | None = None) -> GaveUpToday:
    return GaveUpToday(kept, lambda number: number or None, lambda: ZONE, clock or Clock())


async def test_who_is_listed_survives_a_restart() -> None:
    kept = MemoryGaveUp()
    before = today(kept)
    await before.look()
    before.people.add(row("g-1", phone="+491"))
    await before.look()
    after = today(kept)
    await after.look()
    assert [row("g-1", phone="+491")] == after.people.of_team("L01")


async def test_who_was_served_stays_so_after_a_restart() -> None:
    kept = MemoryGaveUp()
    first = today(kept)
    first.people.add(row("g-1", phone="+491"))
    await first.look()
    first.people.served("+491", "")
    await first.look()
    assert {} == kept.rows[TODAY]


async def test_without_the_store_memory_goes_on_and_what_changed_comes_there_later() -> None:
    kept = MemoryGaveUp(is_away=True)
    people = today(kept)
    people.people.add(row("g-1", phone="+491"))
    await people.look()
    assert 1 == len(people.people)
    kept.is_away = False
    await people.look()
    assert ["g-1"] == list(kept.rows[TODAY])


async def test_what_another_has_changed_is_followed_and_what_is_on_its_way_stays() -> None:
    kept = MemoryGaveUp()
    ours, theirs = today(kept), today(kept)
    await ours.look()
    ours.people.add(row("g-1", phone="+491"))
    await ours.look()
    await theirs.look()
    theirs.people.served("+491", "")
    theirs.people.add(row("g-2"))
    await theirs.look()
    ours.people.add(row("g-3"))
    await ours.look()
    assert ["g-2", "g-3"] == [each.id for each in ours.people.of_team("L01")]


async def test_at_midnight_of_the_centre_the_list_begins_anew() -> None:
    kept, clock = MemoryGaveUp(), Clock()
    people = today(kept, clock)
    await people.look()
    people.people.add(row("g-1"))
    await people.look()
    clock.now = AT + 15 * 3600
    await people.look()
    assert 0 == len(people.people)


async def test_it_starts_and_stops_without_a_store() -> None:
    people = today(MemoryGaveUp(is_away=True))
    await people.start()
    await people.stop()


async def test_what_came_last_is_kept_at_the_end() -> None:
    kept = MemoryGaveUp()
    people = today(kept)
    await people.start()
    people.people.add(row("g-1"))
    await people.stop()
    assert ["g-1"] == list(kept.rows[TODAY])
