"""What people type after ``/pawota``, and what comes of it."""

import dataclasses

import pytest

from bot.engine.app_status import AppStatus
from bot.engine.holds import Free
from bot.engine.mobile import BOTH, Update, UpdateGroup
from bot.engine.reasons import Reason
from bot.engine.states import RunKind, RunState
from bot.errors import UserError
from bot.project import Project
from handlers.render._update_words import update_facts
from handlers.render.ota_lists import promoted_text, render_ota_history
from tests.handlers._limits import assert_message, assert_mrkdwn, texts
from tests.handlers._runs import NOON
from tests.handlers._slack import ANN, BEN, DEPLOYS, GENERAL, OTTO, NothingHeld, Slack, pawlogic
from tests.handlers._updates import MESSAGE, rolled, rolling_out


async def ota(slack: Slack, text: str = "", *, user: str = ANN, channel: str = DEPLOYS) -> str:
    return await slack.command(text, user=user, channel=channel, name="/pawota")


def apps_of(*apps: dict, **changes) -> Project:
    facts = pawlogic().model_dump(mode="json")
    mine = [facts["apps"][0] | changes, *(facts["apps"][0] | app for app in apps)]
    return Project.model_validate(facts | {"apps": mine})


@pytest.mark.parametrize(
    ("text", "message", "ref"),
    [
        (f'production "{MESSAGE}"', MESSAGE, ""),
        (f"production {MESSAGE}", MESSAGE, ""),
        (f'Production "{MESSAGE}" release/1.4', MESSAGE, "release/1.4"),
        (f"production “{MESSAGE}” a1b2c3d", MESSAGE, "a1b2c3d"),
        ("production don't crash -- at the start", "don't crash -- at the start", ""),
        ("production a &lt;b&gt; &amp; c", "a <b> & c", ""),
        ('production "--app is gone"', "--app is gone", ""),
        (f'production "{MESSAGE}" --app mobile', MESSAGE, ""),
        (f"production {MESSAGE} --app mobile", MESSAGE, ""),
        (f"production {MESSAGE} —app MOBILE", MESSAGE, ""),
        ("production " + "x" * 500, "x" * 500, ""),
        ("production x" + "&amp;" * 499, "x" + "&" * 499, ""),
    ],
)
async def test_the_message_stands_in_quotes_before_a_ref_or_is_all_there_is(slack, text, message, ref):
    assert await ota(slack, text) == ""

    [request] = slack.updates.requests.values()
    assert (request.app, request.environment, request.by) == ("mobile", "production", ANN)
    assert (request.message, request.ref, request.key) == (message, ref, "delivery-1")


@pytest.mark.parametrize(
    "text", ["production", 'production ""', "production “ ”", "production \u200b", "production !?"]
)
async def test_an_update_without_words_is_refused_with_an_example(slack, text):
    said = await ota(slack, text)

    assert '`/pawota production "Fix the login button"`' in said
    assert slack.updates.requests == {}


@pytest.mark.parametrize("quote", ["", '"'])
async def test_too_long_a_message_is_told_how_long_it_is(slack, quote):
    said = await ota(slack, f"production {quote}{'word ' * 1000}{quote}")

    assert "That message has 4,999 characters; 500 are the most." in said
    assert slack.updates.requests == {}


