"""The customer directory: there, ours, fresh, and in step with the teams."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from routing.centre import Centre
from routing.directory import DirectoryTable
from routing.snapshot import SnapshotUnusable
from store.config_versions import NoSuchVersion
from teamline.doctor.findings import Verdict, fail, fail_as_told, ok, warn
from teamline.doctor.missing import Missing
from teamline.doctor.premises import Premises

OLD = timedelta(days=31)
IMPORT = "teamline import FILE.csv"


async def directory(on: Premises) -> Sequence[Verdict]:
    """Loads the active one as a router would."""
    stored = await on.stored()
    version = await stored.directory()
    if version is None:
        return [warn("no customer is known: everybody reaches the general line", IMPORT)]
    try:
        table = await stored.load_directory(version)
    except SnapshotUnusable as error:
        return [fail_as_told(f"{version}: {error}")]
    except NoSuchVersion as error:
        return [fail(f"{version}: {error}", IMPORT)]
    except ValueError as error:
        return [fail(f"{version}: {error}", "see `secret`: the directory's numbers are hashed with it")]
    return [_size_and_age(table, datetime.now(UTC)), *await _strangers(on, table)]


def _size_and_age(table: DirectoryTable, now: datetime) -> Verdict:
    age = now - table.made_at if table.made_at else None
    told = f"{table.version}: {len(table)} numbers, made with our secret"
    if age is not None:
        told += f", {age.days} days old" if age.days else ", from today"
    if not len(table):
        return warn(f"{told}: everybody reaches the general line", IMPORT)
    return warn(told, IMPORT) if age is not None and age > OLD else ok(told)


async def _strangers(on: Premises, table: DirectoryTable) -> Sequence[Verdict]:
    try:
        centre = await on.centre()
    except Missing:
        return []
    gone = teams_gone(table, centre)
    if not gone:
        return []
    return [warn(f"it names teams that are not configured: {', '.join(gone)}", f"{IMPORT}, made for these teams")]


def teams_gone(table: DirectoryTable, centre: Centre) -> Sequence[str]:
    """Teams that households are assigned to and that are no longer configured."""
    named = {team for each in table.assignments for team in (each.benefit, each.placement)}
    return sorted(named - centre.teams.keys())
