"""What happens at Sentry without us: the card follows, also when nobody told; nothing is told twice."""

import pytest
import pytest_asyncio

from handlers.render import alert_card as press
from tests.flows.alerting import ALERTS, alerting, sections
from tests.flows.driver import BEN

pytestmark = pytest.mark.asyncio(loop_scope="module")
OFTEN = sections(alerts={"backfill": 1.0})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with alerting(tmp_path_factory.mktemp("elsewhere"), edit=OFTEN) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared):
    shared.box.faults.reset()
    shared.box.faults.set("railway.speed", "fast")
    shared.box.sentry.delivering = True
    return shared


async def test_a_new_issue_says_what_sentry_knows_of_it_once_for_all_its_messages(desk):
    issue, card = await desk.issue("Told by two messages", times=3)

    text = await desk.shows(card, "3 events")

    assert f"{desk.box.url}/sentry/organizations/pawlogic/issues/{issue.id}/" in text
    assert "api in production" in text
    assert "app.pets.routes in list_pets" in text
    assert len(desk.alerts("Told by two messages")) == 1
    picture = await desk.replied(card, "in the 24 hours to")
    assert picture.files


async def test_the_last_count_is_sentrys_however_fast_it_was_told(desk):
    issue, card = await desk.issue("Often", times=1)

    await desk.box.sentry.burst(issue, 20)

    await desk.shows(card, "21 events")
    asked = [one for one in desk.box.sentry.requests if one.endswith(f"/issues/{issue.id}/")]
    assert len(asked) < 20  # once in a while, not for each


@pytest.mark.parametrize(
    ("act", "words"),
    [("resolve", "Resolved by Ida at Sentry"), ("archive", "Archived by Ida at Sentry")],
)
async def test_what_is_ended_elsewhere_corrects_the_card(desk, act, words):
    issue, card = await desk.issue(f"Elsewhere: {act}")

    await getattr(desk.box.sentry, act)(issue, by="Ida at Sentry")

    await desk.shows(card, words)
    assert desk.buttons(card) == {press.REOPEN, press.OPEN_ALERT}
    assert desk.orders(issue) == 0


async def test_whom_sentry_gave_it_to_is_mentioned_on_the_card(desk):
    issue, card = await desk.issue("Elsewhere: assign")

    await desk.box.sentry.assign(issue, "ben@pawlogic.app")

    await desk.shows(card, f"Assigned to <@{BEN}>")


async def test_resolving_what_was_resolved_meanwhile_changes_nothing_and_says_so(desk):
    issue, card = await desk.issue("Resolved meanwhile")
    await desk.form(card, press.RESOLVE)
    desk.box.sentry.delivering = False
    await desk.box.sentry.resolve(issue)

    await desk.submit(how="now")

    await desk.shows(card, "Resolved")
    await desk.settled(issue)
    assert desk.orders(issue) == 0
    assert "Resolved by <@U0BENAPP001>" not in card.everything


@pytest.mark.parametrize(
    ("ends", "returns", "says"),
    [
        ("resolve", "regress", "Came back:"),
        ("archive", "escalate", "Came back:"),
        ("resolve", "reopen", "Came back:"),
    ],
)
async def test_what_comes_back_reopens_the_same_card_with_a_word_in_its_thread(desk, ends, returns, says):
    title = f"Comes back: {returns}"
    issue, card = await desk.issue(title)
    await desk.click(card, press.ACKNOWLEDGE)
    await desk.shows(card, "Acknowledged by")
    await getattr(desk.box.sentry, ends)(issue)
    await desk.ws.until(lambda: press.REOPEN in desk.buttons(card), 10)

    await getattr(desk.box.sentry, returns)(issue)

    await desk.shows(card, "came back once", "Acknowledge")
    await desk.settled(issue)
    said = await desk.replied(card, says, title)
    assert "<!subteam^S0APPROVER1>" in said.text
    assert "Acknowledged by" not in card.everything
    assert len(desk.alerts(title)) == 1
    assert sum(says in one.text for one in desk.below(card)) == 1


