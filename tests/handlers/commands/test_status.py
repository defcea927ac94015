"""``/pawdeploy status``: services first, then what people have of every app, known or not."""

import asyncio

import pytest

from bot.engine.app_status import AppStatus
from bot.errors import VendorUnavailable
from bot.project import Project
from handlers.commands import status
from handlers.render.lists import MOST_APPS, render_status
from tests.handlers._limits import assert_message, texts, words
from tests.handlers._runs import NOON
from tests.handlers._slack import Slack, pawlogic


def said(slack) -> str:
    return "\n".join(texts(slack.replies[-1]["blocks"]))


async def test_apps_stand_below_services(slack):
    slack.apps.stands["mobile", "production"] = AppStatus(
        app="mobile", environment="production", branch="production", paused=True
    )

    await slack.command("status")

    assert said(slack).index("*staging* · api") < said(slack).index("*mobile* · production")
    assert "the channel is paused" in said(slack)
    assert slack.apps.asked == [("mobile", "production")]


async def test_an_app_whose_vendor_is_down_is_unknown_and_services_are_shown(slack):
    slack.apps.trouble = VendorUnavailable("expo", "read updates", detail="HTTP 503")

    await slack.command("status")

    assert "*staging* · api" in said(slack)
    assert "How it stands is unknown: Expo did not answer." in said(slack)


async def test_an_app_that_never_answers_keeps_nobody_waiting(slack, monkeypatch):
    async def never(app, environment):
        await asyncio.Event().wait()

    monkeypatch.setattr(status, "_PATIENCE", 0.01)
    slack.apps.status = never

    await asyncio.wait_for(slack.command("status"), 2)

    assert "no answer within" in said(slack)
    assert "*staging* · api" in said(slack)


async def test_trouble_with_services_is_said_as_before(slack):
    slack.desk.trouble = VendorUnavailable("railway", "read status", detail="HTTP 503")

    assert "Railway is not answering" in await slack.command("status")


async def test_without_apps_none_is_shown():
    slack = Slack(Project.model_validate(pawlogic().model_dump(mode="json") | {"apps": [], "workflows": []}))

    await slack.command("status")

    assert slack.apps.asked == []
    assert "Over the air" not in said(slack)


@pytest.mark.parametrize("number", [1, MOST_APPS, MOST_APPS + 3])
def test_many_apps_fit_and_the_rest_is_counted(number):
    apps = [
        AppStatus(app=f"<app{at}>" * 20, environment="&" * 90, trouble=("<!here>",) * 9)
        for at in range(number)
    ]
    message = render_status((), now=NOON, apps=apps)

    assert_message(message)
    assert ("and 3 more places of apps" in words(message)) == (number > MOST_APPS)
