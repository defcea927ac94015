"""Every button of an alert's card, pressed by people: it acts at Sentry and on the card, once."""

import asyncio
import re

import pytest
import pytest_asyncio

from handlers.render import alert_card as press
from tests.flows.alerting import alerting
from tests.flows.driver import ANN, BEN, CLEO

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with alerting(tmp_path_factory.mktemp("buttons")) as made:
        yield made


async def test_acknowledge_shows_who_and_how_long_it_took_and_a_second_person_is_told(desk):
    issue, card = await desk.issue("Acknowledged")
    told = {who: len(desk.ws.ephemerals(who)) for who in (BEN, CLEO)}

    await asyncio.gather(*(desk.click(card, press.ACKNOWLEDGE, user=who) for who in (BEN, CLEO)))

    text = await desk.shows(card, "Acknowledged by <@U0")
    (first,) = re.findall(r"Acknowledged by <@(\w+)> \S.*, after [\d.]+ (?:ms|s)\.", text)
    second = CLEO if first == BEN else BEN
    said = await desk.ws.until(lambda: desk.ws.ephemerals(second)[told[second] :], 10)
    assert f"<@{first}> acknowledged alert" in said[0].everything
    assert len(desk.ws.ephemerals(first)) == told[first]
    assert press.ACKNOWLEDGE not in desk.buttons(card)
    assert desk.orders(issue) == 0


async def test_resolve_warns_while_it_fires_acts_on_sentry_once_and_says_by_whom(desk):
    issue, card = await desk.issue("Resolved")

    asks = await desk.form(card, press.RESOLVE)
    answer = await desk.submit(how="now")

    assert "Still firing: last seen" in asks
    assert "Resolve anyway" in asks
    assert "Sentry is asked" in answer
    await desk.shows(card, "Resolved by <@U0BENAPP001>", "Resolved: ")
    await desk.settled(issue)
    assert issue.standing.status == "resolved"
    assert desk.orders(issue) == 1
    assert desk.buttons(card) == {press.REOPEN, press.OPEN_ALERT}


async def test_resolve_in_the_next_release_is_what_sentry_is_told_and_what_the_card_says(desk):
    issue, card = await desk.issue("Next release")

    await desk.fill(card, press.RESOLVE, how="next")

    await desk.shows(card, "Resolved by <@U0BENAPP001>", "with the next release")
    assert issue.standing.details == {"inNextRelease": True}


async def test_two_people_who_resolve_at_once_are_one_order_and_one_of_them_is_told(desk):
    issue, card = await desk.issue("Both resolve")
    await asyncio.gather(*(desk.form(card, press.RESOLVE, user=who) for who in (BEN, CLEO)))

    answers = await asyncio.gather(*(desk.submit(user=who, how="now") for who in (BEN, CLEO)))

    await desk.shows(card, "Resolved by <@U0")
    await desk.settled(issue)
    assert desk.orders(issue) == 1
    (told,) = [answer for answer in answers if "Sentry is asked" not in answer]
    assert "asked for the same a moment ago" in told or "is resolved already" in told


@pytest.mark.parametrize(
    ("how", "substatus", "words"),
    [
        ("escalating", "archived_until_escalating", "until it escalates"),
        ("3600", "archived_until_condition_met", "until <!date"),
        ("forever", "archived_forever", "for good"),
    ],
)
async def test_archive_puts_it_aside_at_sentry_for_as_long_as_was_chosen(desk, how, substatus, words):
    issue, card = await desk.issue(f"Archived {how}")

    await desk.fill(card, press.ARCHIVE, how=how)

    await desk.shows(card, "Archived by <@U0BENAPP001>", words)
    assert (issue.standing.status, issue.standing.substatus) == ("ignored", substatus)
    assert (issue.standing.until is not None) == (how == "3600")
    assert desk.orders(issue) == 1


async def test_assign_reaches_sentry_and_the_card_mentions_who_has_it(desk):
    issue, card = await desk.issue("Assigned")

    await desk.fill(card, press.ASSIGN, who=CLEO)

    await desk.shows(card, f"Assigned to <@{CLEO}>")
    assert issue.assignee.email == "cleo@pawlogic.app"
    assert "Assigned" in await desk.say("/pawdeploy alerts mine", user=CLEO)
    await desk.fill(card, press.ASSIGN, who="nobody")
    await desk.ws.until(lambda: "Assigned to" not in card.everything, 10)
    assert issue.assignee is None


