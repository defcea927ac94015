"""Builds, updates and submissions at Expo. Our words in, the engine's types out, two kinds of error.

Given an ``httpx.AsyncClient`` whose ``base_url`` is ``api_address`` and whose headers hold the token
(``auth_headers``). Knows no settings, database or Slack.
"""

import httpx

from bot.engine.mobile import (
    AppPlatform,
    Build,
    Channel,
    JobState,
    Stage,
    Submission,
    UpdateGroup,
)
from bot.errors import VendorRejected
from bot.integrations._http import Retry
from bot.integrations.expo import _updates, queries
from bot.integrations.expo._api import VENDOR, Api
from bot.integrations.expo._update_models import ChannelAnswer, Original, Part
from bot.integrations.expo.models import (
    BUILD_STAGES,
    Actor,
    BuildAnswer,
    Named,
    Percent,
    Published,
    Receipt,
    SubmissionAnswer,
    Whole,
)

_API_HOST, _PAGE_HOST = "api.expo.dev", "expo.dev"
_PATH = "/graphql"
_MOST = 50
"""Rows of one page; Expo sends no more."""
_BRANCHES = 20


def api_address(expo_api_url: str) -> str:
    """Return where GraphQL is asked."""
    return expo_api_url.rstrip("/") + _PATH


def auth_headers(token: str) -> dict[str, str]:
    """Return the header for a personal token or a robot's."""
    return {"Authorization": f"Bearer {token}"}


