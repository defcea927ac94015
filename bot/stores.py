"""Which app is asked about at which store: each joined with the client that can ask. Decides nothing."""

from collections.abc import Callable
from datetime import datetime

import httpx

from bot.apps import App
from bot.errors import ConfigError
from bot.pipelines.mobile_needs import Store, Stores
from bot.project import Project
from bot.secrets import WHERE
from bot.settings import Settings

Connect = Callable[[str, str], httpx.AsyncClient]
"""Called with a vendor's name and its address."""
Now = Callable[[], datetime]


def make_stores(settings: Settings, project: Project, connect: Connect, now: Now) -> Stores:
    """Build a client for each store an app names and the environment has access to; by app.

    ``ConfigError``: a key is set and is none.
    """
    apps = [app for app in project.apps if app.stores is not None]
    apple = _apple(settings, apps, connect, now)
    google = _google(settings, apps, connect, now, look_every=project.timings.review_poll)
    return {
        app.name: tuple(store for store in (apple.get(app.name), google.get(app.name)) if store is not None)
        for app in apps
    }


def _apple(settings: Settings, apps: list[App], connect: Connect, now: Now) -> dict[str, Store]:
    ids = {app.name: app.stores.apple for app in apps if app.stores and app.stores.apple}
    if settings.appstore_key is None or not ids:
        return {}
    # Loaded for who is there: what signs for the stores takes 9 MB.
    from bot.integrations import appstore

    pem = settings.appstore_key.get_secret_value()
    try:
        key = appstore.Key(pem, settings.appstore_key_id, settings.appstore_issuer)
    except appstore.BadKeyError as error:
        raise _wrong("APPSTORE_KEY", error) from None
    http, tokens = connect("App Store Connect", settings.appstore_api_url), appstore.Tokens(key, now)
    return {name: appstore.AppStore(http, app, tokens) for name, app in ids.items()}


def _google(
    settings: Settings, apps: list[App], connect: Connect, now: Now, *, look_every: float
) -> dict[str, Store]:
    packages = {
        app.name: (app.stores.google, app.stores.track) for app in apps if app.stores and app.stores.google
    }
    if settings.googleplay_account is None or not packages:
        return {}
    from bot.integrations import googleplay

    try:
        account = googleplay.Account(settings.googleplay_account.get_secret_value())
    except googleplay.BadAccountError as error:
        raise _wrong("GOOGLEPLAY_ACCOUNT", error) from None
    http = connect("Google Play", settings.googleplay_api_url)
    tokens = googleplay.Tokens(http, account, now)
    return {
        name: googleplay.GooglePlay(http, package, track, tokens, now, look_every=look_every)
        for name, (package, track) in packages.items()
    }


def _wrong(variable: str, error: ValueError) -> ConfigError:
    return ConfigError(f"{variable} {error}; set it to {WHERE[variable]}")
