"""Changes of a question that change nothing in its answer: somebody who asked for them is told so, and the cure."""

from collections.abc import Collection, Iterator, Sequence

from operations.what_if.words import WEEKDAYS
from routing.what_if.changes import By, WhatIf


def idle(changes: Sequence[WhatIf], computed: Collection[str], weekdays: Collection[int]) -> Iterator[str]:
    """A sentence for each; `computed` are the teams and `weekdays` (0 Monday) the days that the answer is made of."""
    for place, change in enumerate(changes):
        later = next((each for each in changes[place + 1 :] if _replaces(each, change)), None)
        if change.team is not None and change.team not in computed:
            cure = f"it shares nobody with the teams shown: add --team {change.team}"
        elif change.weekday is not None and change.weekday not in weekdays:
            cure = f"no {WEEKDAYS[change.weekday]} is looked at: name it with --on, or other days with --from and --to"
        elif later:
            cure = f"a later {_named(later)} sets the figure anew: leave one of them out"
        else:
            continue
        yield f"{_named(change)} changes nothing here: {cure}"


def _replaces(later: WhatIf, change: WhatIf) -> bool:
    """Whether nothing is left of the change after the later one."""
    is_same = later.of is change.of and later.by is By.EXACTLY
    return is_same and later.team in {None, change.team} and later.weekday in {None, change.weekday}


def _named(change: WhatIf) -> str:
    """In the words of the command line, as far as they tell it apart."""
    where = "@".join(filter(None, (change.team, "" if change.weekday is None else WEEKDAYS[change.weekday])))
    how = {By.TIMES: f"{change.amount - 1:+.0%}", By.MORE: f"{change.amount:+g}", By.EXACTLY: f"{change.amount:g}"}
    return f"--{change.of} {where}={how[change.by]}" if where else f"--{change.of} {how[change.by]}"
