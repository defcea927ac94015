"""Bring what the database knows of reactions in line with what is on the card.

An event only says that something changed; what is there now is read from Slack. So a lost event, a repeated
one and an outage all end the same way.
"""

from collections.abc import Mapping

from bot.db.consent_store import Cast as Kept
from bot.engine.consent import Cast, MayVote, NoChange, Via, Voice, Withdrawn, reaction_step, seen_voices
from bot.engine.runs import RunView
from bot.engine.states import RunState
from bot.errors import VendorRejected
from bot.pipelines import owed
from bot.pipelines.needs import Kit
from bot.pipelines.out_of_line import stop_if_rejected
from bot.pipelines.standing import standing

_OPEN = frozenset({RunState.PREPARING, RunState.WAITING})
"""While a run is here, reactions mean something; on a card that is decided they are applause."""


async def reconcile(kit: Kit, run_id: int) -> Mapping[str, Voice] | None:
    """Read the reactions on the card of ``run_id`` and take every change as that person's word.

    Returns what each person's reactions say; None where they do not count: nobody is asked, or the card that
    asks is not in Slack.

    Raises:
        VendorUnavailable: when Slack cannot be asked; whose word was not taken keeps it for the next time.

    """
    run, card = await kit.reader.view(run_id), await kit.posts.card(run_id)
    if run is None or run.asking is None or run.state not in _OPEN or card is None or not card.ts:
        return None
    listening = await kit.consents.listening(run_id)
    if not listening and not await kit.consents.shown(run_id):
        return None
    # Known first, read second: who looks at the same moment never takes an old sight for news.
    before = {voice.user: voice.reacted for voice in await kit.consents.voices(run_id)}
    try:
        on_card = await kit.reactions.on(card.channel, card.ts)
    except VendorRejected as error:
        if error.detail != "message_not_found":
            raise
        # Deleted by somebody: it is posted anew, and what was said still counts.
        still = await kit.posts.card(run_id)
        if still is not None and still.ts == card.ts:  # else somebody saw it before us
            await kit.posts.lost(card.key)
        kit.cards.changed()
        return None
    words = kit.project.reactions
    seen = seen_voices(on_card, words.approve, words.reject)
    binding = run.asking.binding
    if not listening:
        early = await kit.consents.listen(run_id, binding, seen, kit.clock.now())
        for user in early:
            await owed.too_early(kit, run, user)
        kit.cards.changed()
        return seen
    for user in sorted(before.keys() | seen.keys()):
        was, now = before.get(user, Voice.NONE), seen.get(user, Voice.NONE)
        match reaction_step(was, now):
            case Cast(voice):
                await _said(kit, run, user, voice)
            case Withdrawn():
                await kit.consents.withdraw(
                    run_id, binding=binding, user=user, at=kit.clock.now(), reacted=Voice.NONE
                )
            case NoChange():
                continue
    kit.cards.changed()
    return seen


async def _said(kit: Kit, run: RunView, user: str, voice: Voice) -> None:
    now = kit.clock.now()
    assert run.asking is not None  # noqa: S101 - the caller looked; narrowed for mypy
    stands = await standing(kit, run, user, voice)
    if not isinstance(stands, MayVote):
        await kit.consents.noted(run.id, user, voice, now)
        await owed.does_not_count(kit, run, user, stands)
        return
    kept = await kit.consents.cast(
        run.id,
        binding=run.asking.binding,
        user=user,
        voice=voice,
        via=Via.REACTION,
        at=now,
        reacted=voice,
    )
    if voice is Voice.REJECT and kept is Kept.APPLIED:
        await owed.reason_wanted(kit, run, user)
        await stop_if_rejected(kit, run.id)
