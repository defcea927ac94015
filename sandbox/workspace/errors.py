"""How a Web API call is refused: Slack's error code and whatever it says beside it."""

from sandbox.workspace.model import Json


class Refused(Exception):  # noqa: N818 - reads as what happened, like the errors in bot/errors.py
    """The call is answered with ``ok: false``."""

    def __init__(self, error: str, **more: object) -> None:
        super().__init__(error)
        self.error = error
        self.more = more

    def answer(self) -> Json:
        """Return the body Slack sends."""
        return {"ok": False, "error": self.error, **self.more}


class RateLimited(Exception):  # noqa: N818 - the same
    """Too many calls; ``retry_after`` is in whole seconds, as in the header."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after
