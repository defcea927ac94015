"""What the simulated Railway answers is what Railway's published schema says: names, types, enum values."""

import json
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLScalarType,
    build_client_schema,
    build_schema,
)

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


def differences(ours, theirs):
    """Say where ``ours`` is not a part of ``theirs``."""
    if type(ours) is not type(theirs):
        return [f"{ours.name} is a {type(ours).__name__}, the vendor's a {type(theirs).__name__}"]
    match ours:
        case GraphQLScalarType():
            return []
        case GraphQLEnumType():
            # All values, not some: a simulator that could not give one could not be tested for it.
            return [f"{ours.name}: {value}" for value in set(ours.values) ^ set(theirs.values)]
        case GraphQLObjectType() | GraphQLInputObjectType():
            return [
                line for name, field in ours.fields.items() for line in field_differences(ours, theirs, name)
            ]
        case _:
            return [f"{ours.name}: a kind of type this test does not compare"]


def field_differences(ours, theirs, name):
    where = f"{ours.name}.{name}"
    if name not in theirs.fields:
        return [f"{where} is not the vendor's"]
    mine, real = ours.fields[name], theirs.fields[name]
    said = [] if str(mine.type) == str(real.type) else [f"{where} is {mine.type}, the vendor's {real.type}"]
    args, real_args = getattr(mine, "args", {}), getattr(real, "args", {})
    for arg, given in args.items():
        if arg not in real_args:
            said.append(f"{where}({arg}) is not the vendor's")
        elif str(given.type) != str(real_args[arg].type):
            said.append(f"{where}({arg}) is {given.type}, the vendor's {real_args[arg].type}")
    said += [
        f"{where}({arg}) is demanded by the vendor"
        for arg, given in real_args.items()
        if arg not in args and str(given.type).endswith("!")
    ]
    return said
