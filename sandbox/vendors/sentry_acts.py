"""What happens at the simulated Sentry: issues appear, recur, get resolved, and every webhook that follows.

The knob ``sentry.now`` and the tests act through this alone. Must not know HTTP.
"""

import asyncio
import itertools
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from sandbox.vendors.sentry_hooks import SENTRY, SentryHooks
from sandbox.vendors.sentry_issues import (
    ARCHIVED,
    ESCALATING,
    ONGOING,
    REGRESSED,
    RESOLVED,
    Issue,
    Member,
    Standing,
)
from sandbox.vendors.sentry_payloads import actor, event_data, issue_data, metric_data
from sandbox.vendors.sentry_search import project_id
from sandbox.vendors.sentry_shapes import Where
from sandbox.vendors.sentry_world import World

INTEGRATION: Mapping[str, object] = {
    "type": "application",
    "id": "64bf2cf4-37ca-4365-8dd3-6b6e56d741b8",
    "name": "pawdeploy",
}
"""Who acts when the API is used."""
TITLES = (
    "KeyError: 'breed'",
    "ValueError: a pet cannot weigh -3 kg",
    "TimeoutError: no answer from redis within 2 s",
    'IntegrityError: duplicate key value violates unique constraint "pets_pkey"',
    "TypeError: 'NoneType' object is not subscriptable",
    "OperationalError: server closed the connection unexpectedly",
)
SOMEBODY = "Somebody in Sentry"
WORKERS = 48
"""Webhooks on their way at once in a storm."""
PATIENCE = 5.0
"""Seconds an issue that is about to appear may keep its webhook waiting."""


