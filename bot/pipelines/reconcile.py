"""Bring what the database knows of reactions in line with what is on the card.

An event only says that something changed; what is there now is read from Slack. So a lost event, a repeated
one and an outage all end the same way.
"""

from bot.engine.consent import Cast, MayVote, NoChange, Via, Voice, Withdrawn, reaction_step, seen_voices
from bot.engine.runs import RunView
from bot.errors import VendorRejected
from bot.pipelines import owed
from bot.pipelines.needs import Kit
from bot.pipelines.standing import standing


async def reconcile(kit: Kit, run_id: int) -> None:
    """Read the reactions on the card of ``run_id`` and take every change as that person's word.

    Raises:
        VendorUnavailable: when Slack cannot be asked; nothing was changed then.

    """
    run, card = await kit.reader.view(run_id), await kit.posts.card(run_id)
    if run is None or run.asking is None or card is None or not card.ts:
        return
    try:
        on_card = await kit.reactions.on(card.channel, card.ts)
    except VendorRejected as error:
        if error.detail != "message_not_found":
            raise
        # Deleted by somebody: it is posted anew, and what was said still counts.
        await kit.posts.lost(card.key)
        kit.cards.changed()
        return
    words = kit.project.reactions
    seen = seen_voices(on_card, words.approve, words.reject)
    binding = run.asking.binding
    if not await kit.consents.listening(run_id):
        if await kit.consents.shown(run_id):
            early = await kit.consents.listen(run_id, binding, seen, kit.clock.now())
            for user in early:
                await owed.too_early(kit, run, user)
            kit.cards.changed()
        return
    before = {voice.user: voice.reacted for voice in await kit.consents.voices(run_id)}
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


async def _said(kit: Kit, run: RunView, user: str, voice: Voice) -> None:
    now = kit.clock.now()
    assert run.asking is not None  # noqa: S101 - the caller looked; narrowed for mypy
    stands = await standing(kit, run, user, voice)
    if not isinstance(stands, MayVote):
        await kit.consents.noted(run.id, user, voice, now)
        await owed.does_not_count(kit, run, user, stands)
        return
    await kit.consents.cast(
        run.id,
        binding=run.asking.binding,
        user=user,
        voice=voice,
        via=Via.REACTION,
        at=now,
        reacted=voice,
    )
    if voice is Voice.REJECT:
        await owed.reason_wanted(kit, run, user)
