"""One step of a checklist: its mark, its words, and what can be pressed about it."""

from datetime import timedelta

import pytest

from bot.engine.incidents import Finding, IncidentStep, Mark, Status
from handlers._payloads import ChoiceButton, StepBox, StepButton
from handlers.render.incident_card import IncidentAround
from tests.handlers._limits import words
from tests.handlers._runs import ANN, BEN, NOON
from tests.handlers.render._incidents import (
    LINK,
    SINCE,
    a_decision,
    a_look,
    a_message,
    a_step,
    an_act,
    an_incident,
    draw,
    elements,
    resolved,
)

WHOLE = {"incident_command", "incident_update", "incident_step", "incident_role", "incident_resolve"}


def shown(step: IncidentStep, **changes) -> str:
    """What the card says of the one step it has: the lines between the card's buttons and its footer."""
    message = draw(an_incident(step, **changes), around=IncidentAround(run_links={12: LINK}))
    blocks = [block for block in message.blocks if block["type"] != "actions"][1:-1]
    texts = [block["text"]["text"] if "text" in block else block["elements"][0]["text"] for block in blocks]
    return "\n".join(texts)


def controls(step: IncidentStep, **changes) -> list[dict]:
    found = elements(draw(an_incident(step, **changes)))
    return [element for element in found if element["action_id"] not in WHOLE]


@pytest.mark.parametrize(
    ("step", "begins"),
    [
        (a_step(), "○ Say on"),
        (a_step(mark=Mark.DONE), ":white_check_mark: Say on"),
        (a_step(mark=Mark.SKIPPED), ":fast_forward: Say on"),
        (an_act(mark=Mark.RUNNING), ":hourglass_flowing_sand: Go back"),
        (an_act(mark=Mark.FAILED), ":red_circle: Go back"),
        (a_step(depth=1), "↳ ○ Say on"),
        (a_look(), ":red_circle: Supabase"),
        (a_look(finding=Finding(status=Status.OK, said="It answers")), ":large_green_circle: Supabase"),
        (
            a_look(mark=Mark.TODO, finding=Finding(status=Status.UNKNOWN, said="No token")),
            ":white_circle: Supabase",
        ),
        (a_look(looking=True), ":hourglass_flowing_sand: Supabase"),
        (a_look(mark=Mark.SKIPPED), ":fast_forward: Supabase"),
        (a_look(by=ANN, by_hand=True), ":white_check_mark: Supabase"),
    ],
)
def test_a_step_begins_with_the_one_mark_of_where_it_is(step, begins):
    assert shown(step).startswith(begins)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (a_look(), "UTC>) · points at *database*"),
        (a_look(), "\nDatabase: does not answer (<!date^"),
        (
            a_look(finding=Finding(status=Status.UNKNOWN, said="no token is set"), found_at=None),
            "\nNot known: no token is set",
        ),
        (
            a_look(by=ANN, at=NOON, by_hand=True, finding=Finding(status=Status.UNKNOWN, said="no token")),
            "\n:white_circle: Not known: no token (<!date^",
        ),
        (a_look(by=ANN, at=NOON, by_hand=True), f"\nby <@{ANN}> at <!date^"),
        (a_look(looking=True), "\nLooking…\nDatabase: does not answer"),
        (a_decision(), "\nFindings suggest *Database*"),
        (a_decision(mark=Mark.DONE, choice="code", by=ANN), f"\nDecided: *Our own code*\nby <@{ANN}>"),
        (
            an_act(mark=Mark.RUNNING, run=12, run_state="asking"),
            f"\n<{LINK}|run 12> waits for approval",
        ),
        (an_act(mark=Mark.FAILED, trouble="api is locked"), "\n:warning: api is locked"),
        (an_act(), "\napi in production"),
        (a_message(), "\nTo the orchestrator and the database owner"),
        (a_message(told=("dba", "C0RELEASES")), "\nTo dba and <#C0RELEASES>"),
        (a_message(mark=Mark.DONE, by=ANN, at=NOON), f"\nsent by <@{ANN}> at <!date^"),
        (a_message(mark=Mark.DONE, by=ANN, at=NOON, by_hand=True), f"\nby <@{ANN}> at <!date^"),
        (
            an_act(mark=Mark.FAILED, run=12, run_state="failed", trouble="Run 12 failed: health: 500."),
            f"\n<{LINK}|run 12> failed: health: 500\n",
        ),
        (a_step(mark=Mark.DONE, by=ANN, at=NOON), f"\nby <@{ANN}> at <!date^"),
        (a_step(mark=Mark.DONE, by="pawdeploy"), "\nby itself"),
        (a_step(mark=Mark.SKIPPED, why="no <Redis>", by=BEN), f"\nSkipped: no &lt;Redis&gt;\nby <@{BEN}>"),
        (a_look(mark=Mark.SKIPPED, why="gone", by=BEN), f"\nSkipped: gone\nby <@{BEN}>"),
        (a_step(why="it was the other one"), "\ntaken back: it was the other one"),
        (a_step(note="Use the console"), "\nUse the console"),
        (a_step(remark="half of them"), "\n“half of them”"),
        (a_step(owner=ANN, owner_role="scribe"), f"\nfor <@{ANN}>"),
        (a_step(owner_role="commander"), f"\nfor <@{BEN}>"),
        (a_step(owner_role="scribe"), "\nfor scribe, nobody yet"),
        (a_step(who=("dba", "lead")), "\nonly dba or lead"),
        (a_step(due_at=NOON + timedelta(minutes=5)), "\ndue <!date^"),
        (a_step(due_at=SINCE), "\n*overdue since <!date^"),
    ],
)
def test_a_step_says(step, says):
    assert says in shown(step)


