"""What ``/metrics`` counts. Each bot has its own registry; whoever does the work is handed this and tells it.

Knows no vendor, no Slack and no database. ``docs/operations.md`` explains each number; a test compares them.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_STEP_SECONDS = (0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1200, 1800)
_CALL_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_ACK_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)


class Metrics:
    """Every number this bot keeps about itself."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        self._runs = Counter(
            "pawdeploy_runs",
            "Runs that ended, by how and why.",
            ("service", "environment", "result", "reason"),
            registry=self.registry,
        )
        self._active = Gauge(
            "pawdeploy_runs_active", "Runs that have not ended.", ("environment",), registry=self.registry
        )
        self._steps = Histogram(
            "pawdeploy_step_seconds",
            "How long a step of a run took.",
            ("step", "result"),
            buckets=_STEP_SECONDS,
            registry=self.registry,
        )
        self._slack = Counter(
            "pawdeploy_slack_calls", "Calls of Slack's Web API.", ("method", "result"), registry=self.registry
        )
        self._vendors = Histogram(
            "pawdeploy_vendor_call_seconds",
            "Calls of vendors, with how long each took.",
            ("vendor", "result"),
            buckets=_CALL_SECONDS,
            registry=self.registry,
        )
        self._acks = Histogram(
            "pawdeploy_ack_seconds",
            "From a delivery by Slack to our acknowledgement.",
            ("kind",),
            buckets=_ACK_SECONDS,
            registry=self.registry,
        )
        self._hooks = Counter(
            "pawdeploy_hooks",
            "Messages from outside, by source and what became of them.",
            ("source", "result"),
            registry=self.registry,
        )
        self._alerts = Gauge(
            "pawdeploy_alerts_firing",
            "Alerts that go on, by severity.",
            ("severity",),
            registry=self.registry,
        )
        self._away = Counter(
            "pawdeploy_slack_reconnects",
            "Times the watchdog replaced a silent Slack link.",
            registry=self.registry,
        )

    def hook(self, source: str, result: str, number: int = 1) -> None:
        """Count a message from outside: ``stored``, ``known`` or ``refused``, and later its outcome."""
        self._hooks.labels(source, result).inc(number)

    def alerts_firing(self, severity: str, count: int) -> None:
        """Say how many alerts go on; read from the database, not counted."""
        self._alerts.labels(severity).set(count)

    def runs_active(self, environment: str, count: int) -> None:
        """Say how many runs of an environment have not ended; read from the database, not counted."""
        self._active.labels(environment).set(count)

    def run_ended(self, service: str, environment: str, result: str, reason: str) -> None:
        """Count a run's end; ``result`` is its final state, ``reason`` its code from the closed list."""
        self._runs.labels(service, environment, result, reason).inc()

    def step_ended(self, step: str, result: str, seconds: float) -> None:
        """Count one step that took ``seconds``."""
        self._steps.labels(step, result).observe(seconds)

    def slack_called(self, method: str, result: str) -> None:
        """Count one Web API call; ``result`` is ``ok`` or Slack's error code."""
        self._slack.labels(method, result).inc()

    def vendor_called(self, vendor: str, result: str, seconds: float) -> None:
        """Count one vendor call; ``result`` is ``ok``, ``unavailable`` or ``rejected``."""
        self._vendors.labels(vendor, result).observe(seconds)

    def acked(self, kind: str, seconds: float) -> None:
        """Count one acknowledged delivery; ``kind`` is ``event``, ``trigger`` or ``view``."""
        self._acks.labels(kind).observe(seconds)

    def slack_reconnected(self) -> None:
        """Count one replaced Slack link."""
        self._away.inc()

    def exposition(self) -> bytes:
        """Give everything in Prometheus' text format."""
        return generate_latest(self.registry)
