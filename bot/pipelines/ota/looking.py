"""One look at a stage of a rollout: what Sentry counts, judged as the backend's watch judges it."""

from dataclasses import replace
from datetime import datetime

from bot.engine import errors_words as words
from bot.engine.errors_verdict import Inconclusive, Ok, Verdict
from bot.engine.errors_watch import Facts, HealthSoFar, Plan, decide, expected_seconds
from bot.pipelines.ota.counting import count
from bot.pipelines.ota.ground import Ground
from bot.pipelines.step import Step
from bot.pipelines.watch import owe_picture

_NO_HEALTH = HealthSoFar(state="ok")
"""A phone has no address to ask; its errors are all there is."""


async def look(step: Step, here: Ground, plan: Plan, began: datetime, turn: int, percent: int) -> Verdict:
    """Judge the stage that ``began``, at its ``turn``-th look, when ``percent`` of people have the update."""
    counts = await count(step, here, plan, began)
    alone = bool(here.ota.update_tag)  # counted apart, its errors are those of so many people only
    facts = Facts(
        before=counts.before,
        after=counts.after,
        expected=expected_seconds((counts.at - began).total_seconds(), plan.bucket),
        look=turn,
        health=_NO_HEALTH,
        issues=counts.issues,
        heard=counts.heard,
        share=percent / 100 if alone else 1.0,
    )
    verdict = decide(facts, plan)
    if isinstance(verdict, Ok) and not counts.named:
        return Inconclusive(
            why=words.never_named(here.ota.update_tag),
            evidence=verdict.evidence,
            look=verdict.look,
            numbers=verdict.numbers,
            smallest=verdict.smallest,
        )
    if isinstance(verdict, Inconclusive) and counts.trouble:
        return replace(verdict, why=f"Sentry could not be asked ({counts.trouble}).")
    return verdict


def told(verdict: Verdict) -> str:
    """Say what a look saw, in a few words."""
    return " ".join(verdict.evidence)[:600]


async def picture(
    step: Step, here: Ground, plan: Plan, began: datetime, percent: int, verdict: Verdict
) -> None:
    """Owe the picture of what was seen when ``percent`` of people had the update."""
    counts = await count(step, here, plan, began)
    share = percent / 100 if here.ota.update_tag else 1.0
    await owe_picture(step, plan, verdict, counts, what="update", share=share)
