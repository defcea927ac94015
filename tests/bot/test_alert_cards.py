"""What is owed about alerts is drawn from what the database says now, and in its order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.db.session import open_database
from bot.engine.alerts import ActKind, Happening
from tests.bot.alerts._kit import unauthorized
from tests.bot.alerts._shown import HERE, shown
from tests.bot.db._facts import execute
from tests.bot.engine._groups import sentry, told
from tests.bot.pipelines._memory import ANN
from tests.sqlite import fresh_sqlite

APPROVERS, DEPLOYERS = "S0APPROVER1", "S0BACKEND01"


@pytest.fixture
async def world(tmp_path):
    db = await open_database(fresh_sqlite(tmp_path))
    async with shown(db) as world:
        yield world
    await db.close()


async def drawn(world, key):
    post = await world.posts.find(key)
    assert post is not None
    return await world.drawn(post)


async def put(world, key, ts="1.1", channel=HERE):
    """Have a message be in Slack."""
    await world.posts.landed(key, channel=channel, ts=ts, revision=1)


async def key_of(world, kind):
    return next(post.key for post in await world.posts.due() if post.kind == kind)


async def test_a_card_is_as_new_as_its_alert(world):
    await world.tell(told(), told(at=1))
    card = await drawn(world, "alert:1")
    alert = await world.named("generic:disk")
    assert (card.revision, card.thread_ts, card.broadcast) == (alert.revision, "", False)
    assert "Disk is full" in card.text


async def test_a_note_waits_for_its_card_and_goes_into_its_thread(world):
    await world.tell(told())
    await world.tell(told(Happening.RESOLVED, 1), told(at=2))
    key = await key_of(world, "alert_note")
    assert await drawn(world, key) is None
    await put(world, "alert:1")
    note = await drawn(world, key)
    assert (note.thread_ts, note.parent, note.broadcast) == ("1.1", "alert:1", False)
    await put(world, "alert:1", channel="C0ELSEWHERE")
    assert await drawn(world, key) is None


async def test_in_a_storm_its_card_comes_first_and_the_others_stand_in_its_thread(world):
    await world.tell(*[told(fingerprint=f"generic:{number}") for number in range(9)])
    assert await drawn(world, "alert:1") is not None
    assert await drawn(world, "alert:9") is None
    storm = await drawn(world, "storm:1")
    assert storm.revision == (await world.kit.reader.storm(1)).revision
    await put(world, "storm:1", "7.7")
    card = await drawn(world, "alert:9")
    assert (card.thread_ts, card.parent) == ("7.7", "storm:1")


async def test_what_is_said_of_an_alert_in_a_storm_stands_in_the_storms_thread(world):
    await world.tell(*[told(fingerprint=f"generic:{number}") for number in range(9)])
    await put(world, "storm:1", "7.7")
    await put(world, "alert:9", "8.8")
    name = "generic:8"
    await world.tell(told(Happening.RESOLVED, 1, fingerprint=name), told(at=2, fingerprint=name))
    note = await drawn(world, await key_of(world, "alert_note"))
    assert (note.thread_ts, note.broadcast) == ("7.7", False)


async def test_the_picture_of_the_day_is_shared_in_the_thread_when_it_is_drawn(world):
    world.sentry.has(spark=(1, 2, 3))
    await world.tell(sentry())
    await world.work()
    await world.show()
    (card,) = world.posted()
    (picture,) = world.thread()
    assert (picture.thread_ts, len(picture.files)) == (card.ts, 1)
    assert await world.posts.due() == ()


@pytest.mark.parametrize(("began", "now"), [(4.9, 5.1), (17.9, 18.1)])
async def test_roles_are_mentioned_where_a_rule_says_so_and_the_hour_at_which_it_is_sent_allows(
    world, began, now
):
    await world.clock.sleep(began * 3600)  # 19:00 to 08:00 in Berlin is 17:00 to 06:00 here; it is noon
    await world.tell(told(at=began * 3600, environment="staging"))
    loud = began < 5
    assert (DEPLOYERS in (await drawn(world, "alert:1")).text) is loud
    await world.clock.sleep((now - began) * 3600)
    card = await drawn(world, "alert:1")
    assert (DEPLOYERS in card.text) is not loud
    assert ("Quiet hours" in str(card.blocks)) is loud
    await put(world, "alert:1")
    await world.tell(told(at=now * 3600, environment="staging", severity="critical"))
    await execute(world.db, "UPDATE alerts SET severity = 'error'")  # which no hour keeps quiet
    note = await drawn(world, await key_of(world, "alert_note"))
    assert (DEPLOYERS in note.text) is not loud


async def test_a_storm_keeps_its_alerts_quiet_while_it_goes_on_and_no_longer(world):
    names = [f"generic:{number}" for number in range(9)]
    await world.tell(*[told(fingerprint=name, environment="production") for name in names])
    await put(world, "storm:1", "7.7")
    await put(world, "alert:9", "8.8")
    assert APPROVERS not in (await drawn(world, "alert:9")).text
    await world.clock.sleep(60)
    name = names[8]
    await world.tell(told(Happening.RESOLVED, 55, fingerprint=name), told(at=60, fingerprint=name))
    key = await key_of(world, "alert_note")
    assert APPROVERS in (await drawn(world, key)).text  # it was over, and is not
    assert APPROVERS in (await drawn(world, "alert:9")).text
    await execute(world.db, "UPDATE alerts SET opened_at = :noon", noon=world.clock.now() - timedelta(60))
    assert APPROVERS not in (await drawn(world, key)).text
    await world.clock.sleep(300)
    await world.keeper.sweep()
    assert APPROVERS in (await drawn(world, key)).text


async def test_somebody_who_snoozed_it_is_told_quietly_that_it_came_back(world):
    await world.tell(told(environment="production"))
    await put(world, "alert:1")
    await world.desk.snooze(1, ANN, 86_400)
    await world.tell(told(Happening.RESOLVED, 1))
    await world.clock.sleep(2 * 3600)
    await world.tell(told(at=7200))
    note = await drawn(world, await key_of(world, "alert_note"))
    assert ("S0APPROVER1" in note.text, note.broadcast) == (False, False)


async def test_what_was_refused_for_want_of_a_right_says_who_can_mend_that(world):
    world.sentry.has()
    await world.tell(sentry())
    await world.work()
    world.sentry.before["resolve"] = [unauthorized()]
    await world.press(ActKind.RESOLVE, "now")
    await world.worker.step()
    said = str((await drawn(world, "alert:1")).blocks)
    assert "401" in said
    assert "pawdeploy check" in said
    assert "Retry" in said


async def test_an_alert_of_a_project_nobody_knows_says_so(world):
    await world.tell(sentry(project="somebody-elses"))
    await world.work()
    assert "somebody-elses" in str((await drawn(world, "alert:1")).blocks)


async def test_an_alert_of_a_project_that_two_share_names_both(world):
    (api, *others) = world.project.services
    twins = (api, api.model_copy(update={"name": "worker"}), *others)
    await world.tell(told(project=api.repository))
    world.drawn = replace(world.drawn, project=world.project.model_copy(update={"services": twins}))
    said = str((await drawn(world, "alert:1")).blocks)
    assert f"`{api.repository}` is the project of `api` or `worker`" in said


async def test_what_is_owed_about_nothing_is_not_sent(world):
    await world.tell(told())
    post = await world.posts.find("alert:1")
    for changes in ({"alert_id": 99}, {"alert_id": None}, {"storm_id": 99}):
        for name, value in changes.items():
            setattr(post, name, value)
        assert await world.drawn(post) is None
