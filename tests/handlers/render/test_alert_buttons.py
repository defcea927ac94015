"""The buttons on an alert's card: what helps now, and what was asked of the source in words."""

import dataclasses
from datetime import timedelta

import pytest

from bot.engine.alerts import ActKind, ActState, AlertState
from bot.errors import UserError
from handlers._payloads import ActButton, AlertButton, AlertForm, RunButton
from handlers.render.alert_card import AlertAround
from tests.handlers._limits import words
from tests.handlers._runs import ANN, BEN, NOON
from tests.handlers.render._alerts import LONG_AGO, a_deploy, an_act, an_alert, draw, pressable

RESOLVED, ARCHIVED = AlertState.RESOLVED, AlertState.ARCHIVED
FIRING_ROW = ["alert_ack", "alert_resolve", "alert_archive", "alert_assign", "alert_snooze"]


def test_a_firing_card_offers_what_can_be_done_and_acknowledging_first():
    found = pressable(an_alert())

    assert list(found) == [*FIRING_ROW, "alert_playbook", "alert_attach", "open_alert"]
    assert [name for name, one in found.items() if one.get("style")] == ["alert_ack"]
    assert AlertButton.decode(found["alert_resolve"]["value"]) == AlertButton(alert=7)


def test_who_looks_at_it_already_need_not_say_so_again():
    assert "alert_ack" not in pressable(an_alert(acked_by=BEN, acked_at=NOON))


def test_nobody_can_be_given_what_nobody_is_known_for():
    assert "alert_assign" not in pressable(an_alert(), AlertAround())


@pytest.mark.parametrize("state", [RESOLVED, ARCHIVED])
def test_what_is_over_can_only_be_reopened_and_looked_at(state):
    alert = an_alert(state=state, introduced=a_deploy(), playbook="api-down")

    assert list(pressable(alert)) == ["alert_reopen", "open_alert"]


def test_rolling_back_is_offered_only_while_it_takes_the_cause_away():
    found = pressable(an_alert(introduced=a_deploy()))["rollback_start"]

    assert found["text"]["text"] == "Roll back #12…"
    assert found["style"] == "danger"
    assert RunButton.decode(found["value"]) == RunButton(run=12, attempt=2)
    assert "rollback_start" not in pressable(an_alert(introduced=a_deploy(live=False)))


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "https://x.test/" + "y" * 4000])
def test_what_is_no_address_is_no_button(url):
    assert "open_alert" not in pressable(an_alert(url=url))


@pytest.mark.parametrize(
    ("kind", "gone"),
    [
        (ActKind.RESOLVE, "alert_resolve"),
        (ActKind.ARCHIVE, "alert_archive"),
        (ActKind.ASSIGN, "alert_assign"),
    ],
)
def test_what_is_under_way_is_not_started_twice(kind, gone):
    found = pressable(an_alert(act=an_act(kind=kind)))

    assert [name for name in FIRING_ROW if name not in found] == [gone]


def test_a_reopening_under_way_is_not_started_twice():
    alert = an_alert(state=RESOLVED, act=an_act(kind=ActKind.REOPEN))

    assert list(pressable(alert)) == ["open_alert"]
    assert f"<@{BEN}> asked Sentry to reopen it…" in words(draw(alert))


@pytest.mark.parametrize(
    ("kind", "how", "says"),
    [
        (ActKind.RESOLVE, "now", "asked Sentry to resolve it…"),
        (ActKind.RESOLVE, "next", "asked Sentry to resolve it with the next release…"),
        (ActKind.ARCHIVE, "86400", "asked Sentry to archive it for 1 day…"),
        (ActKind.ARCHIVE, "escalating", "asked Sentry to archive it until it escalates…"),
        (ActKind.ASSIGN, ANN, f"asked Sentry to assign it to <@{ANN}>…"),
        (ActKind.ASSIGN, "", "asked Sentry to assign it to nobody…"),
    ],
)
def test_what_is_under_way_is_said(kind, how, says):
    assert f"<@{BEN}> {says}" in words(draw(an_alert(act=an_act(kind=kind, how=how))))


