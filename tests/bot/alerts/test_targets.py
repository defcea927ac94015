"""The project file says what is watched: each service where it runs, its parts, what it stands on."""

from bot.alerts.targets import targets_of
from bot.engine.alerts import Severity
from tests.bot.alerts._health import ALL, alone, watched
from tests.bot.pipelines._world import pawlogic


def by_key(project):
    return {target.key: target for target in targets_of(project)}


def test_everything_the_file_names_is_a_target_in_its_order():
    assert tuple(by_key(watched())) == ALL


def test_a_service_that_does_not_tell_of_its_parts_has_one_target():
    assert list(by_key(alone(watched(dependencies=()), "staging"))) == ["api:staging:health"]


def test_without_the_section_there_are_none():
    assert targets_of(pawlogic().model_copy(update={"health": None})) == ()


def test_a_target_knows_where_to_look_how_often_and_how_bad_it_is():
    targets = by_key(watched(interval=20, page_every=90))
    production = targets["api:production:health"]
    assert (production.url, production.severity) == ("https://api.pawlogic.app/health", Severity.CRITICAL)
    assert targets["api:staging:health"].severity is Severity.ERROR
    assert targets["api:production:detailed"].url == "https://api.pawlogic.app/health/detailed"
    assert [targets[f"dependency:{name}"].interval for name in ("supabase", "redis", "github")] == [
        90,
        20,
        90,
    ]
    assert targets["dependency:redis"].dependency.token == "REDIS_URL"


def test_a_status_page_is_believed_at_once_and_never_flaps():
    health = watched().health
    targets = by_key(watched())
    page, redis = (targets[f"dependency:{name}"].rules(health) for name in ("github", "redis"))
    assert (page.down_after, page.up_after, page.flap_high > 100) == (1, 1, True)
    assert (redis.down_after, redis.up_after, redis.flap_high) == (3, 2, 20)


def test_a_key_is_never_longer_than_its_column():
    longest = "a" * 31
    assert len(f"{longest}:{longest}:detailed") <= 160
