"""Opening an incident: the playbook as it is now is copied, its first steps are there, people are called."""

from bot.db.incidents_store import Opened
from bot.engine.incident_requests import OpenRequest
from bot.engine.incident_sheet import Facts, JobKind
from bot.engine.incident_timeline import EntryKind
from bot.engine.incidents import MOST_HEADLINE, Sev
from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.incidents.course import next_reminder
from bot.incidents.draft import US, begin
from bot.incidents.needs import IncidentKit
from bot.project import Project
from playbooks.copies import dump
from playbooks.models import Playbook
from playbooks.plan import every_step
from playbooks.steps import Look


class Opener:
    """Opens incidents; asked twice with one key it is one."""

    def __init__(self, kit: IncidentKit) -> None:
        self._kit = kit

    async def open(self, request: OpenRequest) -> Opened:
        """Store a new incident, or find the one of the same kind that is open."""
        kit, now = self._kit, self._kit.clock.now()
        playbook = kit.playbooks.get(request.playbook)
        if playbook is None:
            names = ", ".join(f"`{name}`" for name in kit.playbooks)
            msg = f"There is no playbook of that name. There is {names}. Nothing was opened."
            raise UserError(msg, reason=Reason.UNKNOWN_PLAYBOOK)
        severity = request.severity or Sev(playbook.severity)
        service, environment = _place(kit.project, playbook, request)
        section = kit.project.incidents
        room = section.room is not None and (section.room.drills or not request.drill)
        facts = Facts(
            id=0,
            key=request.key,
            playbook=request.playbook,
            copy=dump(playbook),
            headline=(request.headline.strip() or playbook.title)[:MOST_HEADLINE],
            severity=severity,
            opened_by=request.by,
            opened_at=now,
            channel=request.channel or home(kit.project),
            drill=request.drill,
            service=service,
            environment=environment,
            why_opened=request.why,
            next_update_at=next_reminder(severity, section.reminders, now),
            room_state="wanted" if room else "",
        )
        draft = begin(facts, now)
        why = f" ({request.why})" if request.why else ""
        by = "" if request.by == US else request.by
        what = "drill opened" if request.drill else "opened"
        draft.enter(EntryKind.OPENED, f"{what}: {facts.headline}{why}", by=by)
        if not request.drill:  # an alert that belonged to a drill would open no real incident
            draft.attach(
                alerts=() if request.alert is None else (request.alert,),
                runs=() if request.run is None else (request.run,),
            )
        if room:
            draft.do("room", JobKind.ROOM)
        draft.audit(request.by, "open", playbook=request.playbook, drill=request.drill)
        change = draft.finish()
        return await kit.store.open(
            change.facts or facts, draft.steps, change, at=now, alone=not request.another
        )


def home(project: Project) -> str:
    """Return the channel where cards of incidents go."""
    alerts = project.alerts.channel if project.alerts else None
    return project.incidents.channel or alerts or project.channels.deploys


def _place(project: Project, playbook: Playbook, request: OpenRequest) -> tuple[str, str]:
    """Return where it happens, and the only environment people guard there.

    As asked; else what the playbook looks at by name, as that of an app does; else the only service.
    """
    only = project.services[0].name if len(project.services) == 1 else ""
    named = _looked_at(playbook)
    service = request.service or (named if project.service_or_app(named) else only)
    found = project.service_or_app(service) if service else None
    guarded = [name for name, one in found.environments.items() if one.guarded] if found else []
    return service, request.environment or (guarded[0] if len(guarded) == 1 else "")


def _looked_at(playbook: Playbook) -> str:
    """Return the one service or app that its looks name; empty where they name none, or several."""
    looks = (planned.step for planned in every_step(playbook))
    named = {getattr(step.probe, "service", "") for step in looks if isinstance(step, Look)} - {""}
    return named.pop() if len(named) == 1 else ""
