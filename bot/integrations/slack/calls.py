"""One door to Slack's Web API: its refusals become our two kinds of error. Knows nothing of runs."""

from collections.abc import Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations._limits import LONGEST_WAIT
from bot.integrations.slack import upload

_TRY_AGAIN = frozenset(
    {"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
_TAKE_JSON = frozenset(
    {"chat.postMessage", "chat.postEphemeral", "chat.update", "files.completeUploadExternal"}
)
"""Methods that take JSON; reading methods are only sure to take a form (https://docs.slack.dev/apis/web-api/)."""
Told = Callable[[str, str], None]
"""Called with a method and ``ok`` or Slack's error word."""


def make_client(token: str, api_url: str) -> AsyncWebClient:
    """Build a client that never repeats a call by itself: a repeated post is a second message."""
    return AsyncWebClient(token=token, base_url=api_url, timeout=10, retry_handlers=[])


class SlackWeb:
    """Calls methods; ``tell`` hears how each went."""

    def __init__(self, client: AsyncWebClient, tell: Told = lambda _method, _result: None) -> None:
        self._client = client
        self._tell = tell

    async def call(self, method: str, doing: str, **arguments: object) -> dict[str, Any]:
        """Call ``method`` once.

        Raises:
            VendorUnavailable: no answer, a 5xx, or 429 (then with ``retry_after``, in seconds).
            VendorRejected: any other ``ok: false``; ``detail`` is Slack's error word.

        """
        try:
            if method in _TAKE_JSON:
                response = await self._client.api_call(method, json=arguments)
            else:
                response = await self._client.api_call(method, data=_form(arguments))
        except SlackApiError as error:
            if not isinstance(error.response, AsyncSlackResponse):  # the sdk could not read the answer
                self._tell(method, "unavailable")
                raise VendorUnavailable("Slack", doing, detail="an answer that is not JSON") from error
            raise self._refused(method, doing, error) from error
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            self._tell(method, "unavailable")
            raise VendorUnavailable("Slack", doing, detail=type(error).__name__) from error
        self._tell(method, "ok")
        if not isinstance(response.data, dict):
            raise VendorUnavailable("Slack", doing, detail="an answer that is not JSON")
        return response.data

    async def permalink(self, channel: str, ts: str) -> str:
        """Return the address of a message; the errors of ``call``."""
        answer = await self.call("chat.getPermalink", "linking to a message", channel=channel, message_ts=ts)
        return str(answer["permalink"])

    async def whisper(self, channel: str, user: str, text: str, *, thread_ts: str = "") -> None:
        """Tell ``user`` alone, in a channel both are in; the errors of ``call``.

        Slack may drop it: it reaches only who is there now (https://docs.slack.dev/messaging/#ephemeral).
        """
        thread = {"thread_ts": thread_ts} if thread_ts else {}
        await self.call(
            "chat.postEphemeral", "telling one person", channel=channel, user=user, text=text, **thread
        )

    async def upload(
        self,
        channel: str,
        thread_ts: str,
        filename: str,
        content: bytes,
        *,
        title: str,
        alt: str,
        comment: str,
    ) -> str:
        """Share a file in a thread, in the channel without one, and return its id; the errors of ``call``.

        Slack goes by its name for what it is. ``alt`` says what a picture shows to who cannot see it; other
        files have none. Repeating it shares a second file: look
        first (``finder.find_file``).
        """
        asked = await self.call(
            "files.getUploadURLExternal",
            upload.DOING,
            filename=filename,
            length=len(content),
            **({"alt_txt": alt} if alt else {}),
        )
        await upload.send_bytes(self._client, str(asked["upload_url"]), content)
        file_id = str(asked["file_id"])
        await self.call(
            "files.completeUploadExternal",
            upload.DOING,
            files=[{"id": file_id, "title": title}],
            channel_id=channel,
            initial_comment=comment,
            **({"thread_ts": thread_ts} if thread_ts else {}),
        )
        return file_id

    def _refused(self, method: str, doing: str, error: SlackApiError) -> VendorRejected | VendorUnavailable:
        answer = error.response
        word = str(answer.data.get("error", "")) if isinstance(answer.data, dict) else ""
        self._tell(method, word or "unavailable")
        if answer.status_code == 429 or answer.status_code >= 500 or word in _TRY_AGAIN or not word:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            after = str(headers.get("retry-after", ""))
            return VendorUnavailable(
                "Slack",
                doing,
                status=answer.status_code,
                detail=word,
                retry_after=min(float(after), LONGEST_WAIT) if after.isdecimal() else None,
            )
        return VendorRejected("Slack", doing, status=answer.status_code, detail=word)


def _form(arguments: dict[str, object]) -> dict[str, str]:
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in arguments.items()
    }
