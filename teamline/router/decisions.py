"""Every decision told: to the metrics, the log and the journal."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import structlog

from facts.contact import ContactDecided
from facts.kinds import Fact
from metrics.exporter import Exporter
from metrics.live import LiveModel
from operations.active import Decided
from operations.emergencies import household
from routing.decision import Concern, Step
from routing.directory import KeyedHash

LONGEST_STEPS = 128
"""Characters that the journal keeps of them."""

log = structlog.get_logger()


class Taker(Protocol):
    """Where facts go."""

    def take(self, facts: Iterable[Fact]) -> object:
        """Fold and journal them."""
        ...


class Watched(Protocol):
    """What is needed of `teamline.router.live.Live`."""

    @property
    def stream(self) -> Taker:
        """Where facts go."""
        ...

    @property
    def model(self) -> LiveModel:
        """Which lines a call has been in."""
        ...


class Decisions:
    """Where `operations.active.ActiveRouter` tells its decisions."""

    def __init__(self, node: str, exporter: Exporter, live: Callable[[], Watched], keyed_hash: KeyedHash) -> None:
        """`live`: whose stream brings them into the journal; built after the router."""
        self._node, self._exporter, self._live, self._keyed_hash = node, exporter, live, keyed_hash

    def decided(self, told: Decided) -> None:
        """Note it. What cannot be noted never disturbs the contact."""
        decision = told.decision
        self._exporter.decided(decision.rule, told.seconds)
        log.info(
            "decided",
            team=decision.team,
            queue=decision.queue,
            goal=decision.goal.value,
            concern=decision.concern.value,
            rule=decision.rule.value,
            steps=shown(decision.steps),
            arrival=decision.arrival,
            credit=decision.credit,
            config=decision.versions.config,
            directory=decision.versions.directory,
        )
        if told.subject.id:
            try:
                self._live().stream.take([self._fact(told)])
            except Exception:
                log.exception("decision_not_journalled", rule=decision.rule.value)

    def _fact(self, told: Decided) -> ContactDecided:
        decision, subject = told.decision, told.subject
        place = self._live().model.places.get(subject.id)
        return ContactDecided(
            at=time.time(),
            node=self._node,
            call=subject.id,
            visit=place.visit if place else 0,
            team=decision.team or "",
            home=decision.home,
            goal=decision.goal.value,
            rule=decision.rule.value,
            concern=decision.concern.value,
            way=subject.kind.value,
            language=subject.language,
            steps=shown(decision.steps),
            customer=household(told.number, self._keyed_hash) if decision.concern is Concern.EMERGENCY else "",
            taken_back=told.taken_back,
        )


def shown(steps: Sequence[Step]) -> str:
    """The rules that sent a contact on, as `L01:overflow-wait>L02:overflow-line`; only the first that have room."""
    text = ""
    for step in steps:
        longer = f"{text}>{step.team}:{step.rule}" if text else f"{step.team}:{step.rule}"
        if len(longer) > LONGEST_STEPS:
            break
        text = longer
    return text
