"""Which centre a command speaks of: the one in force, or a file that was named."""

from routing.centre import Centre
from teamline.commands.check import chosen_file
from teamline.output import read_text
from teamline.settings import Settings
from teamline.stored import Stored


async def centre_for(stored: Stored, settings: Settings, *, is_named: bool) -> Centre:
    """The active version's; where there is none, or `is_named`, that of the file. Ends the command for a wrong one."""
    active = None if is_named else await stored.configs.active()
    if active:
        return stored.centre_from(active.text, f"{active.id}.yaml")
    chosen = chosen_file(None, settings)
    return stored.centre_from(read_text(chosen), str(chosen))