@pytest.mark.parametrize(
    "trouble",
    [
        "Sentry answered 429, try again in a minute",
        "Not resolved: Sentry answered 429, try again in a minute.",
    ],
)
def test_what_was_not_done_is_said_once_with_why_and_offers_retry(trouble):
    alert = an_alert(act=an_act(state=ActState.FAILED, trouble=trouble))
    found = pressable(alert)

    said = f"*Not resolved*, as <@{BEN}> asked: Sentry answered 429, try again in a minute."
    assert f"{said} Retry asks once more." in words(draw(alert))
    assert ActButton.decode(found["alert_retry"]["value"]) == ActButton(act=3)
    assert "alert_resolve" in found


def test_a_better_way_out_than_retry_takes_its_place():
    alert = an_alert(act=an_act(state=ActState.FAILED, trouble="Sentry answered 401"))
    around = AlertAround(trouble_way_out="Type `pawdeploy check` on the server of pawdeploy.")

    assert "Sentry answered 401. Type `pawdeploy check` on the server" in words(draw(alert, around))


def test_what_failed_and_came_true_all_the_same_is_forgotten():
    alert = an_alert(state=RESOLVED, act=an_act(state=ActState.FAILED, trouble="Sentry answered 500"))

    assert "Not resolved" not in words(draw(alert))
    assert "alert_retry" not in pressable(alert)


def test_what_failed_before_it_came_back_is_forgotten():
    act = an_act(state=ActState.FAILED, at=LONG_AGO - timedelta(seconds=1))

    assert "alert_retry" not in pressable(an_alert(act=act))


def test_what_sentry_had_done_already_is_said_and_that_nothing_was_changed():
    alert = an_alert(state=RESOLVED, state_by="Cy", act=an_act(state=ActState.MOOT))
    told = dataclasses.replace(alert, act=an_act(state=ActState.MOOT, trouble="Cy has archived it meanwhile"))

    says = f"<@{BEN}> asked Sentry to resolve it. Nothing was changed: "
    assert f"{says}Sentry already said resolved, by Cy." in words(draw(alert))
    assert f"{says}Cy has archived it meanwhile." in words(draw(told))


def test_a_card_that_came_back_by_catching_up_says_why_nothing_was_changed():
    behind = an_alert(
        opened_at=NOON + timedelta(seconds=2), act=an_act(kind=ActKind.REOPEN, state=ActState.MOOT)
    )
    later = dataclasses.replace(behind, opened_at=NOON + timedelta(hours=1))

    assert "Nothing was changed: Sentry already said unresolved" in words(draw(behind))
    assert "Nothing was changed" not in words(draw(later))


def test_whether_it_was_done_without_an_answer_is_left_open_until_sentry_is_asked():
    alert = an_alert(stale=True, act=an_act(state=ActState.FAILED, trouble="Sentry answered nothing"))

    assert "Retry asks once more. Sentry is being asked how it stands." in words(draw(alert))


def test_what_pawdeploy_alone_knows_is_not_asked_of_sentry():
    assert f"<@{BEN}> asked to resolve it…" in words(draw(an_alert(act=an_act()), AlertAround()))


def test_what_was_done_on_the_card_alone_says_so_until_it_comes_back():
    act = an_act(state=ActState.DONE, trouble="Sentry has <this> no more")
    alert = an_alert(state=RESOLVED, state_by=BEN, act=act)
    later = dataclasses.replace(alert, opened_at=NOON + timedelta(hours=1))

    assert "Sentry has &lt;this&gt; no more." in words(draw(alert))
    assert "no more" not in words(draw(later))
    assert "alert_retry" not in pressable(alert)


def test_how_it_was_resolved_stays_on_the_card():
    done = an_act(state=ActState.DONE, how="next", at=NOON)

    assert ", with the next release" in words(draw(an_alert(state=RESOLVED, state_by=BEN, act=done)))


@pytest.mark.parametrize(
    ("carried", "says"),
    [
        (AlertButton, "`/pawdeploy alerts` lists"),
        (ActButton, "`/pawdeploy alerts` lists"),
        (AlertForm, "nothing was changed"),
    ],
)
def test_a_button_of_another_version_says_where_to_go_on(carried, says):
    with pytest.raises(UserError, match=says):
        carried.decode('{"v":2,"alert":1}')
