"""The middle step of an upload: a file's bytes to the address Slack named. Knows no channels and no runs."""

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import VendorRejected, VendorUnavailable

DOING = "uploading a file"


async def send_bytes(client: AsyncWebClient, address: str, content: bytes) -> None:
    """Post ``content`` to ``address``, by the proxy and the certificates ``client`` uses.

    The address is good for one upload and needs no token (https://docs.slack.dev/messaging/working-with-files).

    Raises:
        VendorUnavailable: no answer, 429 or a 5xx.
        VendorRejected: any other refusal.

    """
    timeout = aiohttp.ClientTimeout(total=client.timeout)
    trust = client.ssl if client.ssl is not None else True
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.post(address, data=content, proxy=client.proxy, ssl=trust) as answer,
        ):
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise VendorUnavailable("Slack", DOING, detail=type(error).__name__) from error
    if status == 429 or status >= 500:
        raise VendorUnavailable("Slack", DOING, status=status)
    if status != 200:
        raise VendorRejected("Slack", DOING, status=status)
