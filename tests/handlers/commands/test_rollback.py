import pytest

from tests.handlers._limits import assert_mrkdwn
from tests.handlers._slack import ANN, BEN, DEPLOYS, GENERAL, OTTO

SHA = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678"


@pytest.mark.parametrize(
    ("text", "environment", "to"),
    [
        ("rollback", "production", ""),
        ("rollback staging", "staging", ""),
        ("rollback production 12", "production", "12"),
        ("rollback Production #12", "production", "12"),
        ("rollback 12", "production", "12"),
        ("rollback A1B2C3D", "production", "a1b2c3d"),
        (f"rollback staging {SHA} --service api", "staging", SHA),
    ],
)
async def test_where_and_to_what_may_be_left_out(slack, text, environment, to):
    assert await slack.command(text) == ""

    request = slack.desk.rollbacks["delivery-1"]
    assert (request.service, request.environment, request.to) == ("api", environment, to)
    assert (request.by, request.emergency, request.override) == (ANN, "", "")


async def test_reasons_are_sentences_in_quotes(slack):
    await slack.command('rollback 12 --emergency "db is down" --override “we know”')

    request = slack.desk.rollbacks["delivery-1"]
    assert (request.emergency, request.override) == ("db is down", "we know")


async def test_from_another_channel_one_is_told_where_the_card_is(slack):
    assert f"Its card is in <#{DEPLOYS}>" in await slack.command("rollback", channel=GENERAL)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rollback prodution", "There is no environment `prodution`. Did you mean `production`?"),
        ("rollback production main", "`main` is neither a run's number nor a commit."),
        ("rollback production a1b2", "is neither a run's number nor a commit."),
        ("rollback production &lt;!channel&gt;", "is neither a run's number nor a commit."),
        ("rollback production 12 13", "I don't know what to do with `13`."),
        ("rollback production 12 --emergency", "`--emergency`"),
        ("rollback production --service apo", "There is no service `apo`."),
        ("rollback " + "x" * 10_000, "a command has at most 500"),
    ],
)
async def test_wrong_words_go_nowhere(slack, text, says):
    said = await slack.command(text)

    assert says in said
    assert_mrkdwn(said)
    assert slack.desk.rollbacks == {}


async def test_a_stranger_is_refused_and_told_who_can(slack):
    assert "<!subteam^S0BACKEND01>" in await slack.command("rollback", user=OTTO)
    assert slack.desk.rollbacks == {}


async def test_without_approvals_takes_the_emergency_role(slack):
    slack.people.holders["lead"] = frozenset({ANN})

    assert "as an emergency" in await slack.command('rollback --emergency "x"', user=BEN)
    assert slack.desk.rollbacks == {}
    assert await slack.command('rollback --emergency "x"', user=ANN) == ""


async def test_an_environment_without_an_emergency_path_has_none(slack):
    assert "`emergency_roles`" in await slack.command('rollback staging --emergency "x"')
    assert slack.desk.rollbacks == {}


async def test_a_dry_run_looks_and_starts_nothing_whoever_asks(slack):
    said = await slack.command('rollback 12 --dry-run --emergency "db is down"', user=OTTO)

    assert "Dry run" in said
    assert "Nothing was changed" in said
    assert slack.desk.rollbacks == {}
    looked = slack.desk.looked_back
    assert (looked.environment, looked.to, looked.emergency) == ("production", "12", "db is down")
