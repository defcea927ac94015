"""Expo's answers, as far as we use them, and Expo's status words in ours. Shapes only, no requests.

Shapes: the schema that eas-cli is built against (``../shared/contracts/expo.graphql.json``).
"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic.alias_generators import to_camel

from bot.engine.mobile import AppPlatform, Build, Stage, Submission
from bot.integrations._http import VendorModel
from bot.redact import hide

BUILD_STAGES: dict[str, Stage] = {
    "NEW": Stage.WAITING,
    "IN_QUEUE": Stage.WAITING,
    "IN_PROGRESS": Stage.GOING,
    "PENDING_CANCEL": Stage.GOING,  # it may still come to its end
    "FINISHED": Stage.FINISHED,
    "ERRORED": Stage.FAILED,
    "CANCELED": Stage.CANCELLED,
}
SUBMISSION_STAGES: dict[str, Stage] = {
    "AWAITING_BUILD": Stage.WAITING,
    "IN_QUEUE": Stage.WAITING,
    "IN_PROGRESS": Stage.GOING,
    "FINISHED": Stage.FINISHED,
    "ERRORED": Stage.FAILED,
    "CANCELED": Stage.CANCELLED,
}


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _plain_link(value: object) -> str:
    """Return an address that opens nothing by itself: one with a query is signed, and is not handed on."""
    text = value if isinstance(value, str) else ""
    return text if text.startswith(("https://", "http://")) and "?" not in text else ""


Moment = Annotated[datetime, AfterValidator(_utc)]
Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
Platform = Annotated[AppPlatform, BeforeValidator(lambda value: str(value).lower())]
Link = Annotated[str, BeforeValidator(_plain_link)]


class ExpoModel(VendorModel, alias_generator=to_camel):
    """An answer of Expo's, whose keys are camel case."""


class Version(ExpoModel):
    """A runtime version."""

    version: str = ""


class Hash(ExpoModel):
    """A fingerprint."""

    hash: str = ""


class Named(ExpoModel):
    """Something with an id and a name."""

    id: str = ""
    name: str = ""


class Account(ExpoModel):
    """Whose a project is."""

    name: str = ""


class Project(ExpoModel):
    """The project something belongs to."""

    slug: str = ""
    owner_account: Account = Account()

    def page(self, dashboard: str, kind: str, name: str) -> str:
        """Return where people look at something of it; empty where Expo does not say whose it is."""
        if not (dashboard and self.slug and self.owner_account.name):
            return ""
        return f"{dashboard}/accounts/{self.owner_account.name}/projects/{self.slug}/{kind}/{name}"


class Trouble(ExpoModel):
    """Why something failed."""

    error_code: Text = ""
    message: Text = ""

    @property
    def words(self) -> str:
        """Expo's own, on one line."""
        said = ": ".join(part for part in (self.error_code, self.message) if part)
        return hide(" ".join(said.split()))


class Artifacts(ExpoModel):
    """What came of a build."""

    application_archive_url: Link = ""


class BuildAnswer(ExpoModel):
    """One build."""

    id: str
    platform: Platform
    status: str
    """Kept as text: a word added by the vendor must not stop us."""
    created_at: Moment
    git_commit_hash: Text = ""
    app_version: Text = ""
    app_build_version: Text = ""
    build_profile: Text = ""
    message: Text = ""
    runtime: Version | None = None
    fingerprint: Hash | None = None
    queue_position: int | None = None
    """1 for the next one."""
    estimated_wait_time_left_seconds: float | None = None
    artifacts: Artifacts | None = None
    error: Trouble | None = None
    app: Project = Project()

    def to_build(self, dashboard: str) -> Build:
        """Say it in our words. Its page shows its logs: the files themselves have signed addresses."""
        stage = BUILD_STAGES.get(self.status, Stage.UNKNOWN)
        page = self.app.page(dashboard, "builds", self.id)
        return Build(
            id=self.id,
            platform=self.platform,
            stage=stage,
            raw=self.status,
            created_at=self.created_at,
            sha=self.git_commit_hash,
            version=self.app_version,
            number=self.app_build_version,
            runtime=self.runtime.version if self.runtime else "",
            fingerprint=self.fingerprint.hash if self.fingerprint else "",
            profile=self.build_profile,
            queue=None if self.queue_position is None else max(self.queue_position - 1, 0),
            wait=self.estimated_wait_time_left_seconds,
            page=page,
            artifact=self.artifacts.application_archive_url if self.artifacts else "",
            logs="" if stage is Stage.WAITING else page,
            error=self.error.words if self.error else "",
            message=self.message,
        )


class SubmissionAnswer(ExpoModel):
    """One submission."""

    id: str
    platform: Platform
    status: str
    created_at: Moment
    submitted_build: Named | None = None
    error: Trouble | None = None
    app: Project = Project()

    def to_submission(self, dashboard: str) -> Submission:
        """Say it in our words."""
        stage = SUBMISSION_STAGES.get(self.status, Stage.UNKNOWN)
        page = self.app.page(dashboard, "submissions", self.id)
        return Submission(
            id=self.id,
            platform=self.platform,
            stage=stage,
            raw=self.status,
            created_at=self.created_at,
            build=self.submitted_build.id if self.submitted_build else "",
            page=page,
            logs="" if stage is Stage.WAITING else page,
            error=self.error.words if self.error else "",
        )


class Receipt(ExpoModel):
    """How something Expo does later fares."""

    id: str
    state: str
    will_retry: bool = False
    error_message: Text = ""


class Actor(ExpoModel):
    """Whose a token is."""

    kind: str = Field(default="", alias="__typename")
    display_name: str = ""
    accounts: tuple[Account, ...] = ()


class Percent(ExpoModel):
    """How far an update is rolled out."""

    id: str
    rollout_percentage: int | None = None


class Published(ExpoModel):
    """What was published."""

    group: str


class Whole(ExpoModel):
    """A project itself."""

    full_name: str = ""
