"""``/pawincident`` as typed and as Slack sends it: which incident is meant, what is said, who may."""

from datetime import UTC, datetime

import pytest

from bot.engine.incidents import IncidentState, Sev
from bot.errors import VendorUnavailable
from tests.handlers._incidents import INCIDENTS, ROOM, guarding
from tests.handlers._limits import assert_mrkdwn, texts
from tests.handlers._slack import ANN, BEN, GENERAL, OTTO, Slack, pawlogic

LONG = "x" * 4000
CHANGING = [
    "open api-down It answers 500",
    "drill api-down",
    "update 1 Redis is full",
    "note 1 Redis is full",
    "role 1 commander me",
    "severity 1 sev1",
    "resolve 1",
    "reopen 1 because it is back",
]


@pytest.fixture
def slack():
    made = Slack(pawlogic())
    made.incidents.add()
    return made


@pytest.fixture
def guarded():
    """A workspace in which only leads may work on incidents."""
    made = Slack(guarding(pawlogic(), "lead"))
    made.incidents.add()
    return made


def opened(slack) -> dict:
    [(method, sent)] = slack.client.calls
    assert method == "views.open"
    return sent["view"]


@pytest.mark.parametrize("typed", ["", "help", "HELP"])
async def test_help_lists_every_word_and_the_playbooks(slack, typed):
    await slack.incident(typed)
    said = "\n".join(texts(slack.replies[-1]["blocks"]))
    assert "`/pawincident role [N] ROLE @somebody|me`" in said
    assert "`api-down`" in said


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("satus", "Did you mean `/pawincident status`?"),
        ("zzzz", "To open an incident, type `/pawincident open`."),
        ("&lt;b&gt;", "I don't know `&lt;b&gt;`."),
        ("<@U0BENAPP001|ben>", "I don't know `@ben`."),
        ("'status", "A quote is open or closed only once"),
        ("x" * 9000, "a command has at most 8,000. `/pawincident help` shows"),
        ("list " + "x" * 600, "a command has at most 500. `/pawincident help` shows"),
        ("list open", "I don't know what to do with `open`"),
        ("list --all", "I don't know the option `--all`. This command takes none."),
        ("status 1 now", "The whole line: `/pawincident status [N]`. Nothing was changed."),
        ("status 9", "There is no incident 9."),
        ("status #", "The whole line: `/pawincident status [N]`."),
        ("resolve 1 now", "The whole line: `/pawincident resolve [N]`."),
        ("severity 1", "How bad: `sev1`, `sev2` or `sev3`, the worst first?"),
        ("severity 1 bad", "How bad: `sev1`, `sev2` or `sev3`, the worst first?"),
        ("severity 1 sev1 now", "The whole line: `/pawincident severity [N] sev1|sev2|sev3`."),
        ("role 1 scribe", "Who? Write `me`, or `@` and choose somebody from Slack's list."),
        ("role 1 scribe @ann", "Who? Write `me`, or `@` and choose somebody from Slack's list."),
        ("role 1 scribe &lt;@U0BENAPP001|ben&gt;", "Who? Write `me`"),
        ("role 1 scribe <#C0DEPLOYS01|deploys>", "Who? Write `me`"),
        ("role 1 scribe <!here>", "Who? Write `me`"),
        ("role 1 scribe <@U0BENAPP001|ben> now", "That is more than I understand here."),
        ("role 1 chef me", "There is no role chef in this incident."),
        ("note 1", "Say it in a few words. The whole line: `/pawincident note [N] words…`."),
        ("note 1 …!", "Say it in a few words."),
        (f"note 1 {LONG}x", "That is 4,001 characters; 4,000 are the most."),
        ("reopen 1", "Say it in a few words. The whole line: `/pawincident reopen [N] because …`."),
        ("reopen 1 because", "Say it in a few words."),
    ],
)
async def test_what_cannot_be_meant_changes_nothing_and_says_what_to_type(slack, typed, says):
    said = await slack.incident(typed, channel=INCIDENTS)

    assert says in said
    assert_mrkdwn(said)
    assert slack.incidents.said == []
    assert slack.client.calls == []


