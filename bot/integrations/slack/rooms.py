"""Channels we make ourselves, who is let in, and what people said somewhere. Knows no incidents.

Making a channel needs ``channels:manage``, reading ``channels:history`` (docs.slack.dev/reference/scopes).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.errors import VendorRejected
from bot.integrations._http import VendorModel, parse
from bot.integrations.slack.calls import SlackWeb

log = structlog.get_logger(__name__)

NAME_TAKEN = "name_taken"
"""``VendorRejected.detail`` when a channel has that name, an archived one too."""
MESSAGE_GONE = "message_not_found"
MOST_TOPIC = 250
_VENDOR = "Slack"
_READING = "reading a message"
_AT_ONCE = 100
_PAGES = 20
"""Of 999 channels each."""
_THERE = frozenset({"already_in_channel", "cant_invite_self"})
_OF_A_PERSON = _THERE | {
    "user_not_found", "cant_invite", "ura_max_channels", "invitee_cant_see_channel",
    "no_external_invite_permission",
}  # fmt: skip
"""Refusals of ``conversations.invite`` that are about whom, not where."""
_MARKUP = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A message somebody wrote."""

    channel: str
    ts: str
    """When, as Slack writes it: seconds since 1970, a name within its channel too."""
    author: str
    """Slack user id; the id of an app where no user stands behind it."""
    text: str
    """Plain and raw: ``@U0ANNREQ001`` for a person, addresses as they are; empty for a file without words."""
    thread_ts: str
    """Of the message whose thread it is in; empty: it is not in one."""
    permalink: str


class _Channel(VendorModel):
    id: str
    name: str = ""
    creator: str = ""


class _Made(VendorModel):
    channel: _Channel


class _Channels(VendorModel):
    channels: tuple[_Channel, ...]


class _Me(VendorModel):
    user_id: str


class _NotLetIn(VendorModel):
    user: str = ""
    error: str = ""


class _Invited(VendorModel):
    errors: tuple[_NotLetIn, ...] = ()


class _Message(VendorModel):
    ts: str
    user: str | None = None
    bot_id: str | None = None
    text: str | None = None
    thread_ts: str | None = None


class _Messages(VendorModel):
    messages: tuple[_Message, ...]


