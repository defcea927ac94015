import pytest

from bot.engine.states import RunState
from bot.errors import VendorRejected, VendorUnavailable
from tests.handlers._limits import assert_mrkdwn, texts
from tests.handlers._slack import ANN, BEN, DEPLOYS, GENERAL, OTTO


async def test_an_environment_alone_ships_the_default_branch_and_the_card_is_the_answer(slack):
    assert await slack.command("staging") == ""

    request = slack.desk.requests["delivery-1"]
    assert (request.service, request.environment, request.ref) == ("api", "staging", "main")
    assert (request.by, request.again) == (ANN, False)


async def test_from_another_channel_one_is_told_where_the_card_is(slack):
    said = await slack.command("staging", channel=GENERAL)

    assert f"Its card is in <#{DEPLOYS}>" in said


@pytest.mark.parametrize(
    "text",
    [
        "staging feature/pets --again --service api",
        "staging feature/pets —again –service api",
        "Staging “feature/pets” --AGAIN --service=“API”",
        "--service api staging `feature/pets` --again",
        "  staging\u00a0feature/pets\t--again  ",
    ],
)
async def test_editors_and_phones_may_improve_what_was_typed(slack, text):
    said = await slack.command(text)

    if text.startswith("--"):
        assert "Name the environment first" in said
        return
    request = slack.desk.requests["delivery-1"]
    assert (request.environment, request.ref, request.again) == ("staging", "feature/pets", True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("stagin", "I don't know `stagin`. Did you mean `/pawdeploy staging`?"),
        ("statsu", "Did you mean `/pawdeploy status`?"),
        ("zzz", "To ship, type `/pawdeploy staging`. `/pawdeploy help` lists everything."),
        ("environment", "I don't know `environment`."),
        ("history prodution", "There is no environment `prodution`. Did you mean `production`?"),
        ("diff stagign", "Did you mean `staging`?"),
        ("staging --servce api", "I don't know the option `--servce`. Did you mean `--service`?"),
        ("staging --force", "I don't know the option `--force`."),
        ("status --again", "This command takes none."),
        ("staging --service", "`--service` needs a value: `--service NAME`"),
        ("staging --again=yes", "`--again` takes no value"),
        ("staging --service apo", "There is no service `apo`. Did you mean `api`?"),
        ("staging main now", "I don't know what to do with `now`."),
        ("staging main;rm", "can't be a branch, tag or commit"),
        ("staging $(id)", "it has `$` in it"),
        ("staging `", "it has a back quote in it"),
        ('staging ""', "can't be a branch"),
        ("staging --", "starts or ends in a way git does not allow"),
        ("staging a..b", "git does not allow that name"),
        ("staging &lt;!channel&gt;", "`&lt;!channel&gt;` can't be a branch"),
        ("x" * 10_000, "That is 10,000 characters; a command has at most 500."),
        ("staging " + "x" * 300, "it has 300 characters, and 200 is the most"),
    ],
)
async def test_wrong_words_get_the_nearest_right_one_and_start_nothing(slack, text, says):
    said = await slack.command(text)

    assert says in said
    assert_mrkdwn(said)
    assert slack.replies[-1]["response_type"] == "ephemeral"
    assert slack.desk.requests == {}


async def test_a_stranger_is_refused_and_told_who_can(slack):
    said = await slack.command("staging", user=OTTO)

    assert (
        "You can't deploy `api` to `staging`. Members of <!subteam^S0BACKEND01> or <@U0ANNREQ001> can" in said
    )
    assert slack.desk.requests == {}


async def test_a_stranger_may_look(slack):
    assert "Live now: staging `a1b2c3d`" in await slack.command("status", user=OTTO)
    assert "Dry run" in await slack.command("staging --dry-run", user=OTTO)
    assert slack.desk.requests == {}


async def test_a_guarded_environment_alone_ships_what_soaked(slack):
    assert await slack.command("production") == ""

    request = slack.desk.requests["delivery-1"]
    assert (request.environment, request.ref, request.emergency) == ("production", "", "")


