import pytest

NEW, OLD = "a" * 40, "b" * 40


@pytest.fixture(autouse=True)
def live(railway, clock):
    railway.arrive("api", "staging", OLD)
    clock.wait(60)
    railway.arrive("api", "staging", NEW)


@pytest.mark.parametrize(
    ("mood", "status", "commit"),
    [("good", 200, NEW), ("bad", 503, NEW), ("old commit", 200, OLD), ("no commit", 200, None)],
)
async def test_health_says_what_the_knob_says(web, faults, mood, status, commit):
    faults.set("backend.health", mood)

    plain = await web.get("/api/staging/health")
    detailed = await web.get("/api/staging/health/detailed")

    assert (plain.status_code, plain.json().get("commit")) == (status, commit)
    assert (detailed.status_code, detailed.json().get("releaseId")) == (status, commit)
    assert detailed.headers["content-type"] == "application/health+json"


async def test_health_follows_what_is_live(web, railway):
    railway.arrive("api", "staging", "c" * 40)

    assert (await web.get("/api/staging/health")).json()["commit"] == "c" * 40


@pytest.mark.parametrize("path", ["/api/staging", "/api/staging/"])
async def test_the_bare_address_on_a_card_answers(web, path):
    assert (await web.get(path)).status_code == 200


async def test_smoke_paths_answer_and_fail_when_told(web, faults):
    good = [await web.get("/api/staging/version"), await web.get("/api/staging/v1/pets?limit=1")]
    faults.set("backend.smoke", "failing")
    bad = [await web.get("/api/staging/version"), await web.get("/api/staging/v1/pets?limit=1")]

    assert "pawlogic" in good[0].text
    assert len(good[1].json()["items"]) == 1
    assert [answer.status_code for answer in bad] == [500, 500]
    assert (await web.get("/api/staging/health")).status_code == 200


@pytest.mark.parametrize(("path", "status"), [("/api/production/health", 502), ("/web/staging/health", 404)])
async def test_where_nothing_runs_the_edge_answers(web, path, status):
    assert (await web.get(path)).status_code == status


async def test_one_place_can_be_unhealthy_while_others_are_well(web, backend, railway):
    railway.arrive("api", "production", NEW)
    backend.unhealthy.add(("api", "staging"))

    assert (await web.get("/api/staging/health")).status_code == 503
    assert (await web.get("/api/production/health")).status_code == 200


async def test_a_sick_commit_is_healed_by_going_back(web, backend, railway):
    backend.sick.add(NEW)
    before = await web.get("/api/staging/health")
    railway.arrive("api", "staging", OLD)

    assert before.status_code == 503
    assert (await web.get("/api/staging/health")).status_code == 200


async def test_a_flapping_service_answers_well_twice_and_badly_thrice(railway, web, faults):
    railway.arrive("api", "production", "a" * 40)
    faults.set("backend.flapping", "flapping")

    said = [(await web.get("/api/production/health")).status_code for _ in range(7)]
    faults.set("backend.flapping", "steady")

    assert said == [200, 200, 503, 503, 503, 200, 200]
    assert (await web.get("/api/production/health")).status_code == 200


async def test_one_place_flaps_while_another_is_steady(railway, web, backend):
    for environment in ("staging", "production"):
        railway.arrive("api", environment, "a" * 40)
    backend.flapping.add(("api", "production"))

    async def looks(environment):
        return {(await web.get(f"/api/{environment}/health")).status_code for _ in range(5)}

    assert await looks("production") == {200, 503}
    assert await looks("staging") == {200}


async def test_a_sick_part_is_told_in_detail_alone(railway, web, backend):
    railway.arrive("api", "production", "a" * 40)
    backend.sick_parts["api", "production"] = {"redis"}

    detailed = await web.get("/api/production/health/detailed")
    checks = detailed.json()["checks"]

    assert (detailed.status_code, detailed.json()["status"]) == (503, "fail")
    assert {name: one[0]["status"] for name, one in checks.items()} == {
        "database:responseTime": "pass",
        "redis:responseTime": "fail",
        "storage:responseTime": "pass",
    }
    assert (await web.get("/api/production/health")).status_code == 200


@pytest.mark.parametrize("part", ["database", "redis"])
async def test_a_part_that_fails_is_named_by_health_and_alone_in_detail(web, faults, part):
    faults.set("backend.component", part)

    plain, detailed = await web.get("/api/staging/health"), await web.get("/api/staging/health/detailed")

    assert (plain.status_code, plain.json()["reason"]) == (503, f"{part}: timed out")
    checks = detailed.json()["checks"]
    assert [name for name, (one,) in checks.items() if one["status"] == "fail"] == [f"{part}:responseTime"]


@pytest.mark.parametrize("how", ["crashed", "none"])
async def test_where_no_instance_runs_the_edge_answers(web, faults, how):
    faults.set("railway.instances", how)

    assert (await web.get("/api/staging/health")).status_code == 502