def test_in_a_drill_nothing_is_called_sent():
    said = shown(a_message(mark=Mark.DONE, by=ANN), drill=True)
    assert said.endswith(f"\na drill, nothing sent: by <@{ANN}>")


@pytest.mark.parametrize(
    ("step", "unsaid"),
    [
        (a_step(mark=Mark.DONE, note="Use the console"), "console"),
        (a_step(mark=Mark.DONE, due_at=SINCE), "due"),
        (an_act(mark=Mark.FAILED, run=12, run_state="failed", trouble="Run 12 failed."), ":warning:"),
        (a_decision(mark=Mark.DONE, choice="code"), "suggest"),
    ],
)
def test_what_helps_nobody_any_more_is_left_out(step, unsaid):
    assert unsaid not in shown(step)


def test_a_box_stands_ticked_once_its_step_is_done():
    todo, done = controls(a_step())[0], controls(a_step(mark=Mark.DONE))[0]

    assert todo["type"] == "checkboxes"
    assert "initial_options" not in todo
    assert done["initial_options"] == done["options"]


def test_a_box_carries_its_step_in_the_id_of_its_block_which_is_another_with_each_change():
    before, after = controls(a_step())[0], controls(a_step(revision=5))[0]

    assert StepBox.decode(before["block_id"]) == StepBox(incident=3, step="status-page", revision=4)
    assert before["block_id"] != after["block_id"]


@pytest.mark.parametrize(
    ("step", "offers"),
    [
        (a_look(), ["Look again"]),
        (a_look(finding=None, mark=Mark.TODO), ["Look"]),
        (a_look(looking=True), []),
        (a_decision(), ["Database", "Redis", "Our own code"]),
        (a_decision(mark=Mark.DONE, choice="code"), []),
        (an_act(), ["Roll back production"]),
        (an_act(mark=Mark.FAILED), ["Roll back production"]),
        (an_act(mark=Mark.RUNNING), []),
        (an_act(mark=Mark.DONE), []),
        (a_message(), ["Send…"]),
        (a_message(mark=Mark.FAILED), ["Send…"]),
        (a_message(mark=Mark.DONE), []),
        (a_step(mark=Mark.SKIPPED), []),
        (a_look(mark=Mark.SKIPPED), []),
    ],
)
def test_a_step_offers_what_can_be_done_about_it_now(step, offers):
    assert [element["text"]["text"] for element in controls(step)] == offers


@pytest.mark.parametrize(
    "step",
    [
        a_step(),
        a_step(mark=Mark.DONE),
        a_look(),
        a_decision(),
        an_act(),
        an_act(mark=Mark.FAILED),
        a_message(),
    ],
)
def test_on_a_resolved_card_nothing_can_be_pressed_about_a_step(step):
    found = elements(draw(resolved(step)))

    assert [element["action_id"] for element in found] == ["incident_reopen"]


def test_each_answer_has_a_name_of_its_own_and_carries_itself():
    found = controls(a_decision())

    assert [element["action_id"] for element in found] == [f"incident_choose:{number}" for number in range(3)]
    assert ChoiceButton.decode(found[1]["value"]) == ChoiceButton(incident=3, step="which", choice="redis")


@pytest.mark.parametrize(
    ("changes", "question"),
    [
        ({}, "Goes back to the last good run of api in production. Whoever must agree"),
        ({"starts": "deploy", "place": "api in staging"}, "Deploys to api in staging. Whoever must agree"),
        ({"starts": "lock"}, "Keeps others from deploying to api in production. It can be unlocked"),
        ({"starts": "workflow", "place": "Downgrade"}, "Starts the workflow: Downgrade. Whoever must agree"),
        ({"starts": "workflow", "place": ""}, "Starts the workflow. Whoever must agree"),
    ],
)
def test_starting_something_names_what_and_where_and_that_people_are_asked(changes, question):
    pressed = controls(an_act(**changes))[0]

    assert pressed["confirm"]["text"]["text"].startswith(question)
    assert pressed["confirm"]["confirm"]["text"] == "Roll back production"
    assert StepButton.decode(pressed["value"]) == StepButton(incident=3, step="back")


def test_only_going_back_is_red():
    assert controls(an_act())[0]["style"] == "danger"
    assert "style" not in controls(an_act(starts="workflow"))[0]


def test_in_a_drill_the_question_says_that_nothing_is_real():
    pressed = controls(an_act(), drill=True)[0]

    assert pressed["confirm"]["text"]["text"].endswith("A drill: nothing real is touched.")


def test_a_note_of_four_thousand_characters_leaves_room_for_the_rest_of_its_step():
    said = shown(a_step(remark="<!channel> `code` & " * 200, note="<b>" * 1300, mark=Mark.TODO))

    assert said.startswith("○ Say on the status page that we know")
    assert "<!channel>" not in said
    assert words(draw(an_incident(a_step(remark="x" * 4000)))).count("x") < 1000
