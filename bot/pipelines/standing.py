"""Whether a voice counts, asked the moment it is given, roles read anew; and what all voices come to."""

from datetime import datetime

from bot.engine.consent import Ask, Expired, Rejected, Standing, Tally, Voice, may_vote, tally
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.errors import StepFailed
from bot.pipelines.needs import Kit
from bot.pipelines.places import find


def the_ask(run: RunView) -> Ask:
    """Return the round of asking under way."""
    asking = run.asking
    assert asking is not None  # noqa: S101 - asked before anything is counted; narrowed for mypy
    return Ask(
        binding=asking.binding,
        quorum=asking.quorum,
        requester=run.requested_by,
        asked_at=asking.asked_at,
        expires_at=asking.expires_at,
        barred=frozenset(asking.barred),
    )


def approver_roles(kit: Kit, run: RunView) -> tuple[str, ...]:
    """Return the roles whose holders may approve ``run``; none where nobody is asked any more."""
    there = find(kit, run.service, run.environment)
    approval = there.environment.approval if there else None
    return approval.roles if approval else ()


async def standing(kit: Kit, run: RunView, user: str, voice: Voice) -> Standing:
    """Say whether ``user`` may say ``voice`` to ``run`` now.

    Raises:
        VendorUnavailable: when Slack cannot say who holds the role now: then nobody's voice is taken.

    """
    holds_role = await kit.people.allowed(user, approver_roles(kit, run), fresh=True)
    return may_vote(the_ask(run), user, holds_role=holds_role, now=kit.clock.now(), voice=voice)


def counted(run: RunView, now: datetime) -> Tally:
    """Count what was said so far."""
    return tally(the_ask(run), run.asking.votes if run.asking else (), now)


def no_consent(verdict: Rejected | Expired) -> StepFailed:
    """Return why the run stops; who said no is on the card beside it."""
    if isinstance(verdict, Rejected):
        return StepFailed(Reason.REJECTED, verdict.reason or "No reason was given yet.")
    return StepFailed(Reason.EXPIRED, f"Too few had approved by {verdict.at:%H:%M} UTC.")
