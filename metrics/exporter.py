"""The one exporter: what Prometheus may scrape, in OpenMetrics, labelled only from configuration."""

from collections.abc import Iterable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest

from metrics.live_figures import LiveFigures
from metrics.live_text import live_text
from routing.decision import Rule

IVR_OUTCOMES = ("queued", "hung_up", "fallback", "timeout", "failed")
DECISION_BUCKETS = (0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.005, 0.02)
IVR_BUCKETS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180)
_END = b"# EOF\n"


class Exporter:
    """Every metric that the features built so far bring; each closed label has its series from zero.

    `node` names the Asterisk beside this router, in `target_info`. The live figures are shown on the loop and rendered
    in whatever thread scrapes: a scrape sees one moment whole.
    """

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, version: str, node: str = "") -> None:
        self.registry = CollectorRegistry(target_info={"node": node} if node else None)
        self._figures: LiveFigures | None = None
        Info("teamline_build", "The version that runs", registry=self.registry).info({"version": version})
        self._ivr_calls = self._counter(
            "teamline_ivr_calls", "Calls that went through the IVR, by how they left it", "outcome", IVR_OUTCOMES
        )
        self._ivr_seconds = self._histogram("teamline_ivr_seconds", "Time a call spent in the IVR", IVR_BUCKETS)
        self._decisions = self._counter(
            "teamline_decisions", "Routing decisions, by the rule that made them", "rule", [rule.value for rule in Rule]
        )
        self._decision_seconds = self._histogram(
            "teamline_decision_seconds", "Time to decide, in process", DECISION_BUCKETS
        )
        self.directory_entries = self._gauge("teamline_directory_entries", "Indexed numbers in the active directory")
        self.directory_age_seconds = self._gauge(
            "teamline_directory_age_seconds", "Time since the active directory was imported"
        )
        self.store_up = self._gauge("teamline_store_up", "1 while the store answers")
        self.config_last_reload_successful = self._gauge(
            "teamline_config_last_reload_successful",
            "1 if the newest activated configuration and directory are in force",
        )
        self.live_viewers = self._gauge("teamline_live_viewers", "Open live streams")
        self.live_viewers_dropped = Counter(
            "teamline_live_viewers_dropped", "Live streams that were ended: too slow", registry=self.registry
        )
        self.ami_connected = Gauge(
            "teamline_ami_connected", "1 while the manager connection is logged in", ["node"], registry=self.registry
        )

    def _counter(self, name: str, help_text: str, label: str, values: Iterable[str]) -> Counter:
        counter = Counter(name, help_text, [label], registry=self.registry)
        for value in values:
            counter.labels(value)  # every series exists from 0
        return counter

    def _histogram(self, name: str, help_text: str, buckets: Sequence[float]) -> Histogram:
        return Histogram(name, help_text, buckets=buckets, registry=self.registry)

    def _gauge(self, name: str, help_text: str) -> Gauge:
        return Gauge(name, help_text, registry=self.registry)

    def ivr_ended(self, outcome: str, seconds: float) -> None:
        """Count one call through the IVR. `outcome` is one of IVR_OUTCOMES."""
        self._ivr_calls.labels(outcome).inc()
        self._ivr_seconds.observe(seconds)

    def decided(self, rule: Rule, seconds: float) -> None:
        """Count one decision and the time that it took."""
        self._decisions.labels(rule.value).inc()
        self._decision_seconds.observe(seconds)

    def show(self, figures: LiveFigures) -> None:
        """From now on a scrape shows this moment; before the first one it has no live series."""
        self._figures = figures

    def render(self) -> bytes:
        """The whole exposition. Takes some milliseconds: call it off the loop."""
        lasting: bytes = generate_latest(self.registry)  # type: ignore[no-untyped-call]
        live = live_text(self._figures) if self._figures else ""
        return lasting.removesuffix(_END) + live.encode() + _END
