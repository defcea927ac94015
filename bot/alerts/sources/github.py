"""GitHub's messages: workflows that fail, and work again, on the default branch of what we ship. Pure.

https://docs.github.com/webhooks/webhook-events-and-payloads#workflow_run
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qs

from pydantic import Field

from bot.alerts.sources._told import (
    Line,
    Link,
    Moment,
    Name,
    Part,
    Told,
    Unread,
    fingerprint,
    opened,
    parse,
    when,
)
from bot.engine.alerts import AlertEvent, Happening, Severity, Source
from bot.engine.arrivals import Arrival
from bot.project import Service

_CONCLUSIONS = {
    "failure": Happening.FIRED,
    "timed_out": Happening.FIRED,
    "startup_failure": Happening.FIRED,
    "success": Happening.RESOLVED,
}
_FORM = b"payload="
"""How a body begins that is sent as a form, which is what GitHub does unless it is told otherwise."""


class _Repository(Told):
    full_name: Annotated[Name, Field(min_length=1)]


class _MaybeRepository(Told):
    full_name: Name = ""


class _Person(Told):
    login: Name = ""


class _WorkflowRun(Told):
    id: Annotated[int, Field(ge=1)]
    name: Line = ""
    path: Line = ""
    workflow_id: Name = ""
    head_branch: Name = ""
    head_sha: Name = ""
    head_repository: Annotated[_MaybeRepository, Part] = _MaybeRepository()
    conclusion: Name = ""
    display_title: Line = ""
    html_url: Link = ""
    updated_at: Moment = None
    triggering_actor: Annotated[_Person, Part] = _Person()


class _Payload(Told):
    workflow_run: _WorkflowRun
    repository: _Repository


class _Act(Told):
    action: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkflowEnd:
    """A workflow's run on a branch we ship from that ended well or badly."""

    run_id: str
    """GitHub's number of it: a deployment of ours, where a workflow ships."""
    event: AlertEvent


def read(arrival: Arrival, services: Sequence[Service]) -> WorkflowEnd | Unread:
    """Return what a message says of the repositories of ``services``."""
    if arrival.resource != "workflow_run":
        return Unread("ignored", f"GitHub's {arrival.resource}")
    told = opened(_unwrapped(arrival.body))
    if isinstance(told, Unread):
        return told
    act = parse(_Act, told)
    if isinstance(act, Unread):
        return act
    if act.action != "completed":
        return Unread("ignored", "a workflow that has not ended")
    payload = parse(_Payload, told)
    if isinstance(payload, Unread):
        return payload
    run, repository = payload.workflow_run, payload.repository.full_name
    ours = [one for one in services if one.repository.lower() == repository.lower()]
    if not ours:
        return Unread("ignored", "a repository of no service or app")
    # A fork's branch may bear the name of ours.
    origin = run.head_repository.full_name or repository
    if origin.lower() != repository.lower() or run.head_branch not in {one.default_branch for one in ours}:
        return Unread("ignored", "not on a default branch")
    happening = _CONCLUSIONS.get(run.conclusion)
    if happening is None:
        return Unread("ignored", "a workflow that ended neither well nor badly")
    return WorkflowEnd(run_id=str(run.id), event=_event(run, ours, happening, arrival))


def _event(run: _WorkflowRun, ours: Sequence[Service], happening: Happening, arrival: Arrival) -> AlertEvent:
    failed = happening is Happening.FIRED
    path = run.path.partition("@")[0]
    tags = {"workflow": run.name, "branch": run.head_branch, "commit": run.head_sha}
    return AlertEvent(
        source=Source.GITHUB,
        fingerprint=fingerprint("github", ours[0].repository, path or run.workflow_id, run.head_branch),
        happening=happening,
        at=when(run.updated_at, arrival.at),
        title=f"{(run.name or path or 'A workflow')[:400]} fails on {run.head_branch}",
        culprit=path,
        detail=f"{run.conclusion}: {run.display_title[:900]}" if failed else "",
        service=ours[0].name if len(ours) == 1 else "",
        project=ours[0].repository,
        severity=Severity.ERROR if failed else None,
        url=run.html_url,
        tags={key: said for key, said in tags.items() if said},
        by=run.triggering_actor.login,
    )


def _unwrapped(body: bytes) -> bytes:
    """Return the JSON, also where it came as the one field of a form."""
    if not body.startswith(_FORM):
        return body
    try:
        # Bytes, so that what is no UTF-8 stays visibly none.
        return parse_qs(body, strict_parsing=True, max_num_fields=8).get(b"payload", [b""])[0]
    except ValueError:
        return b""