@pytest.mark.parametrize(
    ("typed", "did"),
    [
        ("note {n} Redis is full", ("note", 1, ANN, "Redis is full", "delivery-1")),
        ("update {n} Redis is full", ("update", 1, ANN, "Redis is full", "delivery-1")),
        ("severity {n} SEV1", ("severity", 1, ANN, Sev.SEV1)),
        ("role {n} commander me", ("role", 1, ANN, "commander", ANN)),
        ("role {n} Scribe  <@U0BENAPP001|ben>", ("role", 1, ANN, "scribe", BEN)),
        ("role {n} scribe <@U0BENAPP001>", ("role", 1, ANN, "scribe", BEN)),
        ("reopen {n} because it is back", ("reopen", 1, ANN, "it is back")),
        ("reopen {n} it is back", ("reopen", 1, ANN, "it is back")),
    ],
)
@pytest.mark.parametrize("number", ["1", "#1", ""])
async def test_each_word_does_one_thing_to_the_incident_named_or_to_that_of_the_channel(
    slack, typed, did, number
):
    answered = number and did[0] in ("note", "update")  # it might have been a word of the sentence
    assert bool(await slack.incident(typed.format(n=number), channel=INCIDENTS)) is bool(answered)
    assert slack.incidents.said == [did]


@pytest.mark.parametrize("channel", [INCIDENTS, ROOM])
async def test_where_the_incident_is_worked_on_its_card_says_it(slack, channel):
    slack.incidents.add(id=1, room=ROOM)
    assert await slack.incident("severity 1 sev3", channel=channel) == ""


async def test_from_elsewhere_one_is_told_what_was_done_and_where(slack):
    assert await slack.incident("role 1 scribe <@U0BENAPP001|ben>", channel=GENERAL) == (
        f"<@{BEN}> is `scribe` of incident 1. Its card is in <#{INCIDENTS}>."
    )
    assert "Incident 1 is sev1 now." in await slack.incident("severity 1 sev1", channel=GENERAL)
    assert "Noted on the timeline of incident 1." in await slack.incident("note 1 so", channel=GENERAL)
    assert "Incident 1 is open again." in await slack.incident("reopen 1 it is back", channel=GENERAL)


async def test_a_sentence_that_may_have_begun_with_a_number_is_always_answered(slack):
    assert await slack.incident("note 1 of 3 pods are back", channel=INCIDENTS) == (
        f"Noted on the timeline of incident 1. Its card is in <#{INCIDENTS}>."
    )
    assert await slack.incident("note of 3 pods 1 is back", channel=INCIDENTS) == ""
    assert "Everybody at incident 1 reads it." in await slack.incident("update 1 so", channel=INCIDENTS)


async def test_a_note_on_what_is_over_says_so_and_what_to_type_where_another_was_meant(slack):
    slack.incidents.add(id=1, state=IncidentState.RESOLVED)
    said = await slack.incident("note 1 of 3 pods are `back`", channel=INCIDENTS)
    assert said.startswith("Noted on the timeline of incident 1. It is over: 1 was read as its number.")
    assert "`/pawincident note N 1 of 3 pods are" in said
    assert_mrkdwn(said)


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("status", "/pawincident status [N]"),
        ("update so", "/pawincident update [N] words…"),
        ("note so", "/pawincident note [N] words…"),
        ("severity sev1", "/pawincident severity [N] sev1|sev2|sev3"),
        ("role scribe me", "/pawincident role [N] ROLE @somebody|me"),
        ("resolve", "/pawincident resolve [N]"),
        ("reopen so", "/pawincident reopen [N] because …"),
    ],
)
async def test_where_several_are_open_people_are_shown_the_command_they_typed(slack, typed, line):
    await slack.incident(typed, channel=INCIDENTS)
    assert slack.incidents.lines == [line]


