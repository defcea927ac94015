"""Reading what strangers send: no more than agreed, no longer than agreed. Knows nobody who sends."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response


async def read_body(request: Request, *, largest: int, patience: float) -> bytes | Response:
    """Read the body, ``largest`` bytes in ``patience`` seconds at most; else the refusal to answer with."""
    try:
        async with asyncio.timeout(patience):
            body = await _read(request, largest)
    except TimeoutError:
        return refuse(408, "body too slow")
    return refuse(413, "body too large") if body is None else body


def refuse(status: int, said: str) -> Response:
    """Answer with an error; ``said`` goes to whoever asked."""
    return JSONResponse({"error": said}, status_code=status)


async def _read(request: Request, largest: int) -> bytes | None:
    """Read the body; None as soon as it proves too large, whatever length was announced."""
    announced = request.headers.get("content-length", "0")
    if not announced.isascii() or not announced.isdigit() or int(announced[:12]) > largest:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            return None
    return bytes(body)
