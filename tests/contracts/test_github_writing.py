"""Files raised on a branch or by a pull request, and commit statuses: our client at the simulated GitHub."""

import httpx
import pytest

from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations import github
from tests.contracts.conftest import ONCE

REPO = "pawlogic/mobile"
CONFIG = "app.config.ts"
TEXT = 'export default { version: "1.5.0" };\n'
MESSAGE = "Raise the version to 1.5.0 (pawdeploy run 12)\n\nAsked for by U1."
BRANCH = "pawdeploy/1.5.0"


@pytest.fixture
def repo(world):
    return world.github.state.repos[REPO]


@pytest.fixture
def head(repo):
    return repo.branches["main"]


def raised(hub, base, branch="main"):
    return hub.raise_file(REPO, branch, CONFIG, base=base, text=TEXT, message=MESSAGE)


def proposed(hub, base, branch=BRANCH):
    return hub.propose_file(REPO, branch, CONFIG, base=base, text=TEXT, message=MESSAGE, into="main")


async def test_a_file_is_raised_by_one_commit_on_top_of_the_branch(hub, repo, head):
    sha = await raised(hub, head)

    assert repo.branches["main"] == sha
    assert repo.commits[sha].parents == (head,)
    assert repo.commits[sha].title == "Raise the version to 1.5.0 (pawdeploy run 12)"
    assert [file.name for file in repo.commits[sha].files] == [CONFIG]
    assert await hub.file_at(REPO, CONFIG, sha) == TEXT


async def test_what_else_hears_of_pushes_hears_of_this_one(world, hub, head):
    heard = []
    world.github.on_push = lambda *told: heard.append(told)

    sha = await raised(hub, head)

    assert heard == [(REPO, "main", sha)]


async def test_a_branch_that_moved_is_left_alone(world, hub, repo, head):
    theirs = world.github.push("main", "Something else", repository=REPO)

    with pytest.raises(VendorRejected) as caught:
        await raised(hub, head)

    assert caught.value.status == 409
    assert repo.branches["main"] == theirs


async def test_a_branch_that_is_behind_is_left_alone_too(world, hub, repo, head):
    older = repo.commits[head].parents[0]
    repo.move("main", older)

    with pytest.raises(VendorRejected) as caught:
        await raised(hub, head)

    assert caught.value.status == 409
    assert repo.branches["main"] == older


async def test_a_branch_that_moves_between_looking_and_writing_is_not_forced(world, clients, repo, head):
    """The commit is made already when somebody else pushes."""

    async def push_meanwhile(response):
        if response.request.url.path.endswith("/git/commits") and response.request.method == "POST":
            world.github.push("main", "Meanwhile", repository=REPO)

    http = await clients.enter_async_context(
        world.http("/github", github.auth_headers("sandbox-github-token"))
    )
    http.event_hooks["response"].append(push_meanwhile)

    with pytest.raises(VendorRejected) as caught:
        await raised(github.GitHub(http, retry=ONCE), head)

    assert caught.value.status == 422
    assert repo.commits[repo.branches["main"]].title == "Meanwhile"


async def test_there_is_no_branch_to_raise_it_on(hub, head):
    with pytest.raises(VendorRejected) as caught:
        await raised(hub, head, branch="nowhere")
    assert caught.value.status == 404


async def test_a_pull_request_is_open_until_people_merge_it(world, hub, repo, head):
    number, page = await proposed(hub, head)

    assert page.endswith(f"/{REPO}/pull/{number}")
    assert repo.branches["main"] == head
    assert await hub.file_at(REPO, CONFIG, repo.branches[BRANCH]) == TEXT
    assert await hub.merged(REPO, number) == ("open", "")

    sha = world.github.merge(REPO, number)

    assert await hub.merged(REPO, number) == ("merged", sha)
    assert await hub.file_at(REPO, CONFIG, sha) == TEXT
    assert (await hub.resolve(REPO, "main")).sha == sha


async def test_a_pull_request_that_was_closed_was_not_merged(world, hub, repo, head):
    number, _ = await proposed(hub, head)

    world.github.writing.close(repo, number)

    assert await hub.merged(REPO, number) == ("closed", "")