async def test_without_a_number_and_elsewhere_no_incident_is_meant(slack):
    assert "No incident is meant here." in await slack.incident("note Redis is full", channel=GENERAL)
    assert slack.incidents.said == []


async def test_a_sentence_may_begin_with_a_number_where_the_incident_is_named(slack):
    await slack.incident("note 1 500 errors a minute", channel=INCIDENTS)
    assert slack.incidents.said[0][3] == "500 errors a minute"


@pytest.mark.parametrize("word", ["note", "update"])
@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("the “api” isn't up, it's \"down", "the “api” isn't up, it's \"down"),
        ("first line\nsecond  line", "first line\nsecond  line"),
        ("<@U0BENAPP001|ben> looks, see <#C0DEPLOYS01|deploys>", "@ben looks, see #deploys"),
        ("&lt;@U0BENAPP001|ben&gt; is typed", "<@U0BENAPP001|ben> is typed"),
        ("see <https://status.test/a?b=1&amp;c=2>", "see https://status.test/a?b=1&c=2"),
        ("--drill is no option here", "--drill is no option here"),
        ("*bold* `code` :tada: <!channel>", "*bold* `code` :tada: @channel"),
        (LONG, LONG),
    ],
)
async def test_a_sentence_is_kept_as_it_was_typed(slack, word, sent, typed):
    await slack.incident(f"{word} {sent}", channel=INCIDENTS)
    assert slack.incidents.said == [(word, 1, ANN, typed, "delivery-1")]


async def test_four_thousand_characters_that_slack_escapes_are_still_a_note(slack):
    await slack.incident("note 1 " + "&amp;a" * 1300, channel=INCIDENTS)
    assert slack.incidents.said[0][3] == "&a" * 1300


async def test_status_and_list_are_for_everybody(guarded):
    assert "The API answers 500" in await guarded.incident("status 1", user=OTTO)
    assert "The API answers 500" in await guarded.incident("list", user=OTTO)
    assert "The API answers 500" in await guarded.incident("status", user=OTTO, channel=INCIDENTS)


@pytest.mark.parametrize("typed", CHANGING)
async def test_where_roles_are_named_others_are_told_who_can(guarded, typed):
    said = await guarded.incident(typed, user=BEN, channel=INCIDENTS)

    assert said.startswith("You can't ")
    assert "Members of <!subteam^S0BACKEND01> or <@U0ANNREQ001> can. Nothing was changed." in said
    assert guarded.incidents.said == []
    assert guarded.incidents.opened == {}
    assert guarded.client.calls == []


@pytest.mark.parametrize("typed", CHANGING)
async def test_a_role_of_incidents_is_enough(guarded, typed):
    assert not (await guarded.incident(typed, channel=INCIDENTS)).startswith("You can't")


async def test_resolve_opens_the_form_and_resolves_nothing_yet(slack):
    assert await slack.incident("resolve", channel=INCIDENTS) == ""
    assert opened(slack)["callback_id"] == "incident_resolve_form"
    assert slack.incidents.incidents[1].state is IncidentState.OPEN


@pytest.mark.parametrize("typed", ["resolve 1", "update 1"])
async def test_what_is_resolved_is_said_before_a_form_is_filled_in(slack, typed):
    at = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    slack.incidents.add(id=1, state=IncidentState.RESOLVED, resolved_by=BEN, resolved_at=at)
    said = await slack.incident(typed)
    assert said.startswith(f"Incident 1 was resolved by <@{BEN}> ")
    assert "`/pawincident reopen 1 because …`" in said
    assert slack.client.calls == []


async def test_update_without_words_opens_its_form(slack):
    assert await slack.incident("update 1") == ""
    assert opened(slack)["callback_id"] == "incident_update_form"
    assert slack.incidents.said == []


async def test_trouble_is_told_calmly(slack):
    slack.incidents.trouble = VendorUnavailable("Slack", "making a channel")
    assert "Slack is not answering" in await slack.incident("note 1 so", channel=INCIDENTS)
