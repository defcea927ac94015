"""Wait until testers have found every platform working."""

from typing import assert_never

from bot.engine.device_tests import AllWork, Problem, Untested, device_tests
from bot.engine.mobile import NAMES
from bot.engine.reasons import Reason
from bot.errors import StepFailed
from bot.pipelines import owed
from bot.pipelines.release.shop import shop
from bot.pipelines.step import Step

_BLINK = 1.0
"""Seconds at most between two looks at what testers said."""


async def devices(step: Step) -> str:
    """Wait for testers as long as it takes; stop at a problem."""
    wanted = shop(step.kit, step.run).there.devices
    if not wanted:
        return "no device test is asked for"
    await owed.testers(step.kit, step.run)
    since = step.run.step(step.name).started_at or step.kit.clock.now()
    while True:
        await step.stop_if_cancelled()
        match device_tests(wanted, step.run.reports, since=since):
            case AllWork(by):
                works = " and ".join(NAMES[one] for one in wanted)
                return f"works on {works}, say {len(by)}" if len(by) > 1 else f"works on {works}"
            case Untested(platforms):
                await step.say(f"waiting for {' and '.join(NAMES[one] for one in platforms)}")
            case Problem(report):
                where = NAMES[report.platform]
                device = f" ({report.device[:80]})" if report.device else ""
                note = f": {report.note[:300].rstrip('.')}." if report.note else "."
                msg = f"A tester found a problem on {where}{device}{note}"
                more = "If it is mended, or was none, Retry asks the testers again; else start a new release."
                raise StepFailed(Reason.DEVICE_PROBLEM, f"{msg} {more}")
            case verdict:
                assert_never(verdict)
        await step.pause(min(step.kit.project.timings.poll, _BLINK))