class Rooms:
    """Makes channels and reads messages; errors are those of ``SlackWeb.call``."""

    def __init__(self, slack: SlackWeb) -> None:
        self._slack = slack

    async def create(self, name: str) -> str:
        """Make a public channel and return its id; the bot is in it.

        ``VendorRejected`` with ``detail`` ``name_taken``: there is one; ``find`` says whether it is ours.
        """
        doing = "making a channel"
        answer = await self._slack.call("conversations.create", doing, name=name)
        return parse(_Made, answer, _VENDOR, doing).channel.id

    async def find(self, name: str) -> str | None:
        """Return the id of the open channel with ``name`` that we made; None when there is none.

        After a crash it says whether ``create`` had its effect.
        """
        doing = "looking for a channel"
        me = parse(_Me, await self._slack.call("auth.test", doing), _VENDOR, doing).user_id
        cursor = ""
        for _ in range(_PAGES):
            answer = await self._slack.call(
                "conversations.list",
                doing,
                types="public_channel",
                exclude_archived=True,
                limit=999,
                **({"cursor": cursor} if cursor else {}),
            )
            for channel in parse(_Channels, answer, _VENDOR, doing).channels:
                if (channel.name, channel.creator) == (name, me):
                    return channel.id
            cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return None
        log.warning("too many channels to look through", name=name, pages=_PAGES)
        return None

    async def invite(self, channel: str, users: Sequence[str]) -> tuple[str, ...]:
        """Let people in; return those Slack would not let in. Who is there already is in."""
        left_out: list[str] = []
        wanted = list(dict.fromkeys(users))
        for start in range(0, len(wanted), _AT_ONCE):
            left_out += await self._invite(channel, wanted[start : start + _AT_ONCE])
        if left_out:
            log.warning("some could not be invited", channel=channel, users=left_out)
        return tuple(left_out)

    async def _invite(self, channel: str, users: list[str]) -> list[str]:
        doing = "inviting people"
        try:
            # Without ``force`` one unknown person keeps everybody out
            # (https://github.com/slackapi/node-slack-sdk/issues/1596).
            answer = await self._slack.call(
                "conversations.invite", doing, channel=channel, users=",".join(users), force=True
            )
        except VendorRejected as error:
            if error.detail not in _OF_A_PERSON:
                raise
            if len(users) == 1:
                return [] if error.detail in _THERE else users
            return [one for user in users for one in await self._invite(channel, [user])]
        refused = parse(_Invited, answer, _VENDOR, doing).errors
        return [one.user for one in refused if one.error not in _THERE]

    async def topic(self, channel: str, text: str) -> None:
        """Say what a channel is about: one line, cut where Slack would refuse it."""
        line = " ".join(text.split())
        cut = line if len(line) <= MOST_TOPIC else line[: MOST_TOPIC - 1].rstrip() + "…"
        await self._slack.call("conversations.setTopic", "setting a topic", channel=channel, topic=cut)

    async def archive(self, channel: str) -> None:
        """Close a channel: it can be read, and nothing be written there. Closed already is fine."""
        try:
            await self._slack.call("conversations.archive", "archiving a channel", channel=channel)
        except VendorRejected as error:
            if error.detail != "already_archived":
                raise

    async def message(self, channel: str, ts: str) -> Said:
        """Return one message, a reply in a thread too.

        ``VendorRejected`` with ``detail`` ``message_not_found``: it was deleted, or never was.
        """
        found = await self._in_channel(channel, ts) or await self._in_thread(channel, ts)
        if found is None:
            raise VendorRejected(_VENDOR, _READING, detail=MESSAGE_GONE)
        return Said(
            channel=channel,
            ts=found.ts,
            author=found.user or found.bot_id or "",
            text=plain_text(found.text or ""),
            thread_ts=found.thread_ts or "",
            permalink=await self._slack.permalink(channel, ts),
        )

    async def _in_channel(self, channel: str, ts: str) -> _Message | None:
        answer = await self._slack.call(
            "conversations.history", _READING, channel=channel, oldest=ts, latest=ts, inclusive=True, limit=1
        )
        return _named(ts, answer)

    async def _in_thread(self, channel: str, ts: str) -> _Message | None:
        """Ask for a reply: history has none (https://docs.slack.dev/reference/methods/conversations.history).

        By its own ts Slack returns it alone (https://github.com/slackapi/bolt-python/issues/783).
        """
        try:
            answer = await self._slack.call(
                "conversations.replies", _READING, channel=channel, ts=ts, latest=ts, inclusive=True, limit=10
            )
        except VendorRejected as error:
            if error.detail == "thread_not_found":
                return None
            raise
        return _named(ts, answer)


def plain_text(text: str) -> str:
    """Return Slack's markup as a person reads it, unescaped; a mention keeps the id: ``@U0ANNREQ001``."""
    shown = _MARKUP.sub(_shown, text)
    for entity, char in _ENTITIES:
        shown = shown.replace(entity, char)
    return shown


def _shown(found: re.Match[str]) -> str:
    sign, target, label = found[1], found[2], found[3] or ""
    match sign:
        case "@":
            return f"@{target}"
        case "#":
            return f"#{label or target}"
        case "!":
            name = target.partition("^")[0]
            return label or (f"@{target.rpartition('^')[2]}" if name == "subteam" else f"@{name}")
        case _:
            address = target.removeprefix("mailto:")
            return f"{label} ({address})" if label and label not in address else address


def _named(ts: str, answer: object) -> _Message | None:
    messages = parse(_Messages, answer, _VENDOR, _READING).messages
    return next((one for one in messages if one.ts == ts), None)
