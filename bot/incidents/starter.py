"""Starts what an act step names, under a key that makes a second start the same one.

Asks nobody for consent: a run asks for it as every run does.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.engine.holding import Held
from bot.engine.incident_sheet import Facts
from bot.engine.mobile import BOTH
from bot.engine.stores import OrderKind
from bot.errors import UserError
from bot.incidents.needs import IncidentKit
from bot.pipelines.requests import (
    DeployRequest,
    OrderRequest,
    ReleaseRequest,
    RollbackRequest,
    UpdateBackRequest,
    UpdateRequest,
    WorkflowRequest,
)
from playbooks.steps import (
    Act,
    AppStart,
    DeployStart,
    LockStart,
    ReleaseStart,
    RollbackStart,
    StoreHaltStart,
    UpdateBackStart,
    UpdateStart,
    WorkflowStart,
)

_MARKUP = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@dataclass(frozen=True, slots=True)
class Started:
    """What an act started; ``run`` is None for what is no run."""

    run: int | None
    words: str


async def start(kit: IncidentKit, facts: Facts, step: Act, *, number: int, by: str) -> Started:
    """Start it, or find it started.

    Raises:
        UserError: when it is refused.
        VendorError: when a vendor had to be asked and did not answer.

    """
    key = f"incident:{facts.id}:{step.id}:{number}"
    why = f"incident {facts.id}: {facts.headline}"[:200]
    match step.start:
        case RollbackStart() as wanted:
            service, environment = wanted.service or facts.service, wanted.environment or facts.environment
            run = await kit.runs.rollback(
                RollbackRequest(key=key, service=service, environment=environment, to="", by=by)
            )
            return Started(run.id, f"rollback of {service} in {environment}: run {run.id}")
        case DeployStart(service=service, environment=environment, ref=ref):
            name = service or facts.service
            run = await kit.runs.deploy(
                DeployRequest(key=key, service=name, environment=environment, ref=ref, again=False, by=by)
            )
            return Started(run.id, f"deploy of {name} to {environment}: run {run.id}")
        case WorkflowStart(workflow=workflow):
            run = await kit.runs.run_workflow(WorkflowRequest(key=key, workflow=workflow, by=by, why=why))
            return Started(run.id, f"{workflow}: run {run.id}")
        case UpdateStart() | UpdateBackStart() | ReleaseStart() | StoreHaltStart() as wanted:
            return await _of_app(kit, facts, wanted, key=key, by=by, why=why)
        case LockStart() as wanted:
            return Started(None, await _lock(kit, facts, wanted, key=key, by=by, why=why))


async def _of_app(
    kit: IncidentKit, facts: Facts, wanted: AppStart, *, key: str, by: str, why: str
) -> Started:
    app, environment = wanted.service or facts.service, wanted.environment or facts.environment
    match wanted:
        case UpdateStart():
            run = await kit.updates.update(
                UpdateRequest(key=key, app=app, environment=environment, ref="", message=why, by=by)
            )
            what = f"update of {app} over the air to {environment}"
        case UpdateBackStart():
            run = await kit.updates.take_back(
                UpdateBackRequest(key=key, app=app, environment=environment, by=by)
            )
            what = f"taking the update of {app} in {environment} back"
        case ReleaseStart(part=part):
            run = await kit.releases.release(
                ReleaseRequest(key=key, app=app, environment=environment, ref="", part=part, by=by)
            )
            what = f"release of {app} to {environment}"
        case StoreHaltStart():
            run = await kit.releases.order(
                OrderRequest(
                    key=key,
                    app=app,
                    environment=environment,
                    kind=OrderKind.HALT,
                    platforms=BOTH,
                    why=why,
                    by=by,
                )
            )
            what = f"halting the release of {app}"
    return Started(run.id, f"{what}: run {run.id}")


async def _lock(kit: IncidentKit, facts: Facts, wanted: LockStart, *, key: str, by: str, why: str) -> str:
    service, environment = wanted.service or facts.service, wanted.environment or facts.environment
    until = kit.clock.now() + timedelta(seconds=wanted.lasts)
    taken = await kit.locks.lock(
        key, service=service, environment=environment, by=by, reason=why, until=until
    )
    if isinstance(taken, Held):
        return f"{service} in {environment} is locked already, by @{taken.hold.by}: {taken.hold.reason}"
    return f"{service} in {environment} is locked until {until:%Y-%m-%d %H:%M} UTC"


def plain(error: UserError) -> str:
    """Return a refusal as plain text: it was written for Slack, and is kept."""
    text = _MARKUP.sub(_shown, str(error))
    for entity, char in _ENTITIES:
        text = text.replace(entity, char)
    return text.replace("`", "").replace("*", "")


def _shown(found: re.Match[str]) -> str:
    sign, target, label = found[1], found[2], found[3] or ""
    if sign == "!":
        return label or ("a user group" if target.startswith("subteam^") else f"@{target}")
    return f"@{target}" if sign == "@" else label or f"{sign}{target}"
