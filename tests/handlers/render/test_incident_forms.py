"""Forms about incidents: what is asked, what stands in the fields already, what is warned of."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.incident_requests import OpenRequest, SameKind
from bot.engine.incidents import MOST_NOTE, Mark, Sev
from handlers._payloads import AnotherButton, IncidentForm, JoinButton, OpenForm, StepForm
from handlers.render import incident_forms as forms
from playbooks.models import Playbook
from sandbox.workspace.view_check import accept_view
from tests.handlers._limits import assert_message, assert_view, words
from tests.handlers._runs import ANN, BEN, NOON, nasty
from tests.handlers.render._incidents import (
    a_look,
    a_message,
    a_run,
    a_step,
    an_act,
    an_alert,
    an_incident,
    awful,
    elements,
    incidents,
    resolved,
    slugs,
)
from tests.handlers.render._incidents import steps as any_steps

BOOKS = {
    "api-down": Playbook(
        title="API down",
        when="The API does not answer.",
        severity="sev1",
        steps=({"kind": "do", "id": "look", "text": "Look"},),
    ),
    "crash": Playbook(title="t" * 80, when="w" * 300, steps=({"kind": "do", "id": "look", "text": "Look"},)),
}


def head(form) -> str:
    return form["blocks"][0]["text"]["text"]


def field(form, name: str) -> dict:
    return next(block for block in form["blocks"] if block.get("block_id") == name)


def element(form, name: str) -> dict:
    return field(form, name)["element"]


def fields(form) -> list[str]:
    return [block["block_id"] for block in form["blocks"] if block["type"] == "input"]


def chosen(form, name: str) -> str:
    return element(form, name)["initial_option"]["value"]


@settings(max_examples=40, deadline=None)
@given(incidents, any_steps, awful)
def test_whatever_an_incident_holds_its_forms_are_ones_slack_takes(incident, step, draft):
    about_all = [
        forms.update_form(incident),
        forms.role_form(incident),
        forms.resolve_form(incident, now=NOON),
        forms.reopen_form(incident),
        forms.step_form(incident),
    ]
    about_one = [
        forms.untick_form(incident, step),
        forms.tell_form(incident, step, draft),
    ]

    for form in (*about_all, *about_one):
        assert_view(form)
        accept_view(form)
        assert all(field(form, name)["element"]["action_id"] == name for name in fields(form))
        assert "<!channel>" not in head(form)
        assert head(form).startswith("*DRILL") is incident.drill or not incident.steps
    assert {IncidentForm.decode(form["private_metadata"]).incident for form in about_all} == {incident.id}
    asked = {StepForm.decode(form["private_metadata"]) for form in about_one}
    assert asked == {StepForm(incident=incident.id, step=step.key)}
    assert len({form["callback_id"] for form in (*about_all, *about_one)}) == 7


@settings(max_examples=40, deadline=None)
@given(nasty, st.sampled_from(["", "sev1", "sev9"]), slugs, st.none() | st.integers(1, 2**53))
def test_whatever_it_is_about_the_open_form_is_one_slack_takes(headline, severity, name, alert):
    hidden = OpenForm(alert=alert, channel="C0INCIDENTS")
    form = forms.open_form(BOOKS, chosen=name, headline=headline, severity=severity, hidden=hidden)

    assert_view(form)
    accept_view(form)
    assert OpenForm.decode(form["private_metadata"]) == hidden


def test_the_open_form_offers_every_playbook_and_when_it_is_for():
    options = element(forms.open_form(BOOKS), forms.PLAYBOOK)["options"]

    assert [one["value"] for one in options] == ["api-down", "crash"]
    assert options[0]["text"]["text"] == "API down"
    assert options[0]["description"]["text"] == "The API does not answer."


def test_what_is_known_already_stands_in_the_open_form():
    known = OpenForm(alert=7)
    form = forms.open_form(BOOKS, chosen="crash", headline="It is down", severity="sev2", hidden=known)

    assert head(form) == "Alert 7 will belong to it, unless it is a drill."
    assert chosen(form, forms.PLAYBOOK) == "crash"
    assert element(form, forms.HEADLINE)["initial_value"] == "It is down"
    assert chosen(form, forms.SEVERITY) == "sev2"


def test_a_drill_asked_for_stands_ticked():
    form = forms.open_form(BOOKS, drill=True)

    assert element(form, forms.DRILL)["initial_options"] == element(form, forms.DRILL)["options"]


def test_nothing_known_leaves_how_bad_to_the_playbook_and_the_rest_open():
    form = forms.open_form(BOOKS)

    assert fields(form) == [forms.PLAYBOOK, forms.HEADLINE, forms.SEVERITY, forms.DRILL]
    assert chosen(form, forms.SEVERITY) == forms.AS_PLAYBOOK
    assert "initial_option" not in element(form, forms.PLAYBOOK)
    assert "initial_options" not in element(form, forms.DRILL)


def test_without_playbooks_there_is_nothing_to_submit():
    form = forms.open_form({})

    assert_view(form)
    assert "submit" not in form
    assert "pawdeploy playbooks check" in head(form)


def test_changing_a_step_offers_all_that_are_there_and_chooses_the_first_to_do():
    form = forms.step_form(
        an_incident(a_step(key="a", text="Ping", mark=Mark.DONE), a_look(key="b"), an_act(key="c"))
    )

    assert [one["text"]["text"] for one in element(form, forms.STEP)["options"]] == [
        "done: Ping",
        "found: Supabase: does the database answer?",
        "Go back to the last good run",
    ]
    assert chosen(form, forms.STEP) == "c"
    assert [one["value"] for one in element(form, forms.WHAT)["options"]] == [
        forms.NOTE,
        forms.DONE,
        forms.SKIP,
        forms.TAKE_BACK,
        forms.GIVE,
    ]


def test_taking_back_says_who_did_it_and_asks_why():
    form = forms.untick_form(an_incident(), a_step(mark=Mark.DONE, by=ANN, at=NOON))

    assert f"Done by <@{ANN}> at <!date" in head(form)
    assert field(form, forms.TEXT)["optional"] is False


def test_what_is_sent_can_be_changed_first_and_is_said_to_whom():
    form = forms.tell_form(an_incident(), a_message(), "It is\ndown")
    drill = forms.tell_form(an_incident(drill=True), a_message(), "It is down")

    assert "It goes to the orchestrator and the database owner." in head(form)
    assert element(form, forms.TEXT)["initial_value"] == "It is\ndown"
    assert "only the thread will show it" in head(drill)


def test_roles_name_who_has_them_and_choose_the_first_that_is_free():
    form = forms.role_form(an_incident(roles=(("commander", BEN), ("scribe", ""))))

    assert f"commander: <@{BEN}>\nscribe: nobody yet" in head(form)
    assert chosen(form, forms.ROLE) == "scribe"
    assert field(form, forms.WHO)["optional"] is True
    assert chosen(forms.role_form(an_incident(roles=())), forms.ROLE) == "commander"


def test_resolving_says_which_alerts_were_only_put_aside():
    said = head(forms.resolve_form(an_incident(alerts=(an_alert(firing=False, state="archived"),)), now=NOON))
    assert ":white_circle: api is down · api in production · archived\n" in said
    assert "What was archived is put aside, not mended" in said
    mended = an_incident(alerts=(an_alert(firing=False, state="resolved"),))
    assert "api is down" not in head(forms.resolve_form(mended, now=NOON))


def test_resolving_asks_whether_it_is_fine_only_while_alerts_fire():
    quiet = forms.resolve_form(an_incident(alerts=(an_alert(firing=False),)), now=NOON)
    noisy = forms.resolve_form(an_incident(alerts=(an_alert(), an_alert(id=8))), now=NOON)

    assert forms.NOISY not in fields(quiet)
    assert element(noisy, forms.NOISY)["options"][0]["text"]["text"] == "Resolve though 2 alerts still fire"
    assert ":red_circle: api is down · api in production · still fires" in head(noisy)


def test_resolving_names_what_goes_on_and_that_it_has_to_end_first():
    busy = an_act(mark=Mark.RUNNING, run=12)
    form = forms.resolve_form(an_incident(busy, runs=(a_run(), a_run(id=9))), now=NOON)

    assert ":warning: *Not over: run 12 still goes on.* Resolving is refused until then" in head(form)
    assert "Run 9 still goes on" in head(form)
    assert "Run 12 still" not in head(form)


@pytest.mark.parametrize(
    ("marks", "says"),
    [
        ((Mark.DONE, Mark.TODO), "1 step is neither done nor skipped; the report will name it."),
        ((Mark.TODO, Mark.FAILED), "2 steps are neither done nor skipped; the report will name them."),
        ((Mark.DONE, Mark.SKIPPED), ""),
    ],
)
def test_resolving_counts_what_was_left(marks, says):
    steps = [a_step(key=f"s{number}", mark=mark) for number, mark in enumerate(marks)]
    said = head(forms.resolve_form(an_incident(*steps), now=NOON))

    assert says in said
    assert bool(says) is ("neither" in said)


def test_what_was_written_at_an_earlier_end_stands_in_the_fields():
    form = forms.resolve_form(resolved(), now=NOON)

    assert element(form, forms.SUMMARY)["initial_value"] == "A pool of connections ran dry"
    assert element(form, forms.FOLLOW_UPS)["initial_value"] == "Limit the query\nAlert on the pool"
    assert element(form, forms.MITIGATED)["type"] == "datetimepicker"


def asked(**changes) -> OpenRequest:
    facts = {"key": "delivery:1", "playbook": "api-down", "headline": "It is down", "by": ANN, "alert": 7}
    return OpenRequest(**facts | {"severity": Sev.SEV1, "channel": "C0INCIDENTS"} | changes)


@settings(max_examples=40, deadline=None)
@given(incidents, nasty.map(lambda text: text[:MOST_NOTE]), slugs)
def test_whatever_was_asked_for_the_offer_to_join_is_one_slack_takes(incident, headline, name):
    message = forms.joinable(
        SameKind(incident=incident, asked=asked(headline=headline, playbook=name, service=headline))
    )

    assert_message(message)
    assert AnotherButton.decode(elements(message)[1]["value"]).playbook == name
    assert message.text.startswith("DRILL") is incident.drill


def test_the_offer_names_the_one_there_is_and_carries_what_was_asked():
    message = forms.joinable(SameKind(incident=an_incident(), asked=asked(drill=True)))
    join, another = elements(message)

    assert words(message).startswith(
        "*Incident 3 of the same kind is open: API does not answer in production.* "
    )
    assert "its card is in <#C0INCIDENTS>. Nothing was opened." in message.text
    assert join["text"]["text"] == "Join incident 3"
    assert JoinButton.decode(join["value"]) == JoinButton(incident=3, alert=7)
    assert message.text.endswith("Nothing was opened. Joining adds alert 7 to it.")
    assert AnotherButton.decode(another["value"]) == AnotherButton(
        playbook="api-down",
        headline="It is down",
        severity="sev1",
        drill=True,
        alert=7,
        channel="C0INCIDENTS",
    )


def test_nothing_real_is_brought_into_a_drill_and_nothing_is_promised():
    message = forms.joinable(SameKind(incident=an_incident(drill=True), asked=asked(drill=True, run=8)))
    assert JoinButton.decode(elements(message)[0]["value"]) == JoinButton(incident=3)
    assert "Joining adds" not in message.text


def test_a_failed_run_is_brought_along_like_an_alert():
    message = forms.joinable(SameKind(incident=an_incident(), asked=asked(alert=None, run=8)))
    assert JoinButton.decode(elements(message)[0]["value"]) == JoinButton(incident=3, run=8)
    assert message.text.endswith("Joining adds run 8 to it.")