async def test_what_escalates_while_it_fires_is_said_in_the_thread_and_wants_to_be_looked_at_again(desk):
    issue, card = await desk.issue("Escalates")
    await desk.click(card, press.ACKNOWLEDGE)
    await desk.shows(card, "Acknowledged by")

    await desk.box.sentry.escalate(issue, 40)

    await desk.replied(card, "Getting worse:", "Escalates")
    await desk.shows(card, "41 events")
    assert press.ACKNOWLEDGE in desk.buttons(card)


async def test_a_metric_alert_is_one_card_from_warning_over_critical_to_resolved(desk):
    await desk.box.sentry.metric_alert("warning", name="Too many errors")
    card = await desk.alert("Too many errors")
    await desk.box.sentry.metric_alert("critical", name="Too many errors")
    await desk.shows(card, "critical")
    await desk.box.sentry.metric_alert("resolved", name="Too many errors")

    await desk.shows(card, "Resolved: ")
    assert len(desk.alerts("Too many errors")) == 1


async def test_an_issue_of_a_project_no_service_names_gets_a_card_that_says_so(desk):
    desk.box.sentry.world.projects["billing"] = "billing"

    await desk.box.sentry.new_issue("billing", title="Of an unknown project", release="")

    card = await desk.alert("Of an unknown project", "No service in `pawdeploy.toml` has")
    assert 'sentry_project = "billing"' in card.everything
    assert "billing in production" in card.everything


async def test_what_sentry_sent_twice_counts_once(desk):
    desk.box.faults.set("sentry.webhooks", "duplicate")

    issue, card = await desk.issue("Sent twice")

    await desk.shows(card, "1 event")
    told = (
        "SELECT outcome, count(*) FROM hooks JOIN alerts ON alerts.id = hooks.alert_id "
        "WHERE issue_id = ? AND resource NOT LIKE 'pawdeploy.%' GROUP BY outcome ORDER BY outcome"
    )
    # issue.created and event_alert; what the backfill finds meanwhile is a word of our own.
    await desk.polled(lambda: desk.rows(told, str(issue.id)) == [("applied", 2), ("duplicate", 2)])


async def test_what_no_message_told_of_is_found_by_asking(desk):
    known, card = await desk.issue("Known before")
    desk.box.sentry.delivering = False

    new = await desk.box.sentry.new_issue("backend", "production", title="Lost on the way")
    await desk.box.sentry.resolve(known)

    found = await desk.alert("Lost on the way")
    await desk.shows(card, "Resolved: ")
    await desk.settled(new)
    assert f"issues/{new.id}/" in found.everything
    assert "api in production" in found.everything


async def test_what_came_while_slack_was_away_is_shown_once_it_answers(desk):
    desk.box.faults.set("slack.answers", "down")
    before = len(desk.ws.messages(ALERTS))
    issue = await desk.box.sentry.new_issue("backend", "production", title="While Slack was away")
    await desk.polled(lambda: desk.rows("SELECT 1 FROM alerts WHERE issue_id = ?", str(issue.id)))
    assert len(desk.ws.messages(ALERTS)) == before

    desk.box.faults.set("slack.answers", "normal")

    await desk.alert("While Slack was away")
    await desk.box.wait_ready()


async def test_a_restart_finds_what_came_meanwhile_and_announces_nothing_twice(desk):
    known, card = await desk.issue("Open over a restart")
    await desk.settled(known)
    before = {one.ts: _said(desk, one) for one in desk.ws.messages(ALERTS)}
    await desk.box.kill_bot()
    await desk.box.sentry.new_issue("backend", "production", title="Nobody was there")

    await desk.again()

    await desk.alert("Nobody was there")
    await desk.click(card, press.ACKNOWLEDGE)
    await desk.shows(card, "Acknowledged by")
    after = {one.ts: _said(desk, one) for one in desk.ws.messages(ALERTS)}
    assert len(after) == len(before) + 1
    assert {ts: after[ts] for ts in before} == before


def _said(desk, card):
    """Return what was said below a card, but for its picture, which may have been owed when the bot died."""
    return [one.text for one in desk.below(card) if not one.files]
