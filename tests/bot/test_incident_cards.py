"""What is owed about incidents is drawn from what the database says now, in its order and in its place."""

import pytest

from bot.engine.incident_requests import OpenRequest
from bot.errors import VendorUnavailable
from bot.incident_cards import IncidentCards
from bot.incidenting import Drills
from tests.bot.incidents._alerts import outage, with_alerts
from tests.bot.incidents._asked import ending
from tests.bot.incidents._world import ANN, API_DOWN, BEN, IncidentWorld
from tests.playbooks._books import act, book, do

HOME = "C0OPSDESK01"


class MemoryLinks:
    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.away = False

    async def permalink(self, channel, ts):
        self.asked.append((channel, ts))
        if self.away:
            raise VendorUnavailable("Slack", "asking for an address")
        return f"https://slack.example/archives/{channel}/p{ts}"


class Shown(IncidentWorld):
    """Incidents with who draws them."""

    def __init__(self, db, project=None, playbooks=None) -> None:
        super().__init__(db, project, playbooks)
        self.links = MemoryLinks()
        self.compose = self.composer()

    def composer(self) -> IncidentCards:
        return IncidentCards(
            self.posts,
            self.reader,
            self.kit.reports,
            self.clock,
            self.project,
            self.kit.mention,
            self.links,
        )

    async def drawn(self, key):
        post = await self.posts.find(key)
        assert post is not None, key
        return await self.compose(post)

    async def put(self, key="incident:1", ts="1.1", channel=HOME):
        """Have a message be in Slack."""
        await self.posts.landed(key, channel=channel, ts=ts, revision=1)


@pytest.fixture
def db(fresh_database):
    return fresh_database


@pytest.fixture
def world(db):
    return Shown(db)


async def test_a_card_is_as_new_as_its_incident(world):
    await world.open()
    view = await world.desk.update(1, ANN, "We look at it.", "k")
    card = await world.drawn("incident:1")
    assert (card.revision, card.thread_ts, card.broadcast) == (view.revision, "", False)
    assert "It is down" in card.text


async def test_who_is_called_is_named_for_half_an_hour_and_never_in_a_drill(world):
    await world.open()
    await world.open(key="drill", drill=True)
    assert "<!subteam^approver>" in str((await world.drawn("incident:1")).blocks)
    assert "<!subteam^approver>" not in str((await world.drawn("incident:2")).blocks)
    await world.clock.sleep(1_801)
    assert "<!subteam^approver>" not in str((await world.drawn("incident:1")).blocks)


async def test_the_pages_of_a_long_checklist_come_one_after_the_other(db):
    world = Shown(db, playbooks={API_DOWN: book(*[do(f"s{number}") for number in range(60)])})
    await world.open()
    pages = ["incident:1:page:1", "incident:1:page:2"]
    assert [due.key for due in await world.posts.due()] == ["incident:1", *pages]

    assert [await world.drawn(page) for page in pages] == [None, None]
    await world.put("incident:1", "1.1")
    assert [(await world.drawn(page)) is None for page in pages] == [False, True]
    await world.put(pages[0], "2.2")
    assert (await world.drawn(pages[1])) is not None
    assert "steps 41 to 60" in (await world.drawn(pages[1])).text


async def test_a_page_that_is_in_slack_is_drawn_though_the_one_before_was_deleted(db):
    world = Shown(db, playbooks={API_DOWN: book(*[do(f"s{number}") for number in range(30)])})
    await world.open()
    await world.put("incident:1:page:1", "2.2")
    assert (await world.drawn("incident:1:page:1")) is not None


async def test_what_is_said_waits_for_the_card_and_goes_into_its_thread(world):
    await world.open()
    await world.desk.note(1, ANN, "CPU is at 100%", "k")
    assert await world.drawn("incident:1:note:k") is None
    await world.put()
    note = await world.drawn("incident:1:note:k")
    assert (note.thread_ts, note.parent, note.broadcast) == ("1.1", "incident:1", False)


async def test_updates_and_what_is_for_the_whole_channel_are_shown_outside_of_the_thread_too(db):
    tell = {"kind": "tell", "id": "t", "text": "Tell.", "template": "{state}"}
    tell["to"] = [{"kind": "channel", "channel": HOME}, {"kind": "channel", "channel": "deploys"}]
    world = Shown(db, playbooks={API_DOWN: book(tell)})
    await world.open()
    await world.put()
    await world.desk.update(1, ANN, "We look at it.", "k")
    await world.desk.tell(1, "t", ANN, "All hands.")
    assert (await world.drawn("incident:1:update:k")).broadcast
    assert (await world.drawn("incident:1:told:t:1")).broadcast
    elsewhere = await world.drawn("incident:1:told:t:1:1")
    assert (elsewhere.thread_ts, elsewhere.broadcast) == ("", False)
    assert "https://slack.example/archives/C0OPSDESK01/p1.1" in str(elsewhere.blocks)


