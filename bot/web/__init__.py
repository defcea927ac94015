"""The HTTP side of the bot: Slack in HTTP mode, messages from outside, health, metrics. Knows no tables.

Nothing here is secret: put a proxy before ``/metrics`` and ``/readyz`` if their words are not for everybody.
"""

from collections.abc import Sequence

from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.routing import Route

from bot.metrics import Metrics
from bot.web.health import Endpoint, Health, liveness, metrics_page, readiness
from bot.web.slack import slack_door


def create_web(
    slack: AsyncApp | None,
    health: Health,
    metrics: Metrics,
    *,
    signing_secret: str = "",
    tests: Endpoint | None = None,
    hooks: Sequence[Route] = (),
) -> Starlette:
    """Build the web application; with ``slack``, ``/slack/events`` takes its signed requests.

    ``tests`` takes those of the testing agent; without it there is no such address. ``hooks`` are the
    addresses alerts are told to (``hooks.py``).
    """
    routes = [
        Route("/healthz", liveness),
        Route("/readyz", readiness(health)),
        Route("/metrics", metrics_page(metrics)),
    ]
    if slack is not None:
        routes.append(Route("/slack/events", slack_door(slack, signing_secret), methods=["POST"]))
    if tests is not None:
        routes.append(Route("/signals/tests", tests, methods=["POST"]))
    return Starlette(routes=[*routes, *hooks])
