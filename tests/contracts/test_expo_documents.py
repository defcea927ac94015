"""Every GraphQL document we send is one Expo's schema accepts, and so is what we publish."""

import json
from pathlib import Path

import pytest
from graphql import build_client_schema, parse, validate
from graphql.execution.values import get_variable_values

from bot.engine.mobile import BOTH, Stage
from bot.integrations.expo import _updates, queries
from bot.integrations.expo._update_models import Original
from bot.integrations.expo.models import BUILD_STAGES, SUBMISSION_STAGES

SCHEMA = Path(__file__).resolve().parents[3] / "shared" / "contracts" / "expo.graphql.json"
DOCUMENTS = {
    name: text for name, text in vars(queries).items() if name.isupper() and not name.startswith("_")
}
MANIFEST = {
    "launchAsset": {"bundleKey": "b", "contentType": "c", "fileSHA256": "f", "storageKey": "s"},
    "assets": [{"bundleKey": "b", "contentType": "c", "fileSHA256": "f", "storageKey": "s"}],
    "extra": {"expoClient": {"name": "PawLogic"}},
}


@pytest.fixture(scope="module")
def schema():
    if not SCHEMA.exists():
        pytest.skip("Expo's schema is not beside this repository (../shared/contracts/expo.graphql.json)")
    introspection = json.loads(SCHEMA.read_text("utf-8"))
    # assume_valid: the vendor's introspection is not strictly valid (deprecations of App's fields).
    return build_client_schema(introspection.get("data", introspection), assume_valid=True)


def original(platform, **more):
    return Original.model_validate(
        {
            "platform": platform,
            "manifestFragment": json.dumps(MANIFEST),
            "gitCommitHash": "a" * 40,
            "isGitWorkingTreeDirty": False,
            "environment": "production",
            "runtime": {"version": "1.4.0"},
            "fingerprint": {"hash": "f1", "source": {"type": "GCS", "bucketKey": "k"}},
            **more,
        }
    )


def refused(schema, asked):
    (operation,) = (one for one in parse(queries.PUBLISH).definitions if one.kind == "operation_definition")
    values = get_variable_values(schema, operation.variable_definitions, {"input": [asked]})
    return values if isinstance(values, list) else []


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_expo_accepts_the_document(schema, name):
    assert validate(schema, parse(DOCUMENTS[name])) == []


def test_a_document_expo_refuses_is_noticed(schema):
    wrong = "mutation m($id: ID!) { update { setRolloutPercentage(updateId: $id, percentage: 10) } }"

    assert validate(schema, parse(wrong))


@pytest.mark.parametrize("embedded", [False, True])
def test_expo_accepts_what_is_published_again(schema, embedded):
    parts = [original(one.value, isRollBackToEmbedded=embedded) for one in BOTH]

    asked = _updates.again("b-1", parts, "Back (pawdeploy run 12)", BOTH)

    assert refused(schema, asked) == []
    assert ("rollBackToEmbeddedInfoGroup" in asked) == embedded


def test_expo_accepts_the_way_back_to_what_is_built_in(schema):
    assert refused(schema, _updates.to_embedded("b-1", "1.4.0", "Back", BOTH)) == []


def test_an_input_expo_refuses_is_noticed(schema):
    assert refused(schema, {"branchId": "b-1", "message": "no runtime"})


@pytest.mark.parametrize(
    ("word", "ours"), [("BuildStatus", BUILD_STAGES), ("SubmissionStatus", SUBMISSION_STAGES)]
)
def test_every_status_of_the_schema_has_a_stage(schema, word, ours):
    assert set(schema.type_map[word].values) == set(ours)
    assert Stage.UNKNOWN not in ours.values()