async def test_what_is_said_in_its_own_channel_stands_under_nothing_and_waits_for_nothing(db):
    from bot.incidenting import Room

    world = Shown(db)
    incidents = world.project.incidents.model_copy(update={"room": Room()})
    world.project = world.project.model_copy(update={"incidents": incidents})
    world.reborn()
    await world.open()
    await world.work()
    welcome = await world.drawn("incident:1:welcome")
    assert welcome.thread_ts == ""
    await world.put()
    linked = await world.drawn("incident:1:welcome")
    assert "https://slack.example/archives/C0OPSDESK01/p1.1" in str(linked.blocks)


async def test_every_message_of_a_drill_says_so(world):
    await world.open(drill=True)
    await world.work()
    await world.put()
    await world.desk.choose(1, "which", "code", ANN)
    await world.desk.act(1, "rollback", ANN)
    await world.desk.tell(1, "orchestrator", ANN, "words")
    await world.desk.update(1, ANN, "We practise.", "k")
    await world.later(1_801)
    await world.desk.resolve(1, ending())
    await world.work()
    keys = [due.key for due in await world.posts.due()]
    assert len(keys) > 10
    for key in keys:
        drawn = await world.drawn(key)
        shown = f"{drawn.text} {drawn.blocks} {drawn.picture.title if drawn.picture else ''}"
        assert "DRILL" in shown, key


async def test_no_message_shows_an_id_where_a_person_is_meant(world):
    await world.open()
    await world.work()
    await world.put()
    await world.desk.choose(1, "which", "code", ANN)
    await world.desk.own(1, "rollback", ANN, BEN)
    await world.desk.role(1, ANN, "commander", BEN)
    await world.desk.skip(1, "lock", BEN, "nobody is about to")
    world.runs.refusal = _refused()
    await world.desk.act(1, "rollback", ANN)
    await world.work()
    for due in await world.posts.due():
        drawn = str((await world.drawn(due.key)).blocks)
        for user in (ANN, BEN):
            assert f"@{user}" not in drawn.replace(f"<@{user}>", ""), due.key
            assert f"&lt;@{user}" not in drawn, due.key


def _refused():
    from bot.engine.reasons import Reason
    from bot.errors import UserError

    return UserError(f"Run 3 already rolls back, asked by <@{BEN}>.", reason=Reason.LOCKED)


async def test_the_report_is_a_file_once_it_is_written_and_each_end_has_its_own(world):
    await world.open()
    await world.work()
    await world.put()
    for number in (1, 2):
        await world.desk.resolve(1, ending(summary=f"end {number}"))
        await world.work()
        await world.desk.reopen(1, BEN, "again")
    first, second = [await world.drawn(f"incident:1:report:{number}") for number in (1, 2)]
    assert (first.picture.filename, second.picture.filename) == ("incident-1.md", "incident-1-2.md")
    assert (b"end 1" in first.picture.content, b"end 2" in second.picture.content) == (True, True)
    assert first.thread_ts == "1.1"


async def test_a_report_that_is_not_written_yet_waits(world):
    await world.open()
    await world.work()
    await world.put()
    await world.desk.resolve(1, ending())
    await world.work()
    world.compose = IncidentCards(
        world.posts, world.reader, _NoReports(), world.clock, world.project, world.kit.mention
    )
    assert await world.drawn("incident:1:report:1") is None


class _NoReports:
    async def find(self, incident, opening):
        return None


async def test_addresses_are_asked_for_once_and_do_without_where_slack_is_away(db):
    world = Shown(db, playbooks={API_DOWN: book(act("go"))})
    alerts = with_alerts(world)
    world.compose = world.composer()
    await alerts.tell(outage(world))
    request = OpenRequest(key="k", playbook=API_DOWN, headline="Down", by=ANN, alert=1)
    await world.desk.open(request)
    await world.desk.act(1, "go", ANN)
    await world.work()
    await world.posts.landed("alert:1", channel="C0ALERTS001", ts="9.9", revision=1)
    await world.posts.landed("run:1:card", channel="C0DEPLOYS01", ts="8.8", revision=1)

    world.links.away = True
    without = await world.drawn("incident:1")
    assert "slack.example" not in str(without.blocks)
    world.links.away, world.links.asked = False, []
    for _ in range(3):
        drawn = await world.drawn("incident:1")
    assert "https://slack.example/archives/C0ALERTS001/p9.9" in str(drawn.blocks)
    assert len(world.links.asked) == len(set(world.links.asked))


async def test_a_reminder_of_drills_needs_no_incident(world):
    incidents = world.project.incidents.model_copy(update={"drills": Drills(roles=("approver",))})
    world.project = world.project.model_copy(update={"incidents": incidents})
    world.reborn()
    await world.keeper.drills()
    (key,) = await world.owed()
    drawn = await world.drawn(key)
    assert "<!subteam^approver> There has been no drill yet." in str(drawn.blocks)


async def test_what_is_about_no_incident_is_not_drawn(world):
    await world.posts.owe("x", kind="incident_said", channel=HOME, body="{}", at=world.now())
    assert await world.drawn("x") is None
