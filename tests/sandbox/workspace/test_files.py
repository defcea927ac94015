"""Files: uploaded in three steps, listed as Slack lists them, pictures shown by the page."""

import httpx
import pytest
from slack_sdk.errors import SlackApiError

from tests.sandbox.workspace.conftest import ANN, BEN, DEPLOYS, MANIFEST, client_of, with_scopes, workspace

PNG = b"\x89PNG\r\n\x1a\n\x00\xff\xfe"


async def upload(client, content=PNG, name="rate.png", thread=None):
    return await client.files_upload_v2(
        filename=name,
        content=content,
        title="Errors a minute",
        alt_txt="Errors rise at noon",
        channel=DEPLOYS,
        thread_ts=thread,
        initial_comment="Before and after",
    )


async def test_a_picture_arrives_byte_for_byte_in_the_thread(ws, client):
    parent = (await client.chat_postMessage(channel=DEPLOYS, text="card"))["ts"]
    await upload(client, thread=parent)

    (reply,) = ws.thread(DEPLOYS, parent)
    (file,) = reply.files
    assert reply.text == "Before and after"
    assert {key: file[key] for key in ("name", "title", "alt_txt", "mimetype", "size")} == {
        "name": "rate.png",
        "title": "Errors a minute",
        "alt_txt": "Errors rise at noon",
        "mimetype": "image/png",
        "size": len(PNG),
    }
    async with httpx.AsyncClient() as http:
        answer = await http.get(file["url_private"])
    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")


async def test_what_could_carry_a_script_is_never_served_as_itself(ws, client):
    await upload(client, b"<svg onload='x'/>", "rate.svg")
    (message,) = ws.messages(DEPLOYS)
    async with httpx.AsyncClient() as http:
        answer = await http.get(message.files[0]["url_private"])
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_replies_list_their_files(ws, client):
    parent = (await client.chat_postMessage(channel=DEPLOYS, text="card"))["ts"]
    await upload(client, thread=parent)
    replies = (await client.conversations_replies(channel=DEPLOYS, ts=parent))["messages"]
    assert [file["name"] for one in replies for file in one.get("files", [])] == ["rate.png"]


async def test_a_file_needs_its_bytes_its_thread_and_its_scope(ws, client):
    announced = await client.files_getUploadURLExternal(filename="rate.png", length=5)
    complete = {"files": [{"id": announced["file_id"]}], "channel_id": DEPLOYS}
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_completeUploadExternal(**complete)
    async with httpx.AsyncClient() as http:
        assert (await http.post(announced["upload_url"], content=b"12")).status_code == 400
        assert (await http.post(announced["upload_url"], content=b"12345")).status_code == 200
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.files_completeUploadExternal(**complete, thread_ts="1.000001")
    await client.files_completeUploadExternal(**complete)
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_completeUploadExternal(**complete)
    async with workspace(manifest=with_scopes("chat:write")) as other:
        with pytest.raises(SlackApiError, match="missing_scope"):
            await client_of(other).files_getUploadURLExternal(filename="x", length=1)


async def test_a_file_is_looked_up_by_whoever_may_read_files():
    async with workspace(manifest=with_scopes(*MANIFEST.scopes, "files:read")) as ws:
        await upload(client_of(ws))
        file = ws.messages(DEPLOYS)[0].files[0]
        shown = (await client_of(ws).files_info(file=file["id"]))["file"]
        assert shown["name"] == "rate.png"


async def test_unread_direct_messages_are_counted_until_their_person_looks(ws, client):
    await client.chat_postMessage(channel=BEN, text="psst")
    async with httpx.AsyncClient(base_url=ws.base_url) as http:

        async def unread() -> list[int]:
            channels = (await http.get("/_page/state")).json()["channels"]
            return [one["unread"] for one in channels if one["is_im"]]

        assert await unread() == [1]
        await http.get("/_page/messages", params={"channel": "D0BENAPP001", "user": ANN})
        assert await unread() == [1]
        await http.get("/_page/messages", params={"channel": "D0BENAPP001", "user": BEN})
        assert await unread() == [0]


async def test_a_report_is_downloaded_as_it_was_uploaded(ws, client):
    report = "# Incident 3\n\n- ✅ rolled back\n".encode()
    await upload(client, report, "incident-3.md")
    (message,) = ws.messages(DEPLOYS)
    (file,) = message.files
    assert (file["mimetype"], file["filetype"]) == ("text/markdown", "md")
    assert file["preview"] == report.decode()
    assert ws.content(file["id"]) == report
    async with httpx.AsyncClient() as http:
        answer = await http.get(file["url_private_download"])
    assert answer.content == report
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''incident-3.md"
    with pytest.raises(KeyError):
        ws.content("F0000000000")


async def test_a_file_that_never_came_has_no_bytes(ws, client):
    announced = await client.files_getUploadURLExternal(filename="x.md", length=5)
    with pytest.raises(KeyError):
        ws.content(announced["file_id"])
