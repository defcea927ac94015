"""The workflow that docs/configuration-workflows.md shows is one this client can dispatch and find again."""

import re
from pathlib import Path

import httpx
import pytest
import yaml

from bot.integrations.github import WorkflowShipper
from bot.integrations.github._marks import is_for, is_ours, run_number, sha_of
from bot.integrations.github.models import WorkflowRun

SHA = "0123456789abcdef0123456789abcdef01234567"
ROOT = Path(__file__).resolve().parents[4]
DISPATCH = "POST /repos/pawlogic/backend/actions/workflows/backend-deploy.yml/dispatches"


@pytest.fixture(scope="module")
def workflow() -> dict:
    shown = re.findall(
        r"```yaml\n(.*?)```", (ROOT / "docs" / "configuration-workflows.md").read_text(), re.DOTALL
    )
    return yaml.safe_load(next(each for each in shown if "run-name:" in each))


def inputs_of(workflow):
    return workflow[True]["workflow_dispatch"]["inputs"]  # YAML 1.1 reads the key ``on`` as true


async def test_it_takes_exactly_the_inputs_that_are_sent(workflow, http, vendor, target):
    made = {
        "workflow_run_id": 7,
        "run_url": "",
        "html_url": "https://github.com/pawlogic/backend/actions/runs/7",
    }
    vendor.on(DISPATCH, httpx.Response(200, json=made))
    await WorkflowShipper(http).start(target, SHA, run=12)

    sent = vendor.sent()["inputs"]
    assert set(inputs_of(workflow)) == set(sent)


def test_its_run_name_says_what_the_run_ships(workflow, target):
    values = {"sha": SHA, "environment": target.environment, "service": target.service, "pawdeploy_run": "12"}
    name = re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: values[found[1]], workflow["run-name"])
    run = WorkflowRun.model_validate(
        {"id": 7, "display_title": name, "event": "workflow_dispatch", "created_at": "2026-11-23T12:00:05Z"}
    )

    assert (run_number(run), sha_of(run)) == (12, SHA)
    assert is_for(run, target)
    assert is_ours(run)


def test_no_input_reaches_a_shell_unquoted(workflow):
    for step in workflow["jobs"]["deploy"]["steps"]:
        assert "${{" not in step.get("run", "")
