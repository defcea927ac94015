"""The dry run: every gate a deploy would pass, with its evidence, and nothing changed."""

from typing import assert_never

from bot.engine.checks import Green, NoEvidence, Pending, Red, Verdict, decide
from bot.engine.migrations import find as find_migrations
from bot.engine.runs import Diff, Gate, GateName, Preview
from bot.engine.signals import Failed, Missing, Passed, decide_signals
from bot.engine.soak import Soaked, judge
from bot.engine.when import say_duration
from bot.guards import Approval
from bot.pipelines.look import Looker
from bot.pipelines.needs import Kit
from bot.pipelines.places import Place, find
from bot.pipelines.requests import DeployRequest


class Previewer:
    """Answers ``--dry-run``."""

    def __init__(self, kit: Kit, looker: Looker) -> None:
        self._kit = kit
        self._looker = looker

    async def preview(self, request: DeployRequest) -> Preview:
        """Return every gate with its evidence.

        Raises:
            UserError: when the place or the ref is not known.
            VendorError: when a vendor does not answer.

        """
        there = self._looker.place(request.service, request.environment)
        diff = await self._looker.diff(
            request.service, request.environment, request.ref or await self._default_ref(there)
        )
        report = await self._kit.repository.checks(there.service.repository, diff.head.sha)
        platform = await there.shipper.platform()
        lane = await self._kit.reader.lane(request.service, request.environment)
        already = diff.live_sha == diff.head.sha
        gates = (
            _gate(GateName.NOT_LIVE, request.again or not already, _novelty(already, again=request.again)),
            _checks(decide(report, there.environment.required_checks)),
            *await self._tests(there, diff.head.sha),
            *await self._soak(request, there, diff.head.sha),
            await self._holds(request),
            *_migrations(there, diff),
            *self._approvals(there),
            _gate(GateName.PLATFORM, platform.stable, platform.note or "no incident reported"),
            _gate(
                GateName.LINE,
                not lane,
                f"waits behind run {lane[0].id}" if lane else "nobody is deploying",
            ),
            *self._watch(there),
        )
        return Preview(diff=diff, gates=gates)

    async def _default_ref(self, there: Place) -> str:
        soaks = there.environment.soak
        source = find(self._kit, there.service.name, soaks.environment) if soaks else None
        live = await source.shipper.live(source.target) if source else None
        return live.sha if live and live.sha else there.service.default_branch

    async def _tests(self, there: Place, sha: str) -> tuple[Gate, ...]:
        required = there.environment.required_suites
        if not required:
            return ()
        match decide_signals(required, await self._kit.signals.verdicts(sha)):
            case Passed():
                return (passes(GateName.TESTS, f"passed: {', '.join(required)}"),)
            case Missing(names):
                return (stops(GateName.TESTS, f"not reported: {', '.join(names)}"),)
            case Failed(signals):
                failed = ", ".join(signal.suite for signal in signals)
                return (stops(GateName.TESTS, f"failed: {failed}"),)
            case verdict:
                assert_never(verdict)

    async def _soak(self, request: DeployRequest, there: Place, sha: str) -> tuple[Gate, ...]:
        wanted = there.environment.soak
        if wanted is None:
            return ()
        spans = await self._kit.soaks.spans(request.service, wanted.environment)
        verdict = judge(spans, sha, wanted.seconds)
        had = f"{say_duration(verdict.seconds)} of {say_duration(wanted.seconds)} in {wanted.environment}"
        if isinstance(verdict, Soaked):
            enough = f"{say_duration(verdict.seconds)} in {wanted.environment}"
            return (passes(GateName.SOAK, f"{enough}, {say_duration(wanted.seconds)} needed"),)
        if request.emergency:
            return (passes(GateName.SOAK, f"skipped, an emergency: {had}"),)
        trouble = f"; right now: {verdict.trouble}" if verdict.trouble else ""
        return (stops(GateName.SOAK, f"{had}{trouble}"),)

    async def _holds(self, request: DeployRequest) -> Gate:
        stops = await self._kit.holds.blocking(
            request.service, request.environment, request.by, emergency=bool(request.emergency)
        )
        refusal = self._kit.holds.refusal(stops)
        return _gate(GateName.FREEZE, refusal is None, refusal[1] if refusal else "neither locked nor frozen")

    @staticmethod
    def _approvals(there: Place) -> tuple[Gate, ...]:
        approval = there.environment.approval
        if approval is None:
            return ()
        return (passes(GateName.APPROVALS, will_ask(approval)),)

    def _watch(self, there: Place) -> tuple[Gate, ...]:
        asked = there.environment.watch
        if asked is None:
            return ()
        if self._kit.errors is None:
            said = "will end without a verdict: SENTRY_AUTH_TOKEN is not set, so errors cannot be counted"
            return (passes(GateName.WATCH, said),)
        return (passes(GateName.WATCH, f"will watch errors and health for {say_duration(asked.seconds)}"),)


def will_ask(approval: Approval) -> str:
    """Say who will be asked, and for how long."""
    people = "person" if approval.quorum == 1 else "people"
    roles = " or ".join(approval.roles)
    return f"will ask {approval.quorum} {people} ({roles}), for {say_duration(approval.expires)}"


def _gate(name: GateName, passes: bool, evidence: str) -> Gate:  # noqa: FBT001 - the one fact a gate has
    return Gate(name=name, open=passes, evidence=evidence)


def passes(name: GateName, evidence: str) -> Gate:
    """Return an open gate."""
    return Gate(name=name, open=True, evidence=evidence)


def stops(name: GateName, evidence: str) -> Gate:
    """Return a shut one."""
    return Gate(name=name, open=False, evidence=evidence)


def _novelty(live_already: bool, *, again: bool) -> str:  # noqa: FBT001 - a fact just seen, read here only
    if not live_already:
        return "a new commit"
    return "already live, ships once more" if again else "already live; add --again to ship it once more"


def _migrations(there: Place, diff: Diff) -> tuple[Gate, ...]:
    if not there.service.migrations_path or not there.environment.guarded:
        return ()
    if diff.comparison is None:
        return (passes(GateName.MIGRATIONS, "unknown: what runs now is not known"),)
    paths, known = find_migrations(
        diff.comparison.files, diff.comparison.files_complete, there.service.migrations_path
    )
    listed = ", ".join(paths[:5]) or "none"
    return (passes(GateName.MIGRATIONS, listed if known else f"unknown beyond: {listed}"),)


def _checks(verdict: Verdict) -> Gate:
    match verdict:
        case Green(passed):
            return passes(GateName.CHECKS, f"{len(passed)} green")
        case Red(failed):
            names = ", ".join(check.name for check in failed[:5])
            return stops(GateName.CHECKS, f"red: {names}")
        case Pending(running, missing):
            names = ", ".join([*(check.name for check in running), *missing][:5])
            return stops(GateName.CHECKS, f"waiting for {names}")
        case NoEvidence():
            return stops(GateName.CHECKS, "no check has reported")
        case _:
            assert_never(verdict)
