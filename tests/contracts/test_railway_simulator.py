"""What the simulated Railway answers is what Railway's published schema says: names, types, enum values."""

import json
from pathlib import Path

import pytest
from graphql import build_client_schema, build_schema

from tests.contracts.vendor_schema import differences

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT.parent / "shared" / "contracts" / "railway.graphql.json"
OURS = build_schema((ROOT / "sandbox" / "vendors" / "railway.graphql").read_text("utf-8"))
TYPES = sorted(name for name in OURS.type_map if not name.startswith("__"))


@pytest.fixture(scope="module")
def vendor():
    if not VENDOR.exists():
        pytest.skip(
            "Railway's schema is not beside this repository (../shared/contracts/railway.graphql.json)"
        )
    introspection = json.loads(VENDOR.read_text("utf-8"))
    # assume_valid: the vendor's introspection is not strictly valid (Team.id's deprecation).
    return build_client_schema(introspection.get("data", introspection), assume_valid=True)


@pytest.mark.parametrize("name", TYPES)
def test_every_type_is_the_vendors(vendor, name):
    assert name in vendor.type_map
    assert differences(OURS.type_map[name], vendor.type_map[name]) == []


def test_the_roots_are_the_vendors(vendor):
    assert (OURS.query_type.name, OURS.mutation_type.name) == (
        vendor.query_type.name,
        vendor.mutation_type.name,
    )


def test_a_field_of_another_type_is_noticed(vendor):
    wrong = build_schema("type Query { deployment(id: ID!, when: Int): String } type PageInfo { gone: Int }")

    assert differences(wrong.type_map["Query"], vendor.type_map["Query"]) == [
        "Query.deployment is String, the vendor's Deployment!",
        "Query.deployment(id) is ID!, the vendor's String!",
        "Query.deployment(when) is not the vendor's",
    ]
    assert differences(wrong.type_map["PageInfo"], vendor.type_map["PageInfo"]) == [
        "PageInfo.gone is not the vendor's"
    ]


def test_an_argument_or_input_the_vendor_demands_cannot_be_left_out(vendor):
    wrong = build_schema("type Mutation { deploymentCancel: Boolean! } type Query { x: Int }")

    assert differences(wrong.type_map["Mutation"], vendor.type_map["Mutation"]) == [
        "Mutation.deploymentCancel(id) is demanded by the vendor"
    ]
