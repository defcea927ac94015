"""Expo's messages: builds and submissions that fail, and work again. Pure.

Sent when one has ended, without saying which of the two it is; its page tells
(https://docs.expo.dev/eas/webhooks/).
"""

from typing import Annotated, Literal

from pydantic import Field

from bot.alerts.sources._told import (
    Link,
    Moment,
    Name,
    Part,
    Prose,
    Read,
    Told,
    Unread,
    fingerprint,
    opened,
    parse,
    when,
)
from bot.engine.alerts import AlertEvent, Happening, Severity, Source
from bot.engine.arrivals import Arrival

_STATUSES = {"errored": Happening.FIRED, "finished": Happening.RESOLVED}
_PLATFORMS = {"ios": "iOS", "android": "Android"}


class _Error(Told):
    message: Prose = ""
    code: Name = Field(default="", alias="errorCode")

    @property
    def said(self) -> str:
        return self.message or self.code


class _Metadata(Told):
    profile: Name = Field(default="", alias="buildProfile")
    version: Name = Field(default="", alias="appVersion")
    commit: Name = Field(default="", alias="gitCommitHash")
    channel: Name = ""


class _SubmissionInfo(Told):
    error: Annotated[_Error, Part] = _Error()


class _Payload(Told):
    id: Annotated[Name, Field(min_length=1)]
    platform: Annotated[Name, Field(min_length=1)]
    status: Annotated[Name, Field(min_length=1)]
    project: Name = Field(default="", alias="projectName")
    app_id: Name = Field(default="", alias="appId")
    build_page: Link = Field(default="", alias="buildDetailsPageUrl")
    submission_page: Link = Field(default="", alias="submissionDetailsPageUrl")
    metadata: Annotated[_Metadata, Part] = _Metadata()
    error: Annotated[_Error, Part] = _Error()
    submission_info: Annotated[_SubmissionInfo, Part] = Field(
        default=_SubmissionInfo(), alias="submissionInfo"
    )
    completed_at: Moment = Field(default=None, alias="completedAt")

    @property
    def kind(self) -> Literal["build", "submit"] | None:
        """Which of the two it is; by the keys that are there, whatever they hold."""
        told = self.model_fields_set
        if told & {"submission_page", "submission_info"}:
            return "submit"
        return "build" if told & {"build_page", "metadata"} else None


def read(arrival: Arrival) -> Read:
    """Return what a message says."""
    told = opened(arrival.body)
    payload = told if isinstance(told, Unread) else parse(_Payload, told)
    if isinstance(payload, Unread):
        return payload
    kind, project = payload.kind, payload.project or payload.app_id
    if kind is None or not project:
        return Unread("unreadable", "neither a build nor a submission of an app")
    happening = _STATUSES.get(payload.status.lower())
    if happening is None:
        known = payload.status.lower() == "canceled"
        return Unread("ignored", "canceled") if known else Unread("unknown", "a status of Expo's")
    failed = happening is Happening.FIRED
    platform, profile = payload.platform.lower(), payload.metadata.profile
    tags = {
        "platform": platform,
        "profile": profile,
        "version": payload.metadata.version,
        "channel": payload.metadata.channel,
        "commit": payload.metadata.commit,
    }
    what = "build" if kind == "build" else "submission"
    of_profile = f" ({profile})" if profile else ""
    return (
        AlertEvent(
            source=Source.EXPO,
            fingerprint=fingerprint("expo", project, kind, platform, profile),
            happening=happening,
            at=when(payload.completed_at, arrival.at),
            title=f"{_PLATFORMS.get(platform, platform)} {what} of {project} fails{of_profile}",
            detail=payload.error.said or payload.submission_info.error.said if failed else "",
            project=project,
            severity=Severity.ERROR if failed else None,
            url=payload.build_page if kind == "build" else payload.submission_page,
            tags={key: said for key, said in tags.items() if said},
        ),
    )


def bell(body: bytes) -> str:
    """Return the bell of what a message is about: ``build:ID``, ``submission:ID``; empty when it names none.

    Rung whatever the status is: whoever waits looks for themselves.
    """
    told = opened(body)
    payload = told if isinstance(told, Unread) else parse(_Payload, told)
    if isinstance(payload, Unread) or payload.kind is None:
        return ""
    return f"{'build' if payload.kind == 'build' else 'submission'}:{payload.id}"
