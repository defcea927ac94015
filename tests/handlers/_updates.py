"""Updates over the air to draw: one rolled out, its way back, in every state."""

from bot.engine.mobile import BOTH, AppPlatform
from bot.engine.ota import Undo, UpdateBackFacts, UpdateFacts
from bot.engine.reasons import Reason
from bot.engine.runs import RunView, TakenBack
from bot.engine.states import UPDATE_BACK_STEPS, UPDATE_STEPS, RunKind, RunState, StepName, StepState
from tests.handlers._runs import a_run, steps

MESSAGE = "Fix the login button"
GROUP, EARLIER, NEWER = "5f0c2a11-0000-4000-8000-000000000001", "77aa0b22", "99bb0c33"
_CONSENT = {StepName.CONSENT}
UPDATES = tuple(name for name in StepName if name in UPDATE_STEPS | _CONSENT)
BACKS = tuple(name for name in StepName if name in UPDATE_BACK_STEPS | _CONSENT)
PROOF = "same fingerprint as 1.4.0 (57) on iOS and 1.4.0 (140057) on Android"


def to_update(name: StepName, state: StepState = StepState.RUNNING) -> tuple[StepState, ...]:
    """The states of an update's steps: done before ``name``, which is in ``state``."""
    return (*[StepState.DONE] * UPDATES.index(name), state)


def to_back(name: StepName, state: StepState = StepState.RUNNING) -> tuple[StepState, ...]:
    return (*[StepState.DONE] * BACKS.index(name), state)


def facts(**changes) -> str:
    known = {
        "branch": "production",
        "channel": "production",
        "stages": (10, 50, 100),
        "proof": PROOF,
        "runtimes": dict.fromkeys(BOTH, "1.4.0"),
        "builds": {AppPlatform.IOS: "1.4.0 (57)", AppPlatform.ANDROID: "1.4.0 (140057)"},
    }
    return UpdateFacts(**known | changes).encode()


def rolled(percent: int, stage: int, **changes) -> str:
    return facts(groups=(GROUP,), percent=percent, stage=stage, **changes)


def an_update(*states: StepState, **changes) -> RunView:
    known = {
        "kind": RunKind.UPDATE,
        "service": "mobile",
        "environment": "production",
        "state": RunState.RUNNING,
        "steps": steps(*states, names=UPDATES),
        "why": MESSAGE,
        "mobile": facts(),
        "vendor_page": "",
        "environment_url": "https://github.com/pawlogic/mobile",
        "ended_at": None,
    }
    return a_run(**known | changes)


BACK = TakenBack(run_id=13, state=RunState.SUCCEEDED, sha="", live="Runtime 1.4.0 gets “Earlier words”.")


def rolling_out(percent: int = 10, stage: int = 0, **changes) -> RunView:
    """An update that some people have, being watched."""
    more = {"mobile": rolled(percent, stage)} | changes
    return an_update(*to_update(StepName.ROLLOUT), **more)


def taken_back(state: RunState | None, reason: Reason = Reason.REGRESSED, **changes) -> RunView:
    """An update whose watch saw errors rise at 10 %, and how its way back stands."""
    back = None if state is None else TakenBack(run_id=13, state=state, sha="", live="")
    known = {
        "state": RunState.FAILED,
        "reason": reason,
        "detail": "New unhandled errors: 14 in 3 min, 1 expected.",
        "taken_back": back,
        "mobile": rolled(10, 0),
    }
    return an_update(*to_update(StepName.ROLLOUT, StepState.FAILED), **known | changes)


def undo(**changes) -> Undo:
    known = {
        "group": GROUP,
        "runtime": "1.4.0",
        "platforms": BOTH,
        "rolling": True,
        "to": EARLIER,
        "to_message": "Earlier words",
        "to_sha": "9f8e7d6" + "0" * 33,
    }
    return Undo(**known | changes)


def a_way_back_of(*undone: Undo, states: tuple[StepState, ...] = (), **changes) -> RunView:
    known = {
        "kind": RunKind.UPDATE_BACK,
        "service": "mobile",
        "environment": "production",
        "state": RunState.RUNNING,
        "steps": steps(*states, names=BACKS),
        "mobile": UpdateBackFacts(branch="production", undo=undone).encode() if undone else "",
        "why": "",
        "sha": "",
        "commit_title": "",
        "commit_author": "",
        "vendor_page": "",
        "environment_url": "",
        "ended_at": None,
    }
    return a_run(**known | changes)
