"""Two watches over ourselves: somebody outside hears that we live, and we notice when Sentry falls silent."""

from datetime import timedelta
from typing import Protocol

import structlog

from bot.alerts.needs import AlertKit
from bot.engine.alerts import AlertEvent, AlertState, Happening, Severity, Source
from bot.engine.arrivals import ours
from bot.engine.silence import silent_for, unusual_after
from bot.engine.when import say_duration
from bot.errors import VendorError

log = structlog.get_logger(__name__)

SILENCE = "pawdeploy:sentry-silence"


class Beacon(Protocol):
    """Who is told that we live."""

    async def beat(self) -> None:
        """Tell it once; raises ``VendorError``."""


class Heartbeat:
    """Runs as a job, each minute, on the leader: a bot that cannot lead is as good as dead."""

    def __init__(self, beacon: Beacon | None) -> None:
        self._beacon = beacon

    async def beat(self) -> bool:
        """Say that we live; a beacon that is away is logged and asked again a minute later."""
        if self._beacon is None:
            return False
        try:
            await self._beacon.beat()
        except VendorError as error:
            log.warning("the heartbeat was not heard", trouble=str(error))
            return False
        return True


class SilenceWatch:
    """Warns when no message of Sentry came for longer than is usual; runs as a job."""

    def __init__(self, kit: AlertKit) -> None:
        self._kit = kit

    async def look(self) -> bool:
        """Say that it is silent, or that it speaks again; return whether it is silent."""
        now = self._kit.clock.now()
        floor = timedelta(seconds=self._kit.section.silence)
        heard = await self._kit.hooks.arrived(Source.SENTRY.value)
        silent = silent_for(heard, now, floor=floor)
        known = await self._kit.reader.named(SILENCE)
        warned = known is not None and known.state is AlertState.FIRING
        if silent is not None and not warned:
            usual = unusual_after(heard, floor=floor) or floor
            await self._tell(
                Happening.FIRED,
                f"{max(heard).isoformat()}:silent",
                f"Nothing came from Sentry for {say_duration(silent.total_seconds())}; more than "
                f"{say_duration(usual.total_seconds())} is unusual. Either all is calm or its webhooks do "
                "not reach me: look at the integration's dashboard in Sentry; /pawdeploy test-alert shows "
                "whether the rest works.",
            )
        elif silent is None and warned and heard:
            await self._tell(Happening.RESOLVED, f"{max(heard).isoformat()}:speaks", "Sentry speaks again.")
        return silent is not None

    async def _tell(self, happening: Happening, name: str, said: str) -> None:
        event = AlertEvent(
            source=Source.PAWDEPLOY,
            fingerprint=SILENCE,
            happening=happening,
            at=self._kit.clock.now(),
            title="Sentry is silent",
            detail=said,
            severity=Severity.WARNING,
        )
        await self._kit.hooks.keep(ours(event, f"silence:{name}"))
        self._kit.tell()
