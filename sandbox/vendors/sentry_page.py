"""The pages Sentry's links on cards open in the sandbox: issues, releases and deploys, in plain HTML.

They ask for no token and never suffer from the ``sentry.answers`` knob. Must not know the API.
"""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sandbox.vendors.railway_page import page
from sandbox.vendors.sentry_issues import Issue
from sandbox.vendors.sentry_world import World


class Pages:
    """Routes for people, beside the API."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """Return them."""
        return [
            Route("/organizations/{org}/issues/{id:int}/", self.issue),
            Route("/organizations/{org}/issues/{id:int}/events/{event}/", self.issue),
            Route("/organizations/{org}/", self.overview),
        ]

    async def issue(self, request: Request) -> Response:
        """Show one issue."""
        wanted = request.path_params["id"]
        issue = next((one for one in self._world.issues() if one.id == wanted), None)
        if issue is None:
            return HTMLResponse("<h1>No such issue</h1>", status_code=404)
        body = (
            f"<small>Simulated Sentry · {escape(issue.project)} · {escape(issue.environment)}</small>"
            f"<h1>{escape(issue.title)}</h1><p>{issue.so_far(self._world.now())} events, first seen "
            f"{issue.first_seen:%H:%M:%S} UTC in <code>{escape(issue.first_release[:12])}</code></p>"
            f"<p>{escape(_standing(issue))}</p>"
        )
        return HTMLResponse(page(issue.title, body))

    async def overview(self, _: Request) -> Response:
        """Show what there is."""
        releases = "".join(
            f"<li><code>{escape(one.version[:12])}</code> "
            + ", ".join(escape(f"{d['environment']} {d['name'] or ''}") for d in one.deploys)
            + "</li>"
            for one in self._world.releases.values()
        )
        issues = "".join(
            f"<li>{escape(one.title)} <small>{escape(one.environment)}, {one.standing.status}</small></li>"
            for one in self._world.issues()
        )
        body = (
            "<small>Simulated Sentry</small><h1>Releases and deploys</h1>"
            f"<ul>{releases}</ul><h2>Issues</h2><ul>{issues}</ul>"
        )
        return HTMLResponse(page("Simulated Sentry", body))


def _standing(issue: Issue) -> str:
    exact = (issue.standing.substatus or "").replace("_", " ")
    who = f"assigned to {issue.assignee.name}" if issue.assignee else "assigned to nobody"
    return ", ".join(word for word in (issue.standing.status, exact, who) if word)
