"""What an administrator does with teams.yaml, for API and page alike: check, activate, go back; each is noted."""

from operations.audit import Deed
from operations.sign_in.accounts import Account
from operations.versions import ConfigVersion, NoSuchVersion
from web.admin.ports import Checked
from web.admin.rooms import AdminRooms


class Mistaken(Exception):
    """The text has mistakes: correct them, then try again. `checked` names each."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        super().__init__(str(type(self).__doc__).partition(" `")[0])


async def check(rooms: AdminRooms, text: str) -> Checked:
    """Whether it is right, and what it would change. Raises VersionsAway, WorkFailed."""
    active = await rooms.configs.active()
    return await rooms.work.checked(text, active.text if active else None)


async def activate(rooms: AdminRooms, account: Account, text: str, expected: str | None) -> str:
    """Put in force; the version. Raises Mistaken, VersionMovedOn, VersionsAway, WorkFailed."""
    await _must_be_right(rooms, text)
    version = await rooms.configs.activate(text, account.name, expected)
    rooms.notes.note(account.name, account.role, Deed.CONFIGURATION_ACTIVATED, about=version)
    return version


async def go_to(rooms: AdminRooms, account: Account, version: str | None, expected: str | None) -> str:
    """Put a kept version in force again, None for the one before; it must be right by today's rules.

    Raises Mistaken, NoSuchVersion, VersionMovedOn, VersionsAway, WorkFailed.
    """
    chosen = await previous(rooms) if version is None else version
    await _must_be_right(rooms, (await kept(rooms, chosen)).text)
    done = await rooms.configs.go_to(chosen, account.name, expected)  # the very one that was checked
    rooms.notes.note(account.name, account.role, Deed.CONFIGURATION_ROLLED_BACK, about=done)
    return done


async def previous(rooms: AdminRooms) -> str:
    """The version before. Raises NoSuchVersion, VersionsAway."""
    found = next((each.id for each in await rooms.configs.listed() if each.is_previous), None)
    if found is None:
        raise NoSuchVersion("There is no earlier version to go back to.")
    return found


async def kept(rooms: AdminRooms, version: str) -> ConfigVersion:
    """With its text. Raises NoSuchVersion, VersionsAway."""
    found = await rooms.configs.read(version)
    if found is None:
        raise NoSuchVersion("This version is not kept (any more): the list of versions has those that are.")
    return found


async def _must_be_right(rooms: AdminRooms, text: str) -> None:
    checked = await check(rooms, text)
    if checked.mistakes:
        raise Mistaken(checked)
