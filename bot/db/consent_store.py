"""Voices, and the only way a run that people must agree to starts: enough of them, counted as it starts.

Every change is one transaction that queues up for the audit log, locks the run's row, looks, and only then
writes: of two people in the same instant the second sees what the first did. Who may speak is the caller's
question; Slack and roles are not known here.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.db import done_once
from bot.db._voices import locked, record, row_for, rows_of, vote
from bot.db.consent_reader import ConsentReader
from bot.db.runs_store import move_in
from bot.db.tables import Run
from bot.db.tables import Voice as VoiceRow
from bot.engine.consent import Ask, Granted, Via, Voice, tally
from bot.engine.states import RunState

_OPEN = frozenset({RunState.PREPARING, RunState.WAITING})
"""While a run is here, people may speak."""


class Cast(StrEnum):
    """What became of a voice."""

    APPLIED = "applied"
    SAME = "same"
    """They had said so already; nothing was written down twice."""
    TOO_LATE = "too_late"
    """Not asked any more: another round, decided, expired or already shipping."""


class ConsentStore(ConsentReader):
    """Asks, hears and counts."""

    async def ask(
        self,
        run_id: int,
        attempt: int,
        *,
        binding: str,
        round: int,
        quorum: int,
        asked_at: datetime,
        expires_at: datetime,
        barred: tuple[str, ...],
        config_digest: str,
    ) -> bool:
        """Open a round of asking on a run in preparation; the same ``binding`` again changes nothing.

        From here on no voice given before counts, and reactions not until ``listen``.
        """

        def work(session: Session) -> bool:
            run = locked(session, run_id)
            if run is None or run.state != RunState.PREPARING or run.attempt != attempt:
                return False
            if run.binding == binding:
                return True
            run.binding, run.round, run.quorum = binding, round, quorum
            run.asked_at, run.expires_at = asked_at, expires_at
            run.barred, run.config_digest = " ".join(barred), config_digest
            run.listening = False
            for row in rows_of(session, run_id):
                row.binding = ""
            run.revision += 1
            run.asked_revision = run.revision
            asked: dict[str, str | int] = {
                "binding": binding,
                "round": round,
                "quorum": quorum,
                "sha": run.sha,
            }
            asked |= {"expires_at": expires_at.isoformat(), "config_digest": config_digest}
            record(session, run_id, asked_at, "pawdeploy", "asked", asked)
            return True

        return await self._db.change(work)

    async def listen(
        self, run_id: int, binding: str, seen: Mapping[str, Voice], at: datetime
    ) -> tuple[str, ...]:
        """Begin to hear reactions: note those already there, which were to something else and count nothing.

        Done once for each card that shows ``binding``; again it changes nothing. Returns whom to tell:
        people whose reaction is there and who have not said the same to this binding.
        """

        def work(session: Session) -> tuple[str, ...]:
            run = locked(session, run_id)
            if run is None or run.binding != binding or run.listening or run.state not in _OPEN:
                return ()
            run.listening = True
            rows = {row.user_id: row for row in rows_of(session, run_id)}
            news = []
            for user in sorted(rows.keys() | seen.keys()):
                row = rows.get(user) or row_for(session, run_id, user, at)
                row.reacted = seen.get(user, Voice.NONE).value
                said = row.voice if row.binding == binding else Voice.NONE.value
                if row.reacted not in (Voice.NONE.value, said):
                    news.append(user)
            return tuple(news)

        return await self._db.change(work)

    async def cast(
        self,
        run_id: int,
        *,
        binding: str,
        user: str,
        voice: Voice,
        via: Via,
        at: datetime,
        reason: str = "",
        reacted: Voice | None = None,
        once: str = "",
    ) -> Cast:
        """Let ``user``, who may, approve or reject; one voice each, the last one counts.

        A rejection ends the asking: nothing is added to it or taken from it. It is accepted as long as the
        run has not started, an approval only before ``expires_at``. ``once`` names it: a second time raises
        ``Repeated``, also where it was withdrawn in between.
        """

        def work(session: Session) -> Cast:
            run, row = _hear(session, run_id, user, at, reacted, once)
            if run is None or row is None or not _asks(run, binding):
                return Cast.TOO_LATE
            if row.binding == binding and row.voice == voice:
                return Cast.SAME
            said = [(one.binding, one.voice) for one in rows_of(session, run_id)]
            if (binding, Voice.REJECT) in said:
                return Cast.TOO_LATE
            if voice is Voice.APPROVE and (run.expires_at is None or at >= run.expires_at):
                return Cast.TOO_LATE
            row.binding, row.voice, row.via = binding, voice.value, via.value
            row.at, row.reason = at, reason
            run.revision += 1
            told = {"binding": binding, "via": via.value, "why": reason[:300]}
            record(session, run_id, at, user, voice.value, told)
            return Cast.APPLIED

        return await self._db.change(work)

    async def withdraw(
        self,
        run_id: int,
        *,
        binding: str,
        user: str,
        at: datetime,
        reacted: Voice | None = None,
        once: str = "",
    ) -> Cast:
        """Take back ``user``'s approval, however given, as long as the run has not started.

        ``SAME`` when there is none. A rejection stands. ``once`` as in ``cast``.
        """

        def work(session: Session) -> Cast:
            run, row = _hear(session, run_id, user, at, reacted, once)
            if run is None or row is None or not _asks(run, binding):
                return Cast.TOO_LATE
            if row.binding != binding or row.voice == Voice.NONE:
                return Cast.SAME
            if row.voice == Voice.REJECT:
                return Cast.TOO_LATE
            row.voice, row.at = Voice.NONE.value, at
            run.revision += 1
            record(session, run_id, at, user, "withdrawn", {"binding": binding})
            return Cast.APPLIED

        return await self._db.change(work)

    async def noted(self, run_id: int, user: str, reacted: Voice, at: datetime) -> None:
        """Remember what somebody's reactions show, without a voice: they may not speak, or not now."""
        await self._db.change(lambda session: _hear(session, run_id, user, at, reacted))

    async def take_turn(
        self,
        run_id: int,
        attempt: int,
        *,
        binding: str,
        quorum: int,
        requester: str,
        at: datetime,
        seen: Mapping[str, Voice] | None = None,
    ) -> bool:
        """Set the run running if, at this instant, enough people agree to exactly ``binding``; say whether.

        In time, by the clock and by every voice; nobody rejected; neither the requester nor who is barred
        counts, nor fewer people than the run itself or ``quorum`` demands. ``seen``, what reactions showed
        last, must be what is written down of them: a look that began earlier may have ended in between. From
        here on nothing is withdrawn.
        """

        def work(session: Session) -> bool:
            run = locked(session, run_id)
            if run is None or run.attempt != attempt or not binding or run.binding != binding:
                return False
            if run.asked_at is None or run.expires_at is None:
                return False
            rows = rows_of(session, run_id)
            if seen is not None and not _in_line(rows, seen, listening=run.listening):
                return False
            ask = Ask(
                binding=binding,
                quorum=max(quorum, run.quorum, 1),
                requester=run.requested_by,
                asked_at=run.asked_at,
                expires_at=run.expires_at,
                barred=frozenset({requester, *run.barred.split()}),
            )
            votes = tuple(vote(row) for row in rows if row.via)
            latest = max((at, *(one.at for one in votes)))  # a clock moved back reopens nothing
            counted = tally(ask, votes, latest)
            if not isinstance(counted, Granted) or latest >= ask.expires_at:
                return False
            told: dict[str, str | int] = {"binding": binding, "sha": run.sha, "quorum": ask.quorum}
            told["by"] = " ".join(counted.by)
            moved = move_in(
                session,
                run_id,
                RunState.RUNNING,
                allowed=frozenset({RunState.WAITING}),
                at=at,
                actor="pawdeploy",
                attempt=attempt,
                evidence=told,
                consented=True,
            )
            return moved is not None

        return await self._db.change(work)

    async def explain(self, run_id: int, *, user: str, reason: str, at: datetime) -> bool:
        """Add the reason to a rejection that was given without one; false when there is none of theirs."""

        def work(session: Session) -> bool:
            run = locked(session, run_id)
            rows = [] if run is None else rows_of(session, run_id)
            mine = next((row for row in rows if row.user_id == user), None)
            if run is None or mine is None or mine.binding != run.binding or mine.reason:
                return False
            if mine.voice != Voice.REJECT:
                return False
            mine.reason = run.detail = reason
            run.revision += 1
            record(session, run_id, at, user, "explained", {"why": reason[:300]})
            return True

        return await self._db.change(work)


def _in_line(rows: list[VoiceRow], seen: Mapping[str, Voice], *, listening: bool) -> bool:
    known = {row.user_id: Voice(row.reacted) for row in rows}
    return listening and all(
        known.get(user, Voice.NONE) is seen.get(user, Voice.NONE) for user in known.keys() | seen.keys()
    )


def _asks(run: Run, binding: str) -> bool:
    return binding != "" and run.binding == binding and run.state in {state.value for state in _OPEN}


def _hear(
    session: Session, run_id: int, user: str, at: datetime, reacted: Voice | None, once: str = ""
) -> tuple[Run, VoiceRow] | tuple[None, None]:
    """Lock the run, find the person's row, remember what their reactions show; all that ``once``."""
    run = locked(session, run_id)
    done_once.must_be_first(session, once, at)
    if run is None:
        return None, None
    row = row_for(session, run_id, user, at)
    if reacted is not None:
        row.reacted = reacted.value
    return run, row
