"""The workflow files of the simulated repositories: what each declares, and what a run of it does.

Data, and which of it a run's inputs choose. Must not know HTTP or time.
"""

from collections.abc import Mapping
from dataclasses import dataclass

DEPLOY, MIGRATE, MOBILE = "backend-deploy.yml", "migrate.yml", "mobile-build.yml"
SOURCE_MAPS = "source-maps.yml"
BACKEND_FILES, APP_FILES = (DEPLOY, MIGRATE), (MOBILE, SOURCE_MAPS)
DEPLOY_KNOB, MIGRATE_KNOB = "github.workflow", "github.migration"

_OURS = frozenset({"sha", "environment", "service", "pawdeploy_run"})
DECLARED: Mapping[str, frozenset[str]] = {
    DEPLOY: _OURS,
    MIGRATE: _OURS | {"action"},
    SOURCE_MAPS: _OURS | {"action"},
    MOBILE: _OURS | {"action", "profile", "message", "branch", "rollout", "build_ios", "build_android"},
}
"""What each declares under ``workflow_dispatch``; GitHub refuses any other input."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Doing:
    """What a run does, as its name, its one job and its log tell."""

    verb: str
    job: str
    step: str
    """The step that does it."""
    log: tuple[str, ...]
    trouble: tuple[str, ...]
    """What its log says besides when it fails."""
    end: str = ""
    """What its log says at a good end."""
    knob: str = DEPLOY_KNOB
    """The knob that decides how it ends."""
    delivers: bool = False


def doing(workflow: str, inputs: Mapping[str, str]) -> Doing:
    """Return what a run of ``workflow`` with ``inputs`` does."""
    action = inputs.get("action", "")
    if workflow == MIGRATE:
        return _DOWNGRADE if action == "downgrade" else _MIGRATE
    if workflow == MOBILE:
        return _mobile(action, inputs)
    if workflow == SOURCE_MAPS:
        return _SOURCE_MAPS
    return _deploy(inputs.get("service", ""))


_SOURCE_MAPS = Doing(
    verb="Upload the source maps of",
    job="source-maps",
    step="sentry-cli sourcemaps upload",
    log=("sentry-cli sourcemaps upload dist", "> Uploaded 2 files to Sentry"),
    trouble=("error: API request failed",),
)
_MIGRATE = Doing(
    verb="Migrate",
    job="migrate",
    step="alembic upgrade head",
    log=("alembic upgrade head", "INFO  [alembic] Running upgrade 8c1f -> 9d2e, add vaccinations"),
    trouble=('ERROR: relation "vaccinations" already exists',),
    knob=MIGRATE_KNOB,
)
_DOWNGRADE = Doing(
    verb="Downgrade",
    job="migrate",
    step="alembic downgrade -1",
    log=("alembic downgrade -1", "INFO  [alembic] Running downgrade 9d2e -> 8c1f, add vaccinations"),
    trouble=('ERROR: cannot drop table "vaccinations" because other objects depend on it',),
)


def _mobile(action: str, inputs: Mapping[str, str]) -> Doing:
    match action:
        case "update":
            return _update(inputs.get("branch") or "production", inputs.get("rollout", ""))
        case "submit":
            return _SUBMIT
        case "fingerprint":
            return _FINGERPRINT
        case _:
            return _build(inputs.get("profile") or "preview")


_SUBMIT = Doing(
    verb="Submit",
    job="submit",
    step="eas submit",
    log=("eas submit --non-interactive --no-wait",),
    trouble=("Error: Build artifact could not be downloaded",),
)
_FINGERPRINT = Doing(
    verb="Fingerprint",
    job="fingerprint",
    step="fingerprint",
    log=("npx @expo/fingerprint fingerprint:generate",),
    trouble=("Error: Cannot find module 'expo/config'",),
)


def _update(branch: str, rollout: str) -> Doing:
    share = f" --rollout-percentage {rollout}" if rollout else ""
    return Doing(
        verb="Update",
        job="update",
        step="eas update",
        log=(
            f"eas update --branch {branch}{share} --non-interactive",
            "✔ Exported bundles for android, ios",
        ),
        trouble=("Error: the runtime version of this update matches no build in production",),
    )


def _build(profile: str) -> Doing:
    return Doing(
        verb="Build",
        job="build",
        step="eas build",
        log=(f"eas build --platform all --profile {profile} --non-interactive --no-wait",),
        trouble=("Error: Gradle build failed with unknown error",),
    )


def _deploy(service: str) -> Doing:
    return Doing(
        verb="Deploy",
        job="deploy",
        step="railway up",
        log=(f"railway up --ci --service {service}",),
        trouble=("Build failed",),
        end="Deploy complete",
        delivers=True,
    )
