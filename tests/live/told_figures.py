"""Teams' figures as each of our sources tells them: metrics, report, live model."""

import asyncio
import csv
import io
import json
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import redis.asyncio as redis
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from running_lab import RunningLab

from facts.call import CallFact
from facts.kinds import Journalled
from operations.journal import JournalRead, facts_of
from store.journal import JournalStore

COUNTED = ("offered", "answered", "answered_in_target", "abandoned", "abandoned_short", "flowed_out", "lost")
SHOWN = tuple(name for name in COUNTED if name != "abandoned_short")
"""What the live answer has of them."""
Figures = Mapping[str, int]
"""Name of a figure -> calls."""
Series = tuple[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Metrics:
    """One scrape."""

    samples: Mapping[Series, float]

    def value(self, name: str, **labels: str) -> float:
        return self.samples[name, frozenset(labels.items())]

    def total(self, name: str, **labels: str) -> float:
        """The sum over every series of this name that has these labels."""
        wanted = frozenset(labels.items())
        return sum(value for (each, found), value in self.samples.items() if each == name and wanted <= found)

    def teams(self) -> Mapping[str, Figures]:
        teams = {dict(found)["team"] for name, found in self.samples if name == "teamline_calls_offered_total"}
        return {
            team: {name: int(self.total(f"teamline_calls_{name}_total", team=team)) for name in COUNTED}
            for team in teams
        }


def metrics(lab: RunningLab) -> Metrics:
    """What a scrape tells now."""
    wanted = urllib.request.Request(lab.told["metrics"], headers={"Accept": "application/openmetrics-text"})
    with urllib.request.urlopen(wanted, timeout=10) as answer:
        families = text_string_to_metric_families(answer.read().decode())  # type: ignore[no-untyped-call]
    return Metrics(
        {(each.name, frozenset(each.labels.items())): each.value for family in families for each in family.samples}
    )


def report(lab: RunningLab) -> Mapping[str, Mapping[str, str]]:
    """Team -> its row of `teamline report --format csv`, of today."""
    done = lab.command("report", "--format", "csv")
    assert (0, "") == (done.returncode, done.stderr), (done.returncode, done.stderr)
    return {row["team"]: row for row in csv.DictReader(io.StringIO(done.stdout))}


def figures(row: Mapping[str, str]) -> Figures:
    """A row's counts."""
    return {name: int(row[name]) for name in COUNTED}


def live(lab: RunningLab) -> dict[str, Any]:
    """The answer of GET /api/v1/live."""
    with urllib.request.urlopen(f"{lab.told['http']}/api/v1/live", timeout=10) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def journal(lab: RunningLab) -> JournalRead:
    """Today's journal."""

    async def read() -> JournalRead:
        client = redis.Redis.from_url(lab.told["redis"])
        try:
            return await facts_of(JournalStore(client).read(datetime.now(lab.centre.timezone).date()))
        finally:
            await client.aclose()

    loop = asyncio.new_event_loop()  # asyncio.run would take the tests' own loop away
    try:
        return loop.run_until_complete(read())
    finally:
        loop.close()


def of_call(facts: Sequence[Journalled], caller: str) -> Sequence[CallFact]:
    """The facts about this caller's call, where the dialplan told us whose it is."""
    return [fact for fact in facts if isinstance(fact, CallFact) and fact.place.rule == caller]
