"""Web API: uploading a file in Slack's three steps (https://docs.slack.dev/messaging/working-with-files)."""

from sandbox.workspace.api_method import Method, find_channel, find_message
from sandbox.workspace.arguments import Args
from sandbox.workspace.core import Core
from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Json, Message


def _upload_url(core: Core, args: Args) -> Json:
    name, length = args.needed("filename"), args.number("length", 0)
    if length <= 0:
        raise Refused("invalid_arguments")
    file_id = core.state.new_id("F")
    core.files[file_id] = {"id": file_id, "name": name, "title": name, "length": length, "content": None}
    return {"upload_url": f"{core.base_url}/slack/upload/{file_id}", "file_id": file_id}


def _complete(core: Core, args: Args) -> Json:
    done: list[Json] = []
    for wanted in args.objects("files", "invalid_arguments") or []:
        file = core.files.get(str(wanted.get("id")))
        if file is None or file["content"] is None:
            raise Refused("file_not_found")
        file["title"] = wanted.get("title") or file["name"]
        done.append({"id": file["id"], "name": file["name"], "title": file["title"], "size": file["length"]})
    if not done:
        raise Refused("invalid_arguments")
    if args.has("channel_id"):
        channel = find_channel(core, Args({"channel": args.text("channel_id")}), member=True)
        thread = args.text("thread_ts") or None
        if thread is not None:
            find_message(core, channel, thread)
        team = core.state.team
        preview = [file | {"preview": core.files[file["id"]]["content"][:2000]} for file in done]
        core.state.add(
            Message(
                ts=core.state.new_ts(),
                channel=channel.id,
                user=team.bot_user,
                text=args.text("initial_comment"),
                is_bot=True,
                username=team.bot_name,
                thread_ts=thread,
                files=preview,
            )
        )
    return {"files": done}


def keep_upload(core: Core, file_id: str, content: bytes) -> None:
    """Take the bytes of a file; they must be as many as announced."""
    file = core.files.get(file_id)
    if file is None or len(content) != file["length"]:
        raise Refused("file_not_found" if file is None else "incomplete_upload")
    file["content"] = content.decode("utf-8", "replace")


METHODS = {
    "files.getUploadURLExternal": Method(("files:write",), _upload_url),
    "files.completeUploadExternal": Method(("files:write",), _complete),
}
