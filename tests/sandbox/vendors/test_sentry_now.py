import pytest

from sandbox.vendors.sentry_now import BUILD, CRASHES, STORM_GROUPS, STORM_TOTAL
from tests.sandbox.vendors.sentry_world import OLD, listening, sentry


@pytest.fixture
def sim(faults, clock, railway):
    return sentry(faults, clock, railway)


@pytest.fixture
async def turned(sim, faults):
    """Turn the knob and wait until what it does is done."""
    async with listening(sim) as listener:

        async def turn(what, heard):
            listener.heard.clear()
            faults.set("sentry.now", what)
            await listener.until(heard)
            return listener.said

        yield turn


async def test_a_turn_acts_once_and_turns_back(turned, faults, sim):
    told = []
    faults.subscribe(lambda name, value: told.append((name, value)))

    assert await turned("new issue", 2) == ["issue.created", "event_alert.triggered"]
    assert told == [("sentry.now", "new issue"), ("sentry.now", "-")]
    assert await turned("new issue", 2)
    assert len(sim.issues) == 2


async def test_a_spike_is_of_the_release_that_serves_and_of_one_issue(turned, sim, clock):
    await turned("spike", 62)
    (issue,) = sim.issues
    assert (issue.first_release, issue.environment, issue.so_far(clock())) == (OLD, "production", 61)

    await turned("spike", 60)
    assert sim.issues == [issue]


async def test_a_storm_is_of_many_issues(turned, sim):
    await turned("storm", STORM_TOTAL)

    assert len(sim.issues) == STORM_GROUPS


@pytest.mark.parametrize(
    ("what", "says", "status"),
    [
        ("resolve elsewhere", ["issue.resolved"], "resolved"),
        ("archive elsewhere", ["issue.ignored"], "ignored"),
        ("regression", ["issue.created", "event_alert.triggered", "issue.resolved", "issue.unresolved",
                        "event_alert.triggered"], "unresolved"),
    ],
)  # fmt: skip
async def test_somebody_else_does_something(turned, sim, what, says, status):
    known = await sim.new_issue()

    assert await turned(what, len(says)) == says
    assert sim.issues[0].standing.status == status
    assert (sim.issues[0] is known) == (what != "regression")


async def test_a_regression_is_of_the_issue_resolved_last(turned, sim):
    known = await sim.new_issue()
    await sim.resolve(known)

    assert await turned("regression", 2) == ["issue.unresolved", "event_alert.triggered"]
    assert known.standing.substatus == "regressed"


@pytest.fixture
def sim_of_app(faults, clock, railway):
    projects = {"backend": "api", "mobile": "mobile"}
    return sentry(faults, clock, railway, projects=projects, apps=("mobile",))


async def test_the_app_crashes_in_its_newest_build_in_production(sim_of_app, faults, clock):
    async with listening(sim_of_app) as listener:
        faults.set("sentry.now", "app crashes")
        await listener.until(2 * len(CRASHES))

    issues = sim_of_app.issues
    assert {(one.project, one.environment, one.tags["dist"]) for one in issues} == {
        ("mobile", "production", BUILD)
    }
    assert sorted(one.so_far(clock()) for one in issues) == sorted(times for _, _, times, _ in CRASHES)
