"""What a badly ended step of an app's run means for people: what was not done, in plain words."""

from bot.engine.states import RunKind, StepName

_BEFORE = {
    RunKind.UPDATE: "Nothing was published; people keep what they have.",
    RunKind.UPDATE_BACK: "Nothing was taken back; people keep the update.",
    RunKind.RELEASE: "Nothing was handed to a store.",
    RunKind.STORE: "The stores were not told anything.",
}
_ALREADY = {
    RunKind.UPDATE: "It went no further; what people have of it stays with them.",
    RunKind.UPDATE_BACK: "Nothing more was taken back.",
    RunKind.RELEASE: "Nothing more was handed to a store.",
    RunKind.STORE: "No other store was told anything.",
}
"""Where an attempt before had reached people or a store."""
_NOT_DONE = {
    StepName.PUBLISH: "No update of this run is known to be out. Retry looks before it publishes.",
    StepName.ROLLOUT: "The update did not reach everybody.",
    StepName.REVERT: "The update may still reach people.",
    StepName.SUBMIT: "Not every build was handed to its store. Retry hands over only what is missing.",
    StepName.REVIEW: "The release is not live in every store.",
    StepName.STORE: "Not every store does as it was told.",
}


def app_not_done(kind: RunKind, step: StepName, *, started: bool, out: bool = False) -> str:
    """Say what did not happen because ``step`` ended badly; ``started``: a vendor has what we started.

    ``out``: an attempt before has reached people, or a store.
    """
    if step is StepName.BUILD and started:
        return "Nothing was handed to a store. Builds that were started go on at Expo."
    if step is StepName.PUBLISH and started:
        return "The workflow was started; no update of this run is known to be out. Retry looks first."
    return _NOT_DONE.get(step, _ALREADY[kind] if out else _BEFORE[kind])
