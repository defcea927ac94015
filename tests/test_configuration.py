"""Every key of the project file and every variable is documented, with its default, and no other is."""

import json
import re
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr
from pydantic_core import PydanticUndefined

from bot.alerting import Alerts, Dependency, HealthMonitor, Quiet, Rule
from bot.apps import App, AppEnvironment, Expo, Ota, Stores, Workflow
from bot.guards import Approval, Freeze, Reactions, Sentry, Soak, Watch
from bot.incidenting import Drills, Incidents, Reminders, Room
from bot.project import Channels, Environment, Project, Role, Service, Smoke, Timings
from bot.secrets import WORKSPACE_TOKEN
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
PAGE = "\n".join(
    (ROOT / "docs" / page).read_text("utf-8")
    for page in (
        "configuration.md",
        "configuration-alerts.md",
        "configuration-incidents.md",
        "configuration-mobile.md",
        "configuration-workflows.md",
    )
)

SECTIONS: dict[str, type[BaseModel]] = {
    "Top": Project,
    "Channels": Channels,
    "Roles": Role,
    "Services": Service,
    "Environments": Environment,
    "Apps": App,
    "App environments": AppEnvironment,
    "Expo": Expo,
    "Over the air": Ota,
    "Stores": Stores,
    "Workflows": Workflow,
    "Approval": Approval,
    "Soak": Soak,
    "Freeze": Freeze,
    "Watch": Watch,
    "Smoke tests": Smoke,
    "Timings": Timings,
    "Reactions": Reactions,
    "Sentry": Sentry,
    "Alerts": Alerts,
    "Alert rules": Rule,
    "Quiet hours": Quiet,
    "Health": HealthMonitor,
    "Dependencies": Dependency,
    "Incidents": Incidents,
    "Reminders": Reminders,
    "Own channels": Room,
    "Drills": Drills,
}
DICTIONARIES = ("railway_tokens", "dependency_tokens")
"""What ``pawdeploy.toml`` names the variables of."""


def rows(section: str) -> dict[str, str]:
    """Give the first two columns of the table under ``### section``."""
    text = PAGE.split(f"\n### {section}\n", 1)[1].split("\n#", 1)[0]
    return dict(re.findall(r"^\| `([^`]+)` \| ([^|]+?) \|", text, re.MULTILINE))


def shown(default: object) -> str:
    """Write a default as the page does."""
    if default is PydanticUndefined:
        return "required"
    if isinstance(default, BaseModel):
        return "all defaults"
    if isinstance(default, tuple):
        return f"`{json.dumps(list(default))}`"
    return f"`{json.dumps(default)}`"


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_of_the_project_file_is_documented_with_its_default(section: str) -> None:
    fields = SECTIONS[section].model_fields

    assert rows(section) == {name: shown(field.default) for name, field in fields.items()}


def test_no_model_of_the_project_file_is_left_out() -> None:
    def inside(model: type[BaseModel]) -> set[str]:
        shapes = " ".join(str(field.annotation) for field in model.model_fields.values())
        names = set(re.findall(r"bot\.(?:project|services|guards|alerting|apps|incidenting)\.(\w+)", shapes))
        found = {one for one in SECTIONS.values() if one.__name__ in names}
        return {model.__name__, *names}.union(*(inside(one) for one in found))

    assert inside(Project) == {model.__name__ for model in SECTIONS.values()}


def test_every_variable_is_documented_with_its_default_and_no_other() -> None:
    def default(name: str) -> str:
        value = Settings.model_fields[name].get_default()
        if value is PydanticUndefined:
            return "required"
        return "unset" if value is None else f"`{value}`"

    expected = {name.upper(): default(name) for name in Settings.model_fields if name not in DICTIONARIES}

    assert rows("Secrets") | rows("Everything else") == expected | {WORKSPACE_TOKEN: "unset"}


def test_what_is_a_secret_is_listed_as_one() -> None:
    secret = {
        name.upper()
        for name, field in Settings.model_fields.items()
        if SecretStr.__name__ in str(field) and name not in DICTIONARIES
    }

    assert set(rows("Secrets")) == secret | {WORKSPACE_TOKEN}
