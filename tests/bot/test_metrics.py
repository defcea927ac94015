"""Rules of ``bot/metrics.py``: every number is told once, kept apart per bot, and documented."""

import re
from pathlib import Path

from bot.metrics import Metrics

ROOT = Path(__file__).parents[2]


def test_each_number_comes_out_as_it_was_told() -> None:
    metrics = Metrics()

    metrics.runs_active("staging", 2)
    metrics.run_ended("api", "staging", "done", "deployed")
    metrics.step_ended("ship", "done", 42.0)
    metrics.slack_called("chat.update", "ok")
    metrics.vendor_called("Railway", "unavailable", 0.3)
    metrics.acked("trigger", 0.02)
    metrics.slack_reconnected()

    shown = metrics.exposition().decode()
    for line in (
        'pawdeploy_runs_active{environment="staging"} 2.0',
        'pawdeploy_runs_total{environment="staging",reason="deployed",result="done",service="api"} 1.0',
        'pawdeploy_step_seconds_sum{result="done",step="ship"} 42.0',
        'pawdeploy_slack_calls_total{method="chat.update",result="ok"} 1.0',
        'pawdeploy_vendor_call_seconds_count{result="unavailable",vendor="Railway"} 1.0',
        'pawdeploy_ack_seconds_bucket{kind="trigger",le="0.025"} 1.0',
        "pawdeploy_slack_reconnects_total 1.0",
    ):
        assert line in shown.splitlines()


def test_two_bots_in_one_process_do_not_share_numbers() -> None:
    one, other = Metrics(), Metrics()

    one.slack_reconnected()

    assert b"pawdeploy_slack_reconnects_total 0.0" in other.exposition()


def test_every_metric_is_documented_and_no_other() -> None:
    page = (ROOT / "docs/operations.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `(pawdeploy_[a-z_]+)`", page, re.MULTILINE))
    kept = {
        f"{metric.name}_total" if metric.type == "counter" else metric.name
        for metric in Metrics().registry.collect()
    }

    assert documented == kept
