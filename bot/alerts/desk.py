"""The alert desk takes what people ask of alerts; the answer is a view, or a ``UserError`` that says why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal, Protocol

from bot.alerts import refusing
from bot.alerts.needs import AlertKit
from bot.db.alerts_store import Audited
from bot.delivered import Delivered
from bot.engine.alerting import Fold, Group
from bot.engine.alerts import (
    ActRequest,
    AlertEvent,
    AlertList,
    AlertState,
    AlertView,
    Happening,
    MuteView,
    Severity,
    Source,
)
from bot.engine.arrivals import ours
from bot.engine.pulses import PulseView
from bot.engine.reasons import Reason
from bot.errors import UserError


class Pulses(Protocol):
    """Who watches health."""

    async def views(self) -> tuple[PulseView, ...]:
        """Say how everything watched is."""


class Worker(Protocol):
    """Who does acts."""

    def tell(self) -> None:
        """Somebody asked for something."""


class AlertDesk(Delivered):
    """Where handlers turn to."""

    def __init__(self, kit: AlertKit, worker: Worker, pulses: Pulses) -> None:
        self._kit = kit
        self._worker = worker
        self._pulses = pulses

    async def alert(self, alert_id: int) -> AlertView:
        """Return an alert; ``UserError`` when there is none of that number."""
        found = await self._kit.reader.view(alert_id)
        if found is None:
            msg = f"There is no alert {alert_id}. `/pawdeploy alerts` lists what goes on."
            raise UserError(msg, reason=Reason.UNKNOWN_ALERT)
        return found

    async def acknowledge(self, alert_id: int, by: str) -> AlertView:
        """Note that ``by`` looks at it; refused when it is over, or somebody already does."""
        now, opened = self._kit.clock.now(), (await self.alert(alert_id)).opened_at

        def decide(group: Group) -> Fold | None:
            if group.state is not AlertState.FIRING or group.acked_by:
                return None
            return Fold(replace(group, acked_by=by, acked_at=now), urgent=True)

        after = {"after_seconds": int((now - opened).total_seconds())}
        audited = Audited(actor=by, action="alert.acknowledged", evidence=after)
        if await self._change(alert_id, decide, now, audited, "acknowledge") is None:
            alert = await self.alert(alert_id)
            if alert.acked_by != by:
                raise _refused(refusing.not_acknowledged(alert))
        return await self.alert(alert_id)

    async def act(self, request: ActRequest) -> AlertView:
        """Store what is to be done; whoever leads does it, and the card says when."""
        await self.alert(request.alert)  # refused when there is none
        other = await self._kit.acts.ask(request, at=self._kit.clock.now())
        if isinstance(other, AlertState):
            alert = await self.alert(request.alert)
            raise _refused(refusing.already(alert, other))
        if other is not None and (said := refusing.under_way(other, request)):
            raise _refused(said)
        self._kit.cards.changed()
        self._worker.tell()
        return await self.alert(request.alert)

    async def retry(self, act_id: int, by: str) -> AlertView:
        """Try an act again that failed."""
        alert_id = await self._kit.acts.alert_of(act_id)
        if alert_id is None or not await self._kit.acts.again(act_id, by=by, at=self._kit.clock.now()):
            msg = "That was tried again already, or is done. The card shows how it stands."
            raise _refused(msg)
        self._kit.cards.changed()
        self._worker.tell()
        return await self.alert(alert_id)

    async def snooze(self, alert_id: int, by: str, seconds: int) -> AlertView:
        """Mention nobody for so long; 0 ends that. Refused when it is over: it mentions nobody."""
        now = self._kit.clock.now()
        until = now + timedelta(seconds=seconds) if seconds else None

        def decide(group: Group) -> Fold | None:
            if until is not None and not group.firing:
                return None
            return Fold(replace(group, snoozed_until=until, snoozed_by=by if until else ""), urgent=True)

        audited = Audited(actor=by, action="alert.snoozed", evidence={"seconds": seconds})
        done = await self._change(alert_id, decide, now, audited, "snooze")
        alert = await self.alert(alert_id)
        if done is None:
            raise _refused(refusing.not_snoozed(alert))
        return alert

    async def attach(self, alert_id: int, by: str, incident: str) -> AlertView:
        """Note which incident it belongs to; empty: none. Refused while one of ours that goes on has it."""
        ours = await self._kit.reader.incidents_of((await self.alert(alert_id)).id)
        if ours and incident not in map(str, ours):
            raise _refused(refusing.belongs(alert_id, *next(iter(ours.items()))))
        audited = Audited(actor=by, action="alert.attached", evidence={"incident": incident})
        now = self._kit.clock.now()
        await self._kit.alerts.change(
            (await self.alert(alert_id)).id,
            lambda group: Fold(group, urgent=True),
            now=now,
            audited=audited,
            more={"incident": incident},
            once=self._once("attach"),
        )
        self._kit.cards.changed()
        return await self.alert(alert_id)

    async def list(self, which: Literal["open", "mine", "muted"], user: str) -> AlertList:
        """Return what goes on, what ``user`` has of it, or the mutes with what they keep quiet."""
        if which == "mine":
            return await self._kit.reader.firing(of=user)
        if which == "open":
            return await self._kit.reader.firing()
        mutes = await self._kit.mutes.open(self._kit.clock.now())
        quiet = await self._kit.reader.kept_quiet([(mute.service, mute.environment) for mute in mutes])
        return AlertList(alerts=quiet.alerts, total=quiet.total, mutes=mutes)

    async def health(self) -> tuple[PulseView, ...]:
        """Say how everything watched is."""
        return await self._pulses.views()

    async def mute(
        self, key: str, *, service: str, environment: str, by: str, until: datetime, why: str
    ) -> MuteView:
        """Show no cards of a service for a while; one that lasts longer goes on beside it."""
        now = self._kit.clock.now()
        return await self._kit.mutes.begin(
            key, service=service, environment=environment, by=by, until=until, why=why, at=now
        )

    async def unmute(self, *, service: str, environment: str, by: str) -> tuple[MuteView, ...]:
        """End the mutes of a service there, without an environment all; refused when there is none."""
        ended = await self._kit.mutes.end(
            service=service,
            environment=environment,
            by=by,
            at=self._kit.clock.now(),
            once=self._once("unmute"),
        )
        if not ended and (wide := await self.covering(service, environment)):
            msg = (
                f"{service} is muted everywhere, not in {environment} alone: <@{wide.by}> muted it until "
                f"{wide.until:%d %b %H:%M} UTC. `/pawdeploy unmute {service}` ends that. Nothing was changed."
            )
            raise UserError(msg, reason=Reason.NOT_MUTED)
        if not ended:
            where = f"{service} in {environment}" if environment else service
            msg = f"{where} is not muted. `/pawdeploy alerts muted` lists what is."
            raise UserError(msg, reason=Reason.NOT_MUTED)
        return ended

    async def covering(self, service: str, environment: str) -> MuteView | None:
        """Return the mute in force there that lasts longest; None when nothing is muted."""
        return await self._kit.mutes.covering(service, environment, self._kit.clock.now())

    async def test(self, key: str, by: str) -> str:
        """Send an alert through the whole way a real one takes."""
        now = self._kit.clock.now()
        event = AlertEvent(
            source=Source.PAWDEPLOY,
            fingerprint=f"pawdeploy:test:{key}"[:200],
            happening=Happening.FIRED,
            at=now,
            title="This is a test",
            detail="Nothing is wrong. Press the buttons: they act on this card alone. Resolve it when done.",
            severity=Severity.INFO,
            by=by,
            test=True,
        )
        await self._kit.hooks.keep(ours(event, f"test:{key}"))
        self._kit.tell()
        return self._kit.section.channel

    async def _change(
        self,
        alert_id: int,
        decide: Callable[[Group], Fold | None],
        now: datetime,
        audited: Audited,
        what: str,
    ) -> Group | None:
        alert = await self.alert(alert_id)
        once = self._once(what)
        changed = await self._kit.alerts.change(alert.id, decide, now=now, audited=audited, once=once)
        self._kit.cards.changed()
        return changed


def _refused(said: str) -> UserError:
    return UserError(said, reason=Reason.ALREADY_DONE)
