"""Joins the addresses under ``/hooks/``: who is let in, where it is kept, and whom it wakes."""

from collections.abc import Callable, Sequence

from starlette.routing import Route

from bot.bells import Bells, Unkept
from bot.clock import Clock
from bot.settings import Settings
from bot.web.appstore import appstore_door
from bot.web.hooks import HookSecrets, Store, hooks_doors


def make_doors(
    settings: Settings,
    bells: Bells,
    clock: Clock,
    count: Callable[[str, str], None],
    *,
    store: Store | None = None,
    tell: Callable[[], None] = lambda: None,
) -> Sequence[Route]:
    """Build an address for each secret that is set.

    Without ``store``, which keeps what is read as alerts, only those exist whose messages runs wait for.
    """
    apple = settings.appstore_webhook_secret
    doors = [appstore_door(apple, bells.apple, count)] if apple else []
    if store is None:
        secrets = HookSecrets(expo=settings.expo_webhook_secret)
        return doors + hooks_doors(Unkept(), secrets, clock, tell, count, heard=bells.heard)
    secrets = HookSecrets(
        sentry=settings.sentry_webhook_secret,
        github=settings.github_webhook_secret,
        expo=settings.expo_webhook_secret,
        railway=settings.railway_webhook_secret,
        generic=settings.alerts_secret,
    )
    return doors + hooks_doors(store, secrets, clock, tell, count, heard=bells.heard)
