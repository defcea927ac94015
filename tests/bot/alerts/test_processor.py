"""What was told is read in its order, each message once, and what has to wait lets others by."""

import asyncio
import itertools

import pytest

from bot.alerts.processor import BATCH, Processor
from bot.alerts.reading import Unread
from bot.engine.alerts import AlertState, Happening, Source
from bot.engine.arrivals import Arrival, ours
from bot.errors import VendorUnavailable
from tests.bot.db._alerts import an_arrival
from tests.bot.db._facts import scalar
from tests.bot.engine._groups import later, sentry, told
from tests.bot.pipelines._memory import NOON


class Says:
    """Understands messages by their key; those in ``away`` wait for their vendor."""

    def __init__(self) -> None:
        self.events: dict[str, object] = {}
        self.away: set[str] = set()
        self.read_: list[str] = []

    async def read(self, arrival):
        self.read_.append(arrival.key)
        if arrival.key in self.away:
            raise VendorUnavailable("Railway", "looking up a deployment", status=500)
        return self.events.get(arrival.key, (told(fingerprint=arrival.key, at=0),))


@pytest.fixture
def world(alerts):
    return alerts


@pytest.fixture
def says(world):
    """Have the processor understand what a test says."""
    says = Says()
    world.processor = Processor(world.kit, says, leads=world._leads, opened=world._opened)
    return says


async def keep(world, *names, source=Source.GENERIC):
    for name in names:
        await world.kit.hooks.keep(an_arrival(name, source=source))


async def test_what_came_is_read_once_and_whoever_asks_sentry_hears_of_what_opened(world):
    await world.tell(sentry(), sentry(at=1))
    assert (await world.named()).times == 2
    assert world.opened == 1
    assert world.cards.changes > 0
    assert await world.processor.step() == 0


async def test_messages_are_read_in_the_order_in_which_they_came(world, says):
    await asyncio.gather(*(keep(world, f"{number:03}") for number in range(2 * BATCH)))
    await world.read()
    assert says.read_ == sorted(says.read_)
    assert len(says.read_) == 2 * BATCH


async def test_a_comeback_is_heard_of_too_and_a_count_is_not(world):
    await world.tell(told())
    await world.tell(told(at=1), told(Happening.RESOLVED, 2))
    assert world.opened == 1
    await world.tell(told(at=3))
    assert world.opened == 2


async def test_outcomes_are_counted_by_source(world, says):
    says.events = {
        "generic:1": Unread("unknown", "why"),
        "generic:2": Unread("unreadable", "why"),
        "generic:3": (told(Happening.RESOLVED, fingerprint="x"),),
    }
    await keep(world, "1", "2", "3", "4")
    await world.read()
    for outcome in ("unknown", "unreadable", "ignored", "applied"):
        assert world.number("pawdeploy_hooks_total", source="generic", result=outcome) == 1


async def test_what_waits_for_its_vendor_lets_others_by_and_is_read_when_it_answers(world, says):
    says.away = {"railway:1"}
    await keep(world, "1", source=Source.RAILWAY)
    await keep(world, "2", "3")
    await world.read()
    assert await scalar(world.db, "SELECT count(*) FROM hooks WHERE done_at IS NULL") == 1
    reads = len(says.read_)
    await world.read()
    assert len(says.read_) == reads
    says.away = set()
    await world.clock.sleep(1)
    await world.read()
    assert await world.kit.hooks.undone(9) == ()


async def test_pauses_grow_while_a_vendor_is_away_and_at_last_it_is_put_aside(world, says):
    says.away = {"railway:1"}
    await keep(world, "1", source=Source.RAILWAY)
    moments = []
    while await world.kit.hooks.undone(1):
        seen = len(says.read_)
        await world.read()
        if len(says.read_) > seen:
            moments.append(world.clock.passed)
        await world.clock.sleep(1 if world.clock.passed < 20 else 150)
        assert world.clock.passed < 10**5
    pauses = [after - before for before, after in itertools.pairwise(moments)]
    assert pauses[:4] == [1, 2, 4, 8]
    assert max(pauses) == 300
    assert await scalar(world.db, "SELECT outcome FROM hooks") == "ignored"


async def test_many_that_wait_do_not_keep_the_others_back(world, says):
    names = [str(number) for number in range(60)]
    says.away = {f"railway:{name}" for name in names}
    await asyncio.gather(*(keep(world, name, source=Source.RAILWAY) for name in names))
    await keep(world, "new")
    await world.read()
    await world.read()
    assert await world.kit.reader.named("generic:new") is not None


async def test_only_the_leader_reads(world):
    world.leading = False
    await world.tell(told())
    assert await world.kit.reader.named("generic:disk") is None
    world.leading = True
    await world.read()
    assert (await world.named("generic:disk")).times == 1


async def test_what_came_wakes_the_processor_at_once(world):
    await world.read()
    turning = asyncio.create_task(world.processor.turn())
    await world.kit.hooks.keep(ours(told(), "one"))
    world.processor.tell()
    await asyncio.wait_for(turning, 0.9)
    await world.read()
    assert (await world.named("generic:disk")).times == 1


async def test_an_alert_of_a_project_nobody_knows_goes_to_the_alerts_channel_and_has_no_service(world):
    world.sentry.has(project="somebody-elses")
    await world.tell(sentry(project="somebody-elses", service="somebody-elses"))
    await world.work()
    alert = await world.named()
    assert (alert.service, alert.project, alert.channel) == ("", "somebody-elses", "C0ALERTS001")
    assert alert.mention == ()
    assert await world.posts.find(f"alert:{alert.id}") is not None


async def test_a_senders_clock_that_is_ahead_makes_nothing_happen_in_the_future(world):
    said = b'{"type": "alert.triggered", "timestamp": "2031-01-01T00:00:00Z",' \
        b' "data": {"key": "disk", "title": "Disk"}}'  # fmt: skip
    await world.kit.hooks.keep(an_arrival("1", body=said, at=later(30)))
    await world.read()
    alert = await world.named("generic:disk")
    assert (alert.opened_at, alert.last_seen) == (later(30), later(30))


async def test_the_same_words_of_a_sender_who_names_deliveries_are_told_anew(world):
    body = b'{"type": "alert.%s", "data": {"key": "disk", "title": "Disk"}}'
    for number, word in enumerate((b"triggered", b"resolved", b"triggered")):
        await world.kit.hooks.keep(an_arrival(str(number), body=body % word, at=later(number)))
    await world.read()
    alert = await world.named("generic:disk")
    assert (alert.state, alert.times, alert.openings) == (AlertState.FIRING, 2, 2)


async def test_nobody_outside_speaks_for_us(world):
    body = told(source=Source.PAWDEPLOY).model_dump_json().encode()
    forged = Arrival(key="pawdeploy:x", source=Source.PAWDEPLOY, resource="issue", body=body, at=NOON)
    await world.kit.hooks.keep(forged)
    await world.read()
    assert await scalar(world.db, "SELECT outcome FROM hooks") == "unknown"
