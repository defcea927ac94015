"""What is told besides the alerts' processor: whoever wakes runs hears of what is new and verified."""

from bot.engine.alerts import Source
from tests.bot.web._hooks import Senders, expo

BODY = b'{"id":"b-1"}'


async def test_what_was_stored_is_heard_once_and_what_was_refused_never():
    senders = Senders()
    async with senders.http:
        for signature in (expo(BODY), expo(BODY), expo(b"{}")):
            await senders.post("expo", BODY, signature)

    assert [(one.source, one.body) for one in senders.heard] == [(Source.EXPO, BODY)]
