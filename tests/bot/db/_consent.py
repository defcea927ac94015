"""What the tests of consent speak of: people, bindings, a run that asks, a voice, a start."""

from bot.db.audit_store import AuditStore
from bot.db.runs_store import RunsStore
from bot.engine.consent import Via, Voice
from bot.engine.states import DEPLOY_STEPS, RunState, StepName
from tests.bot.db._facts import ANN, DEPLOYS, NOON, later

CAM, DOT = "U0CAMAPP001", "U0DOTAPP001"
FIRST, SECOND = "1" * 16, "2" * 16
YES, NO, NONE = Voice.APPROVE, Voice.REJECT, Voice.NONE


async def guarded(runs: RunsStore, key="trigger:1", environment="production") -> int:
    return await runs.create(
        key=key, service="api", environment=environment, ref="main", again=False, by=ANN, at=NOON,
        card_channel=DEPLOYS, steps=DEPLOY_STEPS | {StepName.CONSENT},
    )  # fmt: skip


async def ask(consent, run_id, binding=FIRST, *, attempt=1, number=1, quorum=2, barred=(), expires=3600):
    return await consent.ask(
        run_id, attempt, binding=binding, round=number, quorum=quorum, asked_at=NOON,
        expires_at=later(expires), barred=barred, config_digest="c",
    )  # fmt: skip


async def say(consent, run_id, user, voice=YES, *, binding=FIRST, at=1.0, via=Via.BUTTON, **more):
    return await consent.cast(run_id, binding=binding, user=user, voice=voice, via=via, at=later(at), **more)


async def take(consent, run_id, *, binding=FIRST, attempt=1, quorum=2, at=10.0):
    return await consent.take_turn(
        run_id, attempt, binding=binding, quorum=quorum, requester=ANN, at=later(at)
    )


async def in_line(runs, consent, key="trigger:1", **asked) -> int:
    run_id = await guarded(runs, key)
    assert await ask(consent, run_id, **asked)
    assert await runs.move(run_id, RunState.WAITING, at=NOON, actor="pawdeploy", fields={"line_at": NOON})
    return run_id


async def actions(db) -> list[str]:
    return [entry.action async for entry in AuditStore(db).entries() if entry.action.startswith("consent")]


async def state(reader, run_id) -> RunState:
    return (await reader.start_of(run_id)).state


async def back(runs, run_id, *, redo=frozenset(), **fields) -> bool:
    """Take the run back to where it asks, as when its ref moved; it goes on as its next attempt."""
    forgotten = {"binding": "", "listening": False, "asked_at": None, "expires_at": None, "barred": ""}
    return await runs.move(
        run_id, RunState.PREPARING, at=later(5), actor="pawdeploy", attempt=1, redo=redo,
        only_from=frozenset({RunState.PREPARING, RunState.WAITING}),
        fields={**forgotten, "attempt": 2, "line_at": None, **fields},
    )  # fmt: skip
