"""What a check found: how bad it is, what it is, and the cure."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

LONGEST = 600


class Level(StrEnum):
    """How bad it is. The order is the order of worry."""

    OK = "ok"
    WARN = "warn"
    """Calls go on; somebody should look, or it could not be looked at."""
    FAIL = "FAIL"
    """A call that depends on it is not served as it should be."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing a check has to say. `cure` is empty where all is well."""

    level: Level
    what: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict and the check that gave it."""

    name: str
    verdict: Verdict

    def as_json(self) -> dict[str, Any]:
        """As the command prints it."""
        return {"name": self.name, **asdict(self.verdict)}


def ok(what: str) -> Verdict:
    """All is well."""
    return Verdict(Level.OK, printable(what))


def warn(what: str, cure: str) -> Verdict:
    """Worth a look."""
    return Verdict(Level.WARN, printable(what), printable(cure))


def fail(what: str, cure: str) -> Verdict:
    """A fault."""
    return Verdict(Level.FAIL, printable(what), printable(cure))


def fail_as_told(sentence: str) -> Verdict:
    """A fault from one of the project's own sentences, `what: cure`."""
    what, _, cure = sentence.rpartition(": ")
    return fail(what or sentence, cure)


def printable(text: str) -> str:
    """One line without control characters: answers come from other programs and go to a terminal."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
