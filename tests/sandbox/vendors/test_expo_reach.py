import pytest

from sandbox.vendors.expo_reach import OTA_KNOB, Reach, Spreading
from tests.sandbox.vendors.expo_app import ExpoApp
from tests.sandbox.vendors.sentry_world import sentry as sentry_over


@pytest.fixture
def app(faults, clock):
    return ExpoApp(faults, clock)


class Seen:
    """What the simulated Sentry would count now."""

    def __init__(self, sim, clock):
        self._streams, self._issues, self._clock = sim.world.streams, sim.world.issues, clock

    def share(self, group):
        self._clock.wait(1)
        now = int(self._clock().timestamp())
        return self._streams.shares("mobile", "production", {"update": group}, now, 1)[0]

    def crashing(self):
        going = [one for one in self._streams.of("mobile", "production", "", {}) if one.end is None]
        return {one.tags["update"]: one.per_minute for one in going}

    def releases(self):
        return {one.first_release for one in self._issues() if one.project == "mobile"}


@pytest.fixture
def sentry(app, faults, clock, railway):
    sim = sentry_over(
        faults, clock, railway, projects={"backend": "api", "mobile": "mobile"}, apps=("mobile",)
    )
    reach = Reach(branch="production", project="mobile", environment="production", tag="update")
    Spreading(faults, app.builds, app.updates, sim, (reach,))
    return Seen(sim, clock)


def newest(app):
    return app.expo.groups()[0]


def test_the_newest_update_is_what_everybody_runs_at_first(app, sentry):
    assert [sentry.share(group[0].group) for group in app.expo.groups()] == [1.0, 0.0]


def test_a_rollout_takes_its_share_from_the_one_before(app, sentry):
    before = newest(app)[0].group
    app.run(action="update", message="x", rollout="10")

    assert sentry.share(newest(app)[0].group) == pytest.approx(0.1)
    assert sentry.share(before) == pytest.approx(0.9)


def test_platforms_out_of_step_count_half_each(app, sentry):
    app.run(action="update", message="x", rollout="10")
    app.updates.set_percent(newest(app)[0], 50)

    assert sentry.share(newest(app)[0].group) == pytest.approx(0.3)


def test_an_update_crashes_while_somebody_runs_it_and_the_knob_says_so(app, sentry, faults):
    faults.set(OTA_KNOB, "crashes")
    assert sentry.crashing() == {}  # what was there before the sandbox is fine
    app.run(action="update", message="x", rollout="10")
    group = newest(app)[0].group
    at_ten = sentry.crashing()
    for one in newest(app):
        app.updates.set_percent(one, 50)

    assert set(at_ten) == set(sentry.crashing()) == {group}
    assert sentry.crashing()[group] == pytest.approx(5 * at_ten[group])
    assert sentry.releases() == {"app.pawlogic@1.4.0+57"}


@pytest.mark.parametrize("how", ["deleted", "knob"])
def test_it_is_calm_when_nobody_runs_it_or_the_knob_is_turned_back(app, sentry, faults, clock, how):
    faults.set(OTA_KNOB, "crashes")
    app.run(action="update", message="x", rollout="10")
    if how == "deleted":
        app.updates.delete_later(newest(app)[0].group)
        clock.wait(5)
        app.updates.settle()
    else:
        faults.set(OTA_KNOB, "fine")

    assert sentry.crashing() == {}


def test_what_went_out_before_the_turn_keeps_its_fate(app, sentry, faults):
    app.run(action="update", message="fine", rollout="")
    faults.set(OTA_KNOB, "crashes")
    app.run(action="update", message="x", rollout="10")

    assert set(sentry.crashing()) == {newest(app)[0].group}


def test_what_was_fine_does_not_crash_when_it_is_published_again(app, sentry, faults):
    faults.set(OTA_KNOB, "crashes")
    old = newest(app)
    parts = {one.platform: one for one in old}
    app.updates.publish(app.updates.branches["production"], "1.4.0", parts, message="back")

    assert sentry.crashing() == {}
    assert sentry.share(newest(app)[0].group) == 1.0
