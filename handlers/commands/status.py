"""``/pawdeploy status`` - what every environment runs now and what people have of apps, as observed."""

import asyncio

from bot.engine.app_status import AppStatus
from bot.errors import VendorError
from handlers._app_services import Apps
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.lists import MOST_APPS, render_status

_PATIENCE = 5.0
"""Seconds an app has to say how it stands; services are never kept waiting longer."""


async def run(asked: Asked, services: Services) -> Message:
    """Ask the desk and about every app at once, say what was seen."""
    places = [(app.name, where) for app in services.project.apps for where in app.environments]
    looks = [asyncio.create_task(_look(services.apps, *place)) for place in places[:MOST_APPS]]
    try:
        seen = await services.desk.status()
        apps = await asyncio.gather(*looks)
    finally:
        for look in looks:
            look.cancel()
    return render_status(seen, now=asked.now, apps=apps, more_apps=len(places) - len(looks))


async def _look(apps: Apps, app: str, environment: str) -> AppStatus:
    """Say how an app stands; one that can't be asked in time is unknown, and why."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return await apps.status(app, environment)
    except TimeoutError:
        why = f"How it stands is unknown: no answer within {_PATIENCE:.0f} s. `/pawota status` waits longer."
    except VendorError as error:
        why = f"How it stands is unknown: {error.vendor.capitalize()} did not answer."
    return AppStatus(app=app, environment=environment, trouble=(why,))


SUBCOMMAND = Subcommand(
    name="status",
    usage="/pawdeploy status",
    summary="What every environment runs now, and what people have of apps",
    run=run,
)
