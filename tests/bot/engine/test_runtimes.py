"""The runtime of a commit is read from its config only where the text leaves no doubt."""

from datetime import UTC, datetime

import pytest

from bot.engine.mobile import AppPlatform, Build, Stage
from bot.engine.runtimes import runtime_at

POLICY = 'export default {{ version: "1.5.0", runtimeVersion: {{ policy: "{0}" }} }};'.format


def build(**facts):
    usual = {"version": "1.4.0", "runtime": "1.4.0", "fingerprint": "f00"}
    return Build(
        id="b", platform=AppPlatform.IOS, stage=Stage.FINISHED, raw="FINISHED",
        created_at=datetime(2026, 11, 20, tzinfo=UTC), **usual | facts,
    )  # fmt: skip


def test_what_is_written_out_is_the_runtime():
    assert runtime_at("{ version: '1.5.0', runtimeVersion: '7' }", "f00", build()) == "7"
    assert runtime_at('{"expo": {"version": "1.5.0", "runtimeVersion": "7"}}', "f00", build()) == "7"


def test_by_the_version_it_is_the_version_people_see():
    assert runtime_at(POLICY("appVersion"), "f00", build()) == "1.5.0"


def test_by_the_fingerprint_it_is_the_fingerprint():
    assert runtime_at(POLICY("fingerprint"), "f11", build(runtime="f00")) == "f11"


def test_a_build_whose_runtime_is_its_fingerprint_says_how_it_is_made():
    assert runtime_at("export default base;", "f11", build(runtime="f00")) == "f11"


@pytest.mark.parametrize(
    "config",
    [
        "",
        "export default { runtimeVersion: version };",
        "// runtimeVersion: '7'\nexport default {};",
        "{ a: { runtimeVersion: '7' }, b: { runtimeVersion: '8' } }",
        POLICY("nativeVersion"),
        "{ runtimeVersion: { policy: 'appVersion' }, version: `${major}.0` }",
    ],
)
def test_where_there_is_doubt_it_is_not_known(config):
    assert runtime_at(config, "f00", build()) == ""


def test_builds_whose_runtime_is_not_their_version_are_not_by_the_version():
    assert runtime_at(POLICY("appVersion"), "f00", build(runtime="2026-11")) == ""
