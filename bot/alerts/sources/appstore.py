"""App Store Connect's messages: something of an app changed. Pure.

They name a version or a build by ids of their own, and no app: so they only wake whoever waits for the
store, and nothing they say is believed. No alert comes of them, for the release they are about says it
(https://developer.apple.com/documentation/appstoreconnectapi/webhook-notifications).
"""

from bot.alerts.sources._told import Told, Unread, opened, parse

_PINGS = frozenset({"webhookPings", "webhookPingCreated"})


class _Data(Told):
    type: str


class _Payload(Told):
    data: _Data


def tells(body: bytes) -> bool:
    """Say whether something happened: a ping, which people send to try the address, says nothing."""
    told = opened(body)
    payload = told if isinstance(told, Unread) else parse(_Payload, told)
    return not isinstance(payload, Unread) and payload.data.type not in _PINGS
