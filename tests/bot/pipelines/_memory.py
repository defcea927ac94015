"""What a world of pipelines is made of: a clock that jumps, vendors in memory that keep promises."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from bot.clock import Clock
from bot.engine.checks import Check, CheckReport, CheckState
from bot.engine.errors_watch import Bucket, NewIssue, Series
from bot.engine.health import Health, SmokeResult
from bot.engine.runs import Commit, Comparison
from bot.engine.shipping import Phase, Platform, PreDeploy, Progress, Shipment

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ANN, BEN, CLEO = "U0ANNREQ001", "U0BENAPP001", "U0CLEOAPP01"
SHA, OLD = "a1b2c3d" + "0" * 33, "9f8e7d6" + "0" * 33


class JumpingClock(Clock):
    """Sleeping takes no time and moves the clock; ``then`` happens at given seconds after noon."""

    def __init__(self) -> None:
        self.at = NOON
        self.slept: list[float] = []
        self._then: list[tuple[float, Callable[[], Awaitable[object]]]] = []

    def now(self) -> datetime:
        return self.at

    @property
    def passed(self) -> float:
        return (self.at - NOON).total_seconds()

    def then(self, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
        self._then.append((seconds, work))

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)
        due = [one for one in self._then if one[0] <= self.passed]
        self._then = [one for one in self._then if one not in due]
        for _, work in due:
            await work()


class Trouble:
    """Exceptions by method, one a call: raised ``before`` anything happened, or ``after`` it took effect."""

    def __init__(self) -> None:
        self.before: dict[str, list[Exception]] = {}
        self.after: dict[str, list[Exception]] = {}
        self.calls: list[str] = []

    def call(self, method: str) -> None:
        self.calls.append(method)
        if self.before.get(method):
            raise self.before[method].pop(0)

    def answer(self, method: str) -> None:
        if self.after.get(method):
            raise self.after[method].pop(0)


class MemoryVendor(Trouble):
    """Keeps a list of deployments; a new one may show in it only after ``shows_after`` seconds."""

    def __init__(self, clock: JumpingClock) -> None:
        super().__init__()
        self.clock = clock
        self.made: list[tuple[float, Shipment]] = []
        self.shows_after = 0.0
        self.phases: list[Phase] = [Phase.LIVE]
        self.failing = ""
        self.serving: str | None = OLD
        self.well = Platform(stable=True)
        self.cancelled: list[str] = []
        self.kept: set[str] = set()
        self.by_itself: bool | None = False

    async def platform(self):
        self.call("platform")
        return self.well

    async def deployments(self, target):
        self.call("deployments")
        seen = [one for moment, one in self.made if self.clock.passed >= moment + self.shows_after]
        return tuple(reversed(seen))

    async def live(self, target):
        self.call("live")
        return Shipment(id="old", sha=self.serving, page="") if self.serving else None

    async def start(self, target, sha, *, run):
        self.call("start")
        shipment = Shipment(id=f"d-{len(self.made) + 1}", sha=sha, page=f"https://vendor.test/{run}")
        self.made.append((self.clock.passed, shipment))
        self.answer("start")
        return shipment

    async def look(self, target, shipment_id):
        self.call("look")
        phase = self.phases.pop(0) if len(self.phases) > 1 else self.phases[0]
        return Progress(phase=phase, raw=phase.value.upper(), page="", failing=self.failing)

    async def cancel(self, target, shipment_id):
        self.call("cancel")
        self.cancelled.append(shipment_id)
        self.phases = [Phase.REMOVED]

    async def last_lines(self, target, shipment_id):
        self.call("last_lines")
        return ("boom", "exit 1")

    async def pre_deploy(self, target, deployment_id):
        self.call("pre_deploy")
        return PreDeploy(state="none")

    async def can_roll_back(self, target, deployment_id):
        self.call("can_roll_back")
        return deployment_id in self.kept

    async def roll_back(self, target, deployment_id):
        self.call("roll_back")
        sha = next(one.sha for _, one in self.made if one.id == deployment_id)
        self.made.append((self.clock.passed, Shipment(id=f"d-{len(self.made) + 1}", sha=sha, page="")))
        self.answer("roll_back")

    async def auto_deploys(self, target):
        self.call("auto_deploys")
        return self.by_itself

    async def set_auto_deploys(self, target, on):
        self.call("set_auto_deploys")
        self.by_itself = on


class MemoryRepository(Trouble):
    """Commits by ref, checks, deployment records."""

    def __init__(self) -> None:
        super().__init__()
        self.heads = {"main": SHA}
        self.in_main = {SHA, OLD}
        self.texts: dict[str, str] = {}
        self.near: tuple[str, ...] = ()
        self.reports = [CheckReport(checks=(green("test"), green("lint")))]
        self.records: list[int] = []
        self.statuses: list[str] = []

    async def resolve(self, repository, ref):
        self.call("resolve")
        return Commit(
            sha=self.heads[ref], title="List pets by age", author="Ann", url="https://github.test/c"
        )

    async def near_refs(self, repository, ref):
        self.call("near_refs")
        return self.near

    async def checks(self, repository, sha):
        self.call("checks")
        return self.reports.pop(0) if len(self.reports) > 1 else self.reports[0]

    async def contains(self, repository, branch, sha):
        self.call("contains")
        return sha in self.in_main

    async def file_at(self, repository, path, sha):
        self.call("file_at")
        return self.texts.get(path, "revision = '0007'\ndef upgrade(): pass\ndef downgrade(): op.drop_x()\n")

    async def compare(self, repository, base, head):
        return Comparison(
            commits=(),
            total_commits=0,
            files=("app/pets.py", "alembic/versions/0007_age.py"),
            files_complete=True,
            additions=1,
            deletions=1,
            url="",
            status="ahead",
        )

    async def find_deployment(self, repository, sha, environment, run):
        self.call("find_deployment")
        return self.records[0] if self.records else None

    async def create_deployment(self, repository, sha, environment, run, *, production, description):
        self.call("create_deployment")
        self.records.append(100 + len(self.records))
        self.answer("create_deployment")
        return self.records[-1]

    async def deployment_status(self, repository, deployment_id, state, **words):
        self.call("deployment_status")
        self.statuses.append(state)


class MemoryProbe:
    """Health answers one after the other, the last for ever."""

    def __init__(self) -> None:
        self.answers = [Health(ok=True, commit=SHA, said="200 ok")]
        self.smokes: dict[str, str] = {}
        self.smoked: list[str] = []

    async def look(self, base_url, path, commit_key, timeout):  # noqa: ASYNC109 - the Protocol's
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def smoke(self, base_url, test, timeout):  # noqa: ASYNC109 - the Protocol's
        self.smoked.append(test.name)
        said = self.smokes.get(test.name, "")
        return SmokeResult(name=test.name, ok=not said, said=said or "200", seconds=0.1)


class MemoryPeople(Trouble):
    """Who holds which role, at this moment."""

    def __init__(self) -> None:
        super().__init__()
        self.holders: dict[str, set[str]] = {"approver": {BEN, CLEO}, "lead": {ANN}, "deployer": {ANN}}

    async def allowed(self, user, roles, *, fresh=False):
        self.call("allowed")
        return any(user in self.holders.get(role, ()) for role in roles)

    async def members(self, roles):
        return tuple(sorted({user for role in roles for user in self.holders.get(role, ())}))

    def who_can(self, roles):
        return " or ".join(roles)


class MemoryReactions(Trouble):
    """What is on the one card there is: people by emoji."""

    def __init__(self) -> None:
        super().__init__()
        self.there: dict[str, set[str]] = {}

    async def on(self, channel, ts):
        self.call("on")
        return {name: frozenset(users) for name, users in self.there.items()}


@lru_cache(maxsize=500)
def _steady(start: datetime, end: datetime, bucket: int, rate: float) -> Series:
    """The same number of errors all the time; days of it are asked for again and again."""
    count = int((end - start).total_seconds() // bucket)
    return Series(
        tuple(
            Bucket(start + timedelta(seconds=bucket * at), bucket, rate * bucket / 60) for at in range(count)
        )
    )


class MemoryErrors(Trouble):
    """Errors a minute, before and after; ``silent`` gives no complete bucket."""

    def __init__(self, clock: JumpingClock) -> None:
        super().__init__()
        self.clock = clock
        self.rate_before, self.rate_after = 30.0, 30.0
        self.issues: tuple[NewIssue, ...] = ()
        self.silent = False
        self.told: list[str] = []

    async def record_release(self, version, **facts):
        self.call("record_release")
        self.told.append(f"release {version[:7]}")

    async def record_deploy(self, version, *, name, **facts):
        self.call("record_deploy")
        self.told.append(f"deploy {name}")

    async def crash_free(self, project, environment, *, release):
        """No release of these tests has sessions."""
        self.call("crash_free")

    async def errors(self, project, environment, *, start, end, bucket, release=""):
        self.call("errors")
        if self.silent:
            return Series()
        rate = self.rate_before if (end - start).total_seconds() >= 3600 else self.rate_after
        return _steady(start, end, bucket, rate)

    async def new_issues(self, version, *, project, environment, since):
        self.call("new_issues")
        return self.issues


def green(name: str) -> Check:
    return Check(name=name, state=CheckState.PASSED, said="success")


def report(**states: CheckState) -> CheckReport:
    checks = [Check(name=name, state=state, said=state.value) for name, state in states.items()]
    return CheckReport(checks=tuple(checks))
