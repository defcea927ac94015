import httpx

from sandbox.vendors.sentry import SENTRY_TOKEN
from tests.sandbox.vendors.sentry_world import ORG, sentry


async def test_the_commits_of_a_release_are_those_since_the_one_before(faults, clock, railway, github):
    sim = sentry(faults, clock, railway, commits_of=github.commits_of)
    head = github.repo.commits[github.head()]
    middle = github.repo.commits[head.parents[0]]
    headers = {"Authorization": f"Bearer {SENTRY_TOKEN}"}
    transport = httpx.ASGITransport(app=sim.asgi)

    async with httpx.AsyncClient(transport=transport, base_url="http://sentry", headers=headers) as web:

        async def commits(version, **ref):
            refs = [{"repository": "pawlogic/backend", "commit": head.sha, **ref}]
            body = {"version": version, "projects": ["backend"], "refs": refs}
            await web.post(f"{ORG}/releases/", json=body)
            return (await web.get(f"{ORG}/releases/{version}/commits/")).json()

        since = await commits("two", previousCommit=middle.parents[0])
        alone = await commits("one")
        unknown = await web.get(f"{ORG}/releases/nope/commits/")

    assert [one["id"] for one in since] == [head.sha, middle.sha]
    assert [one["id"] for one in alone] == [head.sha]
    assert (since[0]["message"], since[0]["author"]["name"]) == (head.title, head.author)
    assert unknown.status_code == 404
