"""Prove that an update is JavaScript only: by fingerprints, never by hope; ``engine/native`` judges."""

from typing import assert_never

from bot.engine.mobile import BOTH
from bot.engine.native import JsOnly, Native, NativeFacts, RuntimeChanged, Unknown, prove
from bot.engine.reasons import Reason
from bot.errors import StepFailed
from bot.pipelines import known
from bot.pipelines.ota.builds import known_of, newest_builds
from bot.pipelines.ota.fingerprints import fingerprints
from bot.pipelines.ota.ground import ground
from bot.pipelines.ota.meant import builds_for
from bot.pipelines.ota.sides import side
from bot.pipelines.ota.whom import whom
from bot.pipelines.step import Step


async def native(step: Step) -> str:
    """Go on only with a commit whose native part is that of the builds it would reach."""
    here = ground(step.kit, step.run)
    newest = await newest_builds(step.ask, here)
    prints, trouble = await fingerprints(step, here, newest)
    builds = await builds_for(step, here, newest, prints)
    sides = [await side(step, here, platform, builds.get(platform), prints) for platform in BOTH]
    proof = prove(NativeFacts(sides=tuple(sides), native=here.config.native))
    match proof:
        case JsOnly(evidence):
            said = " ".join(evidence)
        case Native(evidence):
            raise StepFailed(Reason.NATIVE_CHANGED, " ".join(evidence))
        case RuntimeChanged(evidence):
            raise StepFailed(Reason.RUNTIME_CHANGED, " ".join(evidence))
        case Unknown(why, evidence):
            told = " ".join(part for part in (why, trouble, *evidence) if part)
            if not step.run.override:
                raise StepFailed(Reason.NATIVE_UNKNOWN, told)
            said = f"Not proved, overridden: {told}"
        case _:
            assert_never(proof)
    facts = known.of_update(step.run).model_copy(update={"proof": said[:1000], **known_of(builds)})
    facts = facts.model_copy(update=await whom(step.kit, here, facts.runtimes))
    await known.keep(step, facts)
    return "overridden" if isinstance(proof, Unknown) else "JavaScript only"
