"""A deploy and updates over the air that were released together, and going back from all of them.

The rule, as docs/rollback.md tells it: the newest update of an app there, not taken back, asked for within a
day after the newest deploy of the service.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import ACTIVE, RunKind, RunState, StepName, StepState
from bot.errors import UserError
from bot.pipelines.requests import RollbackRequest, UpdateBackRequest
from bot.project import Project
from handlers._app_services import Apps, Updates
from handlers._places import AppPlace, Place, may_take_back
from handlers._services import Desk, People
from handlers.render._update_words import update_facts

WITHIN = timedelta(days=1)
_DEPLOYS = frozenset({RunKind.DEPLOY})
_UPDATES = frozenset({RunKind.UPDATE, RunKind.UPDATE_BACK})
_MOST = 30
"""Runs looked through; those that changed nothing lie between."""


@dataclass(frozen=True, slots=True)
class Together:
    """An update that came with a deploy."""

    there: AppPlace
    update: RunView

    @property
    def in_stores(self) -> bool:
        """Whether the app is in a store as well, from where nothing comes back."""
        return self.there.app.stores is not None


@dataclass(frozen=True, slots=True)
class WentBack:
    """What was started, and what was not and why, plain text."""

    runs: tuple[RunView, ...]
    refused: dict[str, str] = field(default_factory=dict)
    """By app."""


async def released_together(apps: Apps, project: Project, place: Place) -> tuple[Together, ...]:
    """Return the updates that were released with what ``place`` runs, in the order of the file."""
    deploys = await apps.history(place.service.name, place.name, _DEPLOYS, limit=_MOST)
    deploy = next((run for run in deploys if run.step(StepName.SHIP).state is StepState.DONE), None)
    if deploy is None:
        return ()
    found = []
    for app in project.apps:
        there = app.environments.get(place.name)
        if there is None or there.ota is None:
            continue
        runs = await apps.history(app.name, place.name, _UPDATES, limit=_MOST)
        update = out_now(runs)
        if update is not None and _belongs(deploy, update):
            found.append(Together(AppPlace(app, place.name, there), update))
    return tuple(found)


def out_now(runs: Sequence[RunView]) -> RunView | None:
    """Return the update people have, of runs newest first; None when it is taken back, or there is none."""
    for run in runs:
        if run.kind is RunKind.UPDATE_BACK and (run.state in ACTIVE or run.state is RunState.SUCCEEDED):
            return None
        if run.kind is RunKind.UPDATE and update_facts(run).groups:
            return None if run.taken_back is not None else run
    return None


def _belongs(deploy: RunView, update: RunView) -> bool:
    shipped = deploy.ended_at or deploy.requested_at
    return deploy.requested_at <= update.requested_at <= shipped + WITHIN


async def together_or_refuse(apps: Apps, project: Project, place: Place) -> tuple[Together, ...]:
    """Return what was released together; raise ``UserError`` (``no_update``) for nothing."""
    found = await released_together(apps, project, place)
    if not found:
        msg = (
            f"No update over the air was released with what `{place.name}` runs: that is the newest update, "
            "asked for within a day after the newest deploy. Nothing was changed. "
            f"`/pawota rollback {place.name}` takes an update back by itself."
        )
        raise UserError(msg, reason=Reason.NO_UPDATE)
    return found


async def may_go_back_together(
    people: People, found: Sequence[Together], user: str, *, emergency: bool
) -> None:
    """Return when ``user`` may take every one of them back; else raise ``NotAllowed``."""
    for one in found:
        await may_take_back(people, one.there, user, emergency=emergency)


async def go_back_together(
    desk: Desk, updates: Updates, request: RollbackRequest, found: Sequence[Together]
) -> WentBack:
    """Start both ways back, each a run with a card and approvals of its own; the same key, the same runs."""
    runs = [await desk.rollback(request)]
    refused: dict[str, str] = {}
    for one in found:
        name = one.there.app.name
        back = UpdateBackRequest(
            key=f"{request.key}:ota:{name}",
            app=name,
            environment=one.there.name,
            by=request.by,
            emergency=request.emergency,
        )
        try:
            runs.append(await updates.take_back(back))
        except UserError as error:  # the service goes back all the same; what did not start is said
            refused[name] = str(error)
    return WentBack(tuple(runs), refused)
