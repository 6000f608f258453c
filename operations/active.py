"""What is in force now: the centre, the directory, and decisions made from them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from routing.centre import Centre
from routing.decision import Contact, Decision, decide
from routing.directory import DirectoryTable, Match
from routing.number import NumberFormat, TypedNumber
from routing.team_state import TeamStates


@dataclass(frozen=True, slots=True)
class InForce:
    """One consistent set of versions. A decision uses one set, never halves of two."""

    centre: Centre
    config_version: str
    directory: DirectoryTable


class ActiveRouter:
    """`ivr.ports.Router`: decides with whatever is in force, and tells each decision, and its seconds, to `decided`."""

    def __init__(
        self,
        in_force: InForce,
        clock: Callable[[], datetime],
        decided: Callable[[Decision, float], None],
        states: Callable[[], TeamStates] = dict,
        stopwatch: Callable[[], float] = time.perf_counter,
        asterisk_clock: Callable[[], float] = time.time,
    ) -> None:
        """`clock` rules the opening hours; `asterisk_clock` (Unix seconds) is the one that arrivals are told by."""
        self.in_force = in_force
        self._clock = clock
        self._decided = decided
        self._states = states
        self._stopwatch = stopwatch
        self._asterisk_clock = asterisk_clock

    @property
    def centre(self) -> Centre:
        """The active configuration."""
        return self.in_force.centre

    @property
    def numbers(self) -> NumberFormat:
        """The active configuration's number patterns."""
        return NumberFormat(self.centre.customer_pattern, self.centre.household_pattern)

    def find(self, number: TypedNumber) -> tuple[Match, ...]:
        """Customers that fit the number, from the active directory."""
        return self.in_force.directory.find(number)

    def decide(self, contact: Contact) -> Decision:
        """Decide now, with the active versions."""
        started = self._stopwatch()
        force = self.in_force
        now = self._clock().astimezone(force.centre.timezone)
        decision = decide(
            contact,
            force.centre,
            force.directory,
            self._states(),
            now,
            force.config_version,
            int(self._asterisk_clock()),
        )
        self._decided(decision, self._stopwatch() - started)
        return decision
