"""What is in force now: the centre, the directory, and decisions made from them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from routing.centre import Centre
from routing.closing_time import ClosingNotice, closing_notice
from routing.decision import Contact, ContactKind, Decision, Versions, decide, send_on
from routing.directory import DirectoryTable, Match
from routing.number import NumberFormat, TypedNumber
from routing.overflow import due_seconds
from routing.standing import Standing
from routing.team_state import TeamStates


@dataclass(frozen=True, slots=True)
class InForce:
    """One consistent set of versions. A decision uses one set, never halves of two."""

    centre: Centre
    config_version: str
    directory: DirectoryTable


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a decision is about. `id`: Uniqueid of the caller's channel, or an own id of what is no call."""

    id: str = ""
    kind: ContactKind = ContactKind.CALL
    language: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, whom it is about, and the seconds that it took; `number` where the contact has just come in."""

    decision: Decision
    seconds: float
    subject: Subject
    number: TypedNumber | None = None
    taken_back: bool = False
    """Of a contact that has just come in: `Contact.taken_back`."""


class ActiveRouter:
    """`ivr.ports.Router`: decides with whatever is in force, and tells each decision to `decided`."""

    def __init__(
        self,
        in_force: InForce,
        clock: Callable[[], datetime],
        decided: Callable[[Decided], None],
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

    def about(self, subject: Callable[[], Subject]) -> "SubjectRouter":
        """The same, with every decision noted as one about this subject (asked for anew each time)."""
        return SubjectRouter(self, subject)

    def decide(self, contact: Contact, subject: Subject | None = None) -> Decision:
        """Decide now, with the active versions."""
        started = self._stopwatch()
        force = self.in_force
        arrived_by = int(self._asterisk_clock())
        decision = decide(
            contact, force.centre, force.directory, self._states(), self._now(), force.config_version, arrived_by
        )
        about = Subject(subject.id, contact.kind, subject.language) if subject else Subject(kind=contact.kind)
        self._decided(Decided(decision, self._stopwatch() - started, about, contact.number, contact.taken_back))
        return decision

    def send_on(self, standing: Standing, subject: Subject | None = None) -> Decision | None:
        """Ask the active rules of the team where the contact stands; None: it stays."""
        started = self._stopwatch()
        force = self.in_force
        versions = Versions(force.config_version, force.directory.version)
        decision = send_on(standing, force.centre, self._states(), self._now(), versions)
        if decision:
            self._decided(Decided(decision, self._stopwatch() - started, subject or Subject()))
        return decision

    def due_seconds(self, standing: Standing) -> float | None:
        """Seconds until something that only time brings is to be asked for; None: nothing to come."""
        return due_seconds(standing, self.centre, self._now())

    def closing_notice(self, standing: Standing) -> ClosingNotice | None:
        """What is to be said about the closing that is near, or has come; None: nothing (yet)."""
        return closing_notice(standing, self.centre, self._now())

    def _now(self) -> datetime:
        return self._clock().astimezone(self.centre.timezone)


class SubjectRouter:
    """`ivr.ports.Router` for one call, document or request."""

    def __init__(self, router: ActiveRouter, subject: Callable[[], Subject]) -> None:
        self._router, self._subject = router, subject

    @property
    def centre(self) -> Centre:
        """The active configuration."""
        return self._router.centre

    @property
    def numbers(self) -> NumberFormat:
        """The active configuration's number patterns."""
        return self._router.numbers

    def find(self, number: TypedNumber) -> tuple[Match, ...]:
        """Customers that fit the number, from the active directory."""
        return self._router.find(number)

    def decide(self, contact: Contact) -> Decision:
        """Decide now, with the active versions."""
        return self._router.decide(contact, self._subject())

    def send_on(self, standing: Standing) -> Decision | None:
        """Ask the active rules of the team where the contact stands; None: it stays."""
        return self._router.send_on(standing, self._subject())

    def due_seconds(self, standing: Standing) -> float | None:
        """Seconds until something that only time brings is to be asked for."""
        return self._router.due_seconds(standing)

    def closing_notice(self, standing: Standing) -> ClosingNotice | None:
        """What is to be said about the closing that is near, or has come."""
        return self._router.closing_notice(standing)
