"""Rules of ``bot/alerts/sources/github.py``: a default branch that fails, and works again."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from bot.alerts.sources import github
from bot.alerts.sources._told import Unread
from bot.engine.alerts import Happening, Severity, Source
from bot.project import Project
from tests.bot.alerts._arrivals import arrived, the_project
from tests.bot.test_webhooks import NOON

RUN = {
    "id": 9_876_543_210,
    "name": "CI",
    "path": ".github/workflows/ci.yml",
    "workflow_id": 42,
    "head_branch": "main",
    "head_sha": "a1b2c3d" + "0" * 33,
    "head_repository": {"full_name": "pawlogic/backend"},
    "conclusion": "failure",
    "display_title": "Count the cats (#12)",
    "html_url": "https://github.com/pawlogic/backend/actions/runs/9876543210",
    "updated_at": "2026-05-04T11:59:00Z",
    "triggering_actor": {"login": "ann"},
}


def payload(action: object = "completed", repository: object = "pawlogic/backend", **run: object):
    return {"action": action, "workflow_run": RUN | run, "repository": {"full_name": repository}}


def read(body: object, resource: str = "workflow_run", project: Project | None = None):
    return github.read(arrived(Source.GITHUB, resource, body), (project or the_project()).services)


def test_a_workflow_that_fails_on_the_default_branch_fires():
    end = read(payload())

    assert end.run_id == "9876543210"
    assert end.event.model_dump(exclude_defaults=True) == {
        "source": Source.GITHUB,
        "fingerprint": "github:pawlogic/backend:.github/workflows/ci.yml:main",
        "happening": Happening.FIRED,
        "at": datetime(2026, 5, 4, 11, 59, tzinfo=UTC),
        "title": "CI fails on main",
        "culprit": ".github/workflows/ci.yml",
        "detail": "failure: Count the cats (#12)",
        "service": "api",
        "project": "pawlogic/backend",
        "severity": Severity.ERROR,
        "url": RUN["html_url"],
        "tags": {"workflow": "CI", "branch": "main", "commit": RUN["head_sha"]},
        "by": "ann",
    }


@pytest.mark.parametrize("conclusion", ["failure", "timed_out", "startup_failure"])
def test_every_way_to_fail_fires(conclusion):
    assert read(payload(conclusion=conclusion)).event.happening is Happening.FIRED


def test_a_workflow_that_works_again_resolves_the_same_group_under_the_same_title():
    bad, good = read(payload()).event, read(payload(conclusion="success")).event
    assert good.happening is Happening.RESOLVED
    assert (good.fingerprint, good.title) == (bad.fingerprint, bad.title)
    assert (good.severity, good.detail) == (None, "")


@pytest.mark.parametrize(
    "conclusion", ["cancelled", "skipped", "neutral", "stale", "action_required", None, "odd"]
)
def test_what_ended_neither_way_says_nothing(conclusion):
    assert read(payload(conclusion=conclusion)).outcome == "ignored"


@pytest.mark.parametrize(
    "body",
    [
        payload("requested"),
        payload("in_progress"),
        payload(head_branch="feature"),
        payload(head_branch=None),
        payload(repository="somebody/else"),
        payload(head_repository={"full_name": "mallory/backend"}),
    ],
    ids=["requested", "in progress", "another branch", "no branch", "another repository", "a fork's main"],
)
def test_what_is_not_the_end_of_a_run_on_our_default_branch_says_nothing(body):
    assert read(body).outcome == "ignored"


def test_a_repository_is_the_same_in_other_letters():
    odd = payload(repository="PawLogic/Backend", head_repository={"full_name": "PawLogic/Backend"})
    assert read(odd).event.fingerprint == read(payload()).event.fingerprint


def test_a_workflow_without_a_path_is_its_number_and_a_path_goes_without_its_ref():
    assert read(payload(path=None)).event.fingerprint == "github:pawlogic/backend:42:main"
    with_ref = payload(path=".github/workflows/ci.yml@refs/heads/main")
    assert read(with_ref).event.fingerprint == read(payload()).event.fingerprint


def test_a_repository_of_several_services_names_none_of_them():
    project = the_project()
    both = (project.services[0], project.services[0].model_copy(update={"name": "worker"}))
    event = github.read(arrived(Source.GITHUB, "workflow_run", payload()), both).event
    assert (event.service, event.project) == ("", "pawlogic/backend")


@pytest.mark.parametrize("resource", ["ping", "push", "check_run", "unknown"])
def test_other_kinds_say_nothing_whatever_is_in_them(resource):
    assert read(b"{", resource).outcome == "ignored"


def test_a_form_is_read_like_json():
    form = urlencode({"payload": json.dumps(payload(display_title="caf\xe9"))}).encode()
    assert read(form).event.detail == "failure: caf\xe9"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"\xff", b"payload=", b"payload=%ff", b"payload={", b"payload=a&" * 99,
        {}, {"action": None}, {"action": "completed"}, payload(repository=None), payload(id="x"),
        payload(id=0),
    ],
)  # fmt: skip
def test_what_breaks_the_shape_is_unreadable(body):
    said = read(body)
    assert isinstance(said, Unread)
    assert said.outcome == "unreadable"


def test_a_clock_that_runs_ahead_is_not_believed():
    assert read(payload(updated_at=(NOON + timedelta(days=1)).isoformat())).event.at == NOON


def test_endless_words_fit():
    endless = "x" * 5000
    event = read(payload(name=endless, path=endless, display_title=endless, html_url=endless)).event
    assert (len(event.fingerprint), event.url) == (191, "")
