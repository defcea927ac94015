"""Rules of authors, files at a commit, and whether a branch holds a commit, against GitHub-shaped answers."""

from base64 import encodebytes

import httpx
import pytest

from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.github import GitHub
from bot.integrations.github._history import FILE_LIMIT

REPO = "pawlogic/backend"
ROOT = "/repos/pawlogic/backend"
SHA = "0123456789abcdef0123456789abcdef01234567"
PATH = "alembic/versions/0002_pets.py"
NEVER_THERE = "../secrets", "/etc/passwd", "a//b", "a/./b", "", "a/", "line\nfeed"


def commit(number, name="Ann Lee", login="annlee"):
    return {
        "sha": f"{number:040d}",
        "html_url": "",
        "commit": {"message": "x", "author": {"name": name}},
        "author": {"login": login} if login else None,
    }


def comparison(*commits, total=None, files=(), status="ahead"):
    return {
        "status": status,
        "total_commits": len(commits) if total is None else total,
        "commits": commits,
        "files": files,
    }


def json(body, status=200, **headers):
    return httpx.Response(status, json=body, headers=headers)


def file(text=b"drop\n", **more):
    content = encodebytes(text).decode()
    return {"type": "file", "size": len(text), "encoding": "base64", "content": content, **more}


@pytest.fixture
def github(http, at_once):
    return GitHub(http, retry=at_once)


# comparing


async def test_authors_are_named_once_by_login_where_known(github, vendor):
    commits = [
        commit(1),
        commit(2, "Ben", "ben-a"),
        commit(3, "A. Lee", "annlee"),
        commit(4, "Cleo Marsh", ""),
    ]
    vendor.on(f"GET {ROOT}/compare/a...b", json(comparison(*commits)))

    found = await github.compare(REPO, "a", "b")

    assert found.authors == ("annlee", "ben-a", "Cleo Marsh")
    assert [one.login for one in found.commits] == ["annlee", "ben-a", "annlee", ""]
    assert found.commits_complete


async def test_more_commits_than_one_page_are_read_page_by_page(github, vendor):
    path = f"{ROOT}/compare/a...b"
    for page in (1, 2, 3):
        query = "per_page=100" + (f"&page={page}" if page > 1 else "")
        link = f'<https://api.github.com{path}?per_page=100&page={page + 1}>; rel="next"' if page < 3 else ""
        listed = [commit(page * 1000 + n) for n in range(100)]
        vendor.on(f"GET {path}?{query}", json(comparison(*listed, total=300), link=link))

    found = await github.compare(REPO, "a", "b")

    assert (len(found.commits), found.total_commits, found.commits_complete) == (300, 300, True)


async def test_a_list_of_commits_that_is_cut_says_so(github, vendor):
    vendor.on(f"GET {ROOT}/compare/a...b", json(comparison(commit(1), total=2000)))

    assert not (await github.compare(REPO, "a", "b")).commits_complete


async def test_files_that_are_not_there_afterwards_are_named(github, vendor):
    files = [
        {"filename": "kept.py", "status": "modified"},
        {"filename": "dropped.py", "status": "removed"},
        {"filename": "new.py", "status": "renamed", "previous_filename": "old.py"},
        {"filename": "copy.py", "status": "copied", "previous_filename": "kept.py"},
    ]
    vendor.on(f"GET {ROOT}/compare/a...b", json(comparison(commit(1), files=files)))

    found = await github.compare(REPO, "a", "b")

    assert found.gone == ("dropped.py", "old.py")
    assert set(found.gone) < set(found.files)


# a branch and a commit


@pytest.mark.parametrize(
    ("status", "held"), [("identical", True), ("behind", True), ("ahead", False), ("diverged", False)]
)
async def test_a_branch_holds_its_head_and_what_came_before(github, vendor, status, held):
    vendor.on(f"GET {ROOT}/compare/release%2F1...{SHA}", json(comparison(status=status)))

    assert await github.contains(REPO, "release/1", SHA) is held


async def test_a_commit_that_shares_no_history_is_not_held(github, vendor):
    said = {"message": f"No common ancestor between main and {SHA}."}
    vendor.on(f"GET {ROOT}/compare/main...{SHA}", json(said, 404))

    assert await github.contains(REPO, "main", SHA) is False


async def test_an_unknown_branch_is_rejected_not_answered(github, vendor):
    vendor.on(f"GET {ROOT}/compare/gone...{SHA}", json({"message": "Not Found"}, 404))

    with pytest.raises(VendorRejected) as caught:
        await github.contains(REPO, "gone", SHA)
    assert caught.value.status == 404


# a file at a commit


async def test_a_file_is_read_as_it_is_at_the_commit(github, vendor):
    text = 'op.drop_column("pets", "größe")\n' * 20
    vendor.on(f"GET {ROOT}/contents/{PATH}?ref={SHA}", json(file(text.encode())))

    assert await github.file_at(REPO, PATH, SHA) == text


async def test_every_part_of_a_path_is_encoded_by_itself(github, vendor):
    vendor.on(f"GET {ROOT}/contents/db/a%20b%3F%23.sql?ref={SHA}", json(file(b"")))

    assert await github.file_at(REPO, "db/a b?#.sql", SHA) == ""


@pytest.mark.parametrize("path", NEVER_THERE)
async def test_a_path_that_could_climb_out_is_never_asked_for(github, vendor, path):
    with pytest.raises(VendorRejected, match="not a file's path"):
        await github.file_at(REPO, path, SHA)
    assert vendor.asked == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (json({"message": "Not Found"}, 404), "Not Found"),
        (json([{"type": "file"}]), "it is a folder"),
        (json({"type": "submodule", "size": 0}), "it is a submodule"),
        (json(file(b"", size=FILE_LIMIT + 1, encoding="none")), "1,048,577 bytes"),
        (json(file(b"\xff\xfe")), "not UTF-8"),
        (json(file(encoding="none")), "not UTF-8"),
    ],
)
async def test_what_is_no_readable_file_is_rejected_with_the_reason(github, vendor, answer, said):
    vendor.on(f"GET {ROOT}/contents/{PATH}", answer)

    with pytest.raises(VendorRejected, match=said):
        await github.file_at(REPO, PATH, SHA)


async def test_a_github_that_does_not_answer_is_not_a_missing_file(github, vendor):
    vendor.on(f"GET {ROOT}/contents/{PATH}", *[httpx.Response(502)] * 3)

    with pytest.raises(VendorUnavailable):
        await github.file_at(REPO, PATH, SHA)
