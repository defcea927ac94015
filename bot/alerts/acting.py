"""One act at the source, and what the source answers becomes the card. Done once, whatever dies meanwhile.

Before Sentry is told it is asked: the card may be older than what somebody did there. After a crash it is
asked again, and what it was told already is not told twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never

import structlog

from bot.alerts.needs import AlertKit, Issues
from bot.db.acts_store import REACHED, Pending, ended
from bot.db.alerts_store import Audited
from bot.engine.alert_groups import UNTOLD
from bot.engine.alert_places import located
from bot.engine.alerting import Fold, Group, adopt, archive, archived_until, reopen, resolve
from bot.engine.alerts import ActKind, ActState, AlertView
from bot.engine.sentry_issues import Issue, state_of
from bot.errors import VendorError, VendorRejected

log = structlog.get_logger(__name__)

GONE = "Sentry does not have this issue any more, so it was done on this card alone"
_NO_SUCH = 404


class Actor:
    """Does acts, and takes the source's word for how an alert stands."""

    def __init__(self, kit: AlertKit) -> None:
        self._kit = kit
        self._people = {name.lower(): user for user, name in kit.project.sentry_users.items()}

    async def do(self, act: Pending) -> None:
        """Do one act and note how it went."""
        alert = await self._kit.reader.view(act.alert_id)
        assert alert is not None  # noqa: S101 - alerts are never deleted; narrowed for mypy
        if self._kit.issues is None or not alert.issue_id:
            await self._here(act)
        else:
            await self._there(act, alert, self._kit.issues)
        self._kit.cards.changed()

    async def adopt(
        self, alert_id: int, issue: Issue, *, doubts: int, now: datetime, environment: str = ""
    ) -> None:
        """Show an alert as its source said that it stands, with so many ``doubts`` when it was asked.

        ``environment`` is where it happens, if nobody knew and the source was asked for that too.
        """
        act = await self._done_after_all(alert_id, issue, doubts)
        by = "" if act is None else act.by
        await self._adopt(alert_id, issue, doubts=doubts, now=now, by=by, act=act, environment=environment)
        self._kit.cards.changed()

    async def _done_after_all(self, alert_id: int, issue: Issue, doubts: int) -> Pending | None:
        """Return the act whose answer was lost and that took effect, as it turns out; None where none did."""
        act = await self._kit.acts.unclear(alert_id)
        if act is None or act.kind is ActKind.ASSIGN:
            return None
        alert = await self._kit.reader.view(alert_id)
        if alert is None or alert.doubts != doubts:
            return None
        goal = REACHED[act.kind]
        somebodys = alert.state is goal and alert.state_by not in ("", UNTOLD, act.by)
        if state_of(issue) is goal and not somebodys:
            return act
        await self._kit.acts.had_no_effect(act.id)
        return None

    async def leave_alone(self, alert_id: int, *, now: datetime) -> None:
        """Believe what was told: the source knows no such issue, or will not speak of it."""
        also = self._kit.upkeep.settled(alert_id, self._kit.router.route, now=now)
        await self._kit.alerts.change(
            alert_id, lambda group: Fold(replace(group, stale=False, synced_at=now)), now=now, also=also
        )
        self._kit.cards.changed()

    async def _here(self, act: Pending, said: str = "") -> None:
        """Do it on the card alone: nobody else keeps this alert, as is ``said`` where somebody did."""
        now, kind = self._kit.clock.now(), act.kind

        def decide(group: Group) -> Fold:
            match kind:
                case ActKind.RESOLVE:
                    return resolve(group, at=now, by=act.by)
                case ActKind.REOPEN:
                    return reopen(group, at=now, by=act.by)
                case ActKind.ARCHIVE:
                    return archive(group, at=now, by=act.by, how=act.how)
                case ActKind.ASSIGN:
                    return Fold(replace(group, assignee=self._name(act.how)), urgent=True)
                case _:
                    assert_never(kind)

        more = {"assignee_user": act.how} if kind is ActKind.ASSIGN else {}
        await self._end(act, decide, ActState.DONE, now=now, trouble=said, more=more)

    async def _there(self, act: Pending, alert: AlertView, issues: Issues) -> None:
        """Do it at Sentry, and show what Sentry says then."""
        kind, tried = act.kind, act.tries > 0
        try:
            before = await issues.issue(alert.issue_id)
            if self._reached(kind, act.how, before) and (tried or kind is ActKind.ASSIGN):
                await self._done(act, alert, before)
                return
            if not tried and (said := _changed_meanwhile(kind, alert, before)):
                await self._moot(act, alert, before, said)
                return
            if not await self._kit.acts.begin(act.id):
                return
            after = await self._tell(kind, act.how, alert.issue_id, issues)
        except VendorError as error:
            if error.status == _NO_SUCH and await self._speaks(alert, issues):
                await self._here(act, said=GONE)
            else:
                await self._failed(act, error)
            return
        await self._done(act, alert, after)

    async def _speaks(self, alert: AlertView, issues: Issues) -> bool:
        """Say whether Sentry answers for a project: then it is this issue alone that it does not have."""
        for slug in filter(None, dict.fromkeys((alert.project, *self._kit.project.sentry_projects))):
            try:
                await issues.recent(slug, since=self._kit.clock.now(), most=1)
            except VendorRejected:  # a project that is gone as well
                continue
            except VendorError:
                return False
            return True
        return False

    async def _tell(self, kind: ActKind, how: str, issue_id: str, issues: Issues) -> Issue:
        match kind:
            case ActKind.RESOLVE:
                return await issues.resolve(issue_id, how)
            case ActKind.ARCHIVE:
                return await issues.archive(issue_id, how)
            case ActKind.REOPEN:
                return await issues.reopen(issue_id)
            case ActKind.ASSIGN:
                return await issues.assign(issue_id, self._name(how))
            case _:
                assert_never(kind)

    def _reached(self, kind: ActKind, how: str, issue: Issue) -> bool:
        if kind is ActKind.ASSIGN:
            names = {issue.assignee.lower(), issue.assignee_email.lower()}
            return (self._name(how).lower() in names) if how else not issue.assignee
        return state_of(issue) is REACHED[kind]

    def _name(self, user: str) -> str:
        return self._kit.project.sentry_users.get(user, "")

    async def _done(self, act: Pending, alert: AlertView, issue: Issue) -> None:
        now = self._kit.clock.now()
        by = "" if act.kind == ActKind.ASSIGN else act.by
        await self._adopt(alert.id, issue, doubts=alert.doubts, now=now, by=by, act=act)

    async def _moot(self, act: Pending, alert: AlertView, issue: Issue, said: str) -> None:
        now = self._kit.clock.now()
        await self._adopt(
            alert.id, issue, doubts=alert.doubts, now=now, act=act, state=ActState.MOOT, trouble=said
        )

    async def _failed(self, act: Pending, error: VendorError) -> None:
        log.warning("an act was not done", alert=act.alert_id, act=act.kind, trouble=str(error))
        wait = f"; try again in {error.retry_after:.0f} s" if error.retry_after else ""
        answered = f"answered {error.detail or error.status}" if error.status else "did not answer"
        why = "" if error.status or not error.detail else f" ({error.detail})"
        said = f"{error.vendor} {answered}{why}{wait}"
        # Whether it took effect is not known when no answer came: Sentry is asked.
        now = self._kit.clock.now()
        await self._end(
            act,
            lambda group: Fold(replace(group, stale=True), urgent=True),
            ActState.FAILED,
            now=now,
            trouble=said,
            refused=isinstance(error, VendorRejected),
        )

    async def _adopt(
        self,
        alert_id: int,
        issue: Issue,
        *,
        doubts: int,
        now: datetime,
        by: str = "",
        act: Pending | None = None,
        state: ActState = ActState.DONE,
        trouble: str = "",
        environment: str = "",
    ) -> None:
        def decide(group: Group) -> Fold:
            seen = replace(group, service=group.service or self._kit.router.service_of(issue.project))
            if environment and not group.environment:
                seen = located(seen, environment)
                seen = replace(seen, severity=self._kit.router.route(seen).severity)
            done = adopt(seen, issue, now=now, doubts=doubts, by=by)
            if act is not None and act.kind == ActKind.ARCHIVE and state is ActState.DONE:
                until = archived_until(act.how, now)
                return Fold(replace(done.group, archived_how=act.how, archived_until=until), urgent=True)
            return Fold(done.group, urgent=done.urgent or act is not None, note=done.note)

        user = self._people.get((issue.assignee_email or issue.assignee).lower(), "")
        settled = self._kit.upkeep.settled(
            alert_id, self._kit.router.route, now=now, learnt=bool(environment)
        )
        more: dict[str, str | int] = {"assignee_user": user, "sync_tries": 0}
        if act is None:
            await self._kit.alerts.change(alert_id, decide, now=now, more=more, also=settled)
        else:
            await self._end(act, decide, state, now=now, trouble=trouble, more=more)

    async def _end(
        self,
        act: Pending,
        decide: Callable[[Group], Fold],
        state: ActState,
        *,
        now: datetime,
        trouble: str = "",
        refused: bool = False,
        more: Mapping[str, str | int] | None = None,
    ) -> None:
        evidence: dict[str, str | int | bool] = {"how": act.how, "ended": state.value, "said": trouble[:300]}
        await self._kit.alerts.change(
            act.alert_id,
            decide,
            now=now,
            more=more,
            also=ended(act.id, state, at=now, trouble=trouble, refused=refused),
            audited=Audited(actor=act.by, action=f"alert.{act.kind}", evidence=evidence),
        )


def _changed_meanwhile(kind: ActKind, alert: AlertView, issue: Issue) -> str:
    """Say what Sentry says that the card did not when the button was pressed; empty when they agree."""
    if kind is ActKind.ASSIGN:
        return ""
    there = state_of(issue)
    if there is REACHED[kind] or there is not alert.state:
        return f"Sentry already says {issue.status or there.value}"
    return ""
