"""An alert's card: the first line says how it stands, nothing is said twice, nothing typed comes alive."""

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.alert_groups import UNTOLD
from bot.engine.alerts import AlertState, Severity, Source
from handlers.render.alert_card import AlertAround, render_alert
from tests.handlers._limits import assert_message, units, words
from tests.handlers._runs import ANN, BEN, NOON, nasty
from tests.handlers.render._alerts import (
    AT_SENTRY,
    LONG_AGO,
    a_deploy,
    alert_views,
    an_act,
    an_alert,
    draw,
    headline,
)

SHORT = "api in production"
NAME = "<https://pawlogic.sentry.io/issues/4711/|ZeroDivisionError: division by zero>"


@settings(max_examples=60, deadline=None)
@given(alert_views, nasty, st.booleans())
def test_whatever_was_told_makes_a_card_slack_takes(alert, link, flag):
    around = AlertAround(
        mentions="<!subteam^S0ONCALL1> <@U0BENAPP001>",
        at_source=flag,
        assignable=flag,
        service_known=flag,
        storm_link=link,
    )

    assert_message(render_alert(alert, now=NOON, around=around))


def test_the_longest_of_everything_still_shows_every_button_and_the_number():
    alert = an_alert(
        title="T" * 1000,
        culprit="c" * 1000,
        detail="<&>" * 333,
        tags=tuple((f"tag{number}", "v" * 1000) for number in range(40)),
        release="r" * 1000,
        suspect="s" * 1000,
        introduced=a_deploy(),
        playbook="api-down",
        act=an_act(state="failed", trouble="t" * 1000),
        misdirected="C0CHANNEL01 " + "w" * 1000,
    )
    message = draw(alert)

    assert [block["type"] for block in message.blocks] == [
        "section",
        "section",
        "actions",
        "actions",
        "context",
    ]
    assert "Alert 7" in words(message)
    assert units(words(message)) < 5000


def test_a_firing_card_with_nothing_special_is_short():
    message = draw(an_alert())

    assert [block["type"] for block in message.blocks] == ["section", "actions", "actions", "context"]
    assert message.blocks[0]["text"]["text"].split("\n") == [
        f":red_circle: *{NAME}* · {SHORT}",
        "`pets.views.list`",
        "1,204 events · 88 users · "
        "first seen <!date^1795434660^{date_short_pretty} at {time}|2026-11-23 11:51 UTC> · "
        "last seen <!date^1795435180^{date_short_pretty} at {time}|2026-11-23 11:59 UTC>",
    ]
    assert message.text == "ZeroDivisionError: division by zero · api in production"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"severity": Severity.CRITICAL}, f":red_circle: *{NAME}* · {SHORT} · critical"),
        ({"severity": Severity.WARNING}, f":large_yellow_circle: *{NAME}* · {SHORT} · warning"),
        ({"severity": Severity.INFO}, f":large_blue_circle: *{NAME}* · {SHORT} · info"),
        ({"flapping": True}, f":large_yellow_circle: *{NAME}* · {SHORT} · flapping"),
        ({"openings": 2}, f":red_circle: *{NAME}* · {SHORT} · came back once"),
        ({"openings": 3}, f":red_circle: *{NAME}* · {SHORT} · came back 2 times"),
        ({"test": True}, f":red_circle: *TEST · {NAME}* · {SHORT}"),
        ({"state": AlertState.RESOLVED}, f":large_green_circle: *Resolved: {NAME}* · {SHORT}"),
        ({"state": AlertState.ARCHIVED}, f":white_circle: *Archived: {NAME}* · {SHORT}"),
        ({"service": "", "environment": ""}, f":red_circle: *{NAME}* · backend"),
        ({"acked_by": BEN, "acked_at": NOON}, f":red_circle: *{NAME}* · {SHORT}"),
    ],
)
def test_the_first_line_says_how_it_stands(changes, line):
    assert headline(an_alert(**changes)) == line


