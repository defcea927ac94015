"""An Expo in memory that keeps its promises: groups, rollouts, deletions, builds; and its app's GitHub."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.engine.errors_watch import NewIssue, Series
from bot.engine.mobile import (
    BOTH,
    AppPlatform,
    Build,
    Channel,
    JobState,
    Stage,
    Update,
    UpdateGroup,
)
from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.pipelines._memory import JumpingClock, MemoryErrors, MemoryRepository, Trouble
from tests.bot.pipelines._workflows import MemoryWorkflows

IOS, ANDROID = AppPlatform.IOS, AppPlatform.ANDROID
PRODUCTION = "production"
PRINT = {IOS: "f1a2b3c4d5e6", ANDROID: "e6d5c4b3a2f1"}
BUILT = "b0b0b0b" + "0" * 33
AWAY = VendorUnavailable("Expo", "asked", detail="timed out")


def refusal(detail: str = "You may not") -> VendorRejected:
    return VendorRejected("Expo", "asked", status=None, detail=detail)


def gone() -> VendorRejected:
    return VendorRejected("Expo", "asked", status=404, detail="not found")


class MemoryExpo(Trouble):
    """Groups are listed ``shows_after`` seconds after they were made; a job takes ``job_takes``."""

    def __init__(self, clock: JumpingClock) -> None:
        super().__init__()
        self.clock = clock
        self.all: list[tuple[float, UpdateGroup]] = []
        self.shows_after, self.job_takes = 0.0, 3.0
        self.channels = {PRODUCTION: Channel(id="c", name=PRODUCTION, paused=False, branches=(PRODUCTION,))}
        self.built = [self.a_build(platform) for platform in BOTH]
        self.jobs: dict[str, tuple[float, str]] = {}
        self.job_fails = ""
        self.set: list[tuple[AppPlatform, int]] = []
        """Every percent Expo took, in order."""
        self.deleted: list[str] = []
        self.refusing: dict[AppPlatform, int] = {}
        """How often a platform's percent is refused from now on."""
        self._made = 0

    def a_build(
        self, platform: AppPlatform, *, version="1.4.0", number="57", runtime="1.4.0", **more
    ) -> Build:
        facts = {"sha": BUILT, "fingerprint": PRINT[platform], "profile": PRODUCTION} | more
        return Build(
            id=f"{platform.value}-{number}", platform=platform, stage=Stage.FINISHED, raw="FINISHED",
            created_at=self.clock.now(), version=version, number=number, runtime=runtime, **facts,
        )  # fmt: skip

    def published(self, message: str, *, percent: int | None = None, runtime="1.4.0", sha="", embedded=False,
                  platforms=BOTH, listed: bool = True) -> UpdateGroup:  # fmt: skip
        """Publish; a percent below 100 makes it a rollout beside what was there before."""
        self._made += 1
        percent = None if percent == 100 else percent
        before = {one: self.top(one, runtime) for one in platforms if percent is not None}
        controls = {one: top.group for one, top in before.items() if top and not top.embedded}
        parts = tuple(
            Update(id=f"u{self._made}-{one.value}", platform=one, runtime=runtime, percent=percent,
                   control_group=controls.get(one, ""), embedded=embedded)
            for one in platforms
        )  # fmt: skip
        group = UpdateGroup(
            group=f"group-{self._made}", branch=PRODUCTION, branch_id="b", message=message,
            created_at=self.clock.now() + timedelta(milliseconds=self._made), sha=sha, parts=parts,
        )  # fmt: skip
        self.all.append((self.clock.passed if listed else 1e9, group))
        return group

    def top(self, platform: AppPlatform, runtime="1.4.0") -> UpdateGroup | None:
        """What a platform's phones get."""
        ours = (one for one in self._listed() if one.runtime == runtime)
        return next((one for one in ours if platform in [part.platform for part in one.parts]), None)

    def now(self, group: str) -> UpdateGroup:
        return next(one for _, one in self.all if one.group == group)

    def _listed(self) -> list[UpdateGroup]:
        seen = [one for at, one in self.all if self.clock.passed >= at + self.shows_after]
        return list(reversed(seen))

    async def groups(self, project, branch, *, runtime="", limit=20):
        self.call("groups")
        return tuple(one for one in self._listed() if runtime in ("", one.runtime))[:limit]

    async def group(self, group):
        self.call("group")
        self._finish_jobs()
        found = [one for _, one in self.all if one.group == group]
        if not found:
            raise gone()
        return found[0]

    async def channel(self, project, name):
        self.call("channel")
        if name not in self.channels:
            raise gone()
        return self.channels[name]

    async def branch_id(self, project, name):
        return "b"

    async def set_percent(self, update, percent):
        self.call("set_percent")
        for at, (moment, group) in enumerate(self.all):
            for part in group.parts:
                if part.id == update:
                    if self.refusing.get(part.platform, 0) > 0:
                        self.refusing[part.platform] -= 1
                        raise refusal()
                    assert part.percent is not None, "it is no rollout"
                    assert percent > part.percent, "Rollout percentage must be greater than previous"
                    raised = part.model_copy(update={"percent": None if percent == 100 else percent})
                    parts = tuple(raised if one.id == update else one for one in group.parts)
                    self.all[at] = (moment, group.model_copy(update={"parts": parts}))
                    self.set.append((part.platform, percent))
                    self.answer("set_percent")
                    return raised.percent
        raise gone()

    async def delete_group(self, group):
        self.call("delete_group")
        job = f"job-{len(self.jobs) + 1}"
        self.jobs[job] = (self.clock.passed, group)
        self.answer("delete_group")
        return job

    def _finish_jobs(self) -> None:
        for at, group in self.jobs.values():
            if self.clock.passed >= at + self.job_takes and not self.job_fails:
                if any(one.group == group for _, one in self.all):
                    self.deleted.append(group)
                self.all = [(moment, one) for moment, one in self.all if one.group != group]

    async def job(self, job):
        self.call("job")
        self._finish_jobs()
        if job not in self.jobs:
            raise gone()
        if self.job_fails:
            return JobState.FAILED, self.job_fails
        done = self.clock.passed >= self.jobs[job][0] + self.job_takes
        return (JobState.DONE if done else JobState.GOING), ""

    async def republish(self, branch_id, group, *, message, platforms):
        self.call("republish")
        made = self.published(message, runtime=group.runtime, sha=group.sha, platforms=platforms)
        self.answer("republish")
        return made.group

    async def embed(self, branch_id, runtime, *, message, platforms):
        self.call("embed")
        made = self.published(message, runtime=runtime, platforms=platforms, embedded=True)
        self.answer("embed")
        return made.group

    async def builds(self, project, *, platform=None, profile="", stage=None, sha="", version="", runtime="",
                     limit=20):  # fmt: skip
        self.call("builds")
        found = [one for one in self.built if platform in (None, one.platform) and stage in (None, one.stage)]
        found = [one for one in found if runtime in ("", one.runtime)]
        return tuple(reversed(found))[:limit]


