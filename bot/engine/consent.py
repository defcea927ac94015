"""Decide whether people have agreed to exactly this run. Knows voices, not Slack, roles or tables.

Consent holds for one binding: what ships, where, from which run and in which round of asking. Membership
is looked up by the caller when a click or reaction is processed; what arrives here was allowed then.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256


class Voice(StrEnum):
    """What a person says of a run."""

    APPROVE = "approve"
    REJECT = "reject"
    NONE = "none"
    """Nothing, or no longer anything: an approval taken back."""


class Via(StrEnum):
    """How a person said it."""

    BUTTON = "button"
    REACTION = "reaction"


@dataclass(frozen=True, kw_only=True, slots=True)
class Vote:
    """One person's voice, cast for one binding. Times are aware UTC."""

    user: str
    """Slack user id."""
    voice: Voice
    via: Via
    at: datetime
    binding: str
    reason: str = ""
    """Why, as typed with a rejection."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """One round of asking. Times are aware UTC."""

    binding: str
    quorum: int
    """People needed, at least 1."""
    requester: str
    asked_at: datetime
    expires_at: datetime
    """From this moment on no approval is accepted."""
    barred: frozenset[str] = frozenset()
    """People who may not vote although they hold the role: committers, where the rule forbids them."""

    def __post_init__(self) -> None:
        if self.quorum < 1:
            raise ValueError("a quorum is at least one person")


@dataclass(frozen=True, slots=True)
class Granted:
    """Enough people approved; ``by`` in the order they did."""

    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Not enough yet: these ``have`` approved, ``needed`` more must."""

    have: tuple[str, ...]
    needed: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """Somebody said no; one is enough."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Expired:
    """Too few approved before the time ended, at ``at``."""

    at: datetime


Tally = Granted | Waiting | Rejected | Expired


def bind(
    *,
    service: str,
    environment: str,
    sha: str,
    config_digest: str,
    run_id: int,
    round: int,
    extras: tuple[str, ...] = (),
) -> str:
    """Return 16 hex digits that name exactly what is agreed to; ``extras`` are overrides in force.

    Encoded as JSON before hashing: no two different lists of parts read the same.
    """
    parts = (service, environment, sha, config_digest, run_id, round, extras)
    return sha256(json.dumps(parts).encode()).hexdigest()[:16]


def tally(ask: Ask, votes: tuple[Vote, ...], now: datetime) -> Tally:
    """Count ``votes``, given in the order they were cast; a person's last one for this binding counts.

    In this order: a rejection stops, however late, for a no is always safe, and it is not taken back. Then a
    quorum of approvals cast in time grants: time limits the asking, not the wait in line that follows, in
    which an approval may still be withdrawn. Then the time decides.

    Time is the latest of ``now`` and of what any vote carries, so that a clock moved back does not reopen
    what a vote shows to be over. Where no vote shows it, only the caller can know: ``Expired`` and
    ``Rejected`` are stored with the run's state when first seen, and an ended run is not counted again.
    """
    counted = [
        vote
        for vote in votes
        if vote.binding == ask.binding and vote.user != ask.requester and vote.user not in ask.barred
    ]
    for vote in counted:
        if vote.voice is Voice.REJECT:
            return Rejected(vote.user, vote.reason, vote.at)
    last = {vote.user: vote for vote in counted}
    approved = sorted(
        (vote for vote in last.values() if vote.voice is Voice.APPROVE and vote.at < ask.expires_at),
        key=lambda vote: (vote.at, vote.user),
    )
    have = tuple(vote.user for vote in approved)
    if len(have) >= ask.quorum:
        return Granted(have)
    if max((now, *(vote.at for vote in votes))) >= ask.expires_at:
        return Expired(ask.expires_at)
    return Waiting(have, ask.quorum - len(have))


@dataclass(frozen=True, slots=True)
class MayVote:
    """Their voice counts now."""


@dataclass(frozen=True, slots=True)
class Own:
    """They asked for this run themselves."""


@dataclass(frozen=True, slots=True)
class NoRole:
    """They do not hold the approver role at this moment."""


@dataclass(frozen=True, slots=True)
class Committer:
    """They wrote some of what would ship, and the environment's rule forbids that."""


@dataclass(frozen=True, slots=True)
class Over:
    """The time to approve ended at ``at``."""

    at: datetime


Standing = MayVote | Own | NoRole | Committer | Over


def may_vote(
    ask: Ask, user: str, *, holds_role: bool, now: datetime, voice: Voice = Voice.APPROVE
) -> Standing:
    """Say whether ``user`` may say ``voice`` at ``now``.

    Anyone may take back their own approval, also without the role. A rejection is accepted after the time
    to approve: an approved run may still stand in line.
    """
    if voice is Voice.NONE:
        return MayVote()
    if voice is Voice.APPROVE and now >= ask.expires_at:
        return Over(ask.expires_at)
    if user == ask.requester:
        return Own()
    if not holds_role:
        return NoRole()
    if user in ask.barred:
        return Committer()
    return MayVote()


@dataclass(frozen=True, slots=True)
class NoChange:
    """Their reactions say what they said before: nothing is cast again."""


@dataclass(frozen=True, slots=True)
class Cast:
    """They now say ``voice`` by reaction."""

    voice: Voice


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """They took their reaction away: an approval, however cast, is taken back; a rejection stands."""


ReactionStep = NoChange | Cast | Withdrawn


def reaction_step(before: Voice, seen: Voice) -> ReactionStep:
    """Compare what a person's reactions showed last time with what they show now.

    Only a change speaks: a reaction left in place neither renews a withdrawn approval nor votes in the next
    round. The caller stores ``seen`` as the next ``before`` whatever comes of it.
    """
    if before is seen:
        return NoChange()
    if seen is Voice.NONE:
        return Withdrawn()
    return Cast(seen)


_SAME = {"thumbsup": "+1", "thumbsdown": "-1"}
"""Slack's second names for the same emoji; ``reactions.get`` may answer with either."""


def plain(name: str) -> str:
    """Return an emoji's one name: no colons, no skin tone; ``thumbsup::skin-tone-3`` is ``+1``."""
    base = name.strip().strip(":").split("::", 1)[0].lower()
    return _SAME.get(base, base)


def seen_voices(
    reactions: Mapping[str, frozenset[str]], approve: tuple[str, ...], reject: tuple[str, ...]
) -> dict[str, Voice]:
    """Return what each person's reactions say; people with neither kind are left out.

    ``reactions`` are users by emoji name, as Slack names them (``thumbsup::skin-tone-3``). Who shows both
    kinds rejects.
    """
    yes, no = {plain(name) for name in approve}, {plain(name) for name in reject}
    voices: dict[str, Voice] = {}
    for name, users in reactions.items():
        emoji = plain(name)
        for user in users:
            if emoji in no:
                voices[user] = Voice.REJECT
            elif emoji in yes:
                voices.setdefault(user, Voice.APPROVE)
    return voices