def test_nothing_a_vendor_wrote_comes_alive():
    nasty_words = "<!channel> :red_circle: *bold* `code"
    alert = an_alert(
        title=nasty_words,
        culprit=nasty_words,
        detail=f"{nasty_words} more",
        service="",
        project=nasty_words,
        short_id=nasty_words,
        release=nasty_words,
        state_by=nasty_words,
        assignee=nasty_words,
        suspect=nasty_words,
        incident=nasty_words,
        misdirected=nasty_words,
        tags=(("<!here>", "<!everyone>"),),
        act=an_act(by=nasty_words, state="failed", trouble=nasty_words),
    )
    for state in AlertState:
        said = words(draw(dataclasses.replace(alert, state=state), AlertAround(service_known=False)))
        assert "<!channel" not in said
        assert "<!here" not in said
        assert "<!everyone" not in said
        assert said.count(":red_circle:") == said[:12].count(":red_circle:") + _in_code(said)


def test_a_star_in_a_title_does_not_end_our_bold():
    assert headline(an_alert(title="2 * 3 * 4", url="")) == f":red_circle: *2 ∗ 3 ∗ 4* · {SHORT}"  # noqa: RUF001 - what the star becomes


def _in_code(said: str) -> int:
    """A word between back quotes is shown as typed."""
    return "".join(said.split("`")[1::2]).count(":red_circle:")


def test_the_people_who_are_mentioned_are_mentioned_only_while_it_fires_and_is_not_snoozed():
    around = AlertAround(mentions="<!subteam^S0ONCALL1>")

    assert "<!subteam^S0ONCALL1>" in words(draw(an_alert(), around))
    assert draw(an_alert(), around).text.endswith("<!subteam^S0ONCALL1>")
    assert "S0ONCALL1" not in words(draw(an_alert(state=AlertState.RESOLVED), around))
    assert "S0ONCALL1" not in words(draw(an_alert(snoozed_until=NOON + timedelta(hours=1)), around))


def test_who_acknowledged_has_it_and_snoozed_it_is_said_with_times():
    alert = an_alert(
        acked_by=ANN,
        acked_at=LONG_AGO + timedelta(minutes=4),
        assignee="ann@pawlogic.app",
        assignee_user=ANN,
        snoozed_until=NOON + timedelta(hours=1),
        snoozed_by=BEN,
        incident="INC-9",
    )
    said = words(draw(alert))

    assert f"Acknowledged by <@{ANN}> at <!date^1795434900^{{time}}|11:55 UTC>, after 4 min." in said
    assert f"Assigned to <@{ANN}>." in said
    assert f"UTC> by <@{BEN}>: nobody is mentioned." in said
    assert "Part of incident INC-9." in said


def test_an_incident_of_our_own_is_named_once():
    assert "Part of incident 3." in words(draw(an_alert(incident="incident 3")))


def test_a_snooze_that_is_over_is_not_said():
    assert "Snoozed" not in words(draw(an_alert(snoozed_until=NOON)))


def test_how_long_it_lasted_stands_beside_who_resolved_it():
    alert = an_alert(state=AlertState.RESOLVED, state_at=NOON, state_by=BEN)

    assert f"Resolved by <@{BEN}> <!date^1795435200^" in words(draw(alert))
    assert "UTC>, after 9 min." in words(draw(alert))
    assert "Resolved by itself" in words(draw(dataclasses.replace(alert, state_by="")))
    assert "Resolved at Sentry <" in words(draw(dataclasses.replace(alert, state_by=UNTOLD)))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"archived_how": "escalating"}, "until it escalates."),
        ({"archived_how": "forever"}, "for good."),
        ({"substatus": "archived_until_escalating"}, "until it escalates."),
        ({"substatus": "archived_until_condition_met"}, "until what was set in Sentry happens."),
        ({"archived_how": "3600", "archived_until": NOON}, "until <!date^1795435200^"),
        ({}, "|2026-11-23 11:51 UTC>.\n"),
    ],
)
def test_an_archived_card_says_for_how_long(changes, says):
    alert = an_alert(state=AlertState.ARCHIVED, state_by="Cy", **changes)

    assert says in next(
        line for line in words(draw(alert)).splitlines(keepends=True) if "Archived by Cy" in line
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"events": None}, "told 12 times · 88 users"),
        ({"events": None, "times": 1, "users": None}, "\nFirst seen"),
        ({"events": 12}, "\n12 events · 88 users"),
        ({"events": 1, "times": 1, "users": 1}, "\n1 event · 1 user"),
        ({"events": None, "times": 0, "users": None, "last_seen": LONG_AGO}, "\nSeen <!date^"),
        ({"events": 9, "users": None, "last_seen": LONG_AGO + timedelta(seconds=59)}, "9 events · seen <"),
    ],
)
def test_counts_are_said_as_far_as_they_are_known(changes, says):
    assert says in words(draw(an_alert(**changes)))