async def test_what_no_message_can_be_is_not_even_read(slack):
    assert "a command has at most 20,000" in await ota(slack, "production " + "x" * 30_000)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('production "hi" main extra', "I don't know what to do with `extra`."),
        ('production "hi" main..other', "can't be a branch, tag or commit"),
        ('production "hi', "A quote is open"),
        ('production "hi" --ap mobile', "Did you mean `--app`?"),
        ('production "hi" --app mobil', "There is no app `mobil`. Did you mean `mobile`?"),
        ("prodution hi", "Did you mean `/pawota production`?"),
        ("staging hi", 'To publish an update, type `/pawota production "what it does"`.'),
        ("promot", "Did you mean `/pawota promote`?"),
        ("&lt;!channel&gt; hi", "I don't know `&lt;!channel&gt;`."),
        ("rollback staging", "`mobile` has no environment `staging`."),
        ("rollback production now", "I don't know what to do with `now`."),
        ("rollback --emergency", "`--emergency` needs a reason"),
        ("history production --app nobody", "There is no app `nobody`."),
    ],
)
async def test_wrong_words_start_nothing_and_are_told_the_right_ones(slack, text, says):
    said = await ota(slack, text)

    assert says in said
    assert_mrkdwn(said)
    assert slack.updates.requests == slack.updates.backs == {}


async def test_nothing_typed_is_the_help(slack):
    assert "`/pawota rollback" in str((await ota(slack), slack.replies[-1]["blocks"]))


async def test_from_another_channel_one_is_told_where_the_card_is(slack):
    assert f"Its card is in <#{DEPLOYS}>" in await ota(slack, "production hi there", channel=GENERAL)


async def test_who_may_not_ship_the_app_is_told_who_can_and_nothing_starts(slack):
    for text in ("production hi", "rollback"):
        said = await ota(slack, text, user=OTTO)
        assert "of `mobile`" in said
        assert "Members of <!subteam^S0BACKEND01>" in said

    assert slack.updates.requests == slack.updates.backs == {}


class Frozen(NothingHeld):
    async def blocking(self, service, environment, user, *, emergency):
        assert service == "mobile"
        return Free()

    def refusal(self, blocking):
        return Reason.FROZEN, "Nothing ships to production until 2026-11-23 14:02 UTC."


async def test_a_freeze_stops_an_update_before_anybody_is_asked_and_no_way_back():
    slack = Slack(pawlogic(), holds=Frozen())

    assert "Nothing ships to production" in await ota(slack, "production hi")
    assert slack.updates.requests == {}
    assert await ota(slack, "rollback") == ""
    assert len(slack.updates.backs) == 1


async def test_several_apps_must_be_told_apart():
    slack = Slack(apps_of({"name": "kiosk"}))

    assert "Which app: `mobile` or `kiosk`? Add `--app mobile`" in await ota(slack, "production hi")
    assert await ota(slack, "production hi --app kiosk") == ""
    [request] = slack.updates.requests.values()
    assert request.app == "kiosk"


async def test_without_an_app_there_is_nothing_to_update():
    slack = Slack(Project.model_validate(pawlogic().model_dump(mode="json") | {"apps": [], "workflows": []}))

    assert "pawdeploy.toml has no app" in await ota(slack, "status")


async def test_where_no_updates_go_none_is_started():
    there = pawlogic().model_dump(mode="json")["apps"][0]["environments"]["production"]
    slack = Slack(apps_of(environments={"production": there, "beta": there | {"ota": None}}))

    said = await ota(slack, "beta hi there")

    assert "No updates over the air of `mobile` go to `beta`. They go to `production`." in said
    assert slack.updates.requests == {}


@pytest.mark.parametrize("text", ["rollback", "rollback production", "rollback --app mobile"])
async def test_taking_back_starts_a_way_back(slack, text):
    assert await ota(slack, text, user=BEN) == ""

    [request] = slack.updates.backs.values()
    assert (request.app, request.environment, request.by) == ("mobile", "production", BEN)
    assert (request.key, request.emergency) == ("delivery-1", "")


async def test_an_emergency_takes_a_role_and_a_reason(slack):
    assert "as an emergency" in await ota(slack, 'rollback --emergency "it crashes"', user=BEN)
    assert slack.updates.backs == {}

    assert await ota(slack, 'rollback --emergency "it crashes"', user=ANN) == ""
    [request] = slack.updates.backs.values()
    assert request.emergency == "it crashes"