class Expo:
    """One token's view of projects. Reads are repeated; changes are made once."""

    def __init__(
        self, http: httpx.AsyncClient, *, retry: Retry | None = None, dashboard: str | None = None
    ) -> None:
        self._api = Api(http, retry or Retry())
        self._dashboard = (dashboard or _dashboard(http.base_url)).rstrip("/")

    async def whoami(self) -> str:
        """Return whose token it is: a person's or a robot's, and of which accounts."""
        doing = "checking the token"
        try:
            actor = await self._api.read(Actor, doing, queries.WHO, ("meActor",))
        except VendorRejected as error:
            if error.status != 404:
                raise
            raise VendorRejected(VENDOR, doing, status=401, detail="the token is nobody's") from error
        name, robot = actor.display_name, actor.kind == "Robot"
        name = f"robot {name}" if robot and "robot" not in name.lower() else name
        accounts = ", ".join(account.name for account in actor.accounts if account.name)
        return f"{name} of {accounts}" if accounts else name

    async def project_name(self, project: str) -> str:
        """Return what a project is called, such as ``@pawlogic/mobile``."""
        doing = "looking for the project"
        return (
            await self._api.read(Whole, doing, queries.PROJECT, ("app", "byId"), project=project)
        ).full_name

    async def groups(
        self, project: str, branch: str, *, runtime: str = "", limit: int = 20
    ) -> tuple[UpdateGroup, ...]:
        """Return the newest update groups of a branch, newest first, without their manifests."""
        parts = await self._api.read_all(
            Part,
            f"listing updates of {branch}",
            queries.GROUPS,
            ("app", "byId", "updateBranchByName", "updateGroups"),
            project=project,
            branch=branch,
            limit=min(limit, _MOST),
            filter={"runtimeVersions": [runtime]} if runtime else None,
        )
        return _updates.grouped(parts)

    async def group(self, group: str) -> UpdateGroup:
        """Return one update group."""
        doing = "reading an update"
        parts = await self._api.read_all(Part, doing, queries.GROUP, ("updatesByGroup",), group=group)
        found = _updates.grouped(parts)
        if not found:
            raise VendorRejected(VENDOR, doing, status=404, detail="there is no such update group")
        return found[0]

    async def channel(self, project: str, name: str) -> Channel:
        """Return a channel and the branches it leads to."""
        found = await self._api.read(
            ChannelAnswer,
            f"looking for the channel {name}",
            queries.CHANNEL,
            ("app", "byId", "updateChannelByName"),
            project=project,
            name=name,
            limit=_BRANCHES,
        )
        return Channel(id=found.id, name=found.name, paused=found.is_paused, branches=found.branches())

    async def branch_id(self, project: str, name: str) -> str:
        """Return a branch's id."""
        found = await self._api.read(
            Named,
            f"looking for the branch {name}",
            queries.BRANCH,
            ("app", "byId", "updateBranchByName"),
            project=project,
            name=name,
        )
        return found.id

    async def set_percent(self, update: str, percent: int) -> int | None:
        """Roll one platform's part out further, once; return how far it is now."""
        done = await self._api.change(
            Percent,
            f"rolling an update out to {percent} %",
            queries.SET_PERCENT,
            ("update", "setRolloutPercentage"),
            update=update,
            percent=percent,
        )
        return done.rollout_percentage

    async def delete_group(self, group: str) -> str:
        """Have Expo delete a group later; return the id of the job that does."""
        path = ("update", "scheduleUpdateGroupDeletion")
        made = await self._api.change(Named, "deleting an update", queries.DELETE_GROUP, path, group=group)
        return made.id

    async def job(self, job: str) -> tuple[JobState, str]:
        """Return how a deletion fares; one that failed and is tried again has not failed yet."""
        path = ("backgroundJobReceipt", "byId")
        told = await self._api.read(Receipt, "looking at a deletion", queries.JOB, path, job=job)
        if told.state == "SUCCESS":
            return JobState.DONE, ""
        failed = told.state == "FAILURE" and not told.will_retry
        return (JobState.FAILED if failed else JobState.GOING), told.error_message or told.state

    async def republish(
        self, branch_id: str, group: UpdateGroup, *, message: str, platforms: tuple[AppPlatform, ...]
    ) -> str:
        """Publish what ``group`` is at Expo now, once, to everybody; return the new group's id.

        Raises:
            VendorRejected: 404 when it is gone or has nothing for one of ``platforms``.

        """
        doing = "reading what is published again"
        path = ("updatesByGroup",)
        originals = await self._api.read_all(Original, doing, queries.ORIGINAL, path, group=group.group)
        return await self._publish(_updates.again(branch_id, originals, message, platforms))

    async def embed(
        self, branch_id: str, runtime: str, *, message: str, platforms: tuple[AppPlatform, ...]
    ) -> str:
        """Send phones back to what is built in, once; return the new group's id."""
        return await self._publish(_updates.to_embedded(branch_id, runtime, message, platforms))

    async def builds(
        self,
        project: str,
        *,
        platform: AppPlatform | None = None,
        profile: str = "",
        stage: Stage | None = None,
        sha: str = "",
        version: str = "",
        runtime: str = "",
        limit: int = 20,
    ) -> tuple[Build, ...]:
        """Return the newest builds that fit, newest first.

        Expo filters by one status of its own: a stage that has several is picked from the newest builds.
        """
        words = [word for word, of in BUILD_STAGES.items() if of is stage]
        asked = {
            "platform": platform.upper() if platform else "",
            "buildProfile": profile,
            "status": words[0] if len(words) == 1 else "",
            "gitCommitHash": sha,
            "appVersion": version,
            "runtimeVersion": runtime,
        }
        answers = await self._api.read_all(
            BuildAnswer,
            "listing builds",
            queries.BUILDS,
            ("app", "byId", "builds"),
            project=project,
            limit=min(limit, _MOST) if len(words) == 1 or stage is None else _MOST,
            filter={key: value for key, value in asked.items() if value},
        )
        found = [one.to_build(self._dashboard) for one in answers]
        fitting = [one for one in found if stage in (None, one.stage)]
        return tuple(sorted(fitting, key=lambda one: one.created_at, reverse=True)[:limit])

    async def build(self, build: str) -> Build:
        """Return one build."""
        path = ("builds", "byId")
        found = await self._api.read(BuildAnswer, "looking at a build", queries.BUILD, path, build=build)
        return found.to_build(self._dashboard)

    async def cancel_build(self, build: str) -> None:
        """Have a build stopped, asked once."""
        path = ("build", "cancelBuild")
        await self._api.change(Named, "cancelling a build", queries.CANCEL_BUILD, path, build=build)

    async def submissions(
        self, project: str, *, platform: AppPlatform, limit: int = 20
    ) -> tuple[Submission, ...]:
        """Return the newest submissions, newest first."""
        answers = await self._api.read_all(
            SubmissionAnswer,
            "listing submissions",
            queries.SUBMISSIONS,
            ("app", "byId", "submissions"),
            project=project,
            limit=min(limit, _MOST),
            filter={"platform": platform.upper()},
        )
        found = [one.to_submission(self._dashboard) for one in answers]
        return tuple(sorted(found, key=lambda one: one.created_at, reverse=True))

    async def submission(self, submission: str) -> Submission:
        """Return one submission."""
        doing, path = "looking at a submission", ("submissions", "byId")
        found = await self._api.read(SubmissionAnswer, doing, queries.SUBMISSION, path, submission=submission)
        return found.to_submission(self._dashboard)

    async def _publish(self, asked: dict[str, object]) -> str:
        made = await self._api.change(
            Published,
            "publishing an update",
            queries.PUBLISH,
            ("updateBranch", "publishUpdateGroups"),
            input=[asked],
        )
        return made.group


def _dashboard(api: httpx.URL) -> str:
    """Return where people look at what ``api`` does: another host at Expo, the same in a double."""
    host = _PAGE_HOST if api.host == _API_HOST else api.host
    return str(api.copy_with(host=host)).rstrip("/").removesuffix(_PATH)
