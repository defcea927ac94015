"""Rules of the simulated GitHub's files at a commit, force pushes and authors."""

from base64 import b64decode
from datetime import UTC, datetime

import pytest

from sandbox.vendors.github_repo import File

REPO = "/repos/pawlogic/backend"
PATH = "alembic/versions/0003_tags.py"


async def text(rest, path, ref="main"):
    answer = await rest.get(f"{REPO}/contents/{path}", params={"ref": ref})
    return b64decode(answer.json()["content"]).decode() if answer.status_code == 200 else answer.status_code


async def test_a_file_is_what_the_commit_says_it_is(rest, github):
    before = github.head()
    first = github.push("main", "Add tags", files={PATH: "one\n"})
    second = github.push("main", "Mend tags", files={PATH: "two\n"})

    assert [await text(rest, PATH, ref) for ref in (before, first, second)] == [404, "one\n", "two\n"]
    assert await text(rest, PATH) == "two\n"
    assert await text(rest, "app/pets/store.py") == "# app/pets/store.py\n"
    assert "create_table" in await text(rest, "alembic/versions/0002_vaccinations.py")


@pytest.mark.parametrize("how", [File(PATH, status="removed"), File("b.py", status="renamed", previous=PATH)])
async def test_a_file_that_was_removed_or_renamed_is_not_there(rest, github, how):
    there = github.push("main", "Add tags", files={PATH: "one\n"})
    gone = github.push("main", "Tidy up", files=[how])

    assert (await text(rest, PATH, there), await text(rest, PATH, gone)) == ("one\n", 404)


async def test_a_folder_is_a_list_and_a_large_file_comes_without_its_content(rest, github):
    github.push("main", "Add a dump", files={"dump.sql": "x" * (1024 * 1024 + 1)})

    folder = (await rest.get(f"{REPO}/contents/alembic/versions")).json()
    large = (await rest.get(f"{REPO}/contents/dump.sql")).json()

    assert [one["name"] for one in folder] == ["0001_pets.py", "0002_vaccinations.py"]
    assert (large["size"], large["encoding"], large["content"]) == (1024 * 1024 + 1, "none", "")


async def test_a_file_at_a_ref_nobody_knows_is_404(rest):
    assert await text(rest, "app/log.py", "no-such-ref") == 404


async def test_after_a_force_push_the_branch_and_what_it_left_behind_have_diverged(rest, github):
    left = github.push("main", "Regret me", files=["app/regret.py"])
    base = github.repo.commits[left].parents[0]
    github.move_branch("main", base)
    taken = github.push("main", "Instead", "Ben Aprile", files=["app/instead.py"])

    answer = (await rest.get(f"{REPO}/compare/{left}...{taken}")).json()

    assert (answer["status"], answer["ahead_by"], answer["behind_by"]) == ("diverged", 1, 1)
    assert answer["merge_base_commit"]["sha"] == base
    assert [one["sha"] for one in answer["commits"]] == [taken]
    assert [one["filename"] for one in answer["files"]] == ["app/instead.py"]
    assert (await rest.get(f"{REPO}/commits/main")).json()["sha"] == taken
    assert (await rest.get(f"{REPO}/commits/{left}")).status_code == 200  # GitHub still has it


async def test_a_branch_moves_only_to_a_commit_there_is(github):
    with pytest.raises(KeyError):
        github.move_branch("main", "a" * 40)


async def test_pushes_and_force_pushes_are_heard(github):
    heard = []
    github.on_push = lambda *push: heard.append(push)
    old = github.head()
    new = github.push("main", "Hear me")
    github.move_branch("main", old)

    assert heard == [("pawlogic/backend", "main", new), ("pawlogic/backend", "main", old)]


@pytest.mark.parametrize(("login", "author"), [(None, "dee"), ("dee-42", "dee-42"), ("", None)])
async def test_an_author_has_the_account_they_were_given(rest, github, login, author):
    sha = github.push("main", "Hello", "Dee Brown", login=login)

    answer = (await rest.get(f"{REPO}/commits/{sha}")).json()

    assert answer["author"] == (author and {**answer["author"], "login": author})
    assert answer["commit"]["author"]["name"] == "Dee Brown"


async def test_history_does_not_follow_clocks_that_go_backwards(rest, github, clock):
    first = github.push("main", "Later", "Ann Requin")
    clock.at = datetime(2020, 1, 1, tzinfo=UTC)
    second = github.push("main", "Earlier", "Ann Requin")

    answer = (await rest.get(f"{REPO}/compare/{first}...{second}")).json()

    assert (answer["status"], answer["ahead_by"]) == ("ahead", 1)


async def test_more_than_250_commits_are_listed_only_page_by_page(rest, github):
    base = github.head()
    for number in range(260):
        github.push("main", f"Change {number}")
    spec = f"{REPO}/compare/{base}...main"

    whole = (await rest.get(spec)).json()
    pages = [(await rest.get(spec, params={"per_page": 100, "page": page})).json() for page in (1, 2, 3)]

    assert (whole["total_commits"], len(whole["commits"])) == (260, 250)
    assert [len(page["commits"]) for page in pages] == [100, 100, 60]
    assert pages[0]["commits"][0]["commit"]["message"].startswith("Change 0\n")
