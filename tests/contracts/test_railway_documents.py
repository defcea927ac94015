"""Every GraphQL document we send is one Railway's published schema accepts."""

import json
from pathlib import Path

import pytest
from graphql import build_client_schema, parse, validate

from bot.integrations.railway import queries

SCHEMA = Path(__file__).resolve().parents[3] / "shared" / "contracts" / "railway.graphql.json"
DOCUMENTS = {name: text for name, text in vars(queries).items() if name.isupper()}


@pytest.fixture(scope="module")
def schema():
    if not SCHEMA.exists():
        pytest.skip(
            "Railway's schema is not beside this repository (../shared/contracts/railway.graphql.json)"
        )
    introspection = json.loads(SCHEMA.read_text("utf-8"))
    # assume_valid: the vendor's introspection is not strictly valid (Team.id's deprecation).
    return build_client_schema(introspection.get("data", introspection), assume_valid=True)


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_railway_accepts_the_document(schema, name):
    assert validate(schema, parse(DOCUMENTS[name])) == []


def test_a_document_railway_refuses_is_noticed(schema):
    # The example in Railway's own docs: the mutation returns a Boolean, so nothing can be selected of it.
    wrong = "mutation rollback($id: String!) { deploymentRollback(id: $id) { id status } }"

    assert validate(schema, parse(wrong))


def test_every_status_of_the_schema_has_a_phase_but_one(schema):
    from bot.integrations.railway.models import PHASES

    assert set(schema.type_map["DeploymentStatus"].values) - set(PHASES) == {"REMOVING"}
