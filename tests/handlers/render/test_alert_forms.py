"""Forms about an alert: what can be chosen, what is chosen already, what is warned of."""

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.alerts import ARCHIVE_HOWS, RESOLVE_HOWS, AlertState, Source
from bot.engine.incidents import IncidentRow, IncidentState, Sev
from handlers._payloads import AlertForm
from handlers.render import alert_forms as forms
from handlers.render.alert_card import AlertAround
from tests.handlers._limits import assert_view
from tests.handlers._runs import ANN, BEN, NOON, nasty
from tests.handlers.render._alerts import AT_SENTRY, alert_views, an_alert

PEOPLE = ((ANN, "ann@pawlogic.app"), (BEN, "ben@pawlogic.app"))


def a_row(number: int, headline: str = "It is down") -> IncidentRow:
    return IncidentRow(
        id=number,
        title="API down",
        headline=headline,
        severity=Sev.SEV1,
        state=IncidentState.OPEN,
        drill=False,
        opened_at=NOON,
        resolved_at=None,
        commander="",
        progress=(0, 3),
        channel="C0INCIDENTS",
        ts="",
    )


def head(form) -> str:
    return form["blocks"][0]["text"]["text"]


def field(form) -> dict:
    return form["blocks"][-1]["element"]


def values(form) -> list[str]:
    return [option["value"] for option in field(form)["options"]]


@settings(max_examples=40, deadline=None)
@given(alert_views, st.lists(st.tuples(st.just(ANN), nasty), max_size=3).map(lambda few: few * 60))
def test_whatever_was_told_makes_forms_slack_takes(alert, people):
    for form in (
        forms.resolve_form(alert, now=NOON, around=AT_SENTRY),
        forms.archive_form(alert),
        forms.assign_form(alert, people),
        forms.snooze_form(alert, now=NOON),
        forms.attach_form(alert),
    ):
        assert_view(form)
        assert AlertForm.decode(form["private_metadata"]) == AlertForm(alert=alert.id)
        assert form["blocks"][-1]["block_id"] == field(form)["action_id"]


def test_resolving_what_still_fires_warns_first():
    form = forms.resolve_form(an_alert(), now=NOON, around=AT_SENTRY)

    assert head(form).startswith(":warning: *Still firing: last seen 20 s ago* (1,204 events · ")
    assert "Resolving will not stop it" in head(form)
    assert form["submit"]["text"] == "Resolve anyway"


@pytest.mark.parametrize(
    "changes", [{"last_seen": NOON - timedelta(minutes=10)}, {"state": AlertState.ARCHIVED}]
)
def test_resolving_what_is_quiet_warns_of_nothing(changes):
    form = forms.resolve_form(an_alert(**changes), now=NOON, around=AT_SENTRY)

    assert "Still firing" not in head(form)
    assert form["submit"]["text"] == "Resolve"


def test_what_is_watched_fires_until_it_is_well_however_old_the_news():
    alert = an_alert(source=Source.HEALTH, last_seen=NOON - timedelta(hours=5))

    said = head(forms.resolve_form(alert, now=NOON, around=AlertAround()))

    assert said.startswith(":warning: *Still firing: it is not well again yet*")


def test_releases_are_offered_only_where_sentry_knows_them():
    assert values(forms.resolve_form(an_alert(), now=NOON, around=AT_SENTRY)) == list(RESOLVE_HOWS)
    assert values(forms.resolve_form(an_alert(), now=NOON, around=AlertAround())) == ["now"]


def test_archiving_offers_every_way_and_chooses_until_it_escalates():
    form = forms.archive_form(an_alert())

    assert values(form) == list(ARCHIVE_HOWS)
    assert field(form)["initial_option"]["text"]["text"] == "Until it escalates"


def test_assigning_offers_people_and_nobody_and_chooses_who_has_it_else_who_asks():
    form = forms.assign_form(an_alert(), PEOPLE)
    mine = forms.assign_form(an_alert(), PEOPLE, me=BEN)
    hers = forms.assign_form(an_alert(assignee_user=ANN), PEOPLE, me=BEN)

    assert values(form) == [ANN, BEN, forms.NOBODY]
    assert "initial_option" not in field(form)
    assert field(mine)["initial_option"]["value"] == BEN
    assert field(hers)["initial_option"]["value"] == ANN
    assert f"Assigned to <@{ANN}>." in head(hers)


def test_more_people_than_slack_lists_are_cut_and_said():
    many = [(f"U0PERSON{number:03}", f"p{number}") for number in range(150)]
    form = forms.assign_form(an_alert(), many)

    assert len(values(form)) == 100
    assert values(form)[-1] == forms.NOBODY
    assert "The first 99 of 150 people" in head(form)


def test_where_nobody_is_known_the_form_says_where_people_are_named():
    assert "`[sentry_users]` in `pawdeploy.toml`" in head(forms.assign_form(an_alert(), ()))


def test_a_snoozed_alert_can_be_woken():
    alert = an_alert(snoozed_until=NOON + timedelta(hours=1))
    lengths = ["1800", "3600", "14400", "86400"]

    assert values(forms.snooze_form(an_alert(), now=NOON)) == lengths
    assert values(forms.snooze_form(alert, now=NOON)) == [forms.WAKE, *lengths]
    assert values(forms.snooze_form(dataclasses.replace(alert, snoozed_until=NOON), now=NOON)) == lengths


def test_the_incident_it_is_part_of_stands_in_the_field_and_may_be_emptied():
    form = forms.attach_form(an_alert(incident="🐾" * 80))

    assert len(field(form)["initial_value"].encode("utf-16-le")) // 2 <= forms.MOST_INCIDENT
    assert form["blocks"][-1]["optional"] is True
    assert "initial_value" not in field(forms.attach_form(an_alert()))


@settings(max_examples=20, deadline=None)
@given(st.lists(nasty, min_size=1, max_size=3))
def test_whatever_incidents_are_called_those_that_are_open_can_be_chosen(headlines):
    rows = [a_row(number, text) for number, text in enumerate(headlines * 60, 1)]
    form = forms.attach_form(an_alert(), rows)

    assert_view(form)
    assert form["blocks"][1]["block_id"] == forms.OPEN_INCIDENT
    offered = form["blocks"][1]["element"]["options"]
    assert [option["value"] for option in offered] == [str(row.id) for row in rows[:100]]


def test_open_incidents_are_offered_beside_those_kept_elsewhere():
    form = forms.attach_form(an_alert(), [a_row(3)])

    assert form["blocks"][1]["element"]["options"][0]["text"]["text"] == "Incident 3: It is down"
    assert form["blocks"][1]["optional"] is True
    assert field(form)["action_id"] == forms.INCIDENT
    assert forms.OPEN_INCIDENT not in [
        block.get("block_id") for block in forms.attach_form(an_alert())["blocks"]
    ]


def test_each_form_has_its_own_name():
    made = [
        forms.resolve_form(an_alert(), now=NOON, around=AT_SENTRY),
        forms.archive_form(an_alert()),
        forms.assign_form(an_alert(), PEOPLE),
        forms.snooze_form(an_alert(), now=NOON),
        forms.attach_form(an_alert()),
    ]

    assert [form["callback_id"] for form in made] == [
        "alert_resolve_form",
        "alert_archive_form",
        "alert_assign_form",
        "alert_snooze_form",
        "alert_attach_form",
    ]
