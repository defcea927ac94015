"""Real alerts beside incidents: the same database, the same clock, Sentry in memory."""

from dataclasses import replace

from bot.alerts.router import Router
from bot.engine.alerts import Happening, Severity, Source
from tests.bot.alerts._kit import AlertWorld
from tests.bot.engine._groups import told
from tests.bot.incidents._world import IncidentWorld


def with_alerts(world: IncidentWorld) -> AlertWorld:
    """Have ``world`` know alerts, and return what one drives them with."""
    alerts = AlertWorld(world.db, world.project)
    alerts.clock = alerts.sentry.clock = world.clock
    router = Router(world.project, world.clock, asks=True, playbooks=world.playbooks)
    alerts.kit = replace(alerts.kit, clock=world.clock, cards=world.cards, router=router)
    alerts.reborn()
    world.alert_desk = alerts.desk
    world.reborn()
    return alerts


def outage(world: IncidentWorld, happening=Happening.FIRED, name: str = "api", **facts):
    """What the watch over health tells when the API is down in production."""
    known = {
        "source": Source.HEALTH,
        "fingerprint": f"health:{name}",
        "title": f"{name} does not answer",
        "service": "api",
        "environment": "production",
        "severity": Severity.CRITICAL,
    }
    return told(happening, at=world.clock.passed, **known | facts)