def being_rolled_out(slack: Slack, **changes):
    slack.updates.now = rolling_out(50, 1, id=1, **changes)
    slack.desk.runs[1] = slack.updates.now
    slack.people.holders["approver"] = frozenset({ANN, BEN})
    return slack.updates.now


async def test_who_may_approve_sends_it_on_from_the_stage_it_is_at(slack):
    being_rolled_out(slack)

    said = await ota(slack, "promote", user=BEN)

    assert slack.updates.promotions == [(1, 1, BEN)]
    assert said == f"“{MESSAGE}” goes on to 100 % of production (run 1); its card shows it."


async def test_whoever_asked_for_it_does_not_send_it_on(slack):
    being_rolled_out(slack)

    assert "You asked for run 1" in await ota(slack, "promote", user=ANN)
    assert slack.updates.promotions == []


async def test_shipping_is_not_enough_to_send_it_on_where_people_must_approve(slack):
    being_rolled_out(slack)
    slack.people.holders["approver"] = frozenset()

    assert "You can't send run 1 on to more people" in await ota(slack, "promote", user=BEN)
    assert slack.updates.promotions == []


async def test_where_nobody_must_approve_those_who_ship_send_it_on():
    there = pawlogic().model_dump(mode="json")["apps"][0]["environments"]["production"]
    slack = Slack(apps_of(environments={"production": there | {"approval": None}}))
    being_rolled_out(slack)

    await ota(slack, "promote", user=ANN)

    assert slack.updates.promotions == [(1, 1, ANN)]


async def test_with_nothing_rolled_out_there_is_nothing_to_send_on(slack):
    assert "Nothing is rolled out there now." in await ota(slack, "promote", user=BEN)


async def test_status_says_what_people_have(slack):
    parts = tuple(Update(id=one.value, platform=one, runtime="1.4.0", percent=10) for one in BOTH)
    group = UpdateGroup(
        group="5f0c2a11",
        branch="production",
        branch_id="b",
        message=f"{MESSAGE} (pawdeploy run 12)",
        created_at=NOON,
        parts=parts,
    )
    slack.apps.stands["mobile", "production"] = AppStatus(
        app="mobile", environment="production", branch="production", updates=(group,)
    )

    await ota(slack, "status", user=OTTO)

    said = "\n".join(texts(slack.replies[-1]["blocks"]))
    assert f"“{MESSAGE}” · 10 % of people · run 12" in said


async def test_history_lists_updates_and_ways_back_and_nothing_else(slack):
    slack.desk.add(kind=RunKind.UPDATE, service="mobile", environment="production", why=MESSAGE)
    slack.desk.add(kind=RunKind.UPDATE_BACK, service="mobile", environment="production")
    slack.desk.add(kind=RunKind.RELEASE, service="mobile", environment="production")

    await ota(slack, "history", user=OTTO)

    said = "\n".join(texts(slack.replies[-1]["blocks"]))
    assert "Took the update of production back" in said
    assert f"Live for everybody in production: “{MESSAGE}”" in said
    assert "Run 3" not in said


async def test_history_of_nothing_says_how_one_starts(slack):
    assert "There are no updates of production yet." in await ota(slack, "history")


async def test_what_the_desk_refuses_is_said(slack):
    slack.updates.trouble = UserError("Run 9 takes one back already.", reason=Reason.ROLLBACK_UNDER_WAY)

    assert await ota(slack, "rollback") == "Run 9 takes one back already."


async def test_the_same_delivery_is_the_same_update(slack):
    await ota(slack, "production hi there")

    assert list(slack.updates.requests) == ["delivery-1"]
    assert dataclasses.asdict(slack.updates.requests["delivery-1"])["message"] == "hi there"


def test_every_answer_is_a_message_slack_takes():
    run = rolling_out(why="<!channel> " * 100, state=RunState.RUNNING, mobile=rolled(10, 0))
    assert_mrkdwn(promoted_text(run, update_facts(run)))
    assert_message(render_ota_history([run] * 40, "<!here>", now=NOON))
