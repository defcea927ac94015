"""Only time that was seen to be good counts: the commit live, healthy, no error of its own open."""

import dataclasses

import pytest

from bot.engine.errors_watch import NewIssue
from bot.engine.health import Health
from bot.engine.soak import NotSoaked, Soaked, judge
from bot.errors import VendorRejected, VendorUnavailable
from bot.jobs.soak import SoakObserver
from bot.pipelines.observe import UNREADABLE, observe
from tests.bot.pipelines._world import NOON, OLD, SHA, World, pawlogic

WELL = Health(ok=True, commit=SHA, said="200")
ISSUE = NewIssue(
    title="TypeError: pets is not a list", url="", events=3, users=2, unhandled=True, first_seen=NOON
)


class Day:
    """A world in which somebody looks every minute."""

    def __init__(self, db):
        self.world = World(db, pawlogic(soak_poll=60))
        self.world.vendor.serving = SHA
        self.world.probe.answers = [WELL]

    async def looks(self, minutes, observer=None):
        observer = observer or SoakObserver(self.world.kit)
        told = 0
        for _ in range(minutes):
            told += await observer.look()
            await self.world.clock.sleep(60)
        return told

    async def spans(self):
        return await self.world.kit.soaks.spans("api", "staging")

    async def verdict(self, needed, sha=SHA):
        return judge(await self.spans(), sha, needed)


@pytest.fixture
def day(fresh_database):
    return Day(fresh_database)


async def test_a_place_others_soak_in_is_looked_at_and_no_other(day):
    assert await day.looks(3) == 3
    (span,) = await day.spans()
    assert (span.sha, span.good, (span.end - span.start).total_seconds()) == (SHA, True, 120)
    assert await day.world.kit.soaks.spans("api", "production") == ()


async def test_without_a_soak_nobody_looks(day):
    services = tuple(
        service.model_copy(
            update={
                "environments": {
                    name: there.model_copy(update={"soak": None})
                    for name, there in service.environments.items()
                }
            }
        )
        for service in day.world.project.services
    )
    kit = dataclasses.replace(
        day.world.kit, project=day.world.project.model_copy(update={"services": services})
    )
    assert await day.looks(2, SoakObserver(kit)) == 0
    assert day.world.vendor.calls == []


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Health(ok=False, commit="", said="503"), "health: 503"),
        (Health(ok=True, commit=OLD, said="200"), f"health: answers from {OLD[:7]}"),
    ],
)
async def test_time_in_which_it_was_not_well_does_not_count(day, answer, why):
    await day.looks(2)
    day.world.probe.answers = [answer]
    await day.looks(2)
    verdict = await day.verdict(60)
    assert isinstance(verdict, NotSoaked)
    assert (verdict.seconds, verdict.trouble) == (60, why)
    day.world.probe.answers = [WELL]
    await day.looks(2)
    assert isinstance(await day.verdict(120), Soaked)


async def test_a_service_that_names_no_commit_counts_by_its_answer(day):
    day.world.probe.answers = [Health(ok=True, commit="", said="200")]
    await day.looks(2)
    assert isinstance(await day.verdict(60), Soaked)


async def test_time_with_an_error_of_its_own_open_does_not_count_and_is_named(day):
    await day.looks(2)
    day.world.errors.issues = (ISSUE,)
    await day.looks(2)
    verdict = await day.verdict(60)
    assert isinstance(verdict, NotSoaked)
    assert verdict.trouble == "open alert: TypeError: pets is not a list"


@pytest.mark.parametrize("error", [VendorUnavailable, VendorRejected])
async def test_errors_nobody_can_read_are_not_no_errors(day, error):
    day.world.errors.before["new_issues"] = [error("Sentry", "listing new issues", status=429)]
    await day.looks(1)
    assert [(span.good, span.why) for span in await day.spans()] == [(False, UNREADABLE)]


@pytest.mark.parametrize("without", ["errors", "sentry_project"])
async def test_where_no_errors_are_counted_health_alone_decides(day, without):
    kit = day.world.kit
    if without == "errors":
        kit = dataclasses.replace(kit, errors=None)
    else:
        (service,) = kit.project.services
        service = service.model_copy(update={"sentry_project": ""})
        kit = dataclasses.replace(kit, project=kit.project.model_copy(update={"services": (service,)}))
    await day.looks(2, SoakObserver(kit))
    assert isinstance(await day.verdict(60), Soaked)
    assert day.world.errors.calls == []


async def test_a_vendor_that_does_not_say_what_is_live_leaves_that_time_unseen(day):
    await day.looks(2)
    day.world.vendor.before["live"] = [VendorUnavailable("Railway", "looking") for _ in range(5)]
    assert await day.looks(5) == 0
    await day.looks(2)
    assert [(span.good, (span.end - span.start).total_seconds()) for span in await day.spans()] == [
        (True, 60),
        (True, 60),
    ]


@pytest.mark.parametrize("live", [None, ""])
async def test_nothing_live_or_nothing_known_of_it_is_no_look(day, live):
    day.world.vendor.serving = live
    assert await day.looks(1) == 0
    assert await day.spans() == ()


async def test_another_commit_has_its_own_clock(day):
    await day.looks(3)
    day.world.vendor.serving, day.world.probe.answers = OLD, [dataclasses.replace(WELL, commit=OLD)]
    await day.looks(2)
    verdicts = [await day.verdict(1000, sha) for sha in (SHA, OLD)]
    assert [(one.seconds, one.live_now) for one in verdicts] == [(120, False), (60, True)]


async def test_a_bot_that_was_stopped_saw_nothing_meanwhile(day):
    await day.looks(2)
    await day.world.clock.sleep(3600)
    await day.looks(2)
    assert (await day.verdict(1000)).seconds == 120


async def test_a_place_the_file_no_longer_knows_cannot_be_looked_at(day):
    assert not await observe(day.world.kit, "api", "gone")