class Acts:
    """Everything that can happen; what delivers is awaited and says whether it was accepted."""

    def __init__(
        self, world: World, hooks: SentryHooks, organization: str, members: Sequence[Member]
    ) -> None:
        self._world, self._hooks = world, hooks
        self._organization, self._members = organization, members
        self._titles = itertools.cycle(TITLES)
        self.root = "http://sentry.test"
        """Where this Sentry is reached, for links in webhooks."""
        world.appeared = self._appeared
        world.came_back = self._came_back

    async def new_issue(
        self,
        project: str = "",
        environment: str = "",
        *,
        title: str = "",
        release: str | None = None,
        level: str = "error",
        times: int = 1,
        **more: object,
    ) -> Issue:
        """Have an issue appear: ``issue.created`` and ``event_alert.triggered`` are sent.

        Left out: the first project, its production, the release that serves there. ``more`` are fields of
        ``Issue``.
        """
        issue = self._made(project, environment, title=title, release=release, level=level, **more)
        self._happened(issue, times, issue.first_release)
        await self._introduce(issue)
        return issue

    async def happen(self, issue: Issue | int, times: int = 1, *, release: str | None = None) -> bool:
        """Have it happen again, now: one ``event_alert``, however many ``times``; none while archived."""
        found = self.issue(issue)
        version = self._version(found) if release is None else release
        self._happened(found, times, version)
        if found.regresses(version):
            await self._stand(found, REGRESSED, SENTRY)
        elif found.ends_archive(self._world.now()):
            await self._stand(found, ONGOING, SENTRY)
        return found.standing.status == "unresolved" and await self._alert(found, version)

    async def resolve(self, issue: Issue | int, by: str = SOMEBODY) -> bool:
        """Have somebody resolve it."""
        return await self._stand(self.issue(issue), RESOLVED, actor(by))

    async def archive(self, issue: Issue | int, by: str = SOMEBODY) -> bool:
        """Have somebody archive it until it escalates."""
        return await self._stand(self.issue(issue), ARCHIVED, actor(by))

    async def reopen(self, issue: Issue | int, by: str = SOMEBODY) -> bool:
        """Have somebody mark it as unresolved."""
        return await self._stand(self.issue(issue), ONGOING, actor(by))

    async def regress(self, issue: Issue | int) -> bool:
        """Have it happen again in a newer release, though it was resolved."""
        found = self.issue(issue)
        self._happened(found, 1, self._version(found))
        await self._stand(found, REGRESSED, SENTRY)
        return await self._alert(found, self._version(found))

    async def escalate(self, issue: Issue | int, times: int = 25) -> bool:
        """Have it happen so often that Sentry takes it out of the archive, or calls it escalating."""
        found = self.issue(issue)
        self._happened(found, times, self._version(found))
        await self._stand(found, ESCALATING, SENTRY)
        return await self._alert(found, self._version(found))

    async def assign(self, issue: Issue | int, email: str, by: str = SOMEBODY) -> bool:
        """Have somebody assign it; an empty ``email`` is nobody, of which Sentry sends no webhook."""
        found = self.issue(issue)
        found.assignee = self._member(email) if email else None
        return bool(email) and await self._tell(found, "assigned", actor(by))

    async def metric_alert(
        self,
        action: str = "critical",
        *,
        project: str = "",
        environment: str = "",
        rule_id: int = 7,
        name: str = "Too many errors",
    ) -> bool:
        """Have an alert rule over a count turn ``critical``, ``warning`` or ``resolved``."""
        slug = project or next(iter(self._world.projects))
        data = metric_data(
            action,
            self._where(slug),
            slug,
            rule_id=rule_id,
            name=name,
            at=self._world.now(),
            environment=environment,
        )
        return await self._hooks.send("metric_alert", action, data)

    async def burst(self, issue: Issue | int | None = None, times: int = 60) -> int:
        """Have one issue of the live release, a new one unless given, happen ``times``, each told."""
        found = await self.new_issue() if issue is None else self.issue(issue)
        return await self._many(times, lambda _: self.happen(found), None)

    async def storm(
        self,
        groups: int = 50,
        total: int = 10_000,
        *,
        per_second: float | None = None,
        project: str = "",
        environment: str = "",
    ) -> int:
        """Have ``groups`` new issues happen ``total`` times together; return how many alerts were accepted.

        Only ``event_alert`` is sent, ``total`` of them, taking turns; as fast as they are answered unless
        ``per_second`` says otherwise.
        """
        made = [
            self._made(project, environment, title=f"StormError: pet {number} is missing")
            for number in range(groups)
        ]

        async def once(number: int) -> bool:
            issue = made[number % groups]
            return await self.happen(issue, release=issue.first_release)

        return await self._many(total, once, per_second)

    def issue(self, named: Issue | int | str) -> Issue:
        """Return an issue by its number; ``LookupError`` without it."""
        found = named if isinstance(named, Issue) else self._world.find(int(named))
        if found is None:
            msg = f"no issue {named}"
            raise LookupError(msg)
        return found

    def changed(self, issue: Issue, standing: Standing | None, assignee: Member | None) -> None:
        """Send, soon, what follows from a change by the API."""
        if standing is not None:
            self._soon(self._tell, issue, standing.status, INTEGRATION)
        if assignee is not None:
            self._soon(self._tell, issue, "assigned", INTEGRATION)

    def _made(
        self,
        project: str,
        environment: str,
        *,
        title: str = "",
        release: str | None = None,
        **more: object,
    ) -> Issue:
        slug = project or next(iter(self._world.projects))
        known = self._world.environments
        place = environment or ("production" if "production" in known else known[-1])
        version = self._world.live(slug, place) if release is None else release
        facts: dict[str, object] = {"events": 0} | more
        return self._world.add_issue(slug, place, version, title or next(self._titles), told=True, **facts)

    def _member(self, email: str) -> Member:
        for one in self._members:
            if one.email == email:
                return one
        msg = f"nobody in this Sentry has the address {email}"
        raise LookupError(msg)

    def _version(self, issue: Issue) -> str:
        return self._world.live(issue.project, issue.environment) or issue.first_release

    def _happened(self, issue: Issue, times: int, release: str) -> None:
        issue.happen(self._world.now(), times, release)

    async def _stand(self, issue: Issue, standing: Standing, by: Mapping[str, object]) -> bool:
        if issue.standing == standing:
            return False
        issue.standing = standing
        return await self._tell(issue, standing.status, by)

    async def _introduce(self, issue: Issue) -> None:
        wait = (issue.first_seen - self._world.now()) / timedelta(seconds=1)
        await asyncio.sleep(min(max(wait, 0.0), PATIENCE))
        await self._tell(issue, "created", SENTRY)
        await self._alert(issue, issue.first_release)

    async def _tell(self, issue: Issue, action: str, by: Mapping[str, object]) -> bool:
        data = issue_data(issue, self._where(issue.project), self._world.now())
        return await self._hooks.send("issue", action, data, by)

    async def _alert(self, issue: Issue, release: str) -> bool:
        where, at = self._where(issue.project), self._world.now()
        data = event_data(issue, where, event_id=uuid.uuid4().hex, at=at, release=release)
        return await self._hooks.send("event_alert", "triggered", data)

    async def _many(
        self, total: int, once: Callable[[int], Awaitable[bool]], per_second: float | None
    ) -> int:
        loop = asyncio.get_running_loop()
        began, numbers = loop.time(), iter(range(total))
        accepted: list[bool] = []

        async def work() -> None:
            for number in numbers:
                if per_second is not None:
                    await asyncio.sleep(began + number / per_second - loop.time())
                accepted.append(await once(number))

        await asyncio.gather(*(work() for _ in range(min(WORKERS, total))))
        return sum(accepted)

    def _appeared(self, issue: Issue) -> None:
        self._soon(self._introduce, issue)

    def _came_back(self, issue: Issue) -> None:
        self._soon(self._tell, issue, "unresolved", SENTRY)

    def _soon(self, what: Callable[..., Awaitable[object]], *given: object) -> None:
        async def do() -> None:
            await what(*given)

        if self._hooks.target:
            self._hooks.soon(do())

    def _where(self, project: str) -> Where:
        number = project_id(self._world, project)
        return Where(root=self.root, organization=self._organization, number=number)
