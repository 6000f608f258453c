"""The one exporter: what Prometheus may scrape, in OpenMetrics, labelled only from configuration."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest

from routing.decision import Rule

IVR_OUTCOMES = ("queued", "hung_up", "fallback", "timeout", "failed")
DECISION_BUCKETS = (0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.005, 0.02)
IVR_BUCKETS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180)


class Exporter:
    """Every metric that the features built so far bring; each closed label has its series from zero."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, version: str) -> None:
        self.registry = registry = CollectorRegistry()
        build = Info("teamline_build", "The version that runs", registry=registry)
        build.info({"version": version})
        self._ivr_calls = Counter(
            "teamline_ivr_calls",
            "Calls that went through the IVR, by how they left it",
            ["outcome"],
            registry=registry,
        )
        self._ivr_seconds = Histogram(
            "teamline_ivr_seconds", "Time a call spent in the IVR", buckets=IVR_BUCKETS, registry=registry
        )
        self._decisions = Counter(
            "teamline_decisions", "Routing decisions, by the rule that made them", ["rule"], registry=registry
        )
        self._decision_seconds = Histogram(
            "teamline_decision_seconds",
            "Time to decide, in process",
            buckets=DECISION_BUCKETS,
            registry=registry,
        )
        self.directory_entries = Gauge(
            "teamline_directory_entries", "Indexed numbers in the active directory", registry=registry
        )
        self.directory_age_seconds = Gauge(
            "teamline_directory_age_seconds",
            "Time since the active directory was imported",
            registry=registry,
        )
        self.store_up = Gauge("teamline_store_up", "1 while the store answers", registry=registry)
        self.config_last_reload_successful = Gauge(
            "teamline_config_last_reload_successful",
            "1 if the newest activated configuration and directory are in force",
            registry=registry,
        )
        self.ami_connected = Gauge(
            "teamline_ami_connected",
            "1 while the manager connection is logged in",
            ["node"],
            registry=registry,
        )
        for outcome in IVR_OUTCOMES:
            self._ivr_calls.labels(outcome)
        for rule in Rule:
            self._decisions.labels(rule.value)

    def ivr_ended(self, outcome: str, seconds: float) -> None:
        """Count one call through the IVR. `outcome` is one of IVR_OUTCOMES."""
        self._ivr_calls.labels(outcome).inc()
        self._ivr_seconds.observe(seconds)

    def decided(self, rule: Rule, seconds: float) -> None:
        """Count one decision and the time that it took."""
        self._decisions.labels(rule.value).inc()
        self._decision_seconds.observe(seconds)

    def render(self) -> bytes:
        """The whole exposition. Takes some microseconds a sample: call it off the loop."""
        rendered: bytes = generate_latest(self.registry)  # type: ignore[no-untyped-call]
        return rendered
