"""Locks and freezes as people take and end them, and what stops a run now. Rights are asked for before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, assert_never
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.db.holds_store import HoldsStore, Owed
from bot.delivered import Delivered
from bot.engine.holding import Held, Taken, Wanted
from bot.engine.holds import (
    PAWDEPLOY,
    Blocking,
    Free,
    FrozenBy,
    FrozenWindow,
    Hold,
    HoldKind,
    Locked,
    blocking,
)
from bot.engine.reasons import Reason
from bot.engine.shipping import Target
from bot.errors import UserError
from bot.pipelines import hold_words as words
from bot.pipelines.hold_news import HoldNews
from bot.pipelines.hold_windows import open_windows, windows_of, zone_of
from bot.pipelines.needs import Cards
from bot.pipelines.places import target
from bot.project import Project


class AutoDeploys(Protocol):
    """Who can let the platform ship every push by itself."""

    async def set_auto_deploys(self, target: Target, on: bool) -> None:  # noqa: FBT001 - the vendor's own word
        """Switch it on or off; repeating does no harm."""


class Zones(Protocol):
    """Knows people's time zones."""

    async def zone(self, user: str) -> ZoneInfo | None:
        """Return the time zone of a Slack user; None when it cannot be told."""


class Holds(Delivered):
    """Where handlers and pipelines turn to about locks and freezes."""

    def __init__(
        self,
        *,
        store: HoldsStore,
        project: Project,
        cards: Cards,
        clock: Clock,
        switches: Mapping[tuple[str, str], AutoDeploys],
        zones: Zones | None = None,
    ) -> None:
        self._store = store
        self._project = project
        self._cards = cards
        self._clock = clock
        self._switches = switches
        self._zones = zones

    async def lock(
        self, key: str, *, service: str, environment: str, by: str, reason: str, until: datetime | None
    ) -> Taken | Held:
        """Lock an environment, or one service of it, for ``by``; their own lock is renewed.

        ``until`` None: until somebody unlocks. Raises ``UserError`` (``bad_time``) for a past moment.
        """
        self._in_future(until)
        return await self._take(
            Wanted(
                key=key,
                kind=HoldKind.LOCK,
                service=service,
                environment=environment,
                by=by,
                until=until,
                reason=reason,
            )
        )

    async def freeze(
        self, key: str, *, service: str, environment: str, by: str, reason: str, until: datetime
    ) -> Taken:
        """Freeze an environment for everybody; one's own freeze is renewed, another's stays beside it."""
        self._in_future(until)
        if not reason.strip():
            msg = f"Say why it is frozen: `/pawdeploy freeze {environment} until … because …`."
            raise UserError(msg, reason=Reason.NO_REASON)
        taken = await self._take(
            Wanted(
                key=key,
                kind=HoldKind.FREEZE,
                service=service,
                environment=environment,
                by=by,
                until=until,
                reason=reason,
            )
        )
        assert isinstance(taken, Taken)  # noqa: S101 - only a lock can be in the way; narrowed for mypy
        return taken

    async def hold_after_rollback(
        self, run_id: int, service: str, environment: str, *, reason: str, auto_deploy_off: bool
    ) -> Hold:
        """Lock what a rollback brought back, for everybody; once for each run."""
        taken = await self._take(
            Wanted(
                key=f"rollback:{run_id}:hold",
                kind=HoldKind.LOCK,
                service=service,
                environment=environment,
                by=PAWDEPLOY,
                until=None,
                reason=reason,
                run_id=run_id,
                auto_deploy_off=auto_deploy_off,
            )
        )
        return taken.hold

    async def unlock(
        self, *, service: str, environment: str, by: str, reason: str = "", only: int | None = None
    ) -> tuple[Hold, ...]:
        """End the locks there, or ``only`` that one; its holder is told who else did, and why.

        Raises:
            UserError: ``not_locked``; ``no_reason`` for somebody else's lock.

        """
        found = await self.held(HoldKind.LOCK, service=service, environment=environment)
        found = tuple(hold for hold in found if only in {None, hold.id})
        theirs = [hold.by for hold in found if hold.by not in {by, PAWDEPLOY}]
        if theirs and not reason.strip():
            msg = (
                f"It is <@{theirs[0]}>'s lock. Say why you take it: "
                f"{words.command('unlock', service, environment, 'because …')}; they are told."
            )
            raise UserError(msg, reason=Reason.NO_REASON)
        ended = await self._end(found, by=by, why=reason, what="unlock")
        if not ended:
            where = words.scope(service, environment)
            msg = f"`{where}` is not locked. `/pawdeploy locks` lists every lock and freeze."
            raise UserError(msg, reason=Reason.NOT_LOCKED)
        return ended

    async def unfreeze(
        self, *, service: str, environment: str, by: str, reason: str = ""
    ) -> tuple[Hold, ...]:
        """End the freezes people set there; windows of the project file stay.

        Raises:
            UserError: ``not_locked`` when nobody froze it.

        """
        found = await self.held(HoldKind.FREEZE, service=service, environment=environment)
        if ended := await self._end(found, by=by, why=reason, what="unfreeze"):
            return ended
        msg = f"Nobody froze `{words.scope(service, environment)}`."
        if any(hold.environment == environment for hold in open_windows(self._project, self._clock.now())):
            msg += " A freeze window of pawdeploy.toml is open; it ends by itself, or is changed there."
        msg += " `/pawdeploy locks` lists what holds."
        raise UserError(msg, reason=Reason.NOT_LOCKED)

    async def held(self, kind: HoldKind, *, service: str, environment: str) -> tuple[Hold, ...]:
        """Return what people and rollbacks hold there; without a service, for any service."""
        found = await self._store.open(self._clock.now(), environment)
        return tuple(
            hold for hold in found if hold.kind is kind and (not service or hold.service in {"", service})
        )

    async def list(self) -> tuple[Hold, ...]:
        """Return everything in force now: locks and freezes, then freeze windows (their ``id`` is 0)."""
        now = self._clock.now()
        return (*await self._store.open(now), *open_windows(self._project, now))

    async def find(self, hold_id: int) -> Hold | None:
        """Return a hold, ended or not."""
        return await self._store.find(hold_id)

    async def of_run(self, run_id: int) -> Hold | None:
        """Return the lock a rollback took, while it is in force."""
        found = await self._store.open(self._clock.now())
        return next((hold for hold in found if hold.run_id == run_id), None)

    async def blocking(self, service: str, environment: str, user: str, *, emergency: bool) -> Blocking:
        """Say what stops ``user`` from shipping there now."""
        now = self._clock.now()
        return blocking(
            await self._store.open(now, environment),
            windows_of(self._project, service, environment),
            service=service,
            environment=environment,
            user=user,
            emergency=emergency,
            now=now,
        )

    def refusal(self, blocking: Blocking) -> tuple[Reason, str] | None:
        """Return why a run is refused, as plain text (see ``hold_words``); None when it is not."""
        match blocking:
            case Free():
                return None
            case Locked(hold) | FrozenBy(hold):
                app = self._project.app(hold.service) is not None  # what frees services frees no app
                return words.refusal(blocking, several=app or self._project.several(hold.environment))
            case FrozenWindow():
                return words.refusal(blocking)
            case _:
                assert_never(blocking)

    async def auto_deploy_on(self, hold_id: int, by: str) -> Hold:
        """Let the platform ship by itself again, after a rollback's lock was opened.

        Raises:
            UserError: ``stale_button`` when it is on already, ``locked`` while a rollback holds it.
            VendorError: when the platform does not do it.

        """
        hold = await self._store.find(hold_id)
        service = self._project.service(hold.service) if hold else None
        if hold is None or service is None or hold.environment not in service.environments:
            raise _stale()
        now = self._clock.now()
        for other in await self._store.open(now, hold.environment):
            if other.by == PAWDEPLOY and other.service in {"", hold.service}:
                msg = (
                    f"`{hold.environment}` is locked after a rollback, so pushes must not ship yet. "
                    f"Unlock first: `/pawdeploy unlock {hold.environment}`."
                )
                raise UserError(msg, reason=Reason.LOCKED)
        if not hold.auto_deploy_off:
            raise _stale()
        switch = self._switches[hold.service, hold.environment]
        await switch.set_auto_deploys(target(service, hold.environment), True)  # noqa: FBT003 - the vendor's word
        await self._store.auto_deploy_is_on(hold, by=by, at=now)
        return hold

    async def zone(self, user: str, environment: str) -> tuple[ZoneInfo, str]:
        """Return the time zone ``user`` means, and whose it is in words."""
        zone = await self._zones.zone(user) if self._zones else None
        if zone is not None:
            return zone, "your time zone in Slack"
        if (zone := zone_of(self._project, environment)) is not None:
            return zone, "the time zone of the freeze windows"
        return ZoneInfo("UTC"), "UTC"

    async def _take(self, wanted: Wanted) -> Taken | Held:
        now, channel = self._clock.now(), self._project.channels.deploys

        def told(taken: Taken) -> tuple[Owed, ...]:
            if wanted.by == PAWDEPLOY:  # the rollback's card says it
                return ()
            news = HoldNews(what="renewed" if taken.renewed else "begun", hold=taken.hold, at=now)
            return (news.line(channel),)

        taken = await self._store.take(wanted, at=now, told=told)
        self._cards.changed()
        return taken

    async def _end(self, holds: tuple[Hold, ...], *, by: str, why: str, what: str) -> tuple[Hold, ...]:
        now, channel = self._clock.now(), self._project.channels.deploys

        def told(hold: Hold) -> tuple[Owed, ...]:
            line = HoldNews(what="ended", hold=hold, at=now, by=by, why=why).line(channel)
            if hold.by in {by, PAWDEPLOY}:
                return (line,)
            return line, HoldNews(what="taken_over", hold=hold, at=now, by=by, why=why).dm()

        ended = await self._store.end(holds, by=by, why=why, at=now, told=told, once=self._once(what))
        self._cards.changed()
        return ended

    def _in_future(self, until: datetime | None) -> None:
        if until is not None and until <= self._clock.now():
            msg = "That moment is over. Write one to come: `until 18:00` or `for 2h`."
            raise UserError(msg, reason=Reason.BAD_TIME)


def _stale() -> UserError:
    msg = "That is done already, or no longer needed. `/pawdeploy locks` lists what holds now."
    return UserError(msg, reason=Reason.STALE_BUTTON)
