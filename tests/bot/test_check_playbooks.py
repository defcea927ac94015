"""Rules of ``pawdeploy playbooks check``: every file is looked at, and every name the project should have."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import cli
from bot.check_playbooks import check_playbooks, folders, strangers
from bot.incidenting import Incidents
from bot.project import Project
from bot.toml_file import load
from playbooks.library import LIBRARY, load_library
from playbooks.models import Playbook
from tests.playbooks._books import GOOD, act, book, decide, do, look

ROOT = Path(__file__).parents[2]
PROJECT = load(ROOT / "pawdeploy.toml")
_NOBODYS = tuple(
    one.model_copy(update={"database_roles": (), "oncall_roles": ()}) for one in PROJECT.services
)
BARE = PROJECT.model_copy(
    update={"services": _NOBODYS, "apps": (), "workflows": (), "health": None, "alerts": None}
)


def found(playbook: Playbook, project: Project = PROJECT) -> list[tuple[str, str]]:
    return [(".".join(map(str, path)), said) for path, said in strangers(playbook, project)]


def tell(*to: dict[str, object]) -> dict[str, object]:
    return {"kind": "tell", "id": "tell", "text": "Tell.", "template": "{headline}", "to": list(to)}


def start(**what: str) -> dict[str, object]:
    return act("go", start=what)


@pytest.mark.parametrize("name", load_library())
def test_what_comes_with_pawdeploy_names_only_what_pawlogic_has(name: str) -> None:
    assert found(load_library()[name]) == []


@pytest.mark.parametrize(
    ("step", "path", "says"),
    [
        (
            do("one", who=["boss"]),
            "who",
            "boss is none of [roles] of pawdeploy.toml; write one of approver, ",
        ),
        (
            look("one", probe={"kind": "dependency", "name": "memcached"}),
            "probe.name",
            "memcached is none of [[health.dependencies]] of pawdeploy.toml; write one of github, ",
        ),
        (
            look("one", probe={"kind": "crashes", "service": "app"}),
            "probe.service",
            "app is none of [[services]] and [[apps]] of pawdeploy.toml; write one of api, mobile",
        ),
        (
            look("one", probe={"kind": "health", "environment": "qa"}),
            "probe.environment",
            "qa is none of the environments of pawdeploy.toml; write one of production, staging",
        ),
        (
            start(kind="lock", service="mobile", environment="staging"),
            "start.environment",
            "staging is none of the environments of pawdeploy.toml; write one of production",
        ),
        (
            start(kind="rollback", service="mobile"),
            "start.service",
            "mobile is none of [[services]] of pawdeploy.toml; write one of api",
        ),
        (
            start(kind="deploy", service="mobile", environment="production"),
            "start.service",
            "mobile is none of [[services]] of pawdeploy.toml; write one of api",
        ),
        (
            look("one", probe={"kind": "railway", "service": "mobile"}),
            "probe.service",
            "mobile is none of [[services]] of pawdeploy.toml; write one of api",
        ),
        (
            tell({"kind": "owners", "of": "database", "service": "mobile"}),
            "to.0.of",
            "mobile is an app and has no database_roles; name a service",
        ),
        (start(kind="deploy", environment="qa"), "start.environment", "qa is none of the environments "),
        (start(kind="lock", service="web"), "start.service", "web is none of [[services]] and [[apps]] "),
        (
            start(kind="workflow", workflow="reindex"),
            "start.workflow",
            "reindex is none of [[workflows]] of pawdeploy.toml; write one of downgrade, source-maps",
        ),
        (tell({"kind": "roles", "roles": ["lead", "boss"]}), "to.0.roles", "boss is none of [roles] "),
        (
            tell({"kind": "orchestrator"}, {"kind": "owners", "of": "oncall", "service": "web"}),
            "to.1.service",
            "web is none of [[services]] and [[apps]] ",
        ),
    ],
)
def test_a_name_the_project_does_not_have_is_found_with_those_it_has(
    step: dict[str, object], path: str, says: str
) -> None:
    for there, playbook in (
        ("steps.0", book(step)),
        ("branches.a.0", book(decide("which", {"a": "a", "b": None}), a=[step])),
    ):
        ((where, said),) = found(playbook)
        assert where == f"{there}.{path}"
        assert said.startswith(says)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (
            tell({"kind": "channel", "channel": "alerts"}),
            "there is no [alerts]; write deploys or an id",
        ),
        (
            start(kind="workflow", workflow="downgrade"),
            "downgrade is none of [[workflows]] of pawdeploy.toml; add it there",
        ),
        (
            tell({"kind": "owners", "of": "oncall", "service": "api"}),
            "oncall_roles of api of pawdeploy.toml names nobody; add it there",
        ),
        (
            tell({"kind": "owners", "of": "database"}),
            "database_roles of every service of pawdeploy.toml names nobody; add it there",
        ),
    ],
)
def test_what_a_bare_project_has_none_of_is_said(step: dict[str, object], says: str) -> None:
    assert [said for _, said in found(book(step), BARE)] == [says]


@pytest.mark.parametrize("kind", ["release", "store-halt", "update", "update-back"])
def test_what_is_started_for_an_app_needs_an_app_at_expo(kind: str) -> None:
    playbook = book(start(kind=kind, service="mobile", environment="production"))
    (mobile,) = PROJECT.apps
    apart = PROJECT.model_copy(update={"apps": (mobile.model_copy(update={"expo": None}),)})

    assert found(playbook) == []
    assert found(playbook, apart) == [
        (
            "steps.0.start.service",
            "mobile is none of the apps with [apps.expo] of pawdeploy.toml; add it there",
        )
    ]


@pytest.mark.parametrize("kind", ["release", "store-halt", "update", "update-back"])
def test_a_service_is_no_app_and_an_app_has_its_own_environments(kind: str) -> None:
    service = book(start(kind=kind, service="api", environment="production"))
    elsewhere = book(start(kind=kind, service="mobile", environment="staging"))

    assert found(service) == [
        (
            "steps.0.start.service",
            "api is none of the apps with [apps.expo] of pawdeploy.toml; write one of mobile",
        )
    ]
    assert [where for where, _ in found(elsewhere)] == ["steps.0.start.environment"]


def test_a_dependency_may_be_named_by_its_kind() -> None:
    assert found(book(look("one", probe={"kind": "dependency", "name": "statuspage"}))) == []


def test_triggers_name_what_the_project_has_too() -> None:
    playbook = Playbook.model_validate(
        {
            "title": "T",
            "when": "W",
            "triggers": {
                "suggest": [{"service": ["web"]}],
                "open": [{"environment": ["qa"]}],
                "failures": [{"reason": ["health_bad"], "environment": ["production", "prod"]}],
            },
            "steps": [do("one")],
        }
    )
    assert [path for path, _ in found(playbook)] == [
        "triggers.suggest.0.service",
        "triggers.open.0.environment",
        "triggers.failures.0.environment",
    ]


def test_the_teams_own_folder_lies_beside_the_project_file(tmp_path: Path) -> None:
    own = PROJECT.model_copy(update={"incidents": Incidents(playbooks="our/books")})

    assert folders(own, tmp_path / "pawdeploy.toml") == (LIBRARY, tmp_path / "our" / "books")
    assert folders(PROJECT, tmp_path / "pawdeploy.toml") == (LIBRARY,)


def test_what_comes_with_pawdeploy_may_name_more_than_a_team_has_and_is_no_mistake() -> None:
    findings = {one.name: one for one in check_playbooks((LIBRARY,), BARE)}

    assert all(one.ok for one in findings.values())
    said = findings["mobile-crash-spike"].said
    assert "not for this team without a change: mobile is none of [[services]] and [[apps]]" in said


def test_a_teams_own_file_names_only_what_there_is_each_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(GOOD + "  - {kind: do, id: two, text: Do, who: [boss]}\n")

    (finding,) = check_playbooks((tmp_path,), PROJECT)

    assert not finding.ok
    assert finding.said.startswith("ours.yaml:5: boss is none of [roles]")
    assert [one.ok for one in check_playbooks((tmp_path,), None)] == [True]


def call(*words: str, config: Path | str = ROOT / "pawdeploy.toml") -> Result:
    return CliRunner().invoke(cli.main, ["playbooks", *words], env={"PAWDEPLOY_CONFIG": str(config)})


def test_check_says_a_line_for_each_playbook() -> None:
    done = call("check")

    assert done.exit_code == 0
    assert [line.split()[:2] for line in done.output.splitlines()] == [
        ["ok", "api-down"],
        ["ok", "db-migration-failure"],
        ["ok", "mobile-crash-spike"],
    ]
    assert "API down: 21 steps, 3 branches, 3 prohibitions" in done.output


def test_check_needs_no_project_file(tmp_path: Path) -> None:
    assert call("check", config=tmp_path / "none.toml").exit_code == 0


def test_check_says_a_line_for_each_mistake_and_its_code_says_no(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(GOOD.replace("kind: do", "kind: perhaps") + "colour: red\n")
    (tmp_path / "good.yaml").write_text(GOOD)

    done = call("check", str(tmp_path))

    assert done.exit_code == cli.EXIT_NO
    assert [line[:44] for line in done.output.splitlines()] == [
        "FAIL  bad   bad.yaml:4: steps[0].kind: there",
        "FAIL  bad   bad.yaml:5: colour: is no key he",
        "ok    good  T: 1 step",
    ]


@pytest.mark.parametrize(
    ("folder", "says"), [("", "there is no playbook; write one"), ("none", "cannot be read")]
)
def test_a_folder_without_playbooks_is_no_good_folder(tmp_path: Path, folder: str, says: str) -> None:
    done = call("check", str(tmp_path / folder))

    assert done.exit_code == cli.EXIT_NO
    assert says in done.output + done.stderr


def test_a_file_that_takes_anothers_place_is_said_to(tmp_path: Path) -> None:
    (tmp_path / "api-down.yaml").write_text(GOOD)

    findings = check_playbooks((LIBRARY, tmp_path), PROJECT)

    assert findings[-1].said == "T: 1 step; it takes the place of the one of that name before it"


def test_list_names_every_playbook_and_the_teams_own(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "queue-full.yaml").write_text(GOOD)
    text = (ROOT / "pawdeploy.toml").read_text("utf-8")
    assert text.count("[incidents]\n") == 1
    own = text.replace("[incidents]\n", '[incidents]\nplaybooks = "ours"\n')
    (tmp_path / "pawdeploy.toml").write_text(own, "utf-8")

    lines = call("list", config=tmp_path / "pawdeploy.toml").output.splitlines()

    assert [line.split()[0] for line in lines] == [*load_library(), "queue-full"]
    assert lines[-1].endswith("  T: W")


def test_a_broken_playbook_ends_a_command_with_lines_and_the_code_of_configuration(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "bad.yaml").write_text("title: [\n")
    text = (ROOT / "pawdeploy.toml").read_text("utf-8")
    own = text.replace("[incidents]\n", '[incidents]\nplaybooks = "ours"\n')
    (tmp_path / "pawdeploy.toml").write_text(own, "utf-8")

    done = call("list", config=tmp_path / "pawdeploy.toml")

    assert done.exit_code == cli.EXIT_CONFIG
    assert done.stderr.startswith("pawdeploy: bad.yaml:2: is not YAML: ")
