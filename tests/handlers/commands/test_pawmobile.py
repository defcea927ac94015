"""``/pawmobile`` as typed: which app, which version, which release, who may; what is started and said."""

from dataclasses import replace

import pytest

from bot.engine.reasons import Reason
from bot.engine.release import Part
from bot.engine.states import RunKind, RunState, StepName
from bot.engine.stores import OrderKind
from bot.errors import UserError
from bot.project import Project
from tests.handlers._limits import texts
from tests.handlers._releases import ANDROID, IOS, a_release, release_facts, released
from tests.handlers._runs import SHA
from tests.handlers._slack import ANN, BEN, GENERAL, OTTO, Slack, pawlogic

CHANGING = ["build", "build minor main", "submit", "halt because it crashes", "resume"]


@pytest.fixture
def slack():
    return Slack(pawlogic())


def of_apps(**environments) -> Project:
    """A team with two apps, the second in the environments named."""
    facts = pawlogic().model_dump(mode="json")
    place = facts["apps"][0]["environments"]["production"]
    cat = facts["apps"][0] | {"name": "cat", "default_branch": "trunk", "stores": {"google": "app.cat"}}
    cat["environments"] = dict.fromkeys(environments or {"production": 1}, place)
    return Project.model_validate(facts | {"apps": [facts["apps"][0], cat]})


async def typed(slack, text, **more) -> str:
    return await slack.command(text, name="/pawmobile", **more)


@pytest.mark.parametrize(
    ("text", "part", "ref"),
    [
        ("build", Part.PATCH, "main"),
        ("build minor", Part.MINOR, "main"),
        ("BUILD Major release/2", Part.MAJOR, "release/2"),
        ("build v1.4.3", Part.PATCH, "v1.4.3"),
        ("build patch patch", Part.PATCH, "patch"),
    ],
)
async def test_build_raises_the_part_named_of_the_ref_named(slack, text, part, ref):
    assert await typed(slack, text) == ""

    [request] = slack.releases.requests.values()
    assert (request.part, request.ref, request.submit_only) == (part, ref, None)
    assert (request.app, request.environment, request.by) == ("mobile", "production", ANN)
    assert request.key == "delivery-1"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("build mnor", "Did you mean `minor`?"),
        ("build huge main", "`patch`, `minor` or `major`, not `huge`"),
        ("build patch main more", "I don't know what to do with `more`"),
        ("build patch $(rm)", "can't be a branch, tag or commit"),
        ("build --app dog", "There is no app `dog`"),
        ("build --environment staging", "`mobile` has no environment `staging`"),
        ("build --again", "I don't know the option `--again`"),
        ("submit abc", "`abc` is no run's number"),
        ("submit 99", "There is no run 99"),
        ("cancel", "No release of `mobile` is under way"),
        ("submit", "no finished build of `mobile` in `production`"),
        ("halt", "Why? Everybody will read it"),
        ("halt because", "Why? Everybody will read it"),
        ("halt fridge because it hums", "`ios` or `android`, not `fridge`"),
        ("halt androd because it hums", "Did you mean `android`?"),
        (f"halt because {'x' * 500}", "a command has at most 500"),
        ("halt because it crashes --app", "`--app` needs a value"),
        ("rebuild", "Did you mean `/pawmobile build`?"),
        ("zzzzzz", "To start a release, type `/pawmobile build`"),
    ],
)
async def test_what_is_not_understood_says_what_to_type_and_starts_nothing(slack, text, says):
    said = await typed(slack, text)
    assert says in said
    assert slack.releases.requests == slack.releases.orders == {}


@pytest.mark.parametrize("text", CHANGING)
async def test_who_may_not_ship_there_starts_nothing_and_reads_who_can(slack, text):
    slack.releases.unsubmitted = (released(id=1),)

    said = await typed(slack, text, user=OTTO)

    assert said.startswith("You can't ")
    assert "<!subteam^S0BACKEND01>" in said
    assert slack.releases.requests == slack.releases.orders == {}


@pytest.mark.parametrize("text", ["status", "review", "history", "help", ""])
async def test_anybody_may_look(slack, text):
    assert not (await typed(slack, text, user=OTTO)).startswith("You can't")


async def test_from_elsewhere_one_is_told_where_the_card_is(slack):
    assert "Its card is in <#C0DEPLOYS01>" in await typed(slack, "build", channel=GENERAL)
    assert "Its card is in <#C0DEPLOYS01>" in await typed(slack, "halt because x y", channel=GENERAL)


async def test_of_several_apps_one_is_named():
    slack = Slack(of_apps())

    assert "Which app: `mobile` or `cat`?" in await typed(slack, "build")
    assert await typed(slack, "build --app CAT") == ""

    [request] = slack.releases.requests.values()
    assert (request.app, request.ref) == ("cat", "trunk")


async def test_an_app_that_goes_to_one_place_of_another_name_needs_no_name_for_it():
    slack = Slack(of_apps(beta=1))

    await typed(slack, "build --app cat")
    await typed(slack, "build")

    places = [(one.app, one.environment) for one in slack.releases.requests.values()]
    assert places == [("cat", "beta"), ("mobile", "production")]


async def test_of_several_places_one_is_named():
    slack = Slack(of_apps(beta=1, gamma=1))

    assert "Which environment: `beta` or `gamma`?" in await typed(slack, "build --app cat")
    assert await typed(slack, "build --app cat --environment gamma") == ""


async def test_the_one_build_not_handed_over_is_submitted_as_it_was_built(slack):
    slack.releases.unsubmitted = (released(id=7, known=release_facts()),)

    assert await typed(slack, "submit") == ""

    [request] = slack.releases.requests.values()
    assert (request.submit_only, request.ref, request.part) == (7, SHA, Part.MINOR)


