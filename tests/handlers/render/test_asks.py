from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.engine.consent import Via, Voice
from bot.engine.migrations import Changes, Migration
from bot.engine.reasons import Reason
from bot.engine.states import RunKind, RunState, StepName, StepState
from handlers._payloads import AttemptForm, RunButton, VoteForm
from handlers.render import asks
from handlers.render._around import mentions
from handlers.render.reason_forms import override_form, reject_form
from handlers.render.run_card import around, render_run_card
from tests.handlers._limits import assert_message, assert_view, words
from tests.handlers._runs import (
    ANN,
    ASK,
    BEN,
    NOON,
    SHA,
    a_guarded_run,
    a_run,
    a_vote,
    an_asking,
    nasty,
    run_views,
    up_to,
)
from tests.handlers._slack import pawlogic

GROUP = "<!subteam^S0APPROVER1>"
LINK = "https://pawlogic.slack.com/archives/C0DEPLOYS01/p1"
slow = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def asking_run(**changes):
    return a_guarded_run(*up_to(StepName.CONSENT), **{"asking": an_asking()} | changes)


def test_groups_come_before_people_and_each_once():
    assert mentions(pawlogic(), ("approver", "deployer", "lead")) == (
        f"{GROUP} <!subteam^S0BACKEND01> <@{ANN}>"
    )
    assert mentions(pawlogic(), ("gone",)) == ""


def test_approvers_are_told_what_is_asked_how_many_until_when_and_how_to_answer():
    said = words(asks.render_ask(asking_run(emergency="logins fail"), GROUP, LINK))

    assert (
        f"{GROUP} 2 approvals wanted: ship `a1b2c3d` “List pets by age” to production (api), asked by" in said
    )
    assert "until <!date^1795449600^" in said
    assert "Press Approve or Reject on the card, or react to it" in said
    assert "*Emergency: soak and freeze are skipped.*" in said


def test_a_later_round_says_so():
    said = words(asks.render_ask(asking_run(asking=an_asking(round=3)), GROUP, LINK))

    assert "(round 3: what was said before counts for nothing)" in said


def test_a_direct_message_mentions_nobody_else_and_links_to_the_card():
    message = asks.render_dm(asking_run(), LINK)

    assert "<!subteam" not in words(message)
    assert message.blocks[-1]["elements"][0]["url"] == LINK


def test_a_reminder_says_what_is_missing():
    assert "1 approval still missing" in words(asks.render_remind(asking_run(), 1, GROUP, LINK))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"state": RunState.SUCCEEDED, "reason": Reason.DEPLOYED},
            ":large_green_circle: Deployed `a1b2c3d`",
        ),
        ({"state": RunState.FAILED, "reason": Reason.REGRESSED}, ":red_circle: Errors rose after"),
        (
            {"state": RunState.REFUSED, "reason": Reason.LOCKED},
            "Not deployed to production: `a1b2c3d`, it",
        ),
        (
            {"state": RunState.SUCCEEDED, "kind": RunKind.ROLLBACK, "automatic": True},
            f"Rolled production back to `a1b2c3d` · api · List pets by age · <{LINK}|run 12> by itself",
        ),
    ],
)
def test_the_release_channel_gets_one_line_with_the_outcome(changes, says):
    said = words(asks.render_line(a_run(environment="production", **changes), LINK))

    assert says in said
    assert "\n" not in said


def test_a_reaction_that_came_too_early_is_told_what_counts():
    assert f"<@{BEN}>, your reaction came before" in words(asks.render_too_early(BEN))


@pytest.mark.parametrize(
    ("why", "says"),
    [
        ("NoRole", "not among those who can approve"),
        ("Own", "you asked for this run yourself"),
        ("Committer", "some of these commits are yours"),
        ("Over", "is over"),
    ],
)
def test_a_reaction_that_does_not_count_is_told_why_and_calls_no_group(why, says):
    said = words(asks.render_uncounted(BEN, why))

    assert f"<@{BEN}>, your reaction does not count" in said
    assert says in said
    assert "subteam" not in said


def test_who_rejected_by_reaction_is_asked_why_by_a_button():
    run = asking_run(
        state=RunState.REFUSED,
        reason=Reason.REJECTED,
        asking=an_asking(a_vote(voice=Voice.REJECT, via=Via.REACTION)),
    )
    message = asks.render_reason_wanted(run)

    assert f"<@{BEN}>, you rejected run 12 by reaction, and it has stopped." in words(message)
    assert RunButton.decode(message.blocks[-1]["elements"][0]["value"]) == RunButton(run=12, attempt=1)
    assert "the reason has been asked for" in words(render_run_card(run, now=NOON))


def test_a_page_says_what_is_live_before_anything_else():
    run = a_run(
        kind=RunKind.ROLLBACK,
        environment="production",
        state=RunState.FAILED,
        live="production runs a1b2c3d.",
        detail="Railway said no.",
        parent_id=11,
    )
    said = words(asks.render_page(run, GROUP, LINK))

    assert said.startswith(
        f"{GROUP} :red_circle: *The rollback of production failed.* production runs a1b2c3d.\nRailway said"
    )


def test_the_database_group_is_told_what_migrations_destroy():
    one = Migration(path="versions/0007_age.py", revision="0007", destructive=("drops table pets (line 9)",))
    facts = {"base": "", "head": SHA, "commits": 1, "authors": (), "additions": 1, "deletions": 1}
    moved = Changes(**facts, files_complete=True, url="", migrations=(one,), migrations_known=True)
    said = words(asks.render_database(asking_run(changes=moved.to_json()), GROUP, LINK))

    assert f"{GROUP} 1 migration: ship `a1b2c3d` “List pets by age” to production (api), asked by" in said
    assert "*destroys:* drops table pets (line 9)" in said


@slow
@given(run_views, nasty)
def test_any_run_makes_messages_slack_takes(run, link):
    for message in (
        asks.render_ask(run, GROUP, link),
        asks.render_dm(run, link),
        asks.render_remind(run, 3, GROUP, link),
        asks.render_line(run, link),
        asks.render_reason_wanted(run),
        asks.render_page(run, GROUP, link),
        asks.render_database(run, GROUP, link),
        asks.render_too_early(run.requested_by),
        render_run_card(run, now=NOON, around=AROUND),
    ):
        assert_message(message)
    assert_view(reject_form(run, VoteForm(run=run.id, ask=ASK)))
    assert_view(reject_form(run, VoteForm(run=run.id)))
    assert_view(override_form(run, AttemptForm(run=run.id, attempt=run.attempt)))


AROUND = around(pawlogic(), a_run(environment="production"))


@slow
@given(run_views, st.sampled_from(StepState))
def test_any_card_that_asks_is_one_slack_takes(run, state):
    name = StepName.CONSENT
    asking = an_asking(*(run.asking.votes if run.asking else ()), expires_at=NOON + timedelta(days=400))
    facts = {field: getattr(run, field) for field in run.__slots__}
    step = a_guarded_run(*up_to(name, state)).step(name)
    drawn = type(run)(**facts | {"asking": asking, "steps": (step,), "state": RunState.PREPARING})

    assert_message(render_run_card(drawn, now=NOON, around=AROUND))