async def test_snooze_names_its_end_and_when_it_is_over_the_thread_hears_of_it(desk):
    issue, card = await desk.issue("Snoozed")

    answer = await desk.fill(card, press.SNOOZE, how="1800")
    await desk.shows(card, "Snoozed until <!date", f"by <@{BEN}>: nobody is mentioned")
    desk.write("UPDATE alerts SET snoozed_until = ? WHERE issue_id = ?", desk.ago(1), str(issue.id))

    assert "Snoozed." in answer
    said = await desk.replied(card, "The snooze", "is over")
    assert f"of <@{BEN}>" in said.everything
    assert "<!subteam^S0APPROVER1>" in said.everything
    await desk.ws.until(lambda: "Snoozed until" not in card.everything, 10)
    assert desk.orders(issue) == 0


async def test_reopen_takes_a_resolution_back_at_sentry_and_on_the_card(desk):
    issue, card = await desk.issue("Reopened")
    await desk.fill(card, press.RESOLVE, how="now")
    await desk.shows(card, "Resolved by")

    await desk.click(card, press.REOPEN, user=CLEO)

    await desk.shows(card, "came back once", "Acknowledge")
    await desk.replied(card, "Came back:", f"by <@{CLEO}>")
    assert issue.standing.status == "unresolved"
    assert desk.orders(issue) == 2


async def test_an_incident_is_opened_with_what_the_alert_suggests_and_the_alert_belongs_to_it(desk):
    _, card = await desk.issue("Crash of the app", tags={"platform": "react-native"})
    await desk.shows(card, "Open incident…", "<!subteam^S0BACKEND01>")

    asks = await desk.form(card, press.OPEN_INCIDENT)
    assert re.search(r"Alert \d+ will belong to it, unless it is a drill\.", asks)
    said = await desk.submit()

    assert re.search(r"Incident \d+ is open: Crash of the app", said)
    await desk.shows(card, "Part of incident")


async def test_attached_its_card_names_the_incident_and_emptied_none(desk):
    _, card = await desk.issue("Attached")

    await desk.fill(card, press.ATTACH, incident="INC-7 <!channel>")
    await desk.shows(card, "Part of incident INC-7 &lt;!channel&gt;")
    await desk.fill(card, press.ATTACH, incident="")

    await desk.ws.until(lambda: "Part of incident" not in card.everything, 10)


@pytest.mark.parametrize(
    ("mood", "said"), [("401", "Invalid token"), ("429", "too frequently"), ("503", "unavailable")]
)
async def test_what_sentry_refuses_is_not_done_and_said_and_retry_does_it(desk, mood, said):
    issue, card = await desk.issue(f"Refused with {mood}")
    desk.box.faults.set("sentry.answers", mood)

    await desk.fill(card, press.RESOLVE, how="now")

    text = await desk.shows(card, "*Not resolved*, as <@U0BENAPP001> asked", "Retry")
    assert said in text or f"HTTP {mood}" in text
    assert issue.standing.status == "unresolved"
    desk.box.faults.set("sentry.answers", "normal")
    await desk.click(card, press.RETRY_ACT, user=ANN)
    await desk.shows(card, f"Resolved by <@{ANN}>")
    await desk.settled(issue)
    assert issue.standing.status == "resolved"
    assert "Not resolved" not in card.everything
    assert desk.orders(issue) == 1


async def test_an_answer_that_got_lost_does_not_have_it_done_twice(desk):
    issue, card = await desk.issue("Answer lost")
    await desk.form(card, press.RESOLVE)
    desk.box.faults.set("sentry.answers", "reset")

    await desk.submit(how="now")
    await desk.polled(lambda: desk.orders(issue) or "Not resolved" in card.everything)
    desk.box.faults.set("sentry.answers", "normal")
    await desk.shows(card, "Not resolved")
    if press.RETRY_ACT in desk.buttons(card):
        await desk.click(card, press.RETRY_ACT)

    await desk.shows(card, "Resolved by <@U0BENAPP001>")
    assert desk.orders(issue) <= 1
