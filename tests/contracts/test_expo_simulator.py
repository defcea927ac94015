"""What the simulated Expo answers is what Expo's published schema says: names, types, enum values."""

import json
from pathlib import Path

import pytest
from graphql import build_client_schema, build_schema, parse, validate

from bot.integrations.expo import queries
from sandbox.vendors.expo import schema_text
from tests.contracts.vendor_schema import differences

VENDOR = Path(__file__).resolve().parents[3] / "shared" / "contracts" / "expo.graphql.json"
OURS = build_schema(schema_text())
TYPES = sorted(name for name in OURS.type_map if not name.startswith("__"))
DOCUMENTS = sorted(
    name for name, text in vars(queries).items() if name.isupper() and not name.startswith("_") and text
)


@pytest.fixture(scope="module")
def vendor():
    if not VENDOR.exists():
        pytest.skip("Expo's schema is not beside this repository (../shared/contracts/expo.graphql.json)")
    introspection = json.loads(VENDOR.read_text("utf-8"))
    # assume_valid: the vendor's introspection is not strictly valid (deprecations of App's fields).
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


def test_an_interface_the_vendor_does_not_have_is_noticed(vendor):
    wrong = build_schema(
        "interface Project { id: ID! } type Update implements Project { id: ID! } type Query { u: Update }"
    )

    assert differences(wrong.type_map["Update"], vendor.type_map["Update"]) == [
        "Update is no Project at the vendor's"
    ]


def test_a_field_of_another_type_is_noticed(vendor):
    wrong = build_schema("type Update { group: ID! gone: Int } type Query { u: Update }")

    assert differences(wrong.type_map["Update"], vendor.type_map["Update"]) == [
        "Update.group is ID!, the vendor's String!",
        "Update.gone is not the vendor's",
    ]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_simulator_takes_everything_our_client_asks(name):
    assert validate(OURS, parse(getattr(queries, name))) == []
