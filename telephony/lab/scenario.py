"""SIPp scenarios: XML files beside this module with `%{name}` where values go in."""

import re
import string
from collections.abc import Iterable, Sequence
from importlib import resources

_ANYTHING_BUT_TEXT = re.compile(r"[\x00-\x1f\x7f]")


class UnusableInScenario(ValueError):
    """A value that would change the scenario around it: control characters, `;` in a column, `[`, `]]>`."""


class _Scenario(string.Template):
    delimiter = "%"  # SIPp itself uses $ and @


def scenario(name: str, **values: str | int) -> str:
    """The text of scenarios/NAME.xml with all its values put in. Raises KeyError when one is missing."""
    text = resources.files(__package__).joinpath("scenarios", f"{name}.xml").read_text(encoding="utf-8")
    return _Scenario(text).substitute(values)


def word(value: str) -> str:
    """A value that goes into the scenario itself. Raises UnusableInScenario."""
    if _ANYTHING_BUT_TEXT.search(value) or "[" in value or "]]>" in value:
        raise UnusableInScenario("control characters, [ and ]]> cannot stand in a scenario")
    return value


def injection_file(rows: Iterable[Sequence[str]]) -> str:
    """SIPp's CSV: one row a call, used in order (`-inf`). Raises UnusableInScenario."""
    return "SEQUENTIAL\n" + "".join(";".join(column(value) for value in row) + "\n" for row in rows)


def column(value: str) -> str:
    """A value that SIPp takes from a CSV column, where it is sent as it stands. Raises UnusableInScenario."""
    if _ANYTHING_BUT_TEXT.search(value) or ";" in value:
        raise UnusableInScenario("control characters and ; cannot stand in a column")
    return value
