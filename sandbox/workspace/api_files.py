"""Web API: uploading a file in Slack's three steps (https://docs.slack.dev/messaging/working-with-files)."""

import mimetypes

from sandbox.workspace.api_method import Method, find_channel, find_message
from sandbox.workspace.arguments import Args
from sandbox.workspace.core import Core
from sandbox.workspace.errors import Refused
from sandbox.workspace.model import File, Json, Message

PREVIEW = 2_000
"""Characters of a text file shown with its message."""
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What the page draws; an SVG may carry a script and is only named."""


def _upload_url(core: Core, args: Args) -> Json:
    name, length = args.needed("filename"), args.number("length", 0)
    if length <= 0:
        raise Refused("invalid_arguments")
    alt = args.text("alt_txt")
    if len(alt) > 1000:
        raise Refused("invalid_arguments")
    file = File(core.state.new_id("F"), name, length, alt=alt, title=name)
    core.files[file.id] = file
    return {"upload_url": f"{core.base_url}/slack/upload/{file.id}", "file_id": file.id}


def _complete(core: Core, args: Args) -> Json:
    files: list[File] = []
    for wanted in args.objects("files", "invalid_arguments") or []:
        file = core.files.get(str(wanted.get("id")))
        if file is None or file.content is None or file.shared:
            raise Refused("file_not_found")
        file.title = str(wanted.get("title") or file.name)
        files.append(file)
    if not files:
        raise Refused("invalid_arguments")
    if args.has("channel_id"):
        _share(core, args, files)
    return {"files": [file_for_app(core, file) for file in files]}


def _share(core: Core, args: Args, files: list[File]) -> None:
    channel = find_channel(core, Args({"channel": args.text("channel_id")}), member=True, writes=True)
    thread = args.text("thread_ts") or None
    if thread is None and args.has("thread_ts"):
        raise Refused("invalid_arguments")  # no thread is no argument, not an empty one
    if thread is not None:
        parent = find_message(core, channel, thread)
        thread = parent.thread_ts or parent.ts
    for file in files:
        file.shared = True
    message = Message(
        ts=core.state.new_ts(),
        channel=channel.id,
        user=core.state.team.bot_user,
        text=args.text("initial_comment"),
        is_bot=True,
        username=core.state.team.bot_name,
        thread_ts=thread,
        files=[file_for_app(core, file) for file in files],
    )
    core.posted(core.state.add(message))


def _info(core: Core, args: Args) -> Json:
    file = core.files.get(args.needed("file"))
    if file is None or file.content is None:
        raise Refused("file_not_found")
    return {"file": file_for_app(core, file), "comments": [], "response_metadata": {"next_cursor": ""}}


def file_for_app(core: Core, file: File) -> Json:
    """Return a file as Slack lists it on its message and in ``files.info``."""
    mimetype = mime_of(file)
    kind = file.name.rpartition(".")[2].lower()
    address = f"{core.base_url}/slack/files/{file.id}/{file.name}"
    shown: Json = {
        "id": file.id,
        "created": int(core.clock()),
        "name": file.name,
        "title": file.title,
        "mimetype": mimetype,
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": core.state.team.bot_user,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "url_private": address,
        "url_private_download": f"{address}?download=1",
        "permalink": address,
    }
    if file.alt:
        shown["alt_txt"] = file.alt
    if mimetype.startswith("text/") and file.content is not None:
        shown |= {"mode": "snippet", "preview": file.content.decode("utf-8", "replace")[:PREVIEW]}
    return shown


def mime_of(file: File) -> str:
    """Return a file's type, by its name as Slack guesses it."""
    return mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def keep_upload(core: Core, file_id: str, content: bytes) -> None:
    """Take the bytes of a file; they must be as many as announced."""
    file = core.files.get(file_id)
    if file is None or len(content) != file.length:
        raise Refused("file_not_found" if file is None else "incomplete_upload")
    file.content = content


METHODS = {
    "files.getUploadURLExternal": Method(("files:write",), _upload_url),
    "files.completeUploadExternal": Method(("files:write",), _complete),
    "files.info": Method(("files:read",), _info),
}
