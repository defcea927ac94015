"""Whether somebody's voice counts, asked at the moment it is given: roles are read from Slack anew."""

from bot.engine.consent import Ask, Standing, Voice, may_vote
from bot.engine.runs import RunView
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
