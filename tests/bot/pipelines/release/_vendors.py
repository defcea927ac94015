"""GitHub, Expo and the stores in memory, as a release meets them: they keep what they were told, in order."""

from datetime import timedelta

from bot.engine.mobile import BOTH, AppPlatform, Build, Stage, Submission
from bot.engine.runs import Commit, Comparison
from bot.engine.shipping import Phase, Shipment
from bot.engine.stores import OrderKind, StorePhase, StoreVersion
from bot.errors import VendorRejected
from tests.bot.pipelines._memory import SHA, JumpingClock, MemoryRepository, Trouble
from tests.bot.pipelines._workflows import MemoryWorkflows

CONFIG = 'export default {\n  name: "PawLogic",\n  version: "1.4.0",\n}\n'
IOS, ANDROID = AppPlatform.IOS, AppPlatform.ANDROID


class Git(MemoryRepository):
    """One branch of commits, each with the app's config as it was then; pull requests by number."""

    def __init__(self) -> None:
        super().__init__()
        self.history = [(SHA, "List pets by age", CONFIG)]
        self.pulls: list[dict[str, str]] = []
        self.guarded = False

    def push(self, title: str, text: str = "") -> str:
        sha = f"{len(self.history):x}".rjust(2, "0") + "c0ffee" + "0" * 32
        self.history.append((sha, title, text or self.history[-1][2]))
        self.in_main.add(sha)
        return sha

    def _at(self, sha: str) -> int:
        return next(at for at, one in enumerate(self.history) if one[0] == sha)

    async def resolve(self, repository, ref):
        self.call("resolve")
        sha = (self.heads | {"main": self.history[-1][0]}).get(ref, ref)
        found = [one for one in self.history if one[0] == sha]
        title = found[0][1] if found else "Elsewhere"
        return Commit(sha=sha, title=title, author="Ann", url=f"https://github.test/{sha[:8]}")

    async def file_at(self, repository, path, sha):
        self.call("file_at")
        return self.history[self._at(sha)][2]

    async def compare(self, repository, base, head):
        self.call("compare")
        between = self.history[self._at(base) + 1 : self._at(head) + 1]
        commits = [Commit(sha=sha, title=title, author="Ann", url="") for sha, title, _ in between]
        ours = [one.title.startswith("Release ") for one in commits]
        return Comparison(
            commits=tuple(commits), total_commits=len(commits), files_complete=True,
            files=tuple("app.config.ts" if one else "src/pets.tsx" for one in ours),
            additions=0, deletions=0, url="", status="ahead",
        )  # fmt: skip

    async def raise_file(self, repository, branch, path, *, base, text, message):
        self.call("raise_file")
        if self.guarded or self.history[-1][0] != base:
            raise VendorRejected("GitHub", "committing", status=422, detail="not a fast forward")
        sha = self.push(message, text)
        self.answer("raise_file")
        return sha

    async def propose_file(self, repository, branch, path, *, base, text, message, into):
        self.call("propose_file")
        for number, one in enumerate(self.pulls, start=1):
            if one["branch"] == branch:
                return number, f"https://github.test/pull/{number}"
        self.pulls.append({"branch": branch, "text": text, "title": message, "state": "open", "sha": ""})
        self.answer("propose_file")
        return len(self.pulls), f"https://github.test/pull/{len(self.pulls)}"

    async def merged(self, repository, number):
        self.call("merged")
        one = self.pulls[number - 1]
        return one["state"], one["sha"]

    async def merge(self) -> None:
        """Merge the newest pull request, squashed: its title gets a number at the end."""
        one = self.pulls[-1]
        one |= {"state": "merged", "sha": self.push(f"{one['title']} (#{len(self.pulls)})", one["text"])}