async def test_asked_twice_there_is_one_pull_request(world, hub, head):
    first = await proposed(hub, head)

    assert await proposed(hub, head) == first
    assert len(world.github.state.writings.pulls) == 1


@pytest.mark.parametrize("became", ["closed", "merged"])
async def test_asked_again_after_people_were_done_with_it_nothing_new_is_proposed(
    world, hub, repo, head, became
):
    number, page = await proposed(hub, head)
    if became == "merged":
        world.github.merge(REPO, number)
        del repo.branches[BRANCH]  # as GitHub does where a repository says so
    else:
        world.github.writing.close(repo, number)

    assert await proposed(hub, head) == (number, page)
    assert (await hub.merged(REPO, number))[0] == became
    assert len(world.github.state.writings.pulls) == 1


@pytest.mark.parametrize("lost_after", ["/git/refs", "/pulls"])
async def test_an_answer_that_was_lost_is_made_good_by_asking_again(world, clients, hub, head, lost_after):
    async def lose(response):
        if response.request.method == "POST" and response.request.url.path.endswith(lost_after):
            raise httpx.ReadError("cut")

    http = await clients.enter_async_context(
        world.http("/github", github.auth_headers("sandbox-github-token"))
    )
    http.event_hooks["response"].append(lose)
    with pytest.raises(VendorUnavailable):
        await proposed(github.GitHub(http, retry=ONCE), head)

    number, _ = await proposed(hub, head)

    assert [one.number for one in world.github.state.writings.pulls] == [number]


async def test_a_branch_of_that_name_with_something_else_on_it_is_left_alone(world, hub, repo, head):
    theirs = world.github.push(BRANCH, "My own work", repository=REPO)

    with pytest.raises(VendorRejected) as caught:
        await proposed(hub, head)

    assert caught.value.status == 422
    assert repo.branches[BRANCH] == theirs
    assert world.github.state.writings.pulls == []


async def test_a_pull_request_nobody_opened(hub):
    with pytest.raises(VendorRejected) as caught:
        await hub.merged(REPO, 4)
    assert caught.value.status == 404


async def test_the_newest_status_of_a_context_counts_and_only_when_it_succeeded(world, hub, head):
    say = world.github.post_status
    say(head, "fingerprint/ios", "0ld")
    say(head, "fingerprint/ios", "1234abcd")
    say(head, "fingerprint/android", "5678abcd")
    say(head, "fingerprint/android", "could not be had", state="failure")

    told = await hub.statuses(REPO, head)

    assert told["fingerprint/ios"] == "1234abcd"
    assert "fingerprint/android" not in told


async def test_a_status_that_is_posted_over_the_wire_is_read_back_and_counts_as_a_check(hub, hub_http, head):
    body = {"state": "failure", "context": "eas", "description": "it did not build"}
    told = await hub_http.post(f"/repos/{REPO}/statuses/{head}", json=body)
    combined = (await hub_http.get(f"/repos/{REPO}/commits/{head}/status")).json()

    assert told.status_code == 201
    assert combined["state"] == "failure"
    assert "eas" in {check.name for check in (await hub.checks(REPO, head)).checks}
    assert "eas" not in await hub.statuses(REPO, head)


async def test_the_newer_api_does_not_tell_what_a_pull_request_was_merged_as(world, hub, hub_http, head):
    """So our client asks the older one (docs: rest/about-the-rest-api/breaking-changes)."""
    number, _ = await proposed(hub, head)
    sha = world.github.merge(REPO, number)
    path = f"/repos/{REPO}/pulls/{number}"

    newer = (await hub_http.get(path)).json()
    older = (await hub_http.get(path, headers={"X-GitHub-Api-Version": "2022-11-28"})).json()

    assert "merge_commit_sha" not in newer
    assert older["merge_commit_sha"] == sha


async def test_people_merge_on_the_pull_requests_page(world, clients, hub, head):
    number, page = await proposed(hub, head)
    people = await clients.enter_async_context(world.http("/github"))
    path = f"/{REPO}/pull/{number}"

    shown = await people.get(path)
    pressed = await people.post(f"{path}/merge")

    assert page.endswith(path)
    assert "Squash and merge" in shown.text
    assert pressed.status_code == 303
    assert "Squash and merge" not in (await people.get(path)).text
    assert (await hub.merged(REPO, number))[0] == "merged"
