"""Where an app's releases go: what the project file says of it, Expo, and its stores. Looks nothing up."""

from dataclasses import dataclass

from bot import apps
from bot.engine.mobile import AppPlatform
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.errors import StepFailed
from bot.pipelines.mobile_needs import Expo, Store
from bot.pipelines.needs import Kit


@dataclass(frozen=True, kw_only=True, slots=True)
class Shop:
    """One app in one environment that is built and handed to stores."""

    app: apps.App
    there: apps.AppEnvironment
    config: apps.Expo
    expo: Expo

    @property
    def project(self) -> str:
        """The app's id at Expo."""
        return self.config.project


def find_shop(kit: Kit, app_name: str, environment: str) -> Shop | None:
    """Return where releases go; None where the project file, or a missing token, has none go."""
    app = kit.project.app(app_name)
    there = app.environments.get(environment) if app else None
    if app is None or there is None or app.expo is None or kit.expo is None:
        return None
    return Shop(app=app, there=there, config=app.expo, expo=kit.expo)


def shop(kit: Kit, run: RunView) -> Shop:
    """Return where ``run`` goes.

    Raises:
        StepFailed: when the project file was changed under the run.

    """
    found = find_shop(kit, run.service, run.environment)
    if found is None:
        msg = f"Nobody here can release {run.service} to {run.environment} any more: pawdeploy.toml"
        msg = f"{msg} has no [apps.expo] or environment for it, or the token of Expo is gone."
        raise StepFailed(Reason.UNKNOWN_ENVIRONMENT, msg)
    return found


def store_of(kit: Kit, app: str, platform: AppPlatform) -> Store | None:
    """Return the app's store for a platform; None where no access to it is configured."""
    return next((store for store in kit.stores.get(app, ()) if store.platform is platform), None)


def sentence(text: str) -> str:
    """Begin a sentence with ``text``; names keep their letters."""
    return f"{text[:1].upper()}{text[1:]}"