@pytest.mark.parametrize(
    ("how", "openings", "says"),
    [
        ("release", 1, "*Introduced by deploy #12* (`a1b2c3d`): first seen in that release."),
        ("release", 2, "*Introduced by deploy #12* (`a1b2c3d`): it came back in that release."),
        ("first_seen", 1, "*Probably introduced by deploy #12* (`a1b2c3d`): first seen right after it."),
        ("time", 1, "*Probably introduced by deploy #12* (`a1b2c3d`): it began right after it."),
    ],
)
def test_the_deploy_that_brought_it_is_named_with_how_that_is_known(how, openings, says):
    alert = an_alert(introduced=a_deploy(how=how), openings=openings, suspect="a1b2c3d Divide, by Ann Reeve")

    assert says in words(draw(alert))
    assert "Suspect: a1b2c3d Divide, by Ann Reeve" in words(draw(alert))


def test_a_deploy_that_is_not_the_newest_any_more_is_no_way_out():
    assert "Something newer has shipped since" in words(draw(an_alert(introduced=a_deploy(live=False))))


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ("C0CHANNEL01 is_archived", "Meant for <#C0CHANNEL01>, which is archived. Unarchive it, or name"),
        ("C0CHANNEL01 not_in_channel", "which I am not in. Type `/invite @pawdeploy` there."),
        ("C0CHANNEL01 channel_not_found", "which I do not see. Type `/invite @pawdeploy` there if"),
        ("C0CHANNEL01 restricted_action", "where Slack refuses it (restricted_action)."),
    ],
)
def test_a_card_in_the_wrong_channel_says_where_it_belongs_and_why_it_is_not_there(told, says):
    assert says in words(draw(an_alert(misdirected=told)))


def test_an_alert_of_no_service_says_which_line_is_missing():
    alert = an_alert(service="", project="mobile")
    strange = AlertAround(service_known=False)

    assert 'No service in `pawdeploy.toml` has `sentry_project = "mobile"`' in words(draw(alert, strange))
    railway = dataclasses.replace(alert, source=Source.RAILWAY)
    assert "No service in `pawdeploy.toml` is known by `mobile`" in words(draw(railway, strange))
    assert "pawdeploy.toml" not in words(draw(alert))
    shared = AlertAround(service_known=False, sharing=("api", "worker"))
    assert "`mobile` is the project of `api` or `worker`: which" in words(draw(alert, shared))


def test_what_keeps_a_card_quiet_or_busy_is_said():
    around = dataclasses.replace(AT_SENTRY, storm_link="https://paw.slack.com/archives/C0/p1")
    alert = an_alert(flapping=True, quiet=True, mention=("oncall",), storm=4)
    said = words(draw(alert, around))

    assert "It keeps going up and down; this card stays the one for it." in said
    assert "Quiet hours: nobody is mentioned." in said
    assert "<https://paw.slack.com/archives/C0/p1|the storm it is part of>" in said


def test_six_tags_are_shown_the_most_telling_first_and_none_that_is_said_elsewhere():
    own = tuple((f"own{number}", str(number)) for number in range(40))
    tags = (("browser", "Chrome 1"), ("level", "error"), ("release", "r"), *own[:2], ("url", "/pets"))
    shown = words(draw(an_alert(tags=tags)))
    many = words(draw(an_alert(tags=own)))

    assert "url `/pets` · own0 `0` · own1 `1` · browser `Chrome 1`\n" in shown
    assert "own5" in many
    assert "own6" not in many


def test_what_the_title_says_is_not_said_again_below():
    alert = an_alert(title="api is down", culprit="api is down", detail="api is down")

    assert words(draw(alert)).count("api is down") == 1


def test_a_place_its_name_says_is_not_said_again():
    title, tags = "api in production does not answer well", (("target", "api:production:health"),)
    alert = an_alert(title=title, source=Source.HEALTH, tags=tags)

    assert headline(alert).endswith("does not answer well>*")
    assert "target" not in words(draw(alert))


def test_a_release_is_as_short_as_people_say_it():
    assert "release `backend@a1b2c3d`" in words(draw(an_alert(release=f"backend@{an_alert().release}")))
    assert "release `1.4.2`, first `1.4.0`" in words(draw(an_alert(release="1.4.2", first_release="1.4.0")))
