"""What a step would tell people: what was found, decided and done, each said once, by names."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.incidents import (
    ChoiceView,
    Finding,
    IncidentState,
    IncidentStep,
    IncidentView,
    Mark,
    Sev,
    Status,
)
from bot.incidents.wording import fill
from playbooks.steps import Tell

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
STEPS = (
    IncidentStep(
        key="health",
        kind="look",
        text="Which part is ill?",
        mark=Mark.DONE,
        revision=1,
        finding=Finding(status=Status.BAD, said="Database: timed out."),
    ),
    IncidentStep(
        key="which",
        kind="decide",
        text="Decide which it is.",
        mark=Mark.DONE,
        revision=1,
        choice="code",
        choices=(ChoiceView(id="code", text="Our own code", suggested=False),),
    ),
    IncidentStep(key="back", kind="act", text="Go back.", mark=Mark.DONE, revision=1, run=7),
    IncidentStep(key="page", kind="do", text="Say so on the status page.", mark=Mark.SKIPPED, revision=1),
)


def filled(template, *steps, now=NOON, **names):
    view = IncidentView(
        id=3,
        playbook="api-down",
        title="API down",
        headline="API down",
        severity=Sev.SEV1,
        state=IncidentState.OPEN,
        opened_by="U0ANNREQ001",
        opened_at=NOON,
        revision=1,
        steps=steps,
        roles=(("commander", "U0ANNREQ001"),),
    )
    tell = Tell(kind="tell", id="all", text="Tell all.", to=({"kind": "orchestrator"},), template=template)
    return fill(tell, view, now, names)


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{findings}", "- Which part is ill? Database: timed out."),
        ("Decided: {decided}.", "Decided: Our own code."),
        ("{done}", "- Go back (run 7)"),
        ("{commander}", "Ann Requin"),
    ],
)
def test_each_thing_is_said_in_its_place(template, says):
    assert filled(template, *STEPS, U0ANNREQ001="Ann Requin") == says


def test_what_nobody_knows_is_said_not_to_be_known():
    unknown = Finding(status=Status.UNKNOWN, said="It took longer than 5 s.")

    said = filled("{findings}", replace(STEPS[0], finding=unknown))
    assert said == "- Which part is ill? Not known: It took longer than 5 s."


def test_what_a_person_did_after_a_run_had_failed_is_not_called_the_runs():
    assert filled("{done}", replace(STEPS[2], run_state="failed")) == "- Go back."


def test_where_there_is_nothing_yet_it_says_so():
    said = filled("{findings}\n{decided}\n{done}\n{commander}")
    assert said == "- nothing yet\nnothing yet\n- nothing yet\n@U0ANNREQ001"


@pytest.mark.parametrize(
    ("minutes", "says"),
    [(0.5, "less than a minute"), (42, "42 min"), (60, "1 h 00 min"), (185, "3 h 05 min")],
)
def test_how_long_is_said_as_people_say_it(minutes, says):
    assert filled("{elapsed}", now=NOON + timedelta(minutes=minutes)) == says
