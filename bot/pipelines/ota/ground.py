"""Where an app's updates go: what the project file says of it, and Expo to ask. Looks nothing up itself."""

from dataclasses import dataclass

from bot import apps
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.errors import StepFailed
from bot.pipelines.mobile_needs import Expo
from bot.pipelines.needs import Kit


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """One app in one environment that updates over the air go to."""

    app: apps.App
    there: apps.AppEnvironment
    config: apps.Expo
    ota: apps.Ota
    expo: Expo

    @property
    def project(self) -> str:
        """The app's id at Expo."""
        return self.config.project


def find_ground(kit: Kit, app_name: str, environment: str) -> Ground | None:
    """Return where updates go; None where the project file, or a missing token, has none go."""
    app = kit.project.app(app_name)
    there = app.environments.get(environment) if app else None
    if app is None or there is None or app.expo is None or there.ota is None or kit.expo is None:
        return None
    return Ground(app=app, there=there, config=app.expo, ota=there.ota, expo=kit.expo)


def ground(kit: Kit, run: RunView) -> Ground:
    """Return where the updates of ``run`` go.

    Raises:
        StepFailed: when the project file was changed under the run.

    """
    found = find_ground(kit, run.service, run.environment)
    if found is None:
        msg = f"Nobody here can publish to {run.service} in {run.environment} any more: pawdeploy.toml"
        msg = f"{msg} says no [apps.environments.{run.environment}.ota], or the token of Expo is gone."
        raise StepFailed(Reason.UNKNOWN_ENVIRONMENT, msg)
    return found
