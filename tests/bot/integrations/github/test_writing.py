"""Rules of what we write to a repository, against answers shaped like GitHub's."""

import httpx
import pytest

from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.github import GitHub

REPO = "pawlogic/mobile"
ROOT = "/repos/pawlogic/mobile"
BASE, MADE, TREE = "a" * 40, "b" * 40, "c" * 40


def json(body, status=200):
    return httpx.Response(status, json=body)


def commit(sha, *parents, message="Raise it"):
    return {
        "sha": sha,
        "tree": {"sha": TREE},
        "message": message,
        "parents": [{"sha": one} for one in parents],
    }


@pytest.fixture
def github(http, at_once):
    return GitHub(http, retry=at_once)


@pytest.fixture
def git(vendor):
    vendor.on(f"GET {ROOT}/git/ref/heads/main", json({"ref": "refs/heads/main", "object": {"sha": BASE}}))
    vendor.on(f"GET {ROOT}/git/commits/{BASE}", json(commit(BASE)))
    vendor.on(f"POST {ROOT}/git/trees", json({"sha": "d" * 40}, 201))
    vendor.on(f"POST {ROOT}/git/commits", json(commit(MADE, BASE), 201))
    vendor.on(f"PATCH {ROOT}/git/refs/heads/main", json({"object": {"sha": MADE}}))
    return vendor


def raised(github, path="app.config.ts"):
    return github.raise_file(REPO, "main", path, base=BASE, text="1.5.0", message="Raise it")


async def test_a_commit_is_made_of_the_base_and_one_file_and_never_forced(github, git):
    assert await raised(github) == MADE

    assert git.sent(2) == {
        "base_tree": TREE,
        "tree": [{"path": "app.config.ts", "mode": "100644", "type": "blob", "content": "1.5.0"}],
    }
    assert git.sent(3) == {"message": "Raise it", "tree": "d" * 40, "parents": [BASE]}
    assert git.sent(4) == {"sha": MADE, "force": False}


@pytest.mark.parametrize("trouble", [httpx.Response(500), httpx.ReadTimeout("slow")])
async def test_a_branch_is_moved_once_and_never_again_by_itself(github, git, trouble):
    git.on(f"PATCH {ROOT}/git/refs/heads/main", trouble)

    with pytest.raises(VendorUnavailable):
        await raised(github)

    assert [path for path in git.paths() if path.startswith("PATCH")] == [f"PATCH {ROOT}/git/refs/heads/main"]


async def test_a_protected_branch_is_said_in_githubs_words(github, git):
    refused = "Changes must be made through a pull request."
    git.on(f"PATCH {ROOT}/git/refs/heads/main", json({"message": refused}, 422))

    with pytest.raises(VendorRejected, match=refused) as caught:
        await raised(github)
    assert caught.value.status == 422


@pytest.mark.parametrize("path", ["", "../secrets", "a//b", "/etc"])
async def test_what_is_no_path_inside_the_repository_is_never_written(github, git, path):
    with pytest.raises(VendorRejected):
        await raised(github, path)
    assert not [one for one in git.paths() if not one.startswith("GET")]


async def test_a_branch_with_slashes_keeps_them_in_its_path(github, vendor):
    with pytest.raises(VendorRejected):
        await github.raise_file(REPO, "release/1.5", "x", base=BASE, text="", message="m")
    assert vendor.paths() == [f"GET {ROOT}/git/ref/heads/release/1.5"]


async def test_a_pull_request_of_another_branch_is_not_taken_for_ours(github, git):
    """GitHub leaves a filter out that it cannot read, and lists everything."""
    theirs = {"number": 7, "html_url": "u", "state": "open", "head": {"ref": "dependabot/npm"}}
    git.on(f"GET {ROOT}/pulls", json([theirs]))
    git.on(f"POST {ROOT}/git/refs", json({"object": {"sha": MADE}}, 201))
    git.on(f"POST {ROOT}/pulls", json({"number": 8, "html_url": "v", "state": "open"}, 201))

    made = await github.propose_file(
        REPO, "bump", "app.config.ts", base=BASE, text="1.5.0", message="Raise it\n\nSaid U1.", into="main"
    )

    assert made == (8, "v")
    assert git.sent() == {"title": "Raise it", "head": "bump", "base": "main", "body": "Said U1."}


async def test_what_it_was_merged_as_is_asked_of_the_api_that_tells(github, vendor):
    merged = {"number": 8, "state": "closed", "merged": True, "merge_commit_sha": MADE}
    vendor.on(f"GET {ROOT}/pulls/8", json(merged))

    assert await github.merged(REPO, 8) == ("merged", MADE)
    assert vendor.asked[0].headers.get_list("x-github-api-version") == ["2022-11-28"]


async def test_a_trial_merge_of_an_open_pull_request_is_no_merge(github, vendor):
    vendor.on(f"GET {ROOT}/pulls/8", json({"number": 8, "state": "open", "merge_commit_sha": MADE}))

    assert await github.merged(REPO, 8) == ("open", "")


async def test_a_merge_without_its_commit_is_no_answer(github, vendor):
    vendor.on(f"GET {ROOT}/pulls/8", json({"number": 8, "state": "closed", "merged": True}))

    with pytest.raises(VendorUnavailable):
        await github.merged(REPO, 8)


async def test_looking_at_a_pull_request_is_repeated(github, vendor):
    vendor.on(f"GET {ROOT}/pulls/8", httpx.Response(502), json({"number": 8, "state": "closed"}))

    assert await github.merged(REPO, 8) == ("closed", "")


async def test_statuses_are_read_page_after_page(github, vendor):
    path = f"{ROOT}/commits/{BASE}/status"

    def page(request):
        second = request.url.params.get("page") == "2"
        one = {"context": "ios" if second else "android", "state": "success", "description": None}
        following = f'<https://api.github.com{path}?page=2>; rel="next"'
        headers = {} if second else {"link": following}
        return httpx.Response(200, json={"statuses": [one]}, headers=headers)

    vendor.on(f"GET {path}", page)

    assert await github.statuses(REPO, BASE) == {"android": "", "ios": ""}
