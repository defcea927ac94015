"""The addresses of the simulated Slack, as an app sees them."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from sandbox.workspace.answers import response_endpoint
from sandbox.workspace.api import WebApi
from sandbox.workspace.api_files import PICTURES, keep_upload, mime_of
from sandbox.workspace.core import Core
from sandbox.workspace.errors import Refused
from sandbox.workspace.link import Link


def slack_routes(core: Core, api: WebApi, link: Link) -> list[BaseRoute]:
    """Return the Web API, Socket Mode, response addresses, uploads and permalinks."""

    async def respond(request: Request) -> Response:
        return await response_endpoint(core, request)

    async def upload(request: Request) -> Response:
        try:
            keep_upload(core, request.path_params["id"], await request.body())
        except Refused as refused:
            return PlainTextResponse(refused.error, 400)
        return PlainTextResponse("OK")

    async def file(request: Request) -> Response:
        # Slack asks for a person's session or a token; the page's people are all signed in.
        found = core.files.get(request.path_params["id"])
        if found is None or found.content is None:
            return PlainTextResponse("file_not_found", 404)
        kind = mime_of(found) if mime_of(found) in PICTURES else "application/octet-stream"
        headers = {"X-Content-Type-Options": "nosniff"}
        if request.query_params.get("download"):
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
        return Response(found.content, headers=headers, media_type=kind)

    async def permalink(request: Request) -> Response:
        return RedirectResponse(f"/#/{request.path_params['channel']}")

    return [
        Route("/slack/api/{method}", api.endpoint, methods=["GET", "POST"]),
        WebSocketRoute("/slack/link", link.endpoint),
        Route("/slack/response/{id}", respond, methods=["POST"]),
        Route("/slack/upload/{id}", upload, methods=["POST"]),
        Route("/slack/files/{id}/{name}", file, methods=["GET"]),
        Route("/archives/{channel}/{p}", permalink, methods=["GET"]),
    ]
