"""What to type next about a run of an app: its own reasons, its own commands. Pure."""

from bot.engine.mobile import BOTH, Stage
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import RunKind
from handlers.render._release import release_facts
from handlers.render._text import code, one_line

_LOOK_FIRST = "The last log lines are in the thread. When it is mended: {command}."
_STATUS = "`/pawota status` shows what stands where."

APP_WAYS: dict[Reason, str] = {
    Reason.UNKNOWN_APP: "`/pawota help` lists everything.",
    Reason.NO_MESSAGE: "`/pawota help` shows where the message goes.",
    Reason.NO_UPDATE: "`/pawota status` shows what people have.",
    Reason.NO_BUILD: "`/pawmobile build` makes one. When it is finished, Retry.",
    Reason.NOTHING_TO_PROMOTE: "`/pawota status` shows what is rolled out.",
    Reason.NOTHING_TO_ORDER: "`/pawmobile status` shows what is going out.",
    Reason.NATIVE_CHANGED: "It needs a build: `/pawmobile build`. When there is one with that code, Retry.",
    Reason.NATIVE_UNKNOWN: (
        "When CI has set the commit's fingerprint, Retry. `override_roles` in pawdeploy.toml says who may "
        "publish it all the same."
    ),
    Reason.RUNTIME_CHANGED: "A build with that runtime must reach people first: `/pawmobile build`.",
    Reason.BRANCH_UNKNOWN: (
        "When Expo has the branch, or `ota.branch` in pawdeploy.toml names the right one, Retry."
    ),
    Reason.CHANNEL_PAUSED: "When it is resumed at Expo, Retry.",
    Reason.ROLLOUT_ELSEWHERE: "When that rollout is over, Retry. `/pawota status` shows it.",
    Reason.PUBLISH_FAILED: _LOOK_FIRST,
    Reason.PUBLISH_UNKNOWN: "Look at the workflow on GitHub first; nothing is published twice.",
    Reason.ROLLOUT_REFUSED: f"{_STATUS} `/pawota rollback` takes it back.",
    Reason.PLATFORMS_APART: _STATUS,
    Reason.REVERT_FAILED: f"People may keep the update until it is taken back. {_STATUS}",
    Reason.VERSION_UNREADABLE: "When the app's config has a version pawdeploy can read, Retry.",
    Reason.VERSION_USED: "Raise it further: {command}.",
    Reason.BUILD_FAILED: (
        "The builds' logs are linked above. Retry builds every platform anew, with the same version. When it "
        "is mended: {command}."
    ),
    Reason.BUILD_CANCELLED: "Somebody cancelled it at Expo. To build anew: {command}.",
    Reason.BUILD_UNKNOWN: "Look at the builds at Expo first; nothing is built twice.",
    Reason.DEVICE_PROBLEM: (
        "If it was none, or is mended without a new build, Retry asks the testers again. Else: {command}."
    ),
    Reason.OLDER_THAN_LIVE: "A newer version starts with {command}.",
    Reason.SUBMISSION_FAILED: "The log is linked above; only what is missing is handed over again.",
    Reason.SUBMISSION_UNKNOWN: "Look at the submissions at Expo first; nothing is handed over twice.",
    Reason.STORE_REJECTED: (
        "When an answer to the store has helped, Retry asks it again. Both are looked at for two weeks."
    ),
    Reason.STORE_REFUSED: "`/pawmobile status` shows what the stores have.",
    Reason.UPDATED: "",
    Reason.UPDATE_TAKEN_BACK: "",
    Reason.RELEASED: "",
    Reason.STORE_TOLD: "",
}
"""The last line of a card that ended so; like ``_WAYS``."""

RETRY_SAID = frozenset(reason for reason, way in APP_WAYS.items() if "Retry" in way) | {
    Reason.NATIVE_CHANGED,
    Reason.RUNTIME_CHANGED,
    Reason.VERSION_USED,
    Reason.BUILD_FAILED,
    Reason.DEVICE_PROBLEM,
    Reason.OLDER_THAN_LIVE,
}
"""Reasons whose line says when Retry helps, or after which something else is meant."""

OF_APPS: dict[Reason, str] = {
    Reason.FROZEN: "Retry when the freeze is over. `/pawdeploy locks` says until when.",
    Reason.WORKFLOW_FAILED: _LOOK_FIRST,
    Reason.WORKFLOW_UNKNOWN: "Look at it on GitHub first; nothing starts it twice.",
    Reason.VENDOR_REJECTED: "`pawdeploy check`, typed on the server of pawdeploy, says what is missing.",
    Reason.REGRESSED: "When the cause is mended, publish the new commit: {other}.",
    Reason.ALREADY_LIVE: "`/pawota status` shows what people have.",
    Reason.OVERTAKEN: "To publish this commit all the same: {this}.",
}
"""Ways out of what befalls other runs too, where another is meant for an app's."""


NOBODY_SAID = "`/pawota rollback` takes it back; Retry waits for a decision once more."
"""After a rollout that nobody sent on in time, whose reason is that of approvals."""

_NOT_HANDED = frozenset({Stage.FAILED, Stage.CANCELLED})

GAVE_WAY = "The card of the way back says what people have."


def hand_over_later(run: RunView) -> str:
    """Say how to hand over what a release built and no store has; empty where nothing is left."""
    if run.kind is not RunKind.RELEASE:
        return ""
    facts = release_facts(run)
    built = all(one in facts.builds and facts.builds[one].stage is Stage.FINISHED for one in BOTH)
    there = [facts.submissions.get(one) for one in BOTH]
    left = any(one is None or one.stage in _NOT_HANDED for one in there)
    return f"To hand over what it built: {code(f'/pawmobile submit {run.id}', 60)}." if built and left else ""


def app_command(run: RunView, ref: str, *, several: bool) -> str:
    """Return the command that asks for the same, as a code span; ``ref``: of an update, empty for none."""
    named = ("--app", run.service) if several else ()
    match run.kind:
        case RunKind.UPDATE:
            words = ("/pawota", run.environment, _message(run.why), ref)
        case RunKind.UPDATE_BACK:
            words = ("/pawota", "rollback", run.environment, "")
        case RunKind.RELEASE:
            words = ("/pawmobile", "build", "", "")
        case _:
            words = ("/pawmobile", "status", "", "")
    return code(" ".join(word for word in (*words, *named) if word), 350)


def _message(message: str) -> str:
    """Return a message as it can be typed; a long one, or one with quotes, is left to whoever types."""
    line = one_line(message[:200])
    fits = 0 < len(line) <= 80 and not set(line) & set('"“”„‟«»`')
    return f'"{line}"' if fits else '"…"'
