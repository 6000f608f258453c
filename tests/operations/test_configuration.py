import asyncio
from datetime import UTC, datetime

from operations.active import ActiveRouter, InForce
from operations.configuration import Follower, StoreUnreachable
from routing.centre import Centre
from routing.directory import DirectoryTable
from routing.snapshot import SnapshotDamaged
from routing.teams.mistakes import Mistake, TeamsFileError
from tests.fakes.router import small_centre

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)


class Shelf:
    """A store of versions in two dicts: small, and honest about being away."""

    def __init__(self) -> None:
        self.centres: dict[str, Centre | None] = {}
        self.directories: dict[str, DirectoryTable | None] = {}
        self.active: tuple[str | None, str | None] = (None, None)
        self.is_away = False
        self.loads: list[str] = []

    async def config(self) -> str | None:
        if self.is_away:
            raise StoreUnreachable("away")
        return self.active[0]

    async def directory(self) -> str | None:
        return self.active[1]

    async def load_centre(self, version: str) -> Centre:
        self.loads.append(version)
        centre = self.centres[version]
        if centre is None:
            raise TeamsFileError((Mistake("teams.yaml", 1, 1, "wrong", "right it"),))
        return centre

    async def load_directory(self, version: str) -> DirectoryTable:
        self.loads.append(version)
        table = self.directories[version]
        if table is None:
            raise SnapshotDamaged("damaged")
        return table


class Scene:
    def __init__(self) -> None:
        self.shelf = Shelf()
        self.router = ActiveRouter(
            InForce(small_centre(), "c-1", DirectoryTable.empty()), lambda: MONDAY, lambda _decided: None
        )
        self.told: list[tuple[str, str]] = []
        self.follower = Follower(self.router, self.shelf, self._took_over)

    async def _took_over(self, before: InForce, now: InForce) -> None:
        self.told.append((before.config_version, now.config_version))


async def test_nothing_new_changes_nothing() -> None:
    scene = Scene()
    scene.shelf.active = ("c-1", None)
    assert await scene.follower.look() is False
    assert [] == scene.told


async def test_an_activated_version_comes_into_force() -> None:
    scene = Scene()
    scene.shelf.centres["c-2"] = small_centre()
    scene.shelf.active = ("c-2", None)
    assert await scene.follower.look() is True
    assert "c-2" == scene.router.in_force.config_version
    assert [("c-1", "c-2")] == scene.told


async def test_an_imported_directory_comes_into_force() -> None:
    scene = Scene()
    table = DirectoryTable.empty().dated(MONDAY)
    scene.shelf.directories[table.version] = table
    scene.shelf.active = ("c-1", table.version)
    assert await scene.follower.look() is True
    assert table is scene.router.in_force.directory


async def test_a_version_that_does_not_parse_changes_nothing_and_is_tried_once() -> None:
    scene = Scene()
    scene.shelf.centres["c-2"] = None
    scene.shelf.active = ("c-2", None)
    await scene.follower.look()
    await scene.follower.look()
    assert "c-1" == scene.router.in_force.config_version
    assert ["c-2"] == scene.shelf.loads
    assert not scene.follower.is_last_reload_successful


async def test_after_a_bad_version_a_good_one_heals() -> None:
    scene = Scene()
    scene.shelf.centres |= {"c-2": None, "c-3": small_centre()}
    scene.shelf.active = ("c-2", None)
    await scene.follower.look()
    scene.shelf.active = ("c-3", None)
    await scene.follower.look()
    assert scene.follower.is_last_reload_successful
    assert "c-3" == scene.router.in_force.config_version


async def test_a_damaged_directory_leaves_the_one_in_force() -> None:
    scene = Scene()
    scene.shelf.directories["d-2"] = None
    scene.shelf.active = ("c-1", "d-2")
    await scene.follower.look()
    await scene.follower.look()
    assert ["d-2"] == scene.shelf.loads
    assert "d-empty" == scene.router.in_force.directory.version
    assert not scene.follower.is_last_reload_successful


async def test_a_damaged_directory_does_not_keep_a_new_centre_out() -> None:
    scene = Scene()
    scene.shelf.directories["d-2"] = None
    scene.shelf.centres["c-2"] = small_centre()
    scene.shelf.active = ("c-2", "d-2")
    await scene.follower.look()
    assert "c-2" == scene.router.in_force.config_version
    assert not scene.follower.is_last_reload_successful


async def test_a_store_that_is_away_changes_nothing_and_is_seen() -> None:
    scene = Scene()
    scene.shelf.is_away = True
    assert await scene.follower.look() is False
    assert not scene.follower.is_store_up
    scene.shelf.is_away = False
    await scene.follower.look()
    assert scene.follower.is_store_up


async def test_a_store_that_stays_silent_is_away() -> None:
    class Frozen(Shelf):
        async def config(self) -> str | None:
            await asyncio.Event().wait()
            return None

    scene = Scene()
    follower = Follower(scene.router, Frozen(), scene._took_over, answer_seconds=0.01)
    assert await follower.look() is False
    assert not follower.is_store_up
