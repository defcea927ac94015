"""SIGKILL while alerts come in, are shown, are acted on: what was answered is counted, shown, done once."""

import asyncio
import json
import os
import random
from collections import Counter
from functools import partial

import pytest
import pytest_asyncio

from handlers.render.alert_card import REOPEN, RESOLVE
from tests.faults.kill_switch import KillableSandbox
from tests.faults.pouring import gathered, pour
from tests.faults.storm import key_of
from tests.flows.alerting import ALERTS, Alerting, alerting, sections
from tests.flows.driver import BEN, flow
from tests.flows.guarded import QUICK

pytestmark = pytest.mark.asyncio(loop_scope="module")

GROUPS, TOTAL, PER_SECOND = 30, 1500, 250
ROOMY = {"slack_posts": 0.02, "slack_edits": 5000}
SEEDS = [int(seed) for seed in os.environ.get("PAWDEPLOY_STORMS", "4").split(",")]
ISSUE = "/sentry/api/N/organizations/pawlogic/issues/N/"


def _issue_of(body):
    return json.loads(body)["data"]["event"]["issue_id"]


def _everywhere(desk):
    top = desk.ws.messages(ALERTS)
    return [*top, *(one for card in top for one in desk.ws.thread(ALERTS, card.ts))]


def _cards(desk):
    """How many messages there are by key, of those that stand for an alert."""
    keys = Counter(key_of(one) for one in _everywhere(desk))
    return {key: times for key, times in keys.items() if key.startswith("alert:") and key.count(":") == 1}


async def _at_rest(desk):
    """Wait until everything that was taken in is read, asked about and shown."""
    left = (
        "SELECT 1 FROM hooks WHERE done_at IS NULL UNION ALL SELECT 1 FROM alerts WHERE stale "
        "UNION ALL SELECT 1 FROM posts JOIN alerts ON alerts.id = alert_id "
        "WHERE kind = 'alert' AND sent_revision < revision"
    )
    await desk.polled(lambda: not desk.rows(left), 40)


@pytest.mark.parametrize("seed", SEEDS)
async def test_killed_in_a_storm_it_counts_exactly_what_it_answered_on_one_card_a_group(tmp_path, seed):
    edit = sections(alerts={"storm_groups": 8, "recount": 0.5})
    dice = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    async with alerting(tmp_path, edit=edit, timings=ROOMY) as desk:
        hooks = await gathered(desk.box, groups=GROUPS, total=TOTAL)

        answers = []
        for number in range(4):
            pouring = asyncio.create_task(
                pour(f"{desk.box.process.url}/hooks/sentry", hooks[number::4], per_second=PER_SECOND)
            )
            if number < 3:
                await asyncio.sleep(dice.uniform(0.2, 0.8) * TOTAL / 4 / PER_SECOND)
                await desk.box.kill_bot()
                await desk.again()
            answers += await pouring
        await _at_rest(desk)

        sent = {f"sentry:{hook.headers['Request-ID']}": _issue_of(hook.body) for hook in hooks}
        accepted = {f"sentry:{answer.name}" for answer in answers if answer.status == 200}
        stored = {key for (key,) in desk.rows("SELECT key FROM hooks WHERE resource = 'event_alert'")}
        assert {answer.status for answer in answers} <= {0, 200}
        assert TOTAL // 3 < len(accepted) < TOTAL
        # A message may be stored by a bot that died before it could say so; none the other way round.
        assert accepted <= stored <= set(sent)
        told = Counter(sent[key] for key in stored)
        told += Counter(issue for (issue,) in desk.rows(
            "SELECT issue_id FROM hooks JOIN alerts ON alerts.id = alert_id "
            "WHERE key LIKE 'sentry:backfill:%:fired:%' OR key LIKE 'sentry:backfill:%:reopened:%'"
        ))  # fmt: skip
        counts = dict(desk.rows("SELECT issue_id, times FROM alerts WHERE source = 'sentry'"))
        assert counts == told
        _shown(desk)


def _shown(desk):
    """One card a group, and on it what the database and Sentry count."""
    alerts = desk.rows("SELECT id, issue_id, events FROM alerts WHERE source = 'sentry'")
    assert _cards(desk) == {f"alert:{number}": 1 for number, _, _ in alerts}
    cards = {key_of(one): one for one in _everywhere(desk)}
    for number, issue, events in alerts:
        (there,) = [one for one in desk.box.sentry.issues if str(one.id) == issue]
        assert events == there.so_far(desk.now())
        assert f"{events:,} events" in cards[f"alert:{number}"].everything


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mortal(tmp_path_factory):
    make = partial(KillableSandbox, edit=sections())
    async with flow(tmp_path_factory.mktemp("kill"), timings=QUICK | ROOMY, make=make) as plain:
        yield Alerting(plain.box, plain.state)


async def _dies(desk):
    """Wait until the bot is dead of what was armed; then have a new one."""
    await desk.polled(lambda: desk.box.switch.fired)
    await desk.box.kill_bot()
    await desk.again()


async def _ends_resolved(desk, issue, card):
    await desk.shows(card, "Resolved by <@U0BENAPP001>")
    await desk.settled(issue)
    assert issue.standing.status == "resolved"
    assert desk.orders(issue) == 1
    assert REOPEN in desk.buttons(card)
    assert len(desk.alerts(issue.title)) == 1


@pytest.mark.parametrize(
    ("moment", "when"),
    [
        (f"GET {ISSUE}", "before"),
        (f"GET {ISSUE}", "after"),
        (f"PUT {ISSUE}", "before"),
        (f"PUT {ISSUE}", "after"),
    ],
)
async def test_killed_between_a_press_and_its_act_it_tells_sentry_once(mortal, moment, when):
    issue, card = await mortal.issue(f"Killed {when} {moment[:3]}")
    await mortal.form(card, RESOLVE)
    mortal.box.switch.arm(moment, when=when)

    dying = asyncio.create_task(_submit(mortal))
    await _dies(mortal)
    await dying

    await _ends_resolved(mortal, issue, card)


async def test_killed_at_once_after_a_press_was_taken_it_acts_when_it_is_back(mortal):
    issue, card = await mortal.issue("Killed at once")
    await mortal.form(card, RESOLVE)

    said = await _submit(mortal)
    await mortal.box.kill_bot()
    await mortal.again()

    assert said.ok, said
    await _ends_resolved(mortal, issue, card)


async def _submit(desk):
    """Submit the form Ben has open, and close whatever comes in its place."""
    view = desk.ws.view(BEN)
    said = await desk.ws.submit(BEN, view.id, {"how": "now"})
    if desk.ws.view(BEN) is not None:
        await desk.ws.close_view(BEN, view.id)
    return said


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_while_cards_are_posted_it_posts_each_once(mortal, when):
    before = len(_cards(mortal))
    mortal.box.switch.arm("POST chat.postMessage", when=when)

    made = [await mortal.box.sentry.new_issue(title=f"Posted {when} {number}") for number in range(4)]
    await _dies(mortal)
    for issue in made:
        await mortal.alert(issue.title)
        await mortal.settled(issue)

    cards = _cards(mortal)
    assert len(cards) == before + 4
    assert set(cards.values()) == {1}