@pytest.mark.parametrize(
    "typed",
    [
        'production --emergency "logins fail for everybody, can\'t wait"',
        "production —emergency “logins fail for everybody, can't wait”",
        "production --emergency 'logins fail for everybody, can't wait'",
        'production --emergency="logins fail for everybody, can\'t wait"',
    ],
)
async def test_an_emergency_carries_its_reason(slack, typed):
    assert await slack.command(typed) == ""

    assert slack.desk.requests["delivery-1"].emergency == "logins fail for everybody, can't wait"


@pytest.mark.parametrize(
    "typed", ["production --emergency", 'production --emergency ""', "production --emergency --again"]
)
async def test_an_emergency_without_a_reason_is_refused(slack, typed):
    said = await slack.command(typed)

    assert '`--emergency` needs a reason: `--emergency "reason"`.' in said
    assert slack.desk.requests == {}


async def test_an_emergency_needs_its_role_and_the_refusal_is_noted(slack):
    said = await slack.command('production --emergency "now"', user=BEN)

    assert "You can't ship to `production` as an emergency." in said
    assert "or ship without `--emergency`" in said
    assert slack.desk.requests == {}


async def test_an_emergency_where_nothing_is_guarded_is_refused(slack):
    assert "Nobody can yet: `emergency_roles`" in await slack.command('staging --emergency "now"')


async def test_half_a_quote_is_refused_and_starts_nothing(slack):
    said = await slack.command('production --emergency "it is late')

    assert "A quote is open or closed only once" in said
    assert slack.desk.requests == {}


async def test_an_environment_that_needs_approval_can_be_dry_run(slack):
    said = await slack.command("production --dry-run")

    assert "1 gate is shut: checks. Nothing was changed." in said


async def test_the_bare_command_opens_the_form_with_its_trigger(slack):
    assert await slack.command("") == ""

    [(method, sent)] = slack.client.calls
    assert method == "views.open"
    assert sent["trigger_id"] == "13345224609.738474920.8088930838d88f008e0"
    assert sent["view"]["callback_id"] == "deploy_form"


async def test_a_form_slack_would_not_open_is_asked_for_again(slack):
    slack.client.error = "expired_trigger_id"

    assert "Slack is not answering (opening the form: expired_trigger_id)" in await slack.command("")


async def test_diff_looks_at_the_first_environment_unless_told(slack):
    await slack.command("diff")
    await slack.command("diff production v1.2")

    assert slack.desk.diffs == [("api", "staging", "main"), ("api", "production", "v1.2")]


async def test_history_lists_the_newest_runs_of_one_environment(slack):
    slack.desk.add(environment="production", state=RunState.FAILED, detail="Health was bad.")
    slack.desk.add(environment="staging")

    await slack.command("history production")

    said = "\n".join(texts(slack.replies[-1]["blocks"]))
    assert "Run 1" in said
    assert "Health was bad." in said
    assert "Run 2" not in said


async def test_history_without_runs_says_how_to_start(slack):
    assert await slack.command("history staging") == (
        "There are no runs of staging yet. `/pawdeploy help` shows how to start one."
    )


async def test_several_services_are_asked_for_by_name(slack_of_two):
    assert "Which service: `api` or `web`?" in await slack_of_two.command("staging")
    assert "`web` has no environment `production`; it has `staging`." in await slack_of_two.command(
        "production --service web"
    )
    assert await slack_of_two.command("staging --service web") == ""
    [request] = slack_of_two.desk.requests.values()
    assert (request.service, request.ref) == ("web", "trunk")


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (VendorUnavailable("github", "comparing commits", status=503), "Github is not answering"),
        (VendorUnavailable("railway", "looking", retry_after=42), "Try the same again in about 42 s."),
        (VendorRejected("railway", "looking", status=401, detail="<b>no</b>"), "&lt;b&gt;no&lt;/b&gt;"),
        (RuntimeError("secret"), "Something broke on pawdeploy's side"),
    ],
)
async def test_trouble_becomes_calm_words(slack, trouble, says):
    slack.desk.trouble = trouble

    said = await slack.command("diff")

    assert says in said
    assert "secret" not in said
    assert slack.done == ["delivery-1"]
