"""The little of Sentry's search language that is simulated: ``key:value`` and ``key:"value"``, all to hold.

What Sentry would search for and this does not know is refused, never ignored. Must not know HTTP's answers.
"""

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request

from sandbox.vendors.sentry_issues import SUBSTATUSES, Issue
from sandbox.vendors.sentry_world import World

_TERM = re.compile(r'\s*([\w.]+|tags\[[\w.:-]+\]):(?:"([^"]*)"|([^\s"]+))')
TAG = "tags[]"
"""Stands for every ``tags[name]``."""
HAS = "has"
EVENT_KEYS = frozenset({"release", "project", HAS, TAG})
ISSUE_KEYS = frozenset({"is", "error.unhandled", "firstRelease", "project", TAG})

STATES = frozenset({*SUBSTATUSES, "archived", *(exact for known in SUBSTATUSES.values() for exact in known)})
"""Words after ``is:``."""


def terms(query: str, known: frozenset[str]) -> dict[str, str]:
    """Return the terms of ``query``; HTTP 400 for what cannot be read, or is not known."""
    found: dict[str, str] = {}
    rest = query.strip()
    while rest:
        match = _TERM.match(rest)
        if match is None or (TAG if match[1].startswith("tags[") else match[1]) not in known:
            raise HTTPException(400, f"Error parsing search query: {rest[:60]}")
        found[match[1]] = match[2] if match[2] is not None else match[3]
        if match[1] == "is" and found["is"] not in STATES:
            raise HTTPException(400, f'Invalid value for "is" search, valid values are {sorted(STATES)}')
        rest = rest[match.end() :].strip()
    return found


def tags_of(asked: dict[str, str]) -> dict[str, str]:
    """Return the tags among the terms, by their own names; empty is any value."""
    named = {key[5:-1]: value for key, value in asked.items() if key.startswith("tags[")}
    return named | ({asked[HAS]: ""} if HAS in asked else {})


def project_of(request: Request, world: World, asked: dict[str, str]) -> str:
    """Return the one project a request is about, by number or by search; empty when it names none."""
    slug = ""
    for number in request.query_params.getlist("project"):
        if number == "-1":
            continue
        slug = next((one for one in world.projects if number == project_id(world, one)), "")
        if not slug:
            raise HTTPException(403, "You do not have permission to perform this action.")
    named = asked.get("project", slug)
    if named and named not in world.projects:
        raise HTTPException(
            400, f"Invalid query. Project(s) {named} do not exist or are not actively selected."
        )
    return named


def environment_of(request: Request, world: World) -> str:
    """Return the environment a request is about, empty for all; HTTP 404 for one nothing came from."""
    environment = request.query_params.get("environment", "")
    if environment and environment not in world.environments:
        raise HTTPException(404, "The requested resource does not exist")
    return environment


def project_id(world: World, slug: str) -> str:
    """Return a project's number."""
    return str(4500 + list(world.projects).index(slug))


def fits(issue: Issue, asked: dict[str, str], project: str, environment: str) -> bool:
    """Say whether a list asked for like this holds ``issue``."""
    return (
        (not project or issue.project == project)
        and (not environment or issue.environment == environment)
        and asked.get("firstRelease", issue.first_release) == issue.first_release
        and ("is" not in asked or asked["is"] in _words(issue))
        and issue.carries(tags_of(asked))
        and asked.get("error.unhandled", _said(issue.unhandled)) == _said(issue.unhandled)
    )


def _words(issue: Issue) -> set[str]:
    """Return every word after ``is:`` that holds of ``issue``."""
    status, exact = issue.standing.status, issue.standing.substatus
    also = {"archived"} if status == "ignored" else set()
    return {status, *also, *([exact] if exact else [])}


def _said(yes: bool) -> str:  # noqa: FBT001 - a word of the search language
    return "true" if yes else "false"
