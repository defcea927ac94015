"""Arguments of one Web API call, gathered from the query, a form or a JSON body, as Slack gathers them."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Json


class Args:
    """Reads one argument at a time and refuses what Slack would refuse."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    def text(self, name: str, default: str = "") -> str:
        """Return an argument as a string."""
        value = self._values.get(name, default)
        return default if value is None else str(value)

    def needed(self, name: str) -> str:
        """Return an argument that must be there."""
        if not (value := self.text(name)):
            words = [f"[ERROR] missing required field: {name}"]
            raise Refused("invalid_arguments", response_metadata={"messages": words})
        return value

    def has(self, name: str) -> bool:
        """Whether the argument was given at all."""
        return self._values.get(name) is not None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a boolean: ``1``, ``true`` or a JSON true."""
        return self.text(name, "1" if default else "0").lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """Return a whole number."""
        try:
            return int(self.text(name, str(default)))
        except ValueError as error:
            raise Refused("invalid_arguments") from error

    def parsed(self, name: str, broken: str) -> object:
        """Return an argument that is JSON, sent as text or as is; ``broken`` is the error when it is not."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError as error:
            raise Refused(broken) from error

    def objects(self, name: str, broken: str) -> list[Json] | None:
        """Return a list of objects, or ``None`` when the argument was not given."""
        value = self.parsed(name, broken)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise Refused(broken)
        return value

    def object(self, name: str, broken: str) -> Json | None:
        """Return one object, or ``None`` when the argument was not given."""
        value = self.parsed(name, broken)
        if value is not None and not isinstance(value, dict):
            raise Refused(broken)
        return value


async def read_arguments(request: Request) -> Args:
    """Merge query and body; the SDK puts many arguments in the query even of a POST."""
    values: dict[str, object] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/json":
        body = await request.body()
        try:
            sent = json.loads(body) if body else {}
        except ValueError as error:
            raise Refused("invalid_json") from error
        if not isinstance(sent, dict):
            raise Refused("json_not_object")
        values |= sent
    elif kind == "application/x-www-form-urlencoded":
        values |= dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    return Args(values)
