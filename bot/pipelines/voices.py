"""What handlers call when people say yes, no or never mind; and when Slack tells of a reaction."""

from typing import assert_never

from bot.db.consent_store import Cast
from bot.delivered import Delivered
from bot.engine.consent import Committer, MayVote, NoRole, Over, Own, Standing, Via, Voice
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import RunKind
from bot.errors import NotAllowed, Repeated, UserError
from bot.pipelines.needs import Kit
from bot.pipelines.out_of_line import stop_if_rejected
from bot.pipelines.reconcile import reconcile
from bot.pipelines.standing import approver_roles, standing


class Voices(Delivered):
    """Takes people's word on runs; answers with the run, or a ``UserError`` that says why not."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def approve(self, run_id: int, binding: str, by: str) -> RunView:
        """Count ``by`` as agreeing to exactly ``binding``."""
        return await self._say(run_id, binding, by, Voice.APPROVE)

    async def may_reject(self, run_id: int, binding: str, by: str) -> RunView:
        """Return the run when ``by`` may say no to it now."""
        run = await self._asked(run_id, binding)
        self._refuse(run, await standing(self._kit, run, by, Voice.REJECT))
        return run

    async def reject(self, run_id: int, binding: str, by: str, reason: str) -> RunView:
        """Stop the run: one no is enough."""
        return await self._say(run_id, binding, by, Voice.REJECT, reason)

    async def withdraw(self, run_id: int, binding: str, by: str) -> RunView:
        """Take back an approval, however it was given."""
        await self._asked(run_id, binding)
        kept = await self._kit.consents.withdraw(
            run_id, binding=binding, user=by, at=self._kit.clock.now(), once=self._once("withdraw")
        )
        run = await self._run(run_id)
        if kept is Cast.TOO_LATE:
            raise _over(run)
        if kept is Cast.SAME:
            msg = f"You have not approved run {run_id}, so there is nothing to withdraw."
            raise UserError(msg, reason=Reason.STALE_BUTTON)
        self._kit.cards.changed()
        return run

    async def give_reason(self, run_id: int, by: str, reason: str) -> RunView:
        """Add the reason to a no that was said by reaction."""
        if not await self._kit.consents.explain(run_id, user=by, reason=reason, at=self._kit.clock.now()):
            msg = f"Run {run_id} was not stopped by you, or its reason is known already."
            raise UserError(msg, reason=Reason.STALE_BUTTON)
        self._kit.cards.changed()
        return await self._run(run_id)

    async def reacted(self, channel: str, ts: str) -> None:
        """Something changed on a message: if it is a run's card, read what is on it now."""
        run_id = await self._kit.consents.find(channel, ts)
        if run_id is not None:
            await reconcile(self._kit, run_id)

    async def _say(self, run_id: int, binding: str, by: str, voice: Voice, reason: str = "") -> RunView:
        run = await self._asked(run_id, binding)
        self._refuse(run, await standing(self._kit, run, by, voice))
        try:
            kept = await self._kit.consents.cast(
                run_id,
                binding=binding,
                user=by,
                voice=voice,
                via=Via.BUTTON,
                at=self._kit.clock.now(),
                reason=reason,
                once=self._once(voice.value),
            )
        except Repeated:
            kept = Cast.SAME  # it counts as it stands now; what follows of a no may have been missed
        if voice is Voice.REJECT:
            await stop_if_rejected(self._kit, run_id)
        run = await self._run(run_id)
        if kept is Cast.TOO_LATE:
            raise _over(run)
        self._kit.cards.changed()
        return run

    async def _asked(self, run_id: int, binding: str) -> RunView:
        run = await self._run(run_id)
        if run.asking is None or run.asking.binding != binding:
            raise _over(run)
        return run

    def _refuse(self, run: RunView, stands: Standing) -> None:
        match stands:
            case MayVote():
                return
            case Own():
                msg = f"You asked for run {run.id} yourself; somebody else has to agree to it."
                raise UserError(msg, reason=Reason.OWN_RUN)
            case Committer():
                msg = f"Some of run {run.id}'s commits are yours; somebody else has to agree to it."
                raise UserError(msg, reason=Reason.OWN_COMMIT)
            case NoRole():
                who = self._kit.people.who_can(approver_roles(self._kit, run))
                msg = f"You can't approve for `{run.environment}`. {who[:1].upper()}{who[1:]} can."
                raise NotAllowed(msg)
            case Over():
                raise _expired(run)
            case _:
                assert_never(stands)

    async def _run(self, run_id: int) -> RunView:
        run = await self._kit.reader.view(run_id)
        if run is None:
            msg = f"There is no run {run_id}. `/pawdeploy history` lists the newest."
            raise UserError(msg, reason=Reason.STALE_BUTTON)
        return run


def _over(run: RunView) -> UserError:
    """Say why nobody is asked any more, and what to do."""
    if run.reason is Reason.EXPIRED:
        return _expired(run)
    msg = f"Run {run.id} no longer asks for this: it is {run.state.value}. Its card shows how it stands now."
    return UserError(msg, reason=Reason.STALE_BUTTON)


def _expired(run: RunView) -> UserError:
    retry = run.kind is RunKind.WORKFLOW  # which no command starts
    again = "Retry on its card asks anew." if retry else f"`/pawdeploy {run.environment}` asks anew."
    return UserError(f"The time to approve run {run.id} is over. {again}", reason=Reason.EXPIRED)
