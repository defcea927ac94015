"""Alerts in memory for the door's own tests: every call kept. ``trouble`` is raised next."""

import dataclasses
from datetime import UTC, datetime, timedelta

from bot.engine.alerts import (
    ActRequest,
    ActState,
    ActView,
    AlertList,
    AlertState,
    AlertView,
    MuteView,
    Severity,
    Source,
)
from bot.engine.pulses import PulseState, PulseView
from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.project import Project

ALERTS = "C0ALERTS001"


def alerting(project: Project, **changes) -> Project:
    """The same project with alerts; ``None`` for ``alerts`` is one without."""
    facts = project.model_dump(mode="json")
    return Project.model_validate(facts | {"alerts": {"channel": ALERTS}} | changes)


def an_alert(**changes) -> AlertView:
    now = datetime.now(UTC)  # the door reads the machine's clock
    facts = {
        "id": 1,
        "fingerprint": "sentry:issue:4711",
        "source": Source.SENTRY,
        "service": "api",
        "environment": "production",
        "project": "backend",
        "severity": Severity.ERROR,
        "title": "ZeroDivisionError: division by zero",
        "state": AlertState.FIRING,
        "state_at": now - timedelta(hours=2),
        "first_seen": now - timedelta(hours=2),
        "last_seen": now - timedelta(hours=1),
        "opened_at": now - timedelta(hours=2),
        "revision": 3,
        "issue_id": "4711",
        "short_id": "BACKEND-1",
        "url": "https://pawlogic.sentry.io/issues/4711/",
    }
    return AlertView(**facts | changes)


class MemoryAlerts:
    """Alerts by number; what was asked for, in order, as tuples."""

    def __init__(self) -> None:
        self.alerts: dict[int, AlertView] = {}
        self.said: list[tuple] = []
        self.acts: dict[str, ActRequest] = {}
        self.mutes: dict[str, MuteView] = {}
        self.pulses: tuple[PulseView, ...] = ()
        self.trouble: Exception | None = None

    def add(self, **changes) -> AlertView:
        alert = an_alert(**{"id": len(self.alerts) + 1} | changes)
        self.alerts[alert.id] = alert
        return alert

    async def alert(self, alert_id: int) -> AlertView:
        self._fail()
        if alert_id not in self.alerts:
            msg = f"There is no alert {alert_id}. `/pawdeploy alerts` lists what is open."
            raise UserError(msg, reason=Reason.UNKNOWN_ALERT)
        return self.alerts[alert_id]

    async def acknowledge(self, alert_id: int, by: str) -> AlertView:
        alert = await self.alert(alert_id)
        if alert.acked_by:
            msg = f"<@{alert.acked_by}> looks at it already. Nothing was changed."
            raise UserError(msg, reason=Reason.ALREADY_DONE)
        return self._keep(("acknowledge", alert_id, by), alert, acked_by=by, acked_at=datetime.now(UTC))

    async def act(self, request: ActRequest) -> AlertView:
        alert = await self.alert(request.alert)
        self.acts.setdefault(request.key, request)
        act = ActView(
            id=len(self.acts),
            kind=request.kind,
            how=request.how,
            by=request.by,
            at=datetime.now(UTC),
            state=ActState.PENDING,
            trouble="",
        )
        return self._keep(("act", request.kind, request.how), alert, act=act)

    async def retry(self, act_id: int, by: str) -> AlertView:
        self._fail()
        found = next((each for each in self.alerts.values() if each.act and each.act.id == act_id), None)
        if found is None or found.act.state is not ActState.FAILED:
            raise UserError("That is done already.", reason=Reason.ALREADY_DONE)
        return self._keep(
            ("retry", act_id, by), found, act=dataclasses.replace(found.act, state=ActState.PENDING)
        )

    async def snooze(self, alert_id: int, by: str, seconds: int) -> AlertView:
        alert = await self.alert(alert_id)
        until = datetime.now(UTC) + timedelta(seconds=seconds) if seconds else None
        return self._keep(("snooze", alert_id, by, seconds), alert, snoozed_until=until, snoozed_by=by)

    async def attach(self, alert_id: int, by: str, incident: str) -> AlertView:
        alert = await self.alert(alert_id)
        return self._keep(("attach", alert_id, by, incident), alert, incident=incident)

    async def list(self, which: str, user: str) -> AlertList:
        self._fail()
        self.said.append(("list", which, user))
        mutes = tuple(self.mutes.values()) if which == "muted" else ()
        return AlertList(alerts=tuple(self.alerts.values()), total=len(self.alerts), mutes=mutes)

    async def health(self) -> tuple[PulseView, ...]:
        self._fail()
        return self.pulses

    async def mute(
        self, key: str, *, service: str, environment: str, by: str, until: datetime, why: str
    ) -> MuteView:
        self._fail()
        return self.mutes.setdefault(
            key,
            MuteView(
                id=len(self.mutes) + 1,
                service=service,
                environment=environment,
                by=by,
                since=datetime.now(UTC),
                until=until,
                why=why,
            ),
        )

    async def unmute(self, *, service: str, environment: str, by: str) -> tuple[MuteView, ...]:
        self._fail()
        there = {
            key: mute
            for key, mute in self.mutes.items()
            if mute.service == service and environment in {"", mute.environment}
        }
        if not there:
            msg = f"`{service}` is not muted."
            raise UserError(msg, reason=Reason.NOT_MUTED)
        for key in there:
            del self.mutes[key]
        return tuple(there.values())

    async def covering(self, service: str, environment: str) -> MuteView | None:
        self._fail()
        there = [
            mute
            for mute in self.mutes.values()
            if mute.service == service and mute.environment in ("", environment)
        ]
        return max(there, key=lambda mute: mute.until, default=None)

    async def test(self, key: str, by: str) -> str:
        self._fail()
        self.said.append(("test", key, by))
        return ALERTS

    def _keep(self, said: tuple, alert: AlertView, **changes) -> AlertView:
        self.said.append(said)
        self.alerts[alert.id] = dataclasses.replace(alert, **changes)
        return self.alerts[alert.id]

    def _fail(self) -> None:
        if self.trouble is not None:
            raise self.trouble


def a_pulse(**changes) -> PulseView:
    facts = {
        "target": "api:production:health",
        "name": "api in production",
        "state": PulseState.UP,
        "since": datetime.now(UTC) - timedelta(hours=3),
        "said": "200 ok",
        "checked_at": datetime.now(UTC),
    }
    return PulseView(**facts | changes)
