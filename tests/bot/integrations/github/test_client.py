"""Rules of commits, comparisons and deployment records, against answers shaped like GitHub's."""

import httpx
import pytest

from bot.engine.runs import Commit
from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.github import GitHub

REPO = "pawlogic/backend"
ROOT = "/repos/pawlogic/backend"
SHA = "0123456789abcdef0123456789abcdef01234567"
OTHER = "89abcdef0123456789abcdef0123456789abcdef"


def commit(sha=SHA, message="Feed the cat (#7)\n\nTwice a day.", **more):
    return {
        "sha": sha,
        "html_url": f"https://github.com/{REPO}/commit/{sha}",
        "commit": {"message": message, "author": {"name": "Ann Lee", "email": "a@x.test"}},
        "author": {"login": "annlee"},
        **more,
    }


def json(body, status=200, **headers):
    return httpx.Response(status, json=body, headers=headers)


@pytest.fixture
def github(http, at_once):
    return GitHub(http, retry=at_once)


# resolving


async def test_a_ref_becomes_a_commit_with_title_author_and_page(github, vendor):
    vendor.on(f"GET {ROOT}/commits/main", json(commit()))

    assert await github.resolve(REPO, "main") == Commit(
        sha=SHA,
        title="Feed the cat (#7)",
        author="Ann Lee",
        url=f"https://github.com/{REPO}/commit/{SHA}",
        login="annlee",
    )
    asked = vendor.asked[0].headers
    assert asked["x-github-api-version"] == "2026-03-10"
    assert asked["authorization"] == "Bearer github_pat_made_up"


@pytest.mark.parametrize(
    ("given", "author"),
    [
        ({"commit": {"message": "x", "author": None}}, "annlee"),
        ({"commit": {"message": "x", "author": {"name": ""}}, "author": None}, "unknown"),
        ({"commit": {"message": "", "author": None}, "author": None}, "unknown"),
    ],
)
async def test_an_author_github_does_not_know_is_not_made_up(github, vendor, given, author):
    vendor.on(f"GET {ROOT}/commits/main", json(commit(**given)))

    assert (await github.resolve(REPO, "main")).author == author


@pytest.mark.parametrize(
    ("ref", "encoded"),
    [
        ("feature/pets", "feature%2Fpets"),
        ("v1.2.3", "v1.2.3"),
        ("fix/#12", "fix%2F%2312"),
        ("a?b=c", None),
        ("$(reboot)", "%24%28reboot%29"),
        ("x;y&z|w", "x%3By%26z%7Cw"),
        ("<!channel>", "%3C%21channel%3E"),
        ("größe", "gr%C3%B6%C3%9Fe"),
        ("50%25", "50%2525"),
        ("`id`", "%60id%60"),
    ],
)
async def test_a_ref_stays_one_piece_of_the_path_whatever_it_holds(github, vendor, ref, encoded):
    with pytest.raises(VendorRejected):
        await github.resolve(REPO, ref)

    assert vendor.paths() == ([f"GET {ROOT}/commits/{encoded}"] if encoded else [])


@pytest.mark.parametrize(
    "ref",
    ["", ".", "..", "../../user", "a..b", "a b", "a\nb", "a\x00b", "a~1", "a^", "a:b", "x" * 10_000, "a\\b"],
)
async def test_what_git_allows_in_no_ref_is_refused_unsent(github, vendor, ref):
    with pytest.raises(VendorRejected) as caught:
        await github.resolve(REPO, ref)

    assert caught.value.status == 422
    assert vendor.asked == []


@pytest.mark.parametrize("repository", ["..", "../x", "pawlogic/..", "pawlogic", "/backend"])
async def test_a_repository_that_climbs_is_refused_unsent(github, vendor, repository):
    with pytest.raises(VendorRejected):
        await github.resolve(repository, "main")

    assert vendor.asked == []


@pytest.mark.parametrize("status", [404, 422])
async def test_an_unknown_ref_is_rejected_with_its_status(github, vendor, status):
    vendor.on(f"GET {ROOT}/commits/nope", json({"message": "No commit found for SHA: nope"}, status))

    with pytest.raises(VendorRejected, match="No commit found") as caught:
        await github.resolve(REPO, "nope")
    assert caught.value.status == status


async def test_a_full_sha_is_itself(github, vendor):
    vendor.on(f"GET {ROOT}/commits/{SHA.upper()}", json(commit()))

    assert (await github.resolve(REPO, SHA.upper())).sha == SHA


async def test_a_full_sha_is_never_another_commit(github, vendor):
    vendor.on(f"GET {ROOT}/commits/{SHA}", json(commit(OTHER)))

    with pytest.raises(VendorRejected, match="no such commit") as caught:
        await github.resolve(REPO, SHA)
    assert caught.value.status == 404


@pytest.mark.parametrize("body", [{}, [], None, {"sha": SHA}, commit(sha="main"), commit(sha=5)])
async def test_a_commit_of_another_shape_is_unavailable(github, vendor, body):
    vendor.on(f"GET {ROOT}/commits/main", json(body))

    with pytest.raises(VendorUnavailable):
        await github.resolve(REPO, "main")


