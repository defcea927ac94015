"""Who may start a workflow: whoever may deploy to its place, of a service or an app."""

import pytest

from bot.engine.reasons import Reason
from bot.errors import NotAllowed, UserError
from handlers._places import may_run_workflow
from tests.handlers._desk import Roster
from tests.handlers._slack import ANN, OTTO, pawlogic

PEOPLE = Roster({"deployer": frozenset({ANN})})


@pytest.mark.parametrize("workflow", ["downgrade", "source-maps"])
async def test_a_workflow_is_started_by_those_who_may_deploy_to_its_place(workflow):
    await may_run_workflow(PEOPLE, pawlogic(), workflow, ANN)

    with pytest.raises(NotAllowed, match=r"`production`\. Members of <!subteam") as refused:
        await may_run_workflow(PEOPLE, pawlogic(), workflow, OTTO)

    assert refused.value.reason is Reason.NOT_ALLOWED
    assert f"start “{pawlogic().workflow(workflow).title}”" in str(refused.value)


async def test_a_workflow_nobody_configured_is_said_with_those_there_are():
    with pytest.raises(UserError, match="`downgrade` and `source-maps`") as refused:
        await may_run_workflow(PEOPLE, pawlogic(), "down`grade", ANN)

    assert refused.value.reason is Reason.UNKNOWN_WORKFLOW
    assert "`down'grade`" in str(refused.value)
