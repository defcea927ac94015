"""Locks and freezes as people use them, and what stops a run."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.engine.holding import Held, Taken
from bot.engine.holds import PAWDEPLOY, Free, FrozenBy, FrozenWindow, HoldKind, Locked
from bot.engine.reasons import Reason
from bot.errors import UserError, VendorUnavailable
from bot.jobs.nag import Nag
from bot.pipelines.hold_windows import CONFIGURED
from tests.bot.pipelines._holding import ANN, BEN, MONDAY, PLACE, SATURDAY, Holding

DEPLOYS = "C0DEPLOYS01"


@pytest.fixture
def db(fresh_database):
    return fresh_database


@pytest.fixture
def team(db):
    return Holding(db)


async def stops(team, user=BEN, *, emergency=False, service="api", environment="production"):
    return await team.holds.blocking(service, environment, user, emergency=emergency)


async def refused(awaitable) -> tuple[Reason, str]:
    with pytest.raises(UserError) as caught:
        await awaitable
    return caught.value.reason, str(caught.value)


async def test_a_lock_stops_others_and_not_its_owner_and_is_told_once_in_the_channel(team):
    taken = await team.lock()
    assert await stops(team, BEN) == Locked(taken.hold)
    assert await stops(team, ANN) == Free()
    assert await stops(team, BEN, environment="staging") == Free()
    assert await team.told() == [("hold", DEPLOYS, "begun")]
    assert team.cards.changes == 1


async def test_an_emergency_passes_a_freeze_and_no_lock(team):
    freeze = await team.freeze()
    assert await stops(team, ANN) == FrozenBy(freeze.hold)
    assert await stops(team, ANN, emergency=True) == Free()
    lock = await team.lock()
    assert await stops(team, BEN, emergency=True) == Locked(lock.hold)


async def test_a_lock_over_somebody_elses_says_whose_it_is(team):
    first = await team.lock()
    assert await team.lock("b", by=BEN) == Held(first.hold)
    assert await team.told() == [("hold", DEPLOYS, "begun")]


async def test_ones_own_lock_twice_is_renewed_and_told(team):
    await team.lock()
    team.clock.pass_by(minutes=5)
    again = await team.lock("b", reason="longer")
    assert isinstance(again, Taken)
    assert again.renewed
    assert [what for _, _, what in await team.told()] == ["begun", "renewed"]


@pytest.mark.parametrize("seconds", [-60, 0])
async def test_a_moment_that_is_over_is_refused(team, seconds):
    past = MONDAY + timedelta(seconds=seconds)
    assert (await refused(team.lock(until=past)))[0] is Reason.BAD_TIME
    assert (await refused(team.freeze(hours=seconds / 3600)))[0] is Reason.BAD_TIME
    assert await team.holds.list() == ()


@pytest.mark.parametrize("reason", ["", "  \n"])
async def test_a_freeze_needs_a_reason(team, reason):
    assert (await refused(team.freeze(reason=reason)))[0] is Reason.NO_REASON


async def test_a_lock_ends_by_itself_when_its_time_is_over(team):
    await team.lock(until=MONDAY + timedelta(hours=1))
    team.clock.pass_by(hours=1)
    assert await stops(team) == Free()
    assert await team.holds.list() == ()
    assert (await refused(team.holds.unlock(by=ANN, **PLACE)))[0] is Reason.NOT_LOCKED


async def test_unlocking_nothing_says_so(team):
    reason, said = await refused(team.holds.unlock(by=ANN, **PLACE))
    assert reason is Reason.NOT_LOCKED
    assert "`production` is not locked" in said


async def test_ones_own_lock_opens_without_a_reason_and_tells_the_channel(team):
    hold = (await team.lock()).hold
    assert await team.holds.unlock(by=ANN, **PLACE) == (hold,)
    assert await stops(team) == Free()
    assert await team.told() == [("hold", DEPLOYS, "begun"), ("hold", DEPLOYS, "ended")]


async def test_somebody_elses_lock_needs_a_reason_and_its_owner_is_told_by_dm(team):
    await team.lock()
    reason, said = await refused(team.holds.unlock(by=BEN, **PLACE))
    assert reason is Reason.NO_REASON
    assert f"<@{ANN}>'s lock" in said
    assert await stops(team) != Free()

    await team.holds.unlock(by=BEN, reason="hotfix", **PLACE)
    assert ("dm", ANN, "taken_over") in await team.told()
    assert ("hold", DEPLOYS, "ended") in await team.told()


async def test_only_the_lock_a_button_names_is_opened(team):
    first = (await team.lock(service="api")).hold
    await team.lock("b", environment="staging")
    await team.holds.unlock(by=ANN, **PLACE)
    second = (await team.lock("c")).hold
    with pytest.raises(UserError):
        await team.holds.unlock(by=ANN, only=first.id, **PLACE)
    assert await team.holds.held(HoldKind.LOCK, **PLACE) == (second,)


async def test_a_rollbacks_lock_stops_everybody_until_a_person_opens_it_without_a_reason(team):
    hold = await team.rolled_back()
    assert await stops(team, ANN, emergency=True) == Locked(hold)
    assert await team.holds.of_run(7) == hold
    assert await team.told() == []
    assert await team.holds.unlock(by=BEN, **PLACE) == (hold,)
    assert await team.holds.of_run(7) is None
    assert await team.told() == [("hold", DEPLOYS, "ended")]


async def test_a_rollback_locks_once_however_often_its_step_is_played(team):
    hold = await team.rolled_back()
    assert await team.rolled_back() == hold
    await team.holds.unlock(by=BEN, **PLACE)
    await team.rolled_back()
    assert await stops(team) == Free()


async def test_auto_deploy_is_switched_on_again_once_and_only_when_nothing_is_held(team):
    hold = await team.rolled_back()
    assert (await refused(team.holds.auto_deploy_on(hold.id, BEN)))[0] is Reason.LOCKED
    await team.holds.unlock(by=BEN, **PLACE)
    await team.holds.auto_deploy_on(hold.id, BEN)
    assert (await refused(team.holds.auto_deploy_on(hold.id, BEN)))[0] is Reason.STALE_BUTTON
    assert [on for _, on in team.switch.switched] == [True]


async def test_auto_deploy_that_could_not_be_switched_can_be_tried_again(team):
    hold = await team.rolled_back()
    await team.holds.unlock(by=BEN, **PLACE)
    team.switch.trouble = VendorUnavailable("Railway", "switching")
    with pytest.raises(VendorUnavailable):
        await team.holds.auto_deploy_on(hold.id, BEN)
    team.switch.trouble = None
    await team.holds.auto_deploy_on(hold.id, BEN)
    assert len(team.switch.switched) == 1


@pytest.mark.parametrize("hold_id", [0, 99])
async def test_auto_deploy_of_no_lock_is_a_stale_button(team, hold_id):
    assert (await refused(team.holds.auto_deploy_on(hold_id, BEN)))[0] is Reason.STALE_BUTTON


async def test_an_auto_deploy_that_was_never_off_is_not_switched(team):
    hold = await team.rolled_back(off=False)
    await team.holds.unlock(by=BEN, **PLACE)
    assert (await refused(team.holds.auto_deploy_on(hold.id, BEN)))[0] is Reason.STALE_BUTTON
    assert team.switch.switched == []


async def test_overlapping_freezes_each_hold_and_one_unfreeze_ends_them_all(team):
    await team.freeze(by=ANN, hours=2)
    await team.freeze("g", by=BEN, hours=4)
    team.clock.pass_by(hours=3)
    assert isinstance(await stops(team), FrozenBy)
    await team.freeze("h", by=ANN)
    ended = await team.holds.unfreeze(by=ANN, **PLACE)
    assert [hold.by for hold in ended] == [BEN, ANN]
    assert ("dm", BEN, "taken_over") in await team.told()
    assert await stops(team) == Free()


async def test_a_window_of_the_file_stops_and_is_listed_and_nobody_can_end_it(team):
    team.clock.at = SATURDAY
    found = await stops(team)
    assert isinstance(found, FrozenWindow)
    [listed] = await team.holds.list()
    assert (listed.by, listed.environment, listed.id) == (CONFIGURED, "production", 0)
    assert listed.until == found.until
    reason, said = await refused(team.holds.unfreeze(by=ANN, **PLACE))
    assert reason is Reason.NOT_LOCKED
    assert "freeze window of pawdeploy.toml is open" in said


async def test_a_refusal_names_who_since_when_until_when_why_and_the_way_out(team):
    await team.lock(until=MONDAY + timedelta(hours=1))
    assert team.holds.refusal(await stops(team)) == (
        Reason.LOCKED,
        "production is locked by @U0ANNREQ001 since 2026-11-23 12:00 UTC, until 2026-11-23 13:00 UTC: "
        "“moving house”. Ask them, or type `/pawdeploy unlock production because …`; they are told.",
    )
    await team.holds.unlock(by=ANN, **PLACE)
    await team.freeze()
    assert team.holds.refusal(await stops(team)) == (
        Reason.FROZEN,
        "production is frozen by @U0ANNREQ001 since 2026-11-23 12:00 UTC, until 2026-11-23 14:00 UTC: "
        "“launch”. `/pawdeploy unfreeze production` ends it. In an emergency, those who may add "
        '`--emergency "why"` to the command.',
    )
    await team.rolled_back()
    assert team.holds.refusal(await stops(team)) == (
        Reason.LOCKED,
        "production is locked since 2026-11-23 12:00 UTC after the rollback of run 7: “errors tripled”. "
        "`/pawdeploy unlock production` lets deploys in again.",
    )
    assert team.holds.refusal(Free()) is None


async def test_a_refusal_by_a_window_says_when_it_ends_and_why(team):
    team.clock.at = SATURDAY
    reason, said = team.holds.refusal(await stops(team))
    assert reason is Reason.FROZEN
    assert "since 2026-11-27 15:00 UTC, until 2026-11-30 06:00 UTC: “nobody watches at the weekend”" in said


async def test_a_reason_of_any_length_is_cut_in_a_refusal(team):
    await team.lock(reason="`x` " * 3000)
    _, said = team.holds.refusal(await stops(team))
    assert len(said) < 500
    assert said.count("`") == 2


class Zones:
    def __init__(self, zone):
        self.known = zone

    async def zone(self, user):
        return self.known


async def test_times_are_read_in_the_persons_zone_else_the_freezes_else_utc(db):
    tokyo = ZoneInfo("Asia/Tokyo")
    assert (await Holding(db, zones=Zones(tokyo)).holds.zone(ANN, "production"))[0] is tokyo
    unknown = Holding(db, zones=Zones(None)).holds
    assert str((await unknown.zone(ANN, "production"))[0]) == "Europe/Berlin"
    assert await unknown.zone(ANN, "staging") == (ZoneInfo("UTC"), "UTC")


async def test_a_forgotten_lock_is_nagged_about_once_an_interval_until_it_is_over(team):
    nag = Nag(store=team.store, cards=team.cards, project=team.project, clock=team.clock)
    await team.lock(until=MONDAY + timedelta(hours=8))
    team.clock.pass_by(hours=2, minutes=59)
    assert await nag.look() == 0
    team.clock.pass_by(minutes=1)
    assert [await nag.look(), await nag.look()] == [1, 0]
    team.clock.pass_by(hours=3)
    assert await nag.look() == 1
    assert [told for told in await team.told() if told[0] == "dm"] == [("dm", ANN, "nag")] * 2
    team.clock.pass_by(hours=3)
    assert await nag.look() == 0


async def test_a_rollbacks_lock_is_nobodys_to_be_nagged_about(team):
    nag = Nag(store=team.store, cards=team.cards, project=team.project, clock=team.clock)
    hold = await team.rolled_back()
    assert hold.by == PAWDEPLOY
    team.clock.pass_by(days=2)
    assert await nag.look() == 0