async def test_resolving_is_repeated_through_passing_trouble(github, vendor):
    vendor.on(f"GET {ROOT}/commits/main", httpx.Response(502), httpx.ReadTimeout("slow"), json(commit()))

    assert (await github.resolve(REPO, "main")).sha == SHA


async def test_near_branches_are_named_from_every_page(github, vendor):
    vendor.on(
        f"GET {ROOT}/branches?per_page=100",
        json(
            [{"name": "main"}],
            link=f'<https://api.github.com{ROOT}/branches?per_page=100&page=2>; rel="next"',
        ),
    )
    vendor.on(f"GET {ROOT}/branches?per_page=100&page=2", json([{"name": "Feature/Pets"}, {"name": "zebra"}]))

    assert await github.near_refs(REPO, "feature/pet") == ("Feature/Pets",)


async def test_a_near_branch_whose_name_is_markup_is_not_suggested(github, vendor):
    names = ["man<!channel>", "man`*x", "m&an", "man\u202e1", "man|1", "main"]
    vendor.on(f"GET {ROOT}/branches?per_page=100", json([{"name": name} for name in names]))

    assert await github.near_refs(REPO, "man") == ("main",)


async def test_a_next_page_elsewhere_never_gets_our_token(github, vendor):
    vendor.on(
        f"GET {ROOT}/branches?per_page=100",
        json([{"name": "main"}], link='<https://evil.test/steal?page=2>; rel="next"'),
    )
    vendor.on(f"GET {ROOT}/branches?page=2", json([]))

    await github.near_refs(REPO, "man")

    assert {request.url.host for request in vendor.asked} == {"api.github.com"}


@pytest.mark.parametrize("trouble", [httpx.Response(500), httpx.Response(403), httpx.ReadError("reset")])
async def test_near_branches_are_a_help_and_never_an_error(github, vendor, trouble):
    vendor.on(f"GET {ROOT}/branches", trouble)

    assert await github.near_refs(REPO, "man") == ()


async def test_a_repository_that_cannot_be_seen_is_not_taken_for_a_wrong_ref(github, vendor):
    vendor.on(f"GET {ROOT}/branches", httpx.Response(404))

    with pytest.raises(VendorRejected, match="this token may not see it"):
        await github.near_refs(REPO, "man")


# comparing


def comparison(**more):
    return {
        "status": "ahead",
        "total_commits": 2,
        "html_url": "https://github.com/x/compare",
        "commits": [commit(OTHER, "One"), commit(SHA, "Two")],
        "files": [{"filename": "app.py", "status": "modified", "additions": 3, "deletions": 1}],
        **more,
    }


async def test_a_comparison_lists_commits_oldest_first_and_files(github, vendor):
    vendor.on(f"GET {ROOT}/compare/{OTHER}...{SHA}", json(comparison()))

    found = await github.compare(REPO, OTHER, SHA)

    assert [one.title for one in found.commits] == ["One", "Two"]
    assert (found.status, found.total_commits, found.files) == ("ahead", 2, ("app.py",))
    assert (found.additions, found.deletions, found.files_complete) == (3, 1, True)


async def test_a_renamed_file_counts_under_both_names(github, vendor):
    moved = {"filename": "old/0001.py", "status": "renamed", "previous_filename": "alembic/versions/0001.py"}
    vendor.on(f"GET {ROOT}/compare/a...b", json(comparison(files=[moved])))

    assert (await github.compare(REPO, "a", "b")).files == ("alembic/versions/0001.py", "old/0001.py")


@pytest.mark.parametrize(("count", "complete"), [(0, True), (299, True), (300, False)])
async def test_a_list_of_300_files_is_cut_and_says_so(github, vendor, count, complete):
    files = [{"filename": f"f{number}"} for number in range(count)]
    vendor.on(f"GET {ROOT}/compare/a...b", json(comparison(files=files)))

    found = await github.compare(REPO, "a", "b")

    assert (len(found.files), found.files_complete) == (count, complete)


async def test_a_comparison_without_files_is_not_a_comparison_of_none(github, vendor):
    body = comparison()
    del body["files"]
    vendor.on(f"GET {ROOT}/compare/a...b", json(body))

    assert (await github.compare(REPO, "a", "b")).files_complete is False


async def test_files_come_from_the_first_page_and_commits_from_all(github, vendor):
    path = f"{ROOT}/compare/a...b"
    following = f'<https://api.github.com{path}?per_page=100&page=2>; rel="next"'
    vendor.on(f"GET {path}?per_page=100", json(comparison(), link=following))
    vendor.on(
        f"GET {path}?per_page=100&page=2", json(comparison(commits=[commit("c" * 40, "Three")], files=[]))
    )

    found = await github.compare(REPO, "a", "b")

    assert [one.title for one in found.commits] == ["One", "Two", "Three"]
    assert found.files == ("app.py",)


async def test_slashes_in_compared_refs_are_encoded(github, vendor):
    with pytest.raises(VendorRejected):
        await github.compare(REPO, "release/1", "feature/2")

    assert vendor.paths() == [f"GET {ROOT}/compare/release%2F1...feature%2F2?per_page=100"]
