"""From rows to what people see: an incident's sheet, its playbook, what belongs to it. Pure."""

from collections.abc import Mapping
from datetime import timedelta

from bot.engine.incident_sheet import Facts, Sheet, StepFacts
from bot.engine.incident_times import person
from bot.engine.incidents import (
    COMMANDER,
    ChoiceView,
    IncidentAlert,
    IncidentRun,
    IncidentStep,
    IncidentView,
    Mark,
    Status,
)
from playbooks.models import Playbook
from playbooks.plan import open_steps, prohibitions, suggested
from playbooks.steps import (
    Act,
    Decide,
    DeployStart,
    LockStart,
    Look,
    ReleaseStart,
    RollbackStart,
    StoreHaltStart,
    Tell,
    TellChannel,
    TellOrchestrator,
    TellOwners,
    TellRoles,
    UpdateBackStart,
    UpdateStart,
    Worked,
    WorkflowStart,
)


def outcomes(rows: Mapping[str, StepFacts]) -> dict[str, frozenset[str]]:
    """Return how the steps ended, in the words conditions use; a look's newest finding counts at once."""
    found: dict[str, frozenset[str]] = {}
    for key, row in rows.items():
        words = set()
        if row.mark in (Mark.DONE, Mark.SKIPPED, Mark.FAILED):
            words.add(row.mark.value)
        if row.choice:
            words.add(row.choice)
        if row.finding is not None:
            words.add(row.finding.status.value)
        if words:
            found[key] = frozenset(words)
    return found


def steps(
    facts: Facts,
    rows: Mapping[str, StepFacts],
    playbook: Playbook,
    runs: Mapping[int, IncidentRun],
) -> tuple[IncidentStep, ...]:
    """Return the steps that are there, in order."""
    ended, broken = outcomes(rows), _broken(rows)
    return tuple(
        _step(facts, rows[planned.step.id], planned.step, planned.depth, ended, broken, runs)
        for planned in open_steps(playbook, ended)
    )


def view(
    sheet: Sheet,
    playbook: Playbook,
    *,
    alerts: tuple[IncidentAlert, ...],
    runs: tuple[IncidentRun, ...],
    ts: str,
    report_in: str = "",
) -> IncidentView:
    """Return the incident as people see it."""
    facts = sheet.facts
    names = (COMMANDER, *(role.name for role in playbook.roles))
    return IncidentView(
        id=facts.id,
        playbook=facts.playbook,
        title=playbook.title,
        headline=facts.headline,
        severity=facts.severity,
        state=facts.state,
        opened_by=facts.opened_by,
        opened_at=facts.opened_at,
        revision=facts.revision,
        steps=steps(facts, sheet.steps, playbook, {run.id: run for run in runs}),
        nevers=tuple(never.text for never in prohibitions(playbook, outcomes(sheet.steps))),
        roles=tuple((name, facts.roles.get(name, "")) for name in names),
        drill=facts.drill,
        service=facts.service,
        environment=facts.environment,
        channel=facts.channel,
        ts=ts,
        room="" if facts.room_state == "closed" and facts.resolved_at is None else facts.room,
        room_trouble=facts.room_trouble,
        report_in=report_in,
        why_opened=facts.why_opened,
        update=facts.update,
        update_by=facts.update_by,
        update_at=facts.update_at,
        next_update_at=facts.next_update_at,
        alerts=alerts,
        runs=runs,
        resolved_by=facts.resolved_by,
        resolved_at=facts.resolved_at,
        summary=facts.summary,
        cause=facts.cause,
        follow_ups=facts.follow_ups,
        mitigated_at=facts.mitigated_at,
        noisy=facts.noisy,
        openings=facts.openings,
    )


def _broken(rows: Mapping[str, StepFacts]) -> frozenset[str]:
    """Return the parts findings name as broken: a choice that is called so is suggested."""
    found = (row.finding for row in rows.values() if row.finding is not None and row.since is not None)
    return frozenset(one.points_at for one in found if one.status is Status.BAD and one.points_at)


def _step(
    facts: Facts,
    row: StepFacts,
    step: Worked,
    depth: int,
    ended: Mapping[str, frozenset[str]],
    broken: frozenset[str],
    runs: Mapping[int, IncidentRun],
) -> IncidentStep:
    speak_for = {*suggested(step, ended), *broken} if isinstance(step, Decide) else set[str]()
    choices = step.choices if isinstance(step, Decide) else ()
    run = runs.get(row.run) if row.run else None
    due = row.since + timedelta(seconds=step.due) if step.due and row.since else None
    service, environment, workflow = target(step, facts)
    return IncidentStep(
        key=step.id,
        kind=step.kind,
        text=step.text,
        mark=row.mark,
        revision=row.revision,
        note=step.note,
        depth=depth,
        by=row.by,
        at=row.at,
        why=row.why,
        remark=row.remark,
        who=step.who,
        owner=row.owner or (facts.roles.get(step.owner, "") if step.owner else ""),
        owner_role=step.owner or "",
        due_at=due,
        finding=row.finding,
        found_at=row.found_at,
        looking=row.looking,
        choices=tuple(
            ChoiceView(id=choice.id, text=choice.text, suggested=choice.id in speak_for) for choice in choices
        ),
        choice=row.choice,
        button=step.button if isinstance(step, Act) else "",
        starts=step.start.kind if isinstance(step, Act) else "",
        place=workflow or (f"{service} in {environment}" if service and environment else environment),
        run=row.run,
        run_state=run.state if run else "",
        trouble=row.trouble,
        told=tuple(_whom(to) for to in step.to) if isinstance(step, Tell) else (),
        by_hand=_by_hand(row, step),
        target_service=service,
        target_environment=environment,
        target_workflow=workflow,
    )


def _by_hand(row: StepFacts, step: Worked) -> bool:
    if row.mark is not Mark.DONE:
        return False
    return (isinstance(step, Look) and person(row.by)) or (isinstance(step, Tell) and not row.starts)


def target(step: Worked, facts: Facts) -> tuple[str, str, str]:
    """Return the service, the environment and the workflow an act is about; empty for every other step."""
    if not isinstance(step, Act):
        return "", "", ""
    match step.start:
        case WorkflowStart(workflow=name):
            return "", "", name
        case DeployStart(service=service, environment=environment):
            return service or facts.service, environment, ""
        case (
            RollbackStart()
            | LockStart()
            | UpdateStart()
            | UpdateBackStart()
            | ReleaseStart()
            | StoreHaltStart()
        ) as placed:
            return placed.service or facts.service, placed.environment or facts.environment, ""


def _whom(to: TellRoles | TellOwners | TellChannel | TellOrchestrator) -> str:
    match to:
        case TellRoles(roles=roles):
            return " and ".join(roles)
        case TellOwners(of="database"):
            return "the owners of the database"
        case TellOwners():
            return "who is on call"
        case TellChannel(channel=channel):
            return channel
        case TellOrchestrator():
            return "the orchestrator"
