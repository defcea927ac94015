"""Looks without touching: what runs where, and what a deploy would ship."""

import asyncio

from bot.engine.health import same_commit
from bot.engine.reasons import Reason
from bot.engine.runs import Diff, EnvironmentStatus
from bot.engine.states import RunState
from bot.errors import UserError, VendorError, VendorRejected
from bot.pipelines.needs import NO_SUCH_REF, Kit
from bot.pipelines.places import Place, find


class Looker:
    """Answers ``status`` and ``diff``."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def status(self) -> tuple[EnvironmentStatus, ...]:
        """Look at every service in every environment, all at once."""
        places = [
            (service.name, environment)
            for service in self._kit.project.services
            for environment in service.environments
        ]
        return tuple(await asyncio.gather(*(self._status_of(*place) for place in places)))

    async def _status_of(self, service: str, environment: str) -> EnvironmentStatus:
        there = self.place(service, environment)
        env, trouble, live = there.environment, "", None
        try:
            live = await there.shipper.live(there.target)
        except VendorError as error:
            trouble = str(error)
        answer = await self._kit.probe.look(
            env.base_url, env.health_path, env.health_commit, self._kit.project.timings.smoke_timeout
        )
        health = f"up; {answer.said}" if answer.ok else f"down; {answer.said}"
        if answer.ok and answer.commit and live and live.sha and not same_commit(answer.commit, live.sha):
            trouble = f"health answers from {answer.commit[:7]}, the platform says {live.sha[:7]}"
        lane = await self._kit.reader.lane(service, environment)
        past = [
            run for run in await self._kit.reader.history(environment, limit=20) if run.service == service
        ]
        return EnvironmentStatus(
            service=service,
            environment=environment,
            url=env.base_url,
            sha=live.sha if live else "",
            since=live.since if live else None,
            health=health,
            active=next((run for run in lane if run.state is not RunState.WAITING), None),
            waiting=sum(run.state is RunState.WAITING for run in lane),
            last=next((run for run in past if run.ended_at), None),
            trouble=trouble,
        )

    async def diff(self, service: str, environment: str, ref: str) -> Diff:
        """Compare what is live with ``ref``.

        Raises:
            UserError: when the repository does not know ``ref``.
            VendorError: when GitHub or the platform does not answer.

        """
        there = self.place(service, environment)
        repository = there.service.repository
        try:
            head = await self._kit.repository.resolve(repository, ref)
        except VendorRejected as error:
            if error.status not in NO_SUCH_REF:
                raise
            near = await self._kit.repository.near_refs(repository, ref)
            hint = f"Did you mean `{near[0]}`?" if near else "Push it, or name another."
            msg = f"{repository} has no branch, tag or commit `{ref[:80]}`. {hint}"
            raise UserError(msg, reason=Reason.UNKNOWN_REF) from error
        live = await there.shipper.live(there.target)
        comparison = None
        if live is not None and live.sha:
            comparison = await self._kit.repository.compare(repository, live.sha, head.sha)
        path = there.service.migrations_path
        files = comparison.files if comparison and path else ()
        return Diff(
            service=service,
            environment=environment,
            ref=ref,
            head=head,
            live_sha=live.sha if live else "",
            comparison=comparison,
            migrations=tuple(file for file in files if file.startswith(path)),
        )

    def place(self, service: str, environment: str) -> Place:
        """Return the place; raise ``UserError`` when the project file does not know it."""
        found = find(self._kit, service, environment)
        if found is None:
            msg = f"pawdeploy.toml knows no service {service} in {environment}."
            raise UserError(msg, reason=Reason.UNKNOWN_ENVIRONMENT)
        return found
