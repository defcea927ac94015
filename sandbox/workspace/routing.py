"""The addresses of the simulated Slack, as an app sees them."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from sandbox.workspace.answers import response_endpoint
from sandbox.workspace.api import WebApi
from sandbox.workspace.api_files import keep_upload
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

    async def permalink(request: Request) -> Response:
        return RedirectResponse(f"/#/{request.path_params['channel']}")

    return [
        Route("/slack/api/{method}", api.endpoint, methods=["GET", "POST"]),
        WebSocketRoute("/slack/link", link.endpoint),
        Route("/slack/response/{id}", respond, methods=["POST"]),
        Route("/slack/upload/{id}", upload, methods=["POST"]),
        Route("/archives/{channel}/{p}", permalink, methods=["GET"]),
    ]