class MemoryExpo(Trouble):
    """Builds and submissions; each look at one takes it a stage further along ``road``."""

    def __init__(self, clock: JumpingClock) -> None:
        super().__init__()
        self.clock = clock
        self.made: list[Build] = []
        self.handed: list[Submission] = []
        self.build_road: dict[AppPlatform, list[Stage]] = {one: [Stage.FINISHED] for one in BOTH}
        self.submission_road: dict[AppPlatform, list[Stage]] = {one: [Stage.FINISHED] for one in BOTH}
        self.platforms = BOTH
        self.cancelled: list[str] = []
        self.version = "1.4.1"

    def begin_builds(self, inputs) -> None:
        for platform in self.platforms:
            at = len(self.made) + 1
            build = Build(
                id=f"b-{at}", platform=platform, stage=Stage.WAITING, raw="IN_QUEUE", queue=3, wait=240.0,
                created_at=self.clock.now(), version=self.version, number=str(56 + at),
                profile=inputs["profile"],
                message=inputs["message"], page=f"https://expo.test/b-{at}", logs=f"https://expo.test/b-{at}/log",
            )  # fmt: skip
            self.made.append(build)

    def begin_submissions(self, inputs) -> None:
        for platform in BOTH:
            if build := inputs.get(f"build_{platform.value}"):
                at = len(self.handed) + 1
                self.handed.append(
                    Submission(
                        id=f"s-{at}", platform=platform, stage=Stage.WAITING, raw="IN_QUEUE",
                        created_at=self.clock.now(), build=build, page=f"https://expo.test/s-{at}",
                        logs=f"https://expo.test/s-{at}/log",
                    )
                )  # fmt: skip

    def _along(self, road: list[Stage]) -> Stage:
        return road.pop(0) if len(road) > 1 else road[0]

    async def builds(self, project, *, platform=None, profile="", stage=None, sha="", version="", runtime="",
                     limit=20):  # fmt: skip
        self.call("builds")
        found = [
            one
            for one in reversed(self.made)
            if (platform is None or one.platform is platform)
            and (stage is None or one.stage is stage)
            and version in ("", one.version)
        ]
        return tuple(found[:limit])

    async def build(self, build):
        self.call("build")
        at = next((at for at, one in enumerate(self.made) if one.id == build), None)
        if at is None:
            raise VendorRejected("Expo", "reading a build", status=404)
        one = self.made[at]
        if one.stage in (Stage.WAITING, Stage.GOING, Stage.UNKNOWN):
            stage = self._along(self.build_road[one.platform])
            more = {"artifact": f"https://expo.test/{build}/app"} if stage is Stage.FINISHED else {}
            more |= {"error": "Pods do not resolve"} if stage is Stage.FAILED else {}
            self.made[at] = one = one.model_copy(update={"stage": stage, "raw": stage.value.upper()} | more)
        return one

    async def cancel_build(self, build):
        self.call("cancel_build")
        self.cancelled.append(build)
        at = next(at for at, one in enumerate(self.made) if one.id == build)
        self.made[at] = self.made[at].model_copy(update={"stage": Stage.CANCELLED, "raw": "CANCELED"})

    async def submissions(self, project, *, platform, limit=20):
        self.call("submissions")
        return tuple(one for one in reversed(self.handed) if one.platform is platform)[:limit]

    async def submission(self, submission):
        self.call("submission")
        at = next(at for at, one in enumerate(self.handed) if one.id == submission)
        one = self.handed[at]
        if one.stage in (Stage.WAITING, Stage.GOING):
            stage = self._along(self.submission_road[one.platform])
            more = {"error": "No key for the App Store"} if stage is Stage.FAILED else {}
            self.handed[at] = one = one.model_copy(update={"stage": stage, "raw": stage.value.upper()} | more)
        return one


class AppWorkflows(MemoryWorkflows):
    """Workflow runs that do at Expo what they were sent for, once they are looked at and going."""

    def __init__(self, clock: JumpingClock, expo: MemoryExpo) -> None:
        super().__init__(clock)
        self.expo = expo
        self.idle = False
        """Whether they do nothing, as one that breaks before it comes to it."""

    async def start(self, target, sha, *, run):
        self.call("start")
        self.sent.append((target.workflow, sha, dict(target.inputs)))
        if not self.idle:
            begin = {"build": self.expo.begin_builds, "submit": self.expo.begin_submissions}
            begin[target.inputs["action"]](target.inputs)
        made = Shipment(id=f"w-{len(self.made) + 1}", sha=sha, page="https://github.test/run", run=run)
        self.made.append((self.clock.passed, made))
        self.answer("start")
        return made

    def fail(self) -> None:
        self.phases = [Phase.FAILED]

    def actions(self) -> list[str]:
        return [inputs["action"] for _, _, inputs in self.sent]


class MemoryStore(Trouble):
    """One app at one store; the newest version walks along ``road``, a look a phase."""

    def __init__(self, clock: JumpingClock, platform: AppPlatform) -> None:
        super().__init__()
        self.clock, self.platform = clock, platform
        self.there = [self.version("1.3.0", "50", StorePhase.LIVE)]
        self.road: list[StorePhase] = [StorePhase.IN_REVIEW, StorePhase.LIVE]
        self.coming: StoreVersion | None = None
        self.orders: list[tuple[OrderKind, str]] = []

    def version(self, version: str, number: str, phase: StorePhase, **more) -> StoreVersion:
        facts = {"raw": phase.value.upper(), "id": f"v-{version}"} | more
        return StoreVersion(
            platform=self.platform, phase=phase, version=version, number=number,
            created_at=self.clock.now() - timedelta(days=1), **facts,
        )  # fmt: skip

    def expect(self, version: str, number: str, **more) -> None:
        """From the next look on the store has a version that walks along ``road``."""
        self.coming = self.version(version, number, StorePhase.WAITING, **more)

    async def versions(self):
        self.call("versions")
        if self.coming is not None:
            phase = self.road.pop(0) if len(self.road) > 1 else self.road[0]
            raw = "SOMETHING_NEW" if phase is StorePhase.UNKNOWN else phase.value.upper()
            self.coming = self.coming.model_copy(update={"phase": phase, "raw": raw})
            return (self.coming, *self.there)
        return tuple(self.there)

    async def order(self, kind, version):
        self.call("order")
        self.orders.append((kind, version.id))
        halted = {"halted": kind is OrderKind.HALT}
        self.there = [one.model_copy(update=halted) if one.id == version.id else one for one in self.there]
        self.answer("order")
