"""Which app and environment people mean, and who may do what there."""

import pytest

from bot.engine.reasons import Reason
from bot.engine.states import RunKind
from bot.errors import NotAllowed, UserError
from bot.project import Project
from handlers._places import (
    find_app,
    find_place,
    may_pass_native,
    may_promote,
    may_rush_app,
    may_ship_app,
    may_steer,
    may_take_back,
)
from tests.handlers._desk import Roster
from tests.handlers._runs import a_run
from tests.handlers._slack import ANN, BEN, OTTO, pawlogic
from tests.handlers._updates import rolling_out


def with_apps(*kiosks: tuple[str, ...]) -> Project:
    """The project with an app ``kiosk`` more for each set of environments."""
    facts = pawlogic().model_dump(mode="json")
    first = facts["apps"][0]
    there = first["environments"]["production"]
    more = [first | {"name": "kiosk", "environments": dict.fromkeys(names, there)} for names in kiosks]
    return Project.model_validate(facts | {"apps": [first, *more]})


BETA, BOTH = ("beta",), ("beta", "production")


@pytest.mark.parametrize(
    ("project", "environment", "app", "means"),
    [
        (pawlogic(), "", "", ("mobile", "production")),
        (pawlogic(), "Production", "", ("mobile", "production")),
        (pawlogic(), "production", "MOBILE", ("mobile", "production")),
        (with_apps(BETA), "beta", "", ("kiosk", "beta")),
        (with_apps(BETA), "production", "", ("mobile", "production")),
        (with_apps(BOTH), "beta", "", ("kiosk", "beta")),
        (with_apps(BOTH), "production", "kiosk", ("kiosk", "production")),
        (with_apps(BOTH), "", "mobile", ("mobile", "production")),
    ],
)
def test_what_leaves_no_choice_need_not_be_named(project, environment, app, means):
    found = find_app(project, environment, app)

    assert (found.app.name, found.name) == means
    assert found.environment is found.app.environments[found.name]


@pytest.mark.parametrize(
    ("project", "environment", "app", "says", "reason"),
    [
        (pawlogic(), "", "mobil", "Did you mean `mobile`?", Reason.UNKNOWN_APP),
        (pawlogic(), "", "`<!here>`", "There is no app `'&lt;!here&gt;'`.", Reason.UNKNOWN_APP),
        (with_apps(BOTH), "production", "", "Which app: `mobile` or `kiosk`?", Reason.UNKNOWN_APP),
        (with_apps(BETA), "", "", "Which app: `mobile` or `kiosk`?", Reason.UNKNOWN_APP),
        (
            with_apps(BOTH),
            "",
            "kiosk",
            "Which environment: `beta` or `production`?",
            Reason.UNKNOWN_ENVIRONMENT,
        ),
        (pawlogic(), "staging", "", "`mobile` has no environment `staging`.", Reason.UNKNOWN_ENVIRONMENT),
        (with_apps(BETA), "production", "kiosk", "`kiosk` has no environment", Reason.UNKNOWN_ENVIRONMENT),
    ],
)
def test_what_leaves_a_choice_is_asked_for(project, environment, app, says, reason):
    with pytest.raises(UserError) as refused:
        find_app(project, environment, app)

    assert says in str(refused.value)
    assert refused.value.reason is reason


def test_without_apps_none_is_found():
    with pytest.raises(UserError, match=r"`\[\[apps\]\]` adds one"):
        find_app(Project.model_validate(pawlogic().model_dump(mode="json") | {"apps": [], "workflows": []}))


PEOPLE = Roster(
    {"deployer": frozenset({ANN, BEN}), "lead": frozenset({ANN}), "approver": frozenset({ANN, BEN})}
)
THERE = find_app(pawlogic())


async def test_shipping_takes_deploy_roles_and_says_who_has_them():
    await may_ship_app(PEOPLE, THERE, BEN, "ship it")

    with pytest.raises(NotAllowed, match=r"You can't ship it\. Members of <!subteam"):
        await may_ship_app(PEOPLE, THERE, OTTO, "ship it")


@pytest.mark.parametrize("may", [may_rush_app, may_pass_native], ids=["rush", "pass_native"])
async def test_passing_a_gate_takes_a_role_of_its_own(may):
    await may(PEOPLE, THERE, ANN)

    with pytest.raises(NotAllowed):
        await may(PEOPLE, THERE, BEN)


async def test_taking_back_is_shipping_and_without_approvals_an_emergency():
    await may_take_back(PEOPLE, THERE, BEN, emergency=False)

    with pytest.raises(NotAllowed, match="as an emergency"):
        await may_take_back(PEOPLE, THERE, BEN, emergency=True)
    with pytest.raises(NotAllowed, match="You can't take an update of `mobile` back"):
        await may_take_back(PEOPLE, THERE, OTTO, emergency=True)


async def test_sending_on_is_for_somebody_else_who_may_approve():
    run = rolling_out(requested_by=ANN)
    await may_promote(PEOPLE, THERE, run, BEN)

    with pytest.raises(UserError, match="You asked for run 12") as own:
        await may_promote(PEOPLE, THERE, run, ANN)
    assert own.value.reason is Reason.OWN_RUN
    with pytest.raises(NotAllowed, match="before its watch has ended"):
        await may_promote(PEOPLE, THERE, run, OTTO)


@pytest.mark.parametrize("kind", [RunKind.UPDATE, RunKind.UPDATE_BACK, RunKind.RELEASE, RunKind.STORE])
async def test_steering_an_apps_run_is_not_called_a_deploy(kind):
    place = find_place(pawlogic(), "production")
    await may_steer(PEOPLE, place, a_run(kind=kind), BEN)

    with pytest.raises(NotAllowed, match="what becomes of run 12 of `api`") as refused:
        await may_steer(PEOPLE, place, a_run(kind=kind), OTTO)
    assert "deploy `" not in str(refused.value)
