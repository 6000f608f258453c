"""Service level: six named formulas over the same counts. None where nothing is to be divided by: never 100 %, never 0.

A figure is never shown without the name of its formula (docs/reports.md explains each).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from metrics.counts import Counts


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole > 0 else None


def default(of: Counts) -> float | None:
    """ANS<=T / (ANS + ABN - ABN_s + LST): who hangs up at once is left out, who is lost by our fault is not."""
    return _share(of.answered_in_target, of.answered + of.abandoned - of.abandoned_short + of.lost)


def good(of: Counts) -> float | None:
    """(ANS<=T + ABN<=T) / (ANS + ABN): who hung up in time counts as served."""
    return _share(of.answered_in_target + of.abandoned_in_target, of.answered + of.abandoned)


def answered_only(of: Counts) -> float | None:
    """ANS<=T / ANS."""
    return _share(of.answered_in_target, of.answered)


def strict(of: Counts) -> float | None:
    """ANS<=T / (ANS + ABN)."""
    return _share(of.answered_in_target, of.answered + of.abandoned)


def neutral(of: Counts) -> float | None:
    """ANS<=T / (ANS + ABN - ABN<=T): who hung up in time is left out."""
    return _share(of.answered_in_target, of.answered + of.abandoned - of.abandoned_in_target)


def short(of: Counts) -> float | None:
    """(ANS<=T + ABN_s) / (ANS + ABN): who hung up at once counts as served."""
    return _share(of.answered_in_target + of.abandoned_short, of.answered + of.abandoned)


FORMULAS: Mapping[str, Callable[[Counts], float | None]] = MappingProxyType(
    {
        "default": default,
        "good": good,
        "answered-only": answered_only,
        "strict": strict,
        "neutral": neutral,
        "short": short,
    }
)
"""The names that `targets.formula` in teams.yaml may have."""


def service_level(formula: str, counts: Counts) -> float | None:
    """The share by this formula, 0 to 1, None for an empty denominator. Raises KeyError for an unknown name."""
    return FORMULAS[formula](counts)
