"""What is told of one team: figures out of the journal, out of the formulas, out of the runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from routing.what_if.intervals import Interval
from routing.what_if.staffing import Staffing


@dataclass(frozen=True, slots=True)
class Figures:
    """Of all days that were looked at; shares from 0 to 1, None where there is nothing to divide by."""

    calls: float
    service_level: float | None
    asa_seconds: float | None
    p80_seconds: float | None
    abandoned_share: float | None
    occupancy: float | None


Played = Mapping[str, Interval | None]
"""A figure's name -> its mean over the runs and the interval."""


@dataclass(frozen=True, slots=True)
class Row:
    """One team, or `CENTRE`: all of them, where a call counts in every team that it was offered to.

    `now` is what the journal says; the others are computed, as it was and with the changes. `difference` is taken run
    by run, with the same callers. `at_work` with the changes; `needed` reaches the share in every half-hour, by
    formula, and `staffed` is what the runs make of exactly those members.
    """

    team: str
    target_seconds: float
    now: Figures
    quick_now: Figures
    quick: Figures
    simulated_now: Played
    simulated: Played
    difference: Played
    staffed: Played
    at_work_now: Staffing | None
    at_work: Staffing | None
    needed: Staffing | None