class AppRepository(MemoryRepository):
    """Files and statuses by commit, besides what every repository has."""

    def __init__(self) -> None:
        super().__init__()
        del self.statuses  # the name is a method's here; nobody records deployments of an app
        self.prints: dict[str, str] = {f"fingerprint/{one.value}": PRINT[one] for one in BOTH}
        self.files: tuple[str, ...] = ("app/screens/pets.tsx",)
        self.authors: dict[str, tuple[str, ...]] = {}
        """Who wrote what lies between a commit and the newest."""
        self.at: dict[tuple[str, str], str] = {}

    async def statuses(self, repository, sha):  # type: ignore[override]  # a list's name there
        self.call("statuses")
        return dict(self.prints)

    async def file_at(self, repository, path, sha):
        self.call("file_at")
        if (path, sha) in self.at:
            return self.at[path, sha]
        if path in self.texts:
            return self.texts[path]
        raise VendorRejected("GitHub", "reading a file", status=404)

    async def compare(self, repository, base, head):
        self.call("compare")
        return (await super().compare(repository, base, head)).__class__(
            commits=(), total_commits=1, files=self.files, files_complete=True, additions=1, deletions=0,
            url="", status="ahead", authors=self.authors.get(base, ()),
        )  # fmt: skip


class AppWorkflows(MemoryWorkflows):
    """GitHub running the app's workflow: ``update`` publishes at Expo, ``fingerprint`` sets statuses."""

    def __init__(self, clock: JumpingClock, expo: MemoryExpo, repository: AppRepository) -> None:
        super().__init__(clock)
        self.expo, self.repository = expo, repository
        self.publishes = True
        self.runtime = "1.4.0"
        self.prints: dict[str, str] = {}

    async def start(self, target, sha, *, run):
        inputs = target.inputs
        if inputs.get("action") == "update" and self.publishes:
            self.expo.published(
                inputs["message"], percent=int(inputs["rollout"]), runtime=self.runtime, sha=sha
            )
        if inputs.get("action") == "fingerprint":
            self.repository.prints |= self.prints
        return await super().start(target, sha, run=run)

    @property
    def updates(self) -> list[dict[str, str]]:
        return [inputs for _, _, inputs in self.sent if inputs.get("action") == "update"]


@dataclass
class Spike:
    """Errors of an update's own."""

    rate: float = 0.0
    issues: tuple[NewIssue, ...] = field(default=())


class AppErrors(MemoryErrors):
    """Errors of the whole app before; of the update, once it is out, what share of people it should have."""

    def __init__(self, clock: JumpingClock, expo: MemoryExpo) -> None:
        super().__init__(clock)
        self.expo = expo
        self.spike = Spike()
        self.named = True
        """Events of the app name its updates; else none ever did."""
        self.asked: list[tuple[str, str]] = []

    async def errors(self, project, environment, *, start, end, bucket, release="", tag=("", "")):
        if tag[0] and not self.named:
            made = await super().errors(project, environment, start=start, end=end, bucket=bucket)
            return Series(tuple(replace(one, count=0) for one in made.buckets))
        if tag[0] and tag[1]:
            self.asked.append(tag)
            group = self.expo.now(tag[1])
            percents = [100 if part.percent is None else part.percent for part in group.parts]
            self.rate_after = self.spike.rate or self.rate_before * max(percents) / 100
        return await super().errors(project, environment, start=start, end=end, bucket=bucket)

    async def crash_free(self, project, environment, *, release):
        self.call("crash_free")

    async def unhandled_since(self, project, environment, *, since, tag):
        self.call("unhandled_since")
        return self.spike.issues
