"""The deploy form a bare ``/pawdeploy`` opens. Pure; ``handlers/views/deploy_form.py`` reads it back."""

from collections.abc import Iterator

from bot.project import Project, Service
from handlers._payloads import FormState
from handlers._refs import MAX_REF
from handlers.render._blocks import Block
from handlers.render._text import count

CALLBACK = "deploy_form"
ENVIRONMENT = "environment"
SERVICE = "service"
REF = "ref"
OPTIONS = "options"
DRY_RUN = "dry_run"
AGAIN = "again"
MOST_OPTIONS = 100


def deploy_form(project: Project) -> Block:
    """Draw the form; the service is asked only when there are several. Block and action id are one word."""
    services = project.services
    free = [name for name in project.environments if not _guarded(services, name)]
    places = [_option(name, name, _about(services, name)) for name in project.environments[:MOST_OPTIONS]]
    environment: Block = {
        "type": "static_select",
        "action_id": ENVIRONMENT,
        "options": places,
        "placeholder": _plain("Where to"),
    }
    if free:
        environment["initial_option"] = next(place for place in places if place["value"] == free[0])
    blocks = [_input(ENVIRONMENT, "Environment", environment)]
    if len(services) > 1:
        names = [_option(service.name, service.name) for service in services[:MOST_OPTIONS]]
        choice: Block = {
            "type": "static_select",
            "action_id": SERVICE,
            "options": names,
            "initial_option": names[0],
        }
        blocks.append(_input(SERVICE, "Service", choice))
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": FormState().encode(),
        "title": _plain("Deploy"),
        "submit": _plain("Go"),
        "close": _plain("Close"),
        "blocks": [*blocks, _ref(services), _switches()],
    }


def working_view(title: str = "Deploy") -> Block:
    """Fill the form's place while the answer is found."""
    return {
        "type": "modal",
        "title": _plain(title[:24]),
        "close": _plain("Close"),
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "One moment…"}}],
    }


def _ref(services: tuple[Service, ...]) -> Block:
    branches = list(dict.fromkeys(service.default_branch for service in services))
    usual = branches[0] if len(branches) == 1 else "the default branch"
    soaks = list(dict.fromkeys(_soaked(services)))
    if soaks:
        usual = f"Empty: {usual}; where it soaks first, what {soaks[0]} runs"
    field: Block = {
        "type": "plain_text_input",
        "action_id": REF,
        "max_length": MAX_REF,
        "placeholder": _plain(usual[:150]),
    }
    return _input(REF, "Branch, tag or commit", field, optional=True)


def _switches() -> Block:
    options = [
        _option(DRY_RUN, "Dry run", "Show what would ship; change nothing"),
        _option(AGAIN, "Again", "Ship it even if this commit is live already"),
    ]
    return _input(
        OPTIONS, "Options", {"type": "checkboxes", "action_id": OPTIONS, "options": options}, optional=True
    )


def _soaked(services: tuple[Service, ...]) -> Iterator[str]:
    for service in services:
        for environment in service.environments.values():
            if environment.soak:
                yield environment.soak.environment


def _guarded(services: tuple[Service, ...], name: str) -> bool:
    return any(service.environments[name].guarded for service in services if name in service.environments)


def _about(services: tuple[Service, ...], name: str) -> str:
    there = [service.environments[name] for service in services if name in service.environments]
    asked = [each.approval.quorum for each in there if each.approval]
    soak = next((each.soak.environment for each in there if each.soak), "")
    words = [f"needs {count(max(asked), 'approval')}"] if asked else []
    words += [f"empty ref: what {soak} runs"] if soak else []
    return "; ".join(words)[:75]


def _option(value: str, text: str, about: str = "") -> Block:
    made: Block = {"text": _plain(text), "value": value}
    return made | ({"description": _plain(about)} if about else {})


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _input(name: str, label: str, element: Block, *, optional: bool = False) -> Block:
    return {
        "type": "input",
        "block_id": name,
        "label": _plain(label),
        "element": element,
        "optional": optional,
    }
