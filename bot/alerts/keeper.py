"""What time does to alerts, looked at again and again: snoozes, archives, mutes and storms that are over.

Also tells what goes on to the metrics. Runs on the leader.
"""

from dataclasses import replace
from datetime import timedelta

from bot.alerts.needs import AlertKit
from bot.engine.alert_notes import AlertNote, NoteKind
from bot.engine.alerting import Fold, Group, unarchive
from bot.engine.alerts import Severity

_KEPT = timedelta(days=7)
"""How long messages that were read are kept."""


class AlertKeeper:
    """Runs as a job."""

    def __init__(self, kit: AlertKit) -> None:
        self._kit = kit
        self._hours: tuple[bool, ...] | None = None
        """Which quiet hours were when cards were last looked through for them."""

    async def sweep(self) -> int:
        """Do what is due; return how much it was."""
        now, upkeep, done = self._kit.clock.now(), self._kit.upkeep, 0
        for alert_id in await upkeep.snoozes_over(now):
            await self._kit.alerts.change(alert_id, _awake, now=now)
            done += 1
        for alert_id in await upkeep.archives_over(now):
            await self._kit.alerts.change(alert_id, lambda group: unarchive(group, at=now), now=now)
            done += 1
        if self._kit.issues is not None:
            await upkeep.recount(now)  # the worker looks for it by itself
        done += await upkeep.show_unmuted(self._kit.router.applying(), now=now)
        if (hours := self._kit.router.quiet_now()) != self._hours:
            done += await upkeep.keep_hours(self._kit.router.route)
            self._hours = hours
        calm = timedelta(seconds=self._kit.section.storm_calm)
        done += await upkeep.end_storms(calm=calm, now=now)
        if done:
            self._kit.cards.changed()
        counts = await self._kit.reader.firing_by_severity()
        for severity in Severity:
            self._kit.metrics.alerts_firing(severity.value, counts.get(severity.value, 0))
        return done

    async def tidy(self) -> None:
        """Forget messages nobody needs any more."""
        await self._kit.hooks.forget(self._kit.clock.now() - _KEPT)


def _awake(group: Group) -> Fold:
    awake = replace(group, snoozed_until=None, snoozed_by="")
    note = AlertNote(kind=NoteKind.SNOOZE_OVER, by=group.snoozed_by) if group.state == "firing" else None
    return Fold(awake, urgent=True, note=note)