async def test_of_several_builds_not_handed_over_nobody_guesses(slack):
    newer = released(id=9, known=release_facts(version="1.6.0"))
    slack.releases.unsubmitted = (newer, released(id=7))

    said = await typed(slack, "submit")

    assert said == "Which one goes to the stores? Nothing was started."
    [first, second] = texts(slack.replies[-1]["blocks"])[1:]
    assert first.startswith("`/pawmobile submit 9` *1.6.0* · iOS build `57` · Android build `58`")
    assert second.startswith("`/pawmobile submit 7` *1.5.0*")
    assert slack.releases.requests == {}


@pytest.mark.parametrize("typed_number", ["7", "#7"])
async def test_a_release_can_be_named_to_be_submitted(slack, typed_number):
    slack.desk.runs[7] = released(id=7)
    await typed(slack, f"submit {typed_number}")
    [request] = slack.releases.requests.values()
    assert request.submit_only == 7


@pytest.mark.parametrize("text", ["submit 3", "cancel 3"])
async def test_a_run_that_is_no_release_is_not_taken_for_one(slack, text):
    slack.desk.runs[3] = replace(released(id=3), kind=RunKind.DEPLOY)
    assert "Run 3 is no release of an app" in await typed(slack, text)
    assert slack.desk.runs[3].state is RunState.SUCCEEDED


async def test_a_lock_keeps_a_build_from_the_stores_before_anybody_is_asked():
    held = Slack(pawlogic(), holds=Locked())
    held.releases.unsubmitted = (released(id=7),)

    assert "Locked by somebody" in await typed(held, "submit")
    assert held.releases.requests == {}
    assert await typed(held, "build") == ""


class Locked:
    """Somebody holds everything."""

    async def blocking(self, service, environment, user, *, emergency):
        return service

    def refusal(self, blocking):
        return Reason.LOCKED, "Locked by somebody."


async def test_cancel_stops_the_newest_release_under_way(slack):
    slack.desk.runs[5] = slack.releases.now = a_release(StepName.BUILD, id=5, requested_by=BEN)

    said = await typed(slack, "cancel")

    assert said == "Run 5 stops. Its card in <#C0DEPLOYS01> says what stays as it is."
    assert slack.desk.runs[5].cancelled_by == ANN


async def test_whoever_asked_for_a_release_may_cancel_it_and_strangers_may_not(slack):
    slack.desk.runs[5] = a_release(StepName.BUILD, id=5, requested_by=OTTO)
    slack.desk.runs[6] = a_release(StepName.BUILD, id=6, requested_by=BEN)

    assert "You can't cancel run 6" in await typed(slack, "cancel 6", user=OTTO)
    assert "Run 5 stops" in await typed(slack, "cancel 5", user=OTTO)

    assert slack.desk.runs[6].state is RunState.PREPARING


async def test_what_has_ended_is_not_cancelled(slack):
    slack.desk.runs[5] = released(id=5)
    assert "moved on" in await typed(slack, "cancel 5")


@pytest.mark.parametrize(
    ("text", "kind", "platforms", "why"),
    [
        ("halt because it crashes", OrderKind.HALT, (), "it crashes"),
        ("halt ios because it's broken", OrderKind.HALT, (IOS,), "it's broken"),
        ("halt Google BECAUSE it crashes --app mobile", OrderKind.HALT, (ANDROID,), "it crashes"),
        ("resume", OrderKind.RESUME, (), ""),
        ("resume android", OrderKind.RESUME, (ANDROID,), ""),
        ("resume ios because it was the server", OrderKind.RESUME, (IOS,), "it was the server"),
    ],
)
async def test_an_order_says_where_and_why(slack, text, kind, platforms, why):
    assert await typed(slack, text) == ""

    [order] = slack.releases.orders.values()
    assert (order.kind, order.platforms, order.why) == (kind, platforms, why)
    assert (order.app, order.environment, order.by) == ("mobile", "production", ANN)


async def test_an_app_named_behind_the_reason_is_no_part_of_it():
    slack = Slack(of_apps(beta=1))
    await typed(slack, "halt because it crashes --app=cat")
    [order] = slack.releases.orders.values()
    assert (order.app, order.environment, order.why) == ("cat", "beta", "it crashes")


async def test_what_the_desk_refuses_is_said(slack):
    slack.releases.trouble = UserError("Run 4 is under way already.", reason=Reason.STALE_BUTTON)
    assert await typed(slack, "build") == "Run 4 is under way already."


async def test_history_lists_releases_and_orders_of_the_app(slack):
    slack.desk.runs |= {1: released(id=1), 2: replace(released(id=2), kind=RunKind.UPDATE)}

    await typed(slack, "history")

    said = "\n".join(texts(slack.replies[-1]["blocks"]))
    assert "Run 1" in said
    assert "Run 2" not in said


async def test_review_shows_the_stores_and_the_newest_release(slack):
    slack.desk.runs[1] = released(id=1)
    await typed(slack, "review")
    said = "\n".join(texts(slack.replies[-1]["blocks"]))
    assert "The stores have nothing of it, or none is asked." in said
    assert "Newest release:" in said
    assert slack.apps.asked == [("mobile", "production")]


async def test_no_app_at_all_says_what_adds_one():
    facts = pawlogic().model_dump(mode="json") | {"apps": [], "workflows": []}
    slack = Slack(Project.model_validate(facts))
    assert "`[[apps]]` adds one" in await typed(slack, "build")
