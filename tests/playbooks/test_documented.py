"""The two pages on playbooks say what the models say: every kind, every key, its default, placeholders."""

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from bot.check_playbooks import strangers
from bot.engine.alerts import Severity, Source
from bot.toml_file import load
from playbooks import models, steps
from playbooks.checks import outcomes
from playbooks.fields import PLACEHOLDERS
from playbooks.library import read_text
from playbooks.plan import every_step, open_steps
from tests.playbooks._books import act, book, decide, do, look, said

ROOT = Path(__file__).parents[2]
PAGE = "\n".join((ROOT / "docs" / page).read_text("utf-8") for page in ("playbooks.md", "playbooks-keys.md"))
KEYS: dict[str, type[BaseModel]] = {
    "The file": models.Playbook,
    "Triggers": models.Triggers,
    "Alerts that fit": models.AlertMatch,
    "Failures that fit": models.FailureMatch,
    "Roles": models.Role,
    "Conditions": steps.Condition,
    "Choices": steps.Choice,
    "Drills": steps.Rehearsed,
}
KINDS = {"Probes": steps.Probe, "Starts": steps.Start, "Receivers": steps.To}
EXAMPLE = PAGE.split("\n```yaml\n", 1)[1].split("\n```\n", 1)[0]


def section(heading: str) -> str:
    """What stands under a heading, up to the next of any rank."""
    assert len(re.findall(rf"^#+ {heading}$", PAGE, re.MULTILINE)) == 1
    return re.split(r"\n#", re.split(rf"\n#+ {heading}\n", PAGE)[1])[0]


def rows(heading: str) -> list[list[str]]:
    lines = [line for line in section(heading).splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def documented(heading: str) -> dict[str, str]:
    return {row[0].strip("`"): row[1] for row in rows(heading)}


def of_kinds(union: object) -> dict[str, type[BaseModel]]:
    """By kind, the models of a union."""
    listed = get_args(get_args(union)[0])
    return {get_args(model.model_fields["kind"].annotation)[0]: model for model in listed}


def shown(name: str, default: object) -> str:
    """Write a default as the page does."""
    if default is PydanticUndefined:
        return "required"
    if default is None or default == models.Triggers():
        return "none"
    if isinstance(default, BaseModel):
        return "all defaults"
    if default in ((), {}, ""):
        return {"()": "`[]`", "{}": "`{}`", "''": '`""`'}[repr(default)]
    return f'`"{default}"`' if " " in str(default) else f"`{default}`"


def fields(model: type[BaseModel]) -> dict[str, str]:
    return {name: shown(name, field.default) for name, field in model.model_fields.items()}


@pytest.mark.parametrize("heading", KEYS)
def test_every_key_is_documented_with_its_default(heading):
    assert documented(heading) == fields(KEYS[heading])


def test_every_kind_of_step_is_documented_with_its_own_keys():
    common = fields(steps.Common)
    assert documented("Every step") == {"kind": "required", **common}
    for kind, model in of_kinds(steps.Step).items():
        own = {name: default for name, default in fields(model).items() if name not in {"kind", *common}}
        assert documented(kind) == own


def test_a_prohibition_has_the_keys_the_page_says():
    (line,) = re.findall(r"^`never` has only (.+)\.$", PAGE, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", line)) == set(steps.Never.model_fields)


@pytest.mark.parametrize("heading", KINDS)
def test_every_kind_inside_a_step_is_documented_with_its_keys(heading):
    found = {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[1])) for row in rows(heading)}
    assert found == {
        kind: set(model.model_fields) - {"kind"} for kind, model in of_kinds(KINDS[heading]).items()
    }


def test_times_that_have_a_default_are_documented():
    for heading, kind, key in (
        ("Probes", "crashes", "within"),
        ("Probes", "versions", "within"),
        ("Starts", "lock", "lasts"),
    ):
        hours = of_kinds(KINDS[heading])[kind].model_fields[key].default // 3600
        told = " ".join(row[2] for row in rows(heading) if row[0] in (f"`{kind}`", "`crashes`"))
        assert f"`{hours}h`" in told


def test_every_placeholder_is_documented_and_no_other():
    assert sorted(row[0].strip("`") for row in rows("Placeholders")) == sorted(PLACEHOLDERS)


def test_every_outcome_is_documented():
    tell = {"kind": "tell", "id": "a", "text": "T", "template": "T", "to": [{"kind": "orchestrator"}]}
    told = {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[1])) for row in rows("How it is read")}
    plain = {step["kind"]: step for step in (do("a"), look("a"), act("a"), tell)}
    assert {kind: set(outcomes(book(step).steps[0])) for kind, step in plain.items()} == {
        kind: words for kind, words in told.items() if kind != "decide"
    }
    assert set(outcomes(book(decide("a", {"x": None, "y": None})).steps[0])) == {"x", "y", *told["decide"]}


@pytest.mark.parametrize(("key", "words"), [("source", Source), ("severity", Severity)])
def test_the_words_an_alert_is_matched_by_are_documented(key, words):
    (row,) = [row for row in rows("Alerts that fit") if row[0] == f"`{key}`"]
    assert re.findall(r"`(\w+)`", row[2]) == [word.value for word in words]


def test_the_example_is_a_playbook_of_every_kind_of_step():
    found = read_text(EXAMPLE, "queue-full.yaml")

    kinds = {step.kind for step in (*found.steps, *(one for each in found.branches.values() for one in each))}
    assert kinds == set(of_kinds(steps.Step))
    assert len(every_step(found)) > len(open_steps(found, {}))
    assert list(strangers(found, load(ROOT / "pawdeploy.toml"))) == []


def test_the_message_shown_is_the_one_that_is_said():
    (shown_,) = re.findall(r"`queue-full\.yaml:\d+: (steps\[1\].+)`", PAGE)
    (line,) = said(EXAMPLE.replace("kind: look", "kind: peek", 1))
    assert line.split(": ", 1)[1] == shown_
