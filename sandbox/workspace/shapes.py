"""How people, channels and messages look in JSON: to the app (Slack's shapes) and to the page."""

from collections.abc import Sequence

from sandbox.workspace.model import Channel, Json, Message, Person, Pin, Team


def reactions(message: Message) -> list[Json]:
    """Return reactions as Slack lists them."""
    return [
        {"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()
    ]


def pinned_info(message: Message, pin: Pin) -> Json:
    """Return who pinned a message where."""
    return {"channel": message.channel, "pinned_by": pin.user, "pinned_ts": pin.at}


def message_for_page(message: Message, username: str, replies: int) -> Json:
    """Return a message as the sandbox's page draws it."""
    shown: Json = {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "username": username,
        "is_bot": message.is_bot,
        "text": message.text,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "reactions": reactions(message),
        "reply_count": replies,
        "edited": message.edited is not None,
        "ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts is not None:
        shown["thread_ts"] = message.thread_ts
    if message.broadcast:
        shown["broadcast"] = True
    if message.files:
        shown["files"] = message.files
    if message.pinned is not None:
        shown["pinned_by"] = message.pinned.user
    return shown


def channel_for_page(channel: Channel) -> Json:
    """Return a conversation as the page lists it."""
    return {
        "id": channel.id,
        "name": channel.name,
        "topic": channel.topic,
        "members": list(channel.members),
        "is_im": channel.direct,
        "is_archived": channel.archived,
    }


def message_for_app(
    message: Message, team: Team, *, replies: Sequence[Message] = (), metadata: bool = False
) -> Json:
    """Return a message as Slack's Web API and payloads show it (no ``metadata`` unless asked for)."""
    shown: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": team.id,
    }
    if message.is_bot:
        shown |= {
            "bot_id": team.bot_id,
            "app_id": team.app_id,
            "bot_profile": {"id": team.bot_id, "app_id": team.app_id, "name": team.bot_name},
        }
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.attachments:
        shown["attachments"] = message.attachments
    if message.files:
        shown["files"] = message.files
    if message.pinned is not None:
        shown |= {"pinned_to": [message.channel], "pinned_info": pinned_info(message, message.pinned)}
    if message.edited:
        shown["edited"] = {"user": message.user, "ts": message.edited}
    if message.reactions:
        shown["reactions"] = reactions(message)
    if message.thread_ts:
        shown["thread_ts"] = message.thread_ts
    if message.broadcast:
        shown["subtype"] = "thread_broadcast"
    if replies:
        shown |= {
            "reply_count": len(replies),
            "reply_users": list(dict.fromkeys(one.user for one in replies)),
            "latest_reply": replies[-1].ts,
        }
    if metadata and message.metadata is not None:
        shown["metadata"] = message.metadata
    return shown


def person_for_app(person: Person, team: Team) -> Json:
    """Return a person as ``users.info`` shows them (no e-mail: that scope is not asked for)."""
    return {
        "id": person.id,
        "team_id": team.id,
        "name": person.name,
        "real_name": person.real_name,
        "deleted": False,
        "color": person.color.removeprefix("#"),
        "tz": "Europe/Lisbon",
        "tz_offset": 0,
        "profile": {
            "real_name": person.real_name,
            "display_name": person.name,
            "title": person.title,
        },
        "is_admin": False,
        "is_bot": False,
        "is_app_user": False,
    }


def bot_for_app(team: Team) -> Json:
    """Return the bot's own user."""
    bot = person_for_app(Person(team.bot_user, team.bot_name, team.bot_name), team)
    bot["profile"] |= {"bot_id": team.bot_id, "api_app_id": team.app_id}
    return bot | {"is_bot": True}


def channel_for_app(channel: Channel, team: Team) -> Json:
    """Return a conversation as ``conversations.info`` shows it."""
    shown: Json = {
        "id": channel.id,
        "created": 1_700_000_000,
        "is_archived": channel.archived,
        "is_im": channel.direct,
        "context_team_id": team.id,
    }
    if channel.direct:
        return shown | {"user": next(one for one in channel.members if one != team.bot_user)}
    return shown | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_private": False,
        "creator": channel.creator,
        "is_general": channel.name == "general",
        "is_member": team.bot_user in channel.members,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }


def permalink(base_url: str, message: Message) -> str:
    """Return the address of a message; replies carry their thread as Slack's do."""
    address = f"{base_url}/archives/{message.channel}/p{message.ts.replace('.', '')}"
    reply = message.thread_ts is not None and message.thread_ts != message.ts
    return f"{address}?thread_ts={message.thread_ts}&cid={message.channel}" if reply else address
